"""The demonstration: invented people who live through a year at two desks, by the rooms' own actions. For cli.py."""
