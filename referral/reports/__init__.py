"""Counts, charts, exports and open data. Reads only."""
