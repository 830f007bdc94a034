"""Pages that look across rooms: the day's work, the search box, a person's file. Reads only."""
