"""Four small drawings of our own: a place, a clock, a telephone, a paper. Drawn by paper.py for those who read little.

Each takes the canvas, the lower left corner and the height in points; it draws in ink and says nothing: the words
beside it do.
"""

from __future__ import annotations

from typing import Any

from referral.infra.pdf.frame import INK, WHITE


def pin(canvas: Any, x: float, y: float, size: float) -> None:
    """A drop with a hole: here."""
    middle, radius = x + size / 2, size * 0.34
    top = y + size - radius
    _ink(canvas)
    path = canvas.beginPath()
    path.moveTo(middle - radius * 0.92, top - radius * 0.35)
    path.lineTo(middle, y)
    path.lineTo(middle + radius * 0.92, top - radius * 0.35)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.circle(middle, top, radius, stroke=0, fill=1)
    canvas.setFillColor(WHITE)
    canvas.circle(middle, top, radius * 0.42, stroke=0, fill=1)


def clock(canvas: Any, x: float, y: float, size: float) -> None:
    """A face with two hands."""
    _ink(canvas, width=size * 0.1)
    middle, height, radius = x + size / 2, y + size / 2, size * 0.42
    canvas.circle(middle, height, radius, stroke=1, fill=0)
    canvas.line(middle, height, middle, height + radius * 0.62)
    canvas.line(middle, height, middle + radius * 0.5, height)


def telephone(canvas: Any, x: float, y: float, size: float) -> None:
    """A hand-held telephone."""
    _ink(canvas, width=size * 0.09)
    canvas.roundRect(x + size * 0.24, y + size * 0.04, size * 0.52, size * 0.92, size * 0.1, stroke=1, fill=0)
    canvas.line(x + size * 0.24, y + size * 0.78, x + size * 0.76, y + size * 0.78)
    canvas.circle(x + size / 2, y + size * 0.17, size * 0.055, stroke=0, fill=1)


def paper(canvas: Any, x: float, y: float, size: float) -> None:
    """A sheet with lines of writing."""
    _ink(canvas, width=size * 0.09)
    canvas.rect(x + size * 0.16, y + size * 0.04, size * 0.68, size * 0.9, stroke=1, fill=0)
    for part in (0.3, 0.5, 0.7):
        canvas.line(x + size * 0.3, y + size * part, x + size * 0.7, y + size * part)


def _ink(canvas: Any, *, width: float = 1.0) -> None:
    canvas.setFillColor(INK)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(width)
