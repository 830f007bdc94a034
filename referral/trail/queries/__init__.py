"""Reads of the audit trail: its lines for a page, its seals and what they close."""
