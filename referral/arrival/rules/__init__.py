"""Judgement of the arrival room: what the first questions mean, which alerts stand, what to ask on a return visit."""
