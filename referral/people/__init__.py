"""The person: register, correct, documents, search, likely duplicates."""
