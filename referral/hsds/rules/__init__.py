"""Pure judgement about packages: the standard's fields, values, hours, older forms, nesting. No database, no files."""
