"""Boxes for files, and refs that a page carries in several boxes. The room that takes a file judges what is in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.datastructures import FileStorage
from wtforms import Field

from referral.infra.web.fields import DeskField, Words

_MOST_REFS = 60


class FileField(DeskField):
    """One file or several. `value`: the files that were chosen. No page can give them back after an error."""

    kind = "file"

    def __init__(
        self, label: Words, *, accept: str, several: bool = False, capture: str | None = None, **options: Any
    ) -> None:
        """`accept`: what the browser offers (it decides nothing); `capture`: the camera a telephone opens ("user")."""
        super().__init__(label, **options)
        self.accept = accept
        self.several = several
        self.capture = capture

    @property
    def value(self) -> tuple[FileStorage, ...]:
        """The files, in the order they were chosen."""
        return tuple(self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tuple(each for each in valuelist if isinstance(each, FileStorage) and each.filename)

    def process_data(self, value: object) -> None:
        self.data = ()


class RefsField(Field):
    """Refs written by the page, one a box. `refs` leaves out what is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tuple(str(value) for value in valuelist)[:_MOST_REFS]

    def process_data(self, value: object) -> None:
        self.data = ()

    @property
    def refs(self) -> frozenset[UUID]:
        """The refs that came."""
        found = set()
        for text in self.data or ():
            try:
                found.add(UUID(text))
            except ValueError:
                continue
        return frozenset(found)
