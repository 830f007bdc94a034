"""Tests of the trail room."""
