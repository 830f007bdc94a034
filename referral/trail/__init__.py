"""The audit trail as a page: who changed or read what, when, in which files. It only reads; infra.audit writes."""
