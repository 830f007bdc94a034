"""How a rule says no: a reason and its facts, never prose. Raised by rules and actions, worded in labels.py."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Refused(Exception):
    """A rule refuses: `reason` names why, `values` fills the sentence, `field` (if any) is the form field meant.

    Values reach the screen, never the log: str() of the exception shows the reason alone.
    """

    def __init__(self, reason: StrEnum, /, *, field: str | None = None, **values: object) -> None:
        super().__init__(f"{type(reason).__name__}.{reason.name}")
        self.reason: StrEnum = reason
        self.field: str | None = field
        self.values: Mapping[str, object] = MappingProxyType(values)

    def on(self, field: str) -> "Refused":
        """The same refusal, said about another field: for a rule that does not know the form's names."""
        return Refused(self.reason, field=field, **self.values)
