"""Reads of the reports room: what became of referrals, and what no door could be found for."""
