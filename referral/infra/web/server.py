"""Serving with waitress, as `ventanilla serve` does and the bench measures. Other WSGI servers take wsgi.py."""

from __future__ import annotations

import ctypes
import gc
import sys

from flask import Flask
from waitress import serve

THREADS = 2  # measured: with four, a third of the processor's time went into passing the interpreter lock around
# Settings of glibc's malloc, as its mallopt names them.
_TRIM, _MMAP, _ARENAS = -1, -3, -8
_LARGE = 1024 * 1024  # bytes
_YOUNG = 5_000  # new objects between two looks of the garbage collector; Python's own 700 is less than one page makes


def serve_desk(app: Flask, host: str, port: int) -> None:
    """Serve until interrupted."""
    if sys.platform == "linux":
        _keep_little(ctypes.CDLL(None))
    leave_in_peace()
    serve(app, host=host, port=port, threads=THREADS, ident=None)


def leave_in_peace() -> None:
    """Never look again for garbage in what start-up made: walking it took a tenth of a second, amid somebody's page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)


def _keep_little(libc: ctypes.CDLL) -> None:
    """Give memory back: two arenas (each thread would take its own) and what is large goes home at once.

    Left to itself, glibc keeps the 20 MB that checking one password takes for as long as the server lives.
    """
    if hasattr(libc, "mallopt"):  # musl has none
        libc.mallopt(_ARENAS, 2)
        libc.mallopt(_MMAP, _LARGE)
        libc.mallopt(_TRIM, _LARGE)
