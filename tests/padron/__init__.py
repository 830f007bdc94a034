"""Tests of the padron room."""
