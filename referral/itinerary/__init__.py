"""The page a person takes with her: every door she was sent to, in large type, in her language beside Spanish."""
