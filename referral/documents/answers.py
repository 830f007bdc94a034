"""A stored file as an answer of the web. Called by documents.views and documents.photo_page."""

from __future__ import annotations

from flask import Response

from referral.documents.facts import FileSent

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",  # opened by itself, it can run and fetch nothing
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_EXTENSIONS = {"image/jpeg": "jpg", "application/pdf": "pdf"}


def file_answer(found: FileSent, name: str) -> Response:
    """A picture to be shown, anything else to be downloaded, under a plain name of ours and never an uploaded one."""
    response = Response(found.data, mimetype=found.media_type)
    response.headers.update(_HEADERS)
    shown = "inline" if found.media_type.startswith("image/") else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}.{_EXTENSIONS[found.media_type]}"'
    return response
