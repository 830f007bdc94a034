"""Tests of the arrival room."""
