"""What an uploaded file may be, told from its first bytes and its size alone: nothing is parsed here.

Called by documents.cleaner before a file is handed to the child process, and by the actions that store what came back.
"""

from __future__ import annotations

from enum import StrEnum

from referral.kernel.refusal import Refused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
MOST_PIXELS = 40_000_000
MOST_PAGES = 20
MOST_FILES = 4  # in one sending
MOST_ON_A_PAPER = 12
PHOTO_SIZE = (480, 640)
SMALL_PHOTO_SIZE = (120, 160)


class Reason(StrEnum):
    """Why a file is not kept. Values named beside it."""

    EMPTY = "empty"
    TOO_BIG = "too_big"  # most (megabytes)
    WRONG_TYPE = "wrong_type"
    HEIC = "heic"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"  # most (megapixels)
    ANIMATED = "animated"
    TOO_SMALL = "too_small"
    LOCKED = "locked"
    HAS_SCRIPT = "has_script"
    TOO_MANY_PAGES = "too_many_pages"  # most
    TOO_COMPLEX = "too_complex"
    BUSY = "busy"
    PHOTO_IS_PDF = "photo_is_pdf"
    QUOTA = "quota"  # most (megabytes)
    TOO_MANY_FILES = "too_many_files"  # most
    PHOTO_WITHOUT_CONSENT = "photo_without_consent"
    PHOTO_MISSING = "photo_missing"


class Kind(StrEnum):
    """What a file's own bytes say it is."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


_HEIC_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"))


def kind_of(data: bytes) -> Kind:
    """JPEG, PNG or PDF, whatever its name says. Refused for anything else, with a reason of its own where one helps."""
    if not data:
        raise Refused(Reason.EMPTY)
    if len(data) > LARGEST_FILE:
        raise Refused(Reason.TOO_BIG, most=LARGEST_FILE // MEGABYTE)
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Refused(Reason.HEIC)
    raise Refused(Reason.WRONG_TYPE)


def check_room(used: int, adding: int, *, most_megabytes: int) -> None:
    """Refused when the files of one person would pass her quota (bytes used and to be added)."""
    if used + adding > most_megabytes * MEGABYTE:
        raise Refused(Reason.QUOTA, most=most_megabytes)


def check_count(already: int) -> None:
    """Refused when a paper has as many files as it may."""
    if already >= MOST_ON_A_PAPER:
        raise Refused(Reason.TOO_MANY_FILES, most=MOST_ON_A_PAPER)
