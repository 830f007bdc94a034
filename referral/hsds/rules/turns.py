"""How often one source may ask: a bucket of turns for each, filled again as time goes by. Kept by the API's views."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock

MOST_SOURCES = 10_000  # the one not seen for longest is forgotten first


class Turns:
    """Turns of every source in this process. A source starts with a minute's worth."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, source: str, now: datetime, *, cost: int = 1) -> int:
        """Take `cost` turns: 0, or the seconds after which there will be enough. Nothing is taken then."""
        cost = min(cost, self.per_minute)
        with self._lock:
            left, seen = self._left.pop(source, (float(self.per_minute), now))
            waited = max((now - seen).total_seconds(), 0.0)
            left = min(left + waited * self.per_minute / 60, float(self.per_minute))
            missing = cost - left
            self._left[source] = (left if missing > 0 else left - cost, now)
            if len(self._left) > MOST_SOURCES:
                self._left.popitem(last=False)
        return math.ceil(missing * 60 / self.per_minute) if missing > 0 else 0


def source_of(address: str) -> str:
    """The network an address belongs to, so that no address of a reader is kept and a household counts as one."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
