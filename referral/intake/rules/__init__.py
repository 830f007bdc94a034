"""Judgement of the intake room: its columns, what a row says, families, rows that are the same person. Pure."""
