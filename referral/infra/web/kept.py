"""Text typed before a session ended: sealed into the sign-in page, handed back to the same person after signing in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from flask import request

from referral.infra.crypto import CannotOpen, Vault

_PLACE = "kept text"
_NEVER_KEPT = frozenset({"csrf_token", "password"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed: where it was going, whose it was (staff ref or ""), and every box in order."""

    path: str
    owner: str
    boxes: tuple[tuple[str, str], ...]


def keep_request(vault: Vault, owner: str) -> str:
    """This request's form, sealed, as text for a hidden box."""
    boxes = [pair for pair in request.form.items(multi=True) if pair[0] not in _NEVER_KEPT]
    plain = json.dumps({"path": request.path, "owner": owner, "boxes": boxes}).encode()
    return urlsafe_b64encode(vault.seal_for_server(_PLACE, plain)).decode()


def restore(vault: Vault, text: str) -> Kept | None:
    """What keep_request sealed; None when the text is empty, altered or from another installation."""
    try:
        words = json.loads(vault.open_for_server(_PLACE, urlsafe_b64decode(text.encode())))
    except (CannotOpen, Base64Error, ValueError):
        return None
    return Kept(words["path"], words["owner"], tuple((name, value) for name, value in words["boxes"]))
