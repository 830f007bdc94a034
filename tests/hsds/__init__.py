"""Tests of importing and exporting the directory."""
