"""Judgements about families: relations, who may answer for a child, whom a child is with. Plain Python."""
