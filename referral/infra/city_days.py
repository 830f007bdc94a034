"""Whole days between two instants on the city's calendar, counted by the database. For queries that group by days."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class city_days(GenericFunction[int]):  # noqa: N801  a function of SQL
    """Midnights in Mexico City between two instants, as a whole number."""

    type = Integer()
    inherit_cache = True


# The city has kept UTC-6 the whole year since October 2022, before the first referral of any desk.
@compiles(city_days, "sqlite")
def _sqlite_days(element: city_days, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    # Days begin at noon in this count and at 06:00 UTC in the city, a quarter of a day before the next whole number.
    first, last = (f"CAST(julianday({instant}) + 0.25 AS INTEGER)" for instant in (start, end))
    return f"({last} - {first})"


@compiles(city_days, "postgresql")
def _postgresql_days(element: city_days, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({end} - INTERVAL '6 hours' AS date) - CAST({start} - INTERVAL '6 hours' AS date))"
