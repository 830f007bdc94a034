"""Who may do what: permission names, the table of roles, reach over rows, who asks. Plain Python."""
