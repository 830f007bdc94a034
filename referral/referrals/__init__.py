"""Referrals: prepare, send, answer, follow, close; what partners answer; the slip a person carries."""
