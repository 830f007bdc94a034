"""Writes of the intake room, by what is written: a list, its rows, the people they become."""
