"""Forms of the upkeep room: the sections of a listing, notices and decisions, a new entry."""
