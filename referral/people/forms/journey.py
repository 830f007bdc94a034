"""Her journey: profiles of today and before with their dates, asylum, return, displacement."""

from __future__ import annotations

from typing import Any, ClassVar, Self, cast

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


class _Journey(SectionForm):
    """The dates are asked of the profiles on file; one ticked now gets its boxes when the page is opened again."""

    own = frozenset({"profiles", "history"})
    asks_dates_of: ClassVar[tuple[str, ...]] = ()

    profiles = MultiChoiceField(
        words_of("profiles"),
        choices=choices_of("profiles"),
        hint=_l("De hoy y de antes, según lo que dice la persona."),
    )

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        noted = profiles_on_file(record)
        if cls.asks_dates_of != noted:
            boxes = {
                f"{side}_{code}": PartialDateField(_dated(code, since=side == "since"), age=False)
                for code in noted
                for side in ("since", "until")
            }
            dated = cast("type[Self]", type(cls.__name__, (cls,), {**boxes, "asks_dates_of": noted}))
            return dated.of(record, version, **options)
        return super().of(record, version, **options)

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        filled = {**super().filled(record), "profiles": profiles_on_file(record)}
        for one in record.mobility.history:
            filled |= {f"since_{one.profile}": known(one.since), f"until_{one.profile}": known(one.until)}
        return filled

    def dated_boxes(self) -> tuple[tuple[str, str], ...]:
        """Names of the two date boxes of each profile on file."""
        return tuple((f"since_{code}", f"until_{code}") for code in self.asks_dates_of if f"since_{code}" in self)

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


JOURNEY = make_form(Section.MOBILITY, _Journey)
