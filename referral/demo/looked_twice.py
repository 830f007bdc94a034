"""What needs a second pair of eyes: the glass broken, what is protected asked for, consents in writing. For year.py."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import or_, select

from referral.access.permissions import Permission
from referral.consent.actions import confirm_written, record_written
from referral.consent.facts import NewWritten
from referral.consent.queries import written_of
from referral.demo.case import Case, Stage
from referral.demo.hours import at_work, just_before, later
from referral.demo.sections import sections_of
from referral.infra.work import Work
from referral.needs.facts import LIVE
from referral.needs.models import Need
from referral.people.models import BreakGlass, GuardedOpening
from referral.privacy.actions import ask_guarded, decide_guarded, open_reserved, review_opening
from referral.privacy.facts import GlassReason, NewOpening
from referral.privacy.queries import opening_rule
from referral.referrals.queries.doors import known_person
from referral.routing.facts import Offer
from referral.routing.queries import offers_for_need

# Days before the end; why; the word of data protection, if what it says is that it was not called for.
_OPENINGS = (
    (310, GlassReason.DANGER, "Ejemplo: llamó para decir que la siguen y quien la atiende salió.", ""),
    (170, GlassReason.COMPLAINT, "Ejemplo: presentó una queja y hay que leer sus notas.", ""),
    (
        60,
        GlassReason.MISTAKE,
        "Ejemplo: se abrió este expediente en lugar de otro.",
        "Ejemplo: bastaba con la portada.",
    ),
)
_AWAY = "Ejemplo: quien la atiende está de vacaciones y la persona espera."
_HELP = "Ejemplo: quien la atiende pidió ayuda con su caso."
# Days before the end; why what is protected is asked for; whether it is opened.
_ASKINGS = (
    (200, "Ejemplo: hay que saber de quién huye para elegir un refugio.", True),
    (90, "Ejemplo: una institución pide saber por qué salió de su país.", False),
    (8, "Ejemplo: antes de llamar a la línea de trata hace falta leerlo.", True),
)
_LAST_ASKING = "Ejemplo: la mesa prepara su acompañamiento de mañana."
_WRITTEN = (150, 12, 3)  # days before the end; the first of them is confirmed, the others wait
_WHY_WRITTEN = "Ejemplo: quiere hacer el trámite y dice que no corre peligro."


def plan_second_eyes(stage: Stage, chance: Random) -> None:
    """Put them on the agenda. The last of each still waits for the second person when the year is over."""
    end = stage.recipe.until
    for days, reason, words, refused in _OPENINGS:
        stage.at(at_work(end - timedelta(days=days), chance), partial(_opening, stage, chance, reason, words, refused))
    for days, words, granted in _ASKINGS:
        stage.at(at_work(end - timedelta(days=days), chance), partial(_asking, stage, chance, words, granted))
    stage.at(just_before(end, chance), partial(_asking, stage, chance, _LAST_ASKING, None))
    for number, days in enumerate(_WRITTEN):
        stage.at(at_work(end - timedelta(days=days), chance), partial(_written, stage, chance, confirmed=number == 0))


def _opening(stage: Stage, chance: Random, reason: GlassReason, words: str, refused: str) -> None:
    held = stage.staying(0)
    if held:
        _open(stage, chance.choice(held), reason, words)
        stage.at(later(stage.clock.now(), 0.1, 1, chance), partial(_review, stage, refused))


def _open(stage: Stage, case: Case, reason: GlassReason, words: str) -> None:
    known = stage.settings
    with stage.aside("privacy.break_glass", stage.house.supervisor) as work:
        open_reserved(
            work,
            person=case.person,
            new=NewOpening(reason, words),
            minutes=known.break_glass_minutes,
            review_days=known.break_glass_review_days,
        )
    with stage.aside("people.view", stage.house.supervisor) as work:
        work.saw(case.person, "file")


def _review(stage: Stage, refused: str = "") -> None:
    with stage.aside("privacy.review_opening", stage.house.privacy) as work:
        waiting = select(BreakGlass.id).where(BreakGlass.reviewed_at.is_(None)).order_by(BreakGlass.at)
        for opening in work.session.scalars(waiting).all():
            review_opening(work, opening=opening, justified=not refused, note=refused)


def _asking(stage: Stage, chance: Random, words: str, granted: bool | None) -> None:
    """`granted` None: nobody has decided yet, nor reviewed the opening that went before."""
    held = stage.staying(0)
    case = next((one for one in held if _told_what_is_protected(one)), held[0] if held else None)
    if case is None:
        return
    why = (GlassReason.ABSENCE, _AWAY) if granted is None else (GlassReason.SUPPORT, _HELP)
    _open(stage, case, *why)
    with stage.aside("privacy.ask_guarded", stage.house.supervisor) as work:
        ask_guarded(work, person=case.person, words=words)
    if granted is None:
        return
    with stage.aside("privacy.decide_guarded", stage.house.privacy, minutes=9) as work:
        waiting = select(GuardedOpening.id).where(GuardedOpening.decided_at.is_(None))
        for asking in work.session.scalars(waiting).all():
            note = "" if granted else "Ejemplo: para responderle no hace falta leerlo."
            decide_guarded(work, asking=asking, granted=granted, minutes=stage.settings.break_glass_minutes, note=note)
    stage.at(later(stage.clock.now(), 0.1, 1, chance), partial(_review, stage))


def _told_what_is_protected(case: Case) -> bool:
    answers = (named for _section, said in sections_of(case.guest) for named in said.items())
    return any(name.startswith("protected.") and bool(value) and value is not True for name, value in answers)


def _written(stage: Stage, chance: Random, *, confirmed: bool) -> None:
    """A signed consent for a door that a rule shuts, of somebody who has signed none before."""
    with stage.aside("consent.record_written", stage.house.at_desk[0], minutes=5) as work:
        found = _shut_door(stage, work)
        if found is None:
            return
        person, offer, rule = found
        new = NewWritten(
            person=person,
            service=offer.service_ref,
            organization=offer.service.organization_ref,
            rule=rule,
            seen="original",
            reference="Carpeta de ejemplo",
            reason=_WHY_WRITTEN,
            expires_on=work.today + timedelta(days=stage.settings.consent_days),
        )
        ref = record_written(work, new)
    if confirmed:
        stage.at(later(stage.clock.now(), 0.1, 1, chance), partial(_confirm, stage, ref))


def _confirm(stage: Stage, written: uuid.UUID) -> None:
    with stage.aside("consent.confirm_written", stage.house.supervisor) as work:
        confirm_written(work, written=written)


def _shut_door(stage: Stage, work: Work) -> tuple[uuid.UUID, Offer, str] | None:
    staying = {case.person for case in stage.staying(0)}
    asked = select(Need.person_id, Need.code, Need.urgency).where(
        Need.status.in_([status.value for status in LIVE]), or_(Need.code == "IDENT_LOST", Need.code.like("MIGR_%"))
    )
    reach = work.reach(Permission.REFERRAL_SEND)
    for need in work.session.execute(asked.order_by(Need.id.desc())):
        if need.person_id not in staying or written_of(work.session, need.person_id):
            continue
        _record, facts, _state = known_person(work.session, reach, need.person_id, today=work.today)
        for offer in offers_for_need(
            work.session, person_facts=facts, need_code=need.code, today=work.today, urgency=need.urgency
        ):
            rule = opening_rule(offer)
            if rule is not None:
                return need.person_id, offer, rule
    return None
