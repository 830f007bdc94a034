"""Forms of the people room: registering, and one per section of a file. Once valid they give facts or answers."""
