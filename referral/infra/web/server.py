"""Serving with waitress, as `ventanilla serve` does and the bench measures. Other WSGI servers take wsgi.py."""

from __future__ import annotations

import ctypes
import sys

from flask import Flask
from waitress import serve

THREADS = 4  # measured: more answer no faster under one interpreter lock, and each holds memory of its own
_ARENAS = -8  # glibc's M_ARENA_MAX


def serve_desk(app: Flask, host: str, port: int) -> None:
    """Serve until interrupted. Two memory arenas: glibc would give each thread its own, some 25 MB that nobody uses."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):  # musl has none
            libc.mallopt(_ARENAS, 2)
    serve(app, host=host, port=port, threads=THREADS, ident=None)
