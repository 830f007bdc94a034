"""A likely match laid beside what is being typed, line by line, in words. For the pages that register somebody."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import gettext as _

from referral.infra.web.formats import code_label, partial_date
from referral.people.facts import NewPerson
from referral.people.queries.search import PHONE_SHOWN, Hit
from referral.people.rules.matching import MatchReason

_SAME_BIRTH = {MatchReason.SAME_BIRTH_DATE}
_SAME_NAME = {MatchReason.SAME_NAME}


class Line(NamedTuple):
    """One fact of both. `same`: whether they agree; None when one side does not say."""

    name: str
    typed: str
    found: str
    same: bool | None


def side_by_side(new: NewPerson, hit: Hit) -> list[Line]:
    """Name, birth, nationality and end of the telephone; of a file of another desk only what may be shown of it."""
    reasons = {because.reason for because in hit.reasons}
    names, birth = new.identity.names, new.identity.birth
    card = hit.card
    # Two spellings are not told to differ: the reasons above say in what they are alike.
    lines = [Line(_("Nombre"), names.display, hit.minimal.name, True if reasons & _SAME_NAME else None)]
    if card is not None:
        found_birth = partial_date(card.birth) if card.birth.is_known else ""
    else:
        found_birth = str(hit.minimal.birth_year or "")
    typed_birth = partial_date(birth) if birth.is_known else ""
    lines.append(_line(_("Nacimiento"), typed_birth, found_birth, bool(reasons & _SAME_BIRTH)))
    if card is not None:
        typed, found = new.identity.nationalities, card.nationalities
        lines.append(_line(_("Nacionalidad"), _countries(typed), _countries(found), set(typed) == set(found)))
        tail = new.contact.phone[-PHONE_SHOWN:]
        lines.append(
            _line(
                _("Teléfono"),
                _("termina en %(digits)s", digits=tail) if tail else "",
                _("termina en %(digits)s", digits=hit.phone_tail) if hit.phone_tail else "",
                tail == hit.phone_tail,
            )
        )
    return lines


def _line(name: str, typed: str, found: str, same: bool) -> Line:
    return Line(name, typed, found, same if typed and found else None)


def _countries(codes: tuple[str, ...]) -> str:
    return ", ".join(code_label(code, "countries") for code in codes)
