"""Pure judgement: moves (the transition table), reasons, due days, the packet by category, closing, codes, refusals."""
