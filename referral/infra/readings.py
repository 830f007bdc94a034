"""Which readings were noted a moment ago, so that opening a file again is the same reading. Used by work.py."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta

SEEN_AGAIN_AFTER = timedelta(minutes=15)
MOST = 4_096  # readings kept in mind

Seen = tuple[uuid.UUID, str]  # the person, and what of hers was read


class Readings:
    """What accounts read lately in this process. One that is forgotten is noted again: a line too many, never one less.

    Kept in memory, for asking the trail each time costs as much as the whole of a small page. Several processes each
    note the reading that they served.
    """

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[uuid.UUID, Seen], datetime] = OrderedDict()

    def fresh(self, staff: uuid.UUID, seen: Collection[Seen], now: datetime) -> list[Seen]:
        """Those of `seen` that this account has not read within SEEN_AGAIN_AFTER; in a steady order."""
        since = now - SEEN_AGAIN_AFTER
        return [one for one in sorted(seen) if (at := self._at.get((staff, one))) is None or at <= since]

    def noted(self, staff: uuid.UUID, seen: Collection[Seen], now: datetime) -> None:
        """These are on disk now."""
        for one in seen:
            self._at.pop((staff, one), None)  # so that it stands among the latest
            self._at[staff, one] = now
        while len(self._at) > MOST:
            self._at.popitem(last=False)
