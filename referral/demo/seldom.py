"""What happens now and then in a year: somebody leaves the register, a listing is said to be wrong. For year.py."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import exists, select

from referral.certificates.actions import end_inscription
from referral.demo.case import Stage
from referral.demo.hours import at_work, later
from referral.directory.models import Service
from referral.padron.facts import EndReason
from referral.padron.models import Inscription
from referral.referrals.facts import OPEN
from referral.referrals.models import Referral
from referral.upkeep.actions.editing import propose, tell_wrong
from referral.upkeep.actions.reviewing import decide
from referral.upkeep.facts import Notice, Values
from referral.upkeep.rules import OTHER

# Days before the end, and why she left.
_LEAVING = (
    (240, EndReason.LEFT_CITY),
    (120, EndReason.ASKED),
    (70, EndReason.LEFT_CITY),
    (25, EndReason.LEFT_CITY),
    (4, EndReason.IN_ERROR),
)
# Days before the end, the service, what is said of it, and the answer: None while nobody has looked, "" for a yes. No
# notice says a value: it would be written in a real listing.
_NOTICES = (
    (220, "COMEDORES", "phones", "Aviso de ejemplo: nadie contesta por la mañana.", ""),
    (
        130,
        "SEDESA",
        "hours",
        "Aviso de ejemplo: a una persona le dijeron otro horario.",
        "Ejemplo: se llamó y está bien.",
    ),
    (15, "SEDESA", "bring_es", "Aviso de ejemplo: pidieron un papel que no está en la lista.", None),
    (2, "COMEDORES", OTHER, "Aviso de ejemplo: la puerta estaba cerrada en martes.", None),
)
_PROPOSED: Values = {"transportation": "Texto de ejemplo de la demostración: junto a la plaza."}
_PROPOSED_DAYS = 6


def plan_the_seldom(stage: Stage, chance: Random) -> None:
    """Put them on the agenda, spread over the year."""
    end = stage.recipe.until
    for days, reason in _LEAVING:
        stage.at(at_work(end - timedelta(days=days), chance), partial(_leave, stage, chance, reason))
    for days, key, field, said, answer in _NOTICES:
        notice = Notice(field, said)
        stage.at(at_work(end - timedelta(days=days), chance), partial(_tell, stage, chance, key, notice, answer))
    stage.at(at_work(end - timedelta(days=_PROPOSED_DAYS), chance), partial(_propose, stage))


def _leave(stage: Stage, chance: Random, reason: EndReason) -> None:
    """Somebody with a folio and nothing under way leaves the register, and does not come again."""
    desk = chance.randrange(2)
    cases = {case.person: case for case in stage.staying(desk)}
    with stage.aside("padron.end", stage.house.at_desk[desk]) as work:
        under_way = exists().where(
            Referral.person_id == Inscription.person_id, Referral.status.in_([status.value for status in OPEN])
        )
        idle = select(Inscription.person_id).where(Inscription.ended_on.is_(None), ~under_way)
        people = [person for person in work.session.scalars(idle.order_by(Inscription.id)) if person in cases]
        if people:
            person = chance.choice(people)
            end_inscription(work, person=person, reason=reason, note="Nota de ejemplo.")
            cases[person].gone = True


def _tell(stage: Stage, chance: Random, key: str, notice: Notice, answer: str | None) -> None:
    with stage.aside("upkeep.tell", stage.house.at_desk[chance.randrange(2)]) as work:
        service = work.session.scalar(select(Service.id).where(Service.key == key))
        if service is None:
            return
        ref = tell_wrong(work, ref=service, notice=notice)
    if answer is not None:
        stage.at(later(stage.clock.now(), 1, 5, chance), partial(_decide, stage, service, ref, answer))


def _decide(stage: Stage, service: uuid.UUID, suggestion: uuid.UUID, answer: str) -> None:
    with stage.aside("upkeep.decide", stage.house.supervisor) as work:
        version = work.session.execute(select(Service.version).where(Service.id == service)).scalar_one()
        decide(work, service=service, suggestion=suggestion, version=version, accepted=not answer, reason=answer)


def _propose(stage: Stage) -> None:
    """The institution asks for a change in what is said of one of its services."""
    partner = stage.house.partner
    with stage.aside("upkeep.propose", partner) as work:
        own = select(Service.id).where(Service.organization_id == partner.organization).order_by(Service.key)
        service = work.session.scalars(own).first()
        if service is not None:
            propose(work, ref=service, wanted=_PROPOSED)
