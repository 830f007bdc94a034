"""Files that turn out to be of one person: found, laid side by side, merged, and parted again within a term."""
