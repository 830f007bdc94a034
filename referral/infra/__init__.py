"""What every feature stands on: database, unit of work, audit, keys, settings. Knows no feature."""
