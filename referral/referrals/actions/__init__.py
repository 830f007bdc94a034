"""Writes of the referrals room: prepare and send, move and close."""
