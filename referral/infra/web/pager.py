"""Which page of a long list is shown, and addresses of its neighbours. Made by views, drawn by _parts/pager.html."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for

PER_PAGE = 50
_LAST_PAGE = 100_000  # beyond this the number in the address was not made by us


@dataclass(frozen=True, slots=True)
class Pager:
    """`page` counts from 1; `total` is the number of rows; `url` gives the address of a page."""

    page: int
    per_page: int
    total: int
    url: Callable[[int], str]

    @classmethod
    def of_request(cls, total: int, per_page: int = PER_PAGE) -> "Pager":
        """The page named by `?p=`, keeping the other filters of the address; past the end means the last page."""
        pages = max(1, -(-total // per_page))
        return cls(min(asked_page(), pages), per_page, total, _same_address)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """Rows to skip."""
        return (self.page - 1) * self.per_page

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 when the list is empty."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.offset + self.per_page, self.total)

    @property
    def previous_url(self) -> str | None:
        """Address of the page before, None on the first."""
        return self.url(self.page - 1) if self.page > 1 else None

    @property
    def next_url(self) -> str | None:
        """Address of the page after, None on the last."""
        return self.url(self.page + 1) if self.page < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to show: the first, the last and those around this one; None stands for a gap."""
        near = sorted({1, self.pages} | {n for n in range(self.page - 1, self.page + 2) if 1 <= n <= self.pages})
        shown: list[int | None] = []
        for before, number in zip([0, *near], near, strict=False):
            if number - before > 1:
                shown.append(None)
            shown.append(number)
        return shown


def asked_page() -> int:
    """The page asked for in the address; 1 when it is not a number of ours."""
    text = request.args.get("p", "1")
    return min(max(int(text), 1), _LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _same_address(page: int) -> str:
    kept: dict[str, object] = {name: values for name, values in request.args.lists() if name not in {"p", "_lang"}}
    return url_for(request.endpoint or "", **{**kept, **(request.view_args or {}), "p": page})
