"""What may become of a referral, as chains of steps of the transition table. Pure; drawn by year.py."""

from __future__ import annotations

from random import Random

from referral.demo.facts import Fate, Hop

_RECEIVED = Hop("received", 0.05, 1.5)
_ACCEPTED = Hop("accepted", 0.3, 5)
_STARTED = Hop("in-progress", 1, 9)
_NOTE = "Nota de demostración: persona inventada."

# Ends that a referral comes to; between them they show every outcome there is.
ENDINGS: tuple[Fate, ...] = (
    Fate("served", 300, (_RECEIVED, _ACCEPTED, _STARTED, Hop("completed", 4, 40, outcome="provided"))),
    Fate("served_at_once", 160, (_ACCEPTED, Hop("completed", 1, 12, outcome="provided"))),
    Fate("served_after_wait", 50, (_ACCEPTED, _STARTED, Hop("on-hold", 2, 6, "waiting_list"), Hop("in-progress", 8, 30),
                                   Hop("completed", 3, 15, outcome="provided"))),
    Fate("part", 60, (_ACCEPTED, _STARTED, Hop("completed", 5, 30, "no_capacity", "partly_provided"))),
    Fate("had_it", 18, (_RECEIVED, _ACCEPTED, Hop("completed", 1, 8, outcome="already_received"))),
    Fate("full", 70, (_RECEIVED, Hop("rejected", 1, 6, "no_capacity"))),
    Fate("waiting_list", 25, (Hop("rejected", 1, 6, "waiting_list"),)),
    Fate("papers", 60, (_RECEIVED, Hop("rejected", 1, 5, "missing_document"))),
    Fate("status", 28, (Hop("rejected", 1, 6, "migration_status"),)),
    Fate("not_eligible", 35, (_RECEIVED, Hop("rejected", 1, 6, "not_eligible"))),
    Fate("discrimination", 8, (_ACCEPTED, Hop("failed", 1, 6, "discrimination", note=_NOTE))),
    Fate("not_for_her", 20, (Hop("rejected", 1, 4, "not_applicable"),)),
    Fate("no_show", 55, (_ACCEPTED, Hop("failed", 5, 15, "no_show"))),
    Fate("not_located", 30, (_RECEIVED, _ACCEPTED, Hop("failed", 8, 20, "not_located"))),
    Fate("declined", 30, (_ACCEPTED, Hop("cancelled", 1, 8, "person_declined"))),
    Fate("consent_taken_back", 12, (_RECEIVED, Hop("cancelled", 2, 12, "consent_withdrawn"))),
    Fate("no_reply", 90, (Hop("failed", 20, 40, "no_reply"),)),
    Fate("no_reply_after_receipt", 30, (_RECEIVED, Hop("failed", 20, 40, "no_reply"))),
    Fate("solved_here", 25, (Hop("cancelled", 1, 6, "solved_at_desk"),)),
    Fate("moved", 16, (_ACCEPTED, Hop("failed", 6, 20, "moved"))),
    Fate("deceased", 1, (_ACCEPTED, Hop("failed", 10, 30, "deceased"))),
    Fate("mistake", 10, (Hop("entered-in-error", 0.02, 0.3),)),
)  # fmt: skip

# Where a referral of the last weeks stands today.
STANDING: tuple[Fate, ...] = (
    Fate("waiting", 4, ()),
    Fate("seen", 3, (_RECEIVED,)),
    Fate("taken", 3, (Hop("accepted", 0.2, 3),)),
    Fate("under_way", 3, (Hop("accepted", 0.2, 2), Hop("in-progress", 0.5, 3))),
    Fate("paused", 2, (Hop("accepted", 0.2, 2), Hop("on-hold", 0.5, 3, "missing_document"))),
)

LEAVES_ALL = {"moved": "moved", "deceased": "deceased"}  # a fate that ends the person's other referrals, and why


class FateDrawer:
    """Deals fates: first each ending once, so that even a small demonstration shows them all; then by weight.

    Referrals of the last `fresh_days` come to no ending yet: half of them take turns at the open states.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._first = list(ENDINGS)
        self._open = list(reversed(STANDING))
        self._standing_shown: set[str] = set()

    def draw(self, *, fresh: bool) -> Fate:
        """The fate of the next referral sent; `fresh` when it is sent within the last weeks."""
        if fresh and (len(self._standing_shown) < len(STANDING) or self._chance.random() < 0.75):
            self._open.append(self._open.pop(0))
            self._standing_shown.add(self._open[-1].name)
            return self._open[-1]
        if self._first:
            return self._first.pop(0)
        return self._chance.choices(ENDINGS, weights=[fate.weight for fate in ENDINGS])[0]
