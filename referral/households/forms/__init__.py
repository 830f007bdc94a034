"""Forms of the households room: the family flow in family.py, changes to a household in changes.py."""
