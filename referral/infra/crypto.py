"""Keys and sealing: AES-256-GCM with one data key per person, wrapped by a key that lives outside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12
_KEY_ID = 4


class BadKeys(Exception):
    """The key file is missing, readable by others, or not what a key file holds."""


class CannotOpen(Exception):
    """A sealed value was moved, altered, or sealed by a key that is not in the key file."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the key file holds: wrapping keys (newest first), the index key for search tokens, the cookie key."""

    wrapping: tuple[bytes, ...]
    index: bytes
    cookie: bytes


def make_key_file(path: Path) -> None:
    """Write new random keys, readable by the owner only; never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {
        "wrapping": [b64encode(secrets.token_bytes(32)).decode()],
        "index": b64encode(secrets.token_bytes(32)).decode(),
        "cookie": b64encode(secrets.token_bytes(32)).decode(),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(words, file)


def load_keys(path: Path) -> Keys:
    """Keys from the key file; BadKeys says in one sentence what is wrong."""
    if not path.is_file():
        raise BadKeys(f"There is no key file at {path}; `ventanilla keys new` makes one.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadKeys(f"The key file {path} can be read by others; make it readable by its owner only (chmod 600).")
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(
            wrapping=tuple(b64decode(word) for word in words["wrapping"]),
            index=b64decode(words["index"]),
            cookie=b64decode(words["cookie"]),
        )
    except (ValueError, KeyError, TypeError):
        raise BadKeys(f"The key file {path} is damaged; restore it from where you keep its copy.") from None
    if not keys.wrapping or {len(key) for key in (*keys.wrapping, keys.index, keys.cookie)} != {32}:
        raise BadKeys(f"The key file {path} holds a key of the wrong length; restore it from where you keep its copy.")
    return keys


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID]


# Each holds 2.5 KB, and making one takes a microsecond: enough for the file that is open and the keys in force.
@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


class Vault:
    """Seals and opens values, and makes search tokens. One per process."""

    def __init__(self, keys: Keys) -> None:
        self._wrapping = {_key_id(key): key for key in keys.wrapping}
        self._current = _key_id(keys.wrapping[0])
        self._index = keys.index
        self._server = hmac.digest(keys.cookie, b"server drawer", "sha256")
        self._facets = hmac.digest(keys.index, b"facets drawer", "sha256")
        self.cookie_key = hmac.digest(keys.cookie, b"cookies", "sha256")

    def new_data_key(self, holder: str) -> bytes:
        """A fresh data key for `holder` (table|id), wrapped: 65 bytes, safe to store beside the row."""
        return self._current + self._lock(self._wrapping[self._current], f"data key|{holder}", secrets.token_bytes(32))

    def seal(self, data_key: bytes, holder: str, place: str, plain: bytes) -> bytes:
        """Seal `plain` for one cell: `place` is table|column|row id and must be the same on opening."""
        return self._lock(self._unwrap(data_key, holder), place, plain)

    def open(self, data_key: bytes, holder: str, place: str, sealed: bytes) -> bytes:
        """The plain bytes of a cell; CannotOpen if it was altered or belongs to another cell."""
        return self._unlock(self._unwrap(data_key, holder), place, sealed)

    def open_once(self, data_key: bytes, holder: str, place: str, sealed: bytes) -> bytes:
        """As open, without keeping the key: for what is opened among hundreds and forgotten."""
        wrapping = _cipher(self._wrapping_key(data_key[:_KEY_ID]))
        wrapped = data_key[_KEY_ID:]
        if wrapped[:1] != _VERSION or sealed[:1] != _VERSION:
            raise CannotOpen("not a sealed value")
        try:
            key = wrapping.decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], f"data key|{holder}".encode())
            return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
        except InvalidTag:
            raise CannotOpen(f"altered, or not sealed for {place.split('|', 1)[0]}") from None

    def seal_for_server(self, place: str, plain: bytes) -> bytes:
        """Seal something that only this installation reads back, such as text typed before a session ended."""
        return self._lock(self._server, place, plain)

    def open_for_server(self, place: str, sealed: bytes) -> bytes:
        """Undo seal_for_server."""
        return self._unlock(self._server, place, sealed)

    def token(self, word: str) -> int:
        """A search word as a signed 64-bit keyed number: equal words give equal tokens, nothing else can be told."""
        return int.from_bytes(
            hashlib.blake2b(word.encode(), digest_size=8, key=self._index).digest(), "big", signed=True
        )

    def _unwrap(self, data_key: bytes, holder: str) -> bytes:
        return _unwrapped(self._wrapping_key(data_key[:_KEY_ID]), data_key[_KEY_ID:], f"data key|{holder}")

    def _wrapping_key(self, key_id: bytes) -> bytes:
        if key_id not in self._wrapping:
            raise CannotOpen("sealed by a key that is not in the key file")
        return self._wrapping[key_id]

    @staticmethod
    def _lock(key: bytes, place: str, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + _cipher(key).encrypt(nonce, plain, place.encode())

    @staticmethod
    def _unlock(key: bytes, place: str, sealed: bytes) -> bytes:
        if sealed[:1] != _VERSION:
            raise CannotOpen("not a sealed value")
        try:
            return _cipher(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
        except InvalidTag:
            raise CannotOpen(f"altered, or not sealed for {place.split('|', 1)[0]}") from None


@lru_cache(maxsize=1024)
def _unwrapped(wrapping_key: bytes, wrapped: bytes, place: str) -> bytes:
    return Vault._unlock(wrapping_key, place, wrapped)
