"""Judgements of the trail room: what the filter's boxes say, and what a row and a seal come to. Pure."""
