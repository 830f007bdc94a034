"""The facts of a slip in the person's language, from the referral and what the directory knows of the door. Called
by views.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask_babel import force_locale

from referral.directory import labels as directory_labels
from referral.directory.facts import PlaceFact, Words
from referral.kernel.clock import local_day
from referral.referrals.facts import Phrase, ReferralLine, ReferralPage, SlipFacts
from referral.referrals.queries.contacts import Contact
from referral.referrals.rules.due import add_working_days
from referral.referrals.rules.slip import after_sending, is_discreet


def slip_facts(page: ReferralPage, contact: Contact, *, sample: bool, now: datetime) -> SlipFacts:
    """What the paper may say: the door and its code, nothing of the person nor of why she goes."""
    line, language = page.line, page.person_language or "es"
    place = contact.places[0] if contact.places else None
    discreet = is_discreet(line.category, line.need_code, confidential=contact.confidential)
    hours = [_phrase(language, partial(directory_labels.hours, schedule)) for schedule in contact.hours]
    return SlipFacts(
        code=line.code,
        door_name=line.service_name.es,
        discreet=discreet,
        address=(place.address or None) if place else None,
        directions=_directions(place, language),
        hours=Phrase("; ".join(phrase.es for phrase in hours), "; ".join(phrase.own for phrase in hours if phrase.own))
        if hours
        else None,
        phone=contact.phones[0].number if contact.phones else None,
        appointment=None,
        bring=_bring(contact, language),
        after=after_sending(line.status, contact.method, promised=_is_promise(line, contact), due=bool(line.due_on)),
        answer_by=line.due_on,
        # In its own words a door may say what it is.
        next_step=_words(contact.next_step, language) if contact.next_step.es and not discreet else None,
        desk_name=page.desk_name,
        desk_phone=None,
        language=language,
        sample=sample,
        issued_at=now,
    )


def _is_promise(line: ReferralLine, contact: Contact) -> bool:
    """Whether the day by which an answer is due is the institution's own promise, and not our term."""
    if line.sent_at is None or contact.answer_days is None:
        return False
    return line.due_on == add_working_days(local_day(line.sent_at), contact.answer_days)


def _phrase(language: str, said: Callable[[], str]) -> Phrase:
    """The same words in Spanish and, when the person reads English, in English: the directory has no other language."""
    with force_locale("es_MX"):
        spanish = said()
    if not language.startswith("en"):
        return Phrase(spanish)
    with force_locale("en_GB"):
        return Phrase(spanish, said())


def _directions(place: PlaceFact | None, language: str) -> Phrase | None:
    return _words(place.description, language) if place and place.description.es else None


def _bring(contact: Contact, language: str) -> tuple[Phrase, ...] | None:
    if not contact.documents and not contact.bring.es:
        return None
    asked = [_phrase(language, partial(directory_labels.document_group, group)) for group in contact.documents]
    return (*asked, *((_words(contact.bring, language),) if contact.bring.es else ()))


def _words(words: Words, language: str) -> Phrase:
    return Phrase(words.es, words.en if language.startswith("en") else "")
