"""Accounts, sign-in, sessions and desks (sites)."""
