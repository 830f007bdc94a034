"""Writes of the households room, by what is written: a whole family, its members, a child's guardians."""
