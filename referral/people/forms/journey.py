"""Her journey: profiles of today and before with their dates, asylum, return, displacement."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import MultiChoiceField
from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.formats import page_language
from referral.kernel.codes import PROFILES
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import DatedProfile, PersonRecord, Section
from referral.people.forms.fields import choices_of, words_of
from referral.people.forms.section import SectionForm, known, make_form


class DatedBoxes(NamedTuple):
    """Names of the boxes of one profile. `shown`: in sight before anybody opens its line."""

    code: str
    since: str
    until: str
    shown: bool


class _Journey(SectionForm):
    """Every profile has its two dates: in sight for those on file, behind a line to open for the others."""

    own = frozenset({"profiles", "history"})
    noted: tuple[str, ...] = ()  # codes of the profiles on file

    profiles = MultiChoiceField(
        words_of("profiles"),
        choices=choices_of("profiles"),
        hint=_l("De hoy y de antes, según lo que dice la persona."),
    )

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        form = super().of(record, version, **options)
        form.noted = profiles_on_file(record)
        return form

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        filled = {**super().filled(record), "profiles": profiles_on_file(record)}
        for one in record.mobility.history:
            filled |= {f"since_{one.profile}": known(one.since), f"until_{one.profile}": known(one.until)}
        return filled

    def dated_boxes(self) -> tuple[DatedBoxes, ...]:
        """The two date boxes of each profile, those on file and those with something written first."""
        if "profiles" not in self:
            return ()
        return tuple(sorted(map(self._boxes, PROFILES.codes()), key=lambda boxes: not boxes.shown))

    def _boxes(self, code: str) -> DatedBoxes:
        typed = self._typed(code)
        return DatedBoxes(code, f"since_{code}", f"until_{code}", typed or code in self.noted)

    def _typed(self, code: str) -> bool:
        dates = (self[f"since_{code}"], self[f"until_{code}"])
        return any(date.typed.has_boxes or date.typed.unknown or date.errors for date in dates)

    def validate(self, extra_validators: Any = None) -> bool:
        """The dates of a profile that nobody ticked would be lost without a word: they are asked about."""
        good = super().validate(extra_validators)
        if "profiles" not in self:
            return good
        new = set(PROFILES.codes()).difference(self.noted, self.profiles.value)
        for code in PROFILES.codes():
            if code in new and self._typed(code):
                profile = PROFILES.label(code, page_language())
                self.refuse(_("Marque también «%(profile)s», o borre sus fechas.", profile=profile), f"since_{code}")
                good = False
        return good

    def answers(self) -> dict[str, Any]:
        told = [
            DatedProfile(code, self._date(f"since_{code}"), self._date(f"until_{code}")) for code in self.profiles.value
        ]
        return {
            **super().answers(),
            # No box takes a day to come, so one that has an end has ended.
            "mobility.profiles": tuple(one.profile for one in told if not one.until.is_known),
            "mobility.history": tuple(one for one in told if one.since.is_known or one.until.is_known),
        }

    def _date(self, name: str) -> PartialDate:
        return (self[name].value if name in self else None) or PartialDate.unknown()


def profiles_on_file(record: PersonRecord) -> tuple[str, ...]:
    """Codes of today's profiles and of past ones, in the order of the list."""
    noted = {one.profile for one in record.mobility.history}.union(record.mobility.profiles)
    return tuple(code for code in PROFILES.codes() if code in noted)


def _dated(code: str, *, since: bool) -> LazyString:
    def words() -> str:
        profile = PROFILES.label(code, page_language())
        return (
            _("%(profile)s: desde cuándo", profile=profile)
            if since
            else _("%(profile)s: hasta cuándo", profile=profile)
        )

    return LazyString(words)


JOURNEY = make_form(
    Section.MOBILITY,
    _Journey,
    **{
        f"{side}_{code}": PartialDateField(_dated(code, since=side == "since"), age=False)
        for code in PROFILES.codes()
        for side in ("since", "until")
    },
)
