"""Judgement about listings, and about when a door is open."""
