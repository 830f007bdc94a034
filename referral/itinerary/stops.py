"""From a person's referrals to what the page may print of them. Called by views."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from flask_babel import force_locale

from referral.directory import labels as directory_labels
from referral.directory.facts import PlaceFact, Words
from referral.itinerary.facts import Bring, Stop
from referral.itinerary.queries import Visit
from referral.kernel.codes import ALCALDIAS
from referral.referrals.facts import Phrase


def stop(visit: Visit, *, papers: frozenset[str], language: str, readable: bool) -> Stop:
    """One door. Without `readable`, a name that would tell what the visit is about stays out."""
    contact = visit.contact
    place = contact.places[0] if contact.places else None
    hours = [_phrase(language, partial(directory_labels.hours, one)) for one in contact.hours]
    return Stop(
        code=visit.line.code,
        name="" if visit.discreet and not readable else visit.line.service_name.es,
        address=_address(place),
        directions=_words(place.description, language) if place and place.description.es else None,
        hours=_joined(hours),
        phone=contact.phones[0].number if contact.phones else "",
        bring=_bring(visit, papers, language),
    )


def ordered(visits: Sequence[Visit], chosen: Collection[str], first: str) -> list[Visit]:
    """The chosen ones, the named one first, the rest as they came."""
    wanted = [visit for visit in visits if str(visit.line.ref) in chosen]
    return sorted(wanted, key=lambda visit: str(visit.line.ref) != first)


def _address(place: PlaceFact | None) -> str:
    if place is None:
        return ""
    alcaldia = ALCALDIAS.label(place.alcaldia, "es") if place.alcaldia in ALCALDIAS else ""
    return ", ".join(part for part in (place.address, alcaldia) if part)


def _bring(visit: Visit, papers: frozenset[str], language: str) -> tuple[Bring, ...]:
    asked = [
        Bring(_phrase(language, partial(directory_labels.document_group, group)), bool(papers & set(group)))
        for group in visit.contact.documents
    ]
    if visit.contact.bring.es:
        asked.append(Bring(_words(visit.contact.bring, language)))
    return tuple(asked)


def _joined(phrases: Sequence[Phrase]) -> Phrase | None:
    if not phrases:
        return None
    return Phrase("; ".join(one.es for one in phrases), "; ".join(one.own for one in phrases if one.own))


def _phrase(language: str, said: Callable[[], str]) -> Phrase:
    """The same words in Spanish and, for who reads English, in English: the directory has no other language."""
    with force_locale("es_MX"):
        spanish = said()
    if language != "en":
        return Phrase(spanish)
    with force_locale("en_GB"):
        return Phrase(spanish, said())


def _words(words: Words, language: str) -> Phrase:
    return Phrase(words.es, words.en if language == "en" else "")
