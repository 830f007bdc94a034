"""Privacy notice and consent: what a person was told, what she allowed, what she took back."""
