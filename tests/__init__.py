"""Tests mirror the house; run by pytest."""
