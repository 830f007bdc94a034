"""The inscription in the register: who can be inscribed, the folio, how long it holds."""
