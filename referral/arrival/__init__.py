"""Somebody arrives: the first questions, opening a file, the alerts that stay on it until they are answered."""
