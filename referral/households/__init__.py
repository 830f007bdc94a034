"""Families: who belongs together, who answers for a child. Registered in one flow, split, joined, never rewritten."""
