"""A person's papers: what was noted of them, their scans, her photograph, and what their reading zone says."""
