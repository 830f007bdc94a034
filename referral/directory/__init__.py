"""Organisations, services, places and requirements, in the terms of HSDS 3.1; loaded from content/."""
