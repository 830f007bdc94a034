"""Columns that the tables of the directory share: text that may be empty, also on rows older than the column."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, String, Text, text
from sqlalchemy.orm import MappedColumn, mapped_column

DEMO = "demo"  # provenance of invented values; shown as "valor de demostración"


def words(longest: int = 0) -> MappedColumn[str]:
    """Text, empty when nobody knows; of any length when `longest` is 0."""
    return mapped_column(String(longest) if longest else Text(), default="", server_default="")


def flag() -> MappedColumn[bool]:
    """No until somebody says yes."""
    return mapped_column(Boolean, default=False, server_default=text("false"))


def place_in_list() -> MappedColumn[int]:
    """The order in which the source gives rows that it lists."""
    return mapped_column(Integer, default=0, server_default="0")
