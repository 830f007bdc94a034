"""Reads of the referrals room: lists and counts, one referral, what prepares one, what its slip says."""
