"""A QR code as one filled path. Called by each room's paper.py."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import segno

QUIET = 4  # light modules round the code that a reader needs; drawn as part of `size`


def draw_qr(canvas: Any, text: str, *, x: float, y: float, size: float) -> None:
    """`text` in a square of `size` points whose lower left corner is (x, y), quiet zone included.

    Level M survives a fold or a stain of about a seventh of the code.
    """
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    module = size / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        bottom = y + size - (number + QUIET + 1) * module
        column = 0
        for dark, cells in groupby(row):
            length = sum(1 for _ in cells)
            if dark:
                path.rect(x + (column + QUIET) * module, bottom, length * module, module)
            column += length
    canvas.saveState()
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
