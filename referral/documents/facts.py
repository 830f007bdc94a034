"""Facts of the documents room that travel: a file as it came out clean, a file on record, how a photo is framed,
what a reading zone proposes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referral.people.facts import DocumentLine


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file that was taken apart and written anew. `small`: a smaller picture, of photographs only."""

    media_type: str
    data: bytes
    width: int
    height: int
    pages: int
    small: bytes = b""


@dataclass(frozen=True, slots=True)
class Framing:
    """Where a portrait is cut from a picture: percent of what may be moved across and down, and how much nearer."""

    across: int = 50
    down: int = 0
    zoom: int = 100


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A file on record, without its bytes. `document` is None while it waits for its paper to be noted."""

    ref: uuid.UUID
    document: uuid.UUID | None
    media_type: str
    size: int
    pages: int
    added_at: datetime

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class PaperOnFile:
    """A paper with its files and the name of whoever saw it."""

    line: DocumentLine
    scans: tuple[ScanLine, ...]
    verified_by: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One field that was read. `box`: its name in a paper's or a person's form; `trust`: a key of labels.TRUST."""

    box: str
    value: Any
    trust: str


@dataclass(frozen=True, slots=True)
class FileSent:
    """The bytes of a file, to be answered."""

    media_type: str
    data: bytes
