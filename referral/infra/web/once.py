"""The second of two clicks, met before the page looks at what the first has just changed. For views of every room."""

from __future__ import annotations

from typing import Any, Protocol

from referral.infra.work import OnceKey, OnceToken, reading


class OnceForm(Protocol):
    """A DeskForm with OnceMixin."""

    once: Any

    def sent(self) -> bool: ...
    def once_key(self) -> OnceKey: ...


def answered_before(form: OnceForm) -> str | None:
    """Where the first of two clicks led; None for a form that comes for the first time. One statement when it is sent.

    For a view whose form or page depends on what the first click changed: it would refuse the second otherwise.
    """
    if not form.sent() or not form.once.validate(form):
        return None
    key = form.once_key()
    with reading() as desk:
        known = desk.session.get(OnceToken, key.token)
        staff = desk.identity.staff if desk.identity else None
        return known.location if known and (known.body_hash, known.staff_id) == (key.body_hash, staff) else None
