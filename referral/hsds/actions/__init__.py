"""Writes of the room: one import in one transaction."""
