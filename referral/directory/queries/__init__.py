"""Reads of the directory: candidates for routing, services, one service's page, institutions, looking for a door."""
