"""Pure judgement: truth (three-valued), book (the rules as data), eligibility, ranking, offers (the whole)."""
