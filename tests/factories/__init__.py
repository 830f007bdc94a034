"""Invented rows for tests, one module per room."""
