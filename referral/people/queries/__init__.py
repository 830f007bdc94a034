"""Reads of the people room: files and cards (cards), finding people (search)."""
