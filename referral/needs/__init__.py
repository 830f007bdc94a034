"""Needs: what a person asks the desk for; noted, prioritised, referred and settled."""
