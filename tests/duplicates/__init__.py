"""Tests of the duplicates room."""
