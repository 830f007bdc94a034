"""Tests of the consent room."""
