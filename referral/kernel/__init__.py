"""Words every room shares: refs, clock, partial dates, names, folios, code lists, refusal. Plain Python."""
