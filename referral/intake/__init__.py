"""People registered from a spreadsheet, for brigades and arrivals in groups: read, looked at row by row, registered."""
