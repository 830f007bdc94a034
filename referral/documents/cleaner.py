"""Hands an uploaded file to the child process and takes back a clean one. Called by documents.views, never in a work.

The web process never parses a file: it looks at the first bytes, and the child (documents/cleaning.py) does the rest
with little memory, little time, no environment and no keys.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from referral.documents.facts import Cleaned, Framing
from referral.documents.rules.files import (
    LARGEST_FILE,
    MEGABYTE,
    PHOTO_SIZE,
    SMALL_PHOTO_SIZE,
    Kind,
    Reason,
    kind_of,
)
from referral.kernel.refusal import Refused

log = logging.getLogger("ventanilla")
_PROGRAM = Path(__file__).with_name("cleaning.py")
_SECONDS = 40  # by the clock, before the child is ended
_WAIT = 60  # for a turn
_turns = threading.BoundedSemaphore(2)  # each child may take a gigabyte


def clean_scan(data: bytes) -> Cleaned:
    """A picture or a PDF of a paper, rewritten. Refused with a reason of documents.rules.files."""
    return _clean(data, kind_of(data), {"photo": False})


def clean_photo(data: bytes, framing: Framing) -> Cleaned:
    """A portrait cut to the size of the card, and a small one. Refused as above, and for a PDF."""
    kind = kind_of(data)
    if kind is Kind.PDF:
        raise Refused(Reason.PHOTO_IS_PDF)
    asked = {"across": framing.across, "down": framing.down, "zoom": framing.zoom}
    return _clean(data, kind, {"photo": True, "size": PHOTO_SIZE, "small": SMALL_PHOTO_SIZE, **asked})


def _clean(data: bytes, kind: Kind, asked: dict[str, Any]) -> Cleaned:
    head = json.dumps({"kind": kind.value, **asked}).encode() + b"\n"
    answer, parts = _read(_run(head + data))
    if not parts:
        raise Refused(Reason(answer["refused"]), **answer["values"])
    if len(parts[0]) > LARGEST_FILE:
        raise Refused(Reason.TOO_BIG, most=LARGEST_FILE // MEGABYTE)
    small = parts[1] if len(parts) > 1 else b""
    return Cleaned(answer["media_type"], parts[0], answer["width"], answer["height"], answer["pages"], small)


def _run(sent: bytes) -> bytes:
    if not _turns.acquire(timeout=_WAIT):
        raise Refused(Reason.BUSY)
    try:
        # -I: neither the environment nor the folder it starts in can bring other code in.
        done = subprocess.run(  # noqa: S603 - our own program, and no word of the file on its command line
            [sys.executable, "-I", str(_PROGRAM)],
            input=sent,
            capture_output=True,
            timeout=_SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(Reason.TOO_COMPLEX) from None
    finally:
        _turns.release()
    if done.returncode == 0:
        return done.stdout
    # Of the child's last words only the kind of error: a message could quote the file.
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
    log.warning("a file ended the cleaning process: code %s, %s", done.returncode, last[0].split(":")[0][:80])
    raise Refused(Reason.TOO_COMPLEX if done.returncode < 0 else Reason.DAMAGED)


def _read(answer: bytes) -> tuple[dict[str, Any], list[bytes]]:
    head, _line_end, rest = answer.partition(b"\n")
    told: dict[str, Any] = json.loads(head)
    parts, place = [], 0
    for size in told["sizes"]:
        parts.append(rest[place : place + size])
        place += size
    return told, parts
