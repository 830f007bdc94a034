"""The constancia: issue, print, verify, revoke, replace."""
