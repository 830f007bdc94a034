"""What the demonstration remembers of a person while her year goes by. For year.py and its parts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from referral.access.identity import Identity
from referral.certificates.facts import Office
from referral.demo.accounts import House
from referral.demo.facts import Guest, Recipe, Told
from referral.demo.fates import FateDrawer
from referral.infra.db import Database
from referral.infra.settings import EXAMPLE, Settings
from referral.infra.work import Work, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.padron.facts import Term
from referral.referrals.facts import AnswerDays

Step = Callable[[], None]


@dataclass(slots=True)
class Case:
    """A guest with her file. `desk`: the one that keeps it now; `gone`: she will not come again."""

    guest: Guest
    person: uuid.UUID
    desk: int
    needs: dict[uuid.UUID, set[str]] = field(default_factory=dict)  # services tried, by need
    referrals: list[uuid.UUID] = field(default_factory=list)
    gone: bool = False


@dataclass(slots=True)
class Stage:
    """Where the year is played: the database, its clock, who works there, and what is still to happen."""

    database: Database
    clock: FixedClock
    settings: Settings
    recipe: Recipe
    house: House
    told: Told
    chance: Random
    fates: FateDrawer
    heads: dict[int, uuid.UUID] = field(default_factory=dict)  # the first of each household, by its number
    cases: list[Case] = field(default_factory=list)  # everybody who came so far
    _agenda: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, step: Step) -> None:
        """Let `step` happen at `moment`, if the demonstration's present has come by then."""
        if moment < self.recipe.until:
            heappush(self._agenda, (moment, next(self._order), step))

    def next(self) -> Step | None:
        """What happens next, with the clock set to its moment; None when the year is over."""
        if not self._agenda:
            return None
        moment, _order, step = heappop(self._agenda)
        self.clock.set(moment)
        return step

    @contextmanager
    def work(self, action: str, identity: Identity, *, minutes: float = 2) -> Iterator[Work]:
        """One unit of work by one account, some minutes after the last."""
        self.clock.advance(timedelta(minutes=minutes * self.chance.uniform(0.4, 1.6)))
        with serving(self.database, identity), unit_of_work(action) as work:
            yield work

    @contextmanager
    def aside(self, action: str, identity: Identity, *, minutes: float = 2) -> Iterator[Work]:
        """As `work`, drawing nothing: what is done so changes nobody's story."""
        self.clock.advance(timedelta(minutes=minutes))
        with serving(self.database, identity), unit_of_work(action) as work:
            yield work

    def staying(self, desk: int) -> list[Case]:
        """Who is served at a desk now, the last who came first."""
        return [case for case in reversed(self.cases) if case.desk == desk and not case.gone]

    def term(self) -> Term:
        """What an inscription is made with."""
        return Term(self.settings.folio_mask, self.settings.inscription_months)

    def days(self) -> AnswerDays:
        """How long institutions have to answer."""
        known = self.settings
        return AnswerDays(
            known.answer_days_immediate, known.answer_days_urgent, known.answer_days_soon, known.answer_days_normal
        )

    def office(self) -> Office:
        """What constancias say of who issues them; always marked as of a demonstration."""
        known = self.settings
        return Office(
            issuing_unit=known.issuing_unit,
            signer_name=known.signer_name,
            signer_post=known.signer_post,
            legal_basis=known.legal_basis or (f"{EXAMPLE}: fundamento que dará el área jurídica",),
            public_url=known.public_url,
            validity_is_example=True,
            sample=True,
        )
