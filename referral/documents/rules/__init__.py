"""What a file, a paper, a photograph and a reading zone must be. Pure."""
