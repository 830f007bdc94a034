"""Reads of the upkeep room, one file by noun."""
