"""One invented person: identity, contact, journey, answers, what she wants. Pure; for population.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from referral.demo.facts import Answers, Guest, Recipe
from referral.demo.hours import at_work
from referral.demo.names import NameBook, rows
from referral.demo.papers import papers_of
from referral.kernel.clock import local_day
from referral.kernel.codes import ALCALDIAS, FUNCTIONAL_DIFFICULTIES, STATES
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, NewPerson

_BUSY = ("09015", "09007", "09005", "09017", "09006")  # boroughs where more of them live
_INTENTIONS = {"TRANSIT": "transit", "RETURN_VOL": "stay", "RETURN_DEP": "stay", "IDP": "undecided"}
_STAGES = {
    "ASYLUM_SEEKER": ("pre_registered", "constancia", "interview"),
    "REFUGEE": ("recognised",),
    "COMPL_PROT": ("complementary",),
}
_STATUS = {
    "REFUGEE": ("regular",),
    "COMPL_PROT": ("regular",),
    "ASYLUM_SEEKER": ("in_process", "in_process", "irregular", "not_said"),
    "TRANSIT": ("irregular", "irregular", "unknown", "not_said"),
    "INT_MIGRANT": ("regular", "in_process", "irregular", "not_said"),
}
YOUNGEST_READER = 6  # years


@dataclass(frozen=True, slots=True)
class Origin:
    country: str
    names: str
    language: str
    language_name: str  # of one outside the list
    profiles: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Want:
    need: str
    weight: int
    profiles: frozenset[str]
    ages: range
    sex: str


class PersonDrawer:
    """Draws people one by one; the same recipe draws the same ones."""

    def __init__(self, recipe: Recipe, chance: Random) -> None:
        self.chance = chance
        self.names = NameBook(chance)
        self.per_person = recipe.referrals / recipe.people
        self.wants = [_want(row) for row in rows("needs.csv")]

    def person(
        self,
        origin: Origin,
        profile: str,
        arrives: datetime,
        *,
        age: int,
        number: int,
        woman: bool | None = None,
        surnames: tuple[str, str] | None = None,
        accompaniment: str = "",
    ) -> Guest:
        """Somebody of this origin, profile and age who comes at this moment; `number` is her household's."""
        chance = self.chance
        moment = at_work(arrives, chance)
        woman = chance.random() < 0.52 if woman is None else woman
        names = self.names.draw(origin.names, woman=woman, surnames=surnames)
        if chance.random() < 0.05 and age >= 18:
            names = replace(names, chosen=self.names.draw(origin.names, woman=not woman).given)
        minor = age < 18
        identity = IdentityFacts(
            names=names,
            birth=self._birth(age, local_day(moment)),
            nationalities=self._nationalities(origin.country, profile),
            birth_country=origin.country if chance.random() < 0.8 else "",
            sex_document=("M" if woman else "H") if chance.random() < 0.9 else "",
            pronouns="elle" if chance.random() < 0.02 else "ella" if names.chosen and not woman else "",
            accompaniment=(accompaniment or "alone") if minor else "",
        )
        language = origin.language
        speaks_spanish = language == "es" or chance.random() < 0.35
        contact = self._contact(language, interpreter=not speaks_spanish, profile=profile)
        if age < YOUNGEST_READER:
            contact = replace(contact, reads="no")
        contact = replace(contact, language_name=origin.language_name)
        answers = self._answers()
        papers_now, papers_later = papers_of(
            chance, profile, minor=minor, country=origin.country, name=names.document_name, today=local_day(moment)
        )
        return Guest(
            new=NewPerson(identity, contact),
            arrives=moment,
            desk=0 if chance.random() < 0.62 else 1,
            language="es" if speaks_spanish else language,
            mobility=self._mobility(profile, local_day(moment), origin.country),
            health=self._health(age, woman=woman),
            answers=answers,
            wants=self._wants_of(profile, age, woman=woman),
            papers_now=papers_now,
            papers_later=papers_later,
            note="Persona inventada para la demostración." if chance.random() < 0.1 else "",
            moves_desk=chance.random() < 0.07,
            inscribes=chance.random() < 0.85,
            withdraws=chance.choice(("contact", "statistics", "sensitive", "certificate"))
            if chance.random() < 0.05
            else "",
            household=number,
        )

    def _birth(self, age: int, day: date) -> PartialDate:
        chance = self.chance
        born = day - timedelta(days=int((age + chance.random()) * 365.25))
        kind = chance.random()
        if kind < 0.78 or age < 18:
            return PartialDate.of_day(born)
        if kind < 0.83:
            return PartialDate.of_month(born.year, born.month)
        if kind < 0.92:
            return PartialDate.of_year(born.year)
        return PartialDate.of_age(age, day) if kind < 0.98 else PartialDate.unknown()

    def _nationalities(self, country: str, profile: str) -> tuple[str, ...]:
        if profile == "FAMILY_MEMBER":
            return (country, "MX") if self.chance.random() < 0.5 else (country,)
        if country == "HT" and self.chance.random() < 0.08:
            return ("HT", "BR")
        return (country,) if self.chance.random() < 0.97 else ()

    def _contact(self, language: str, *, interpreter: bool, profile: str) -> ContactFacts:
        chance = self.chance
        housing = chance.choices(
            ("rent", "hosted", "shelter", "hotel", "street", "camp", ""),
            (2, 3, 5, 2, 1, 2, 2) if profile in {"TRANSIT", "ASYLUM_SEEKER", "IDP"} else (7, 5, 2, 1, 1, 0, 3),
        )[0]
        has_phone = chance.random() < 0.82
        alcaldia = chance.choice(_BUSY) if chance.random() < 0.7 else chance.choice(ALCALDIAS.codes())
        return ContactFacts(
            language=language,
            interpreter=interpreter,
            reads=chance.choices(("yes", "with_help", "no", ""), (70, 10, 6, 14))[0],
            phone=self.names.telephone() if has_phone else "",
            whatsapp=has_phone and chance.random() < 0.8,
            email=f"persona{chance.randrange(10**5):05d}@example.org" if chance.random() < 0.25 else "",
            safe_contact=chance.choices(
                ("any", "phone_only", "in_person_only", "via_shelter_only", ""),
                (50, 14, 8, 6 if housing == "shelter" else 1, 22),
            )[0],
            housing=housing,
            alcaldia="" if housing in {"street", ""} and chance.random() < 0.4 else alcaldia,
            place="Albergue de ejemplo"
            if housing == "shelter"
            else "Plaza de ejemplo, junto al quiosco"
            if housing in {"street", "camp"}
            else "",
            will_return=not has_phone or chance.random() < 0.3,
        )

    def _mobility(self, profile: str, day: date, country: str) -> MobilityFacts:
        chance = self.chance
        entry = day - timedelta(days=chance.randint(3, 500))
        abroad = profile in {"RETURN_VOL", "RETURN_DEP"}
        inside = profile in {"IDP", "INTERNAL_MIGRANT"}
        return MobilityFacts(
            profiles=(profile,) if chance.random() < 0.93 else (),
            entry=PartialDate.unknown() if abroad or inside else PartialDate.of_month(entry.year, entry.month),
            intention=_INTENTIONS.get(profile, chance.choice(("stay", "stay", "undecided", "not_said"))),
            asylum_stage=chance.choice(_STAGES.get(profile, ("",))),
            return_type={"RETURN_VOL": "voluntary", "RETURN_DEP": "deported"}.get(profile, ""),
            return_country="US" if abroad else "",
            return_date=PartialDate.of_month(entry.year, entry.month) if abroad else PartialDate.unknown(),
            idp_state=chance.choice([code for code in STATES.codes() if code not in {"09", "NE"}]) if inside else "",
            relative_abroad="US" if profile == "FAMILY_OF_ABROAD" else "",
            status_self="" if country == "MX" else chance.choice(_STATUS.get(profile, ("not_said",))),
        )

    def _health(self, age: int, *, woman: bool) -> HealthFacts:
        chance = self.chance
        pregnant = "pregnant" if woman and 16 <= age <= 42 and chance.random() < 0.08 else ""
        hard = chance.random() < 0.06
        return HealthFacts(pregnant, (chance.choice(FUNCTIONAL_DIFFICULTIES.codes()),) if hard else ())

    def _answers(self) -> Answers:
        draw = self.chance.choices
        return Answers(
            care=draw(("yes", "not_now"), (98, 2))[0],
            sensitive=draw(("yes", "no", "not_now"), (86, 8, 6))[0],
            contact=draw(("yes", "no", "not_now"), (88, 7, 5))[0],
            certificate=draw(("yes", "no", "not_now"), (88, 5, 7))[0],
            statistics=draw(("yes", "no", "not_now"), (82, 11, 7))[0],
            referral=draw(("yes", "no", "not_now"), (93, 2, 5))[0],
            how=draw(("signed", "thumbprint", "verbal_witness"), (78, 8, 14))[0],
        )

    def _wants_of(self, profile: str, age: int, *, woman: bool) -> tuple[tuple[str, int], ...]:
        chance = self.chance
        fitting = [
            want
            for want in self.wants
            if age in want.ages
            and (not want.profiles or profile in want.profiles)
            and want.sex in ("", "M" if woman else "H")
        ]
        most = max(1, round(chance.triangular(1, self.per_person * 1.7, self.per_person * 0.9)))
        chosen: dict[str, int] = {}
        for _ in range(most * 3):
            if len(chosen) == min(most, len(fitting)):
                break
            need = chance.choices(fitting, [want.weight for want in fitting])[0].need
            # Most is told on the first day; the rest comes up on later visits.
            chosen.setdefault(need, 0 if len(chosen) < 2 or chance.random() < 0.4 else chance.randint(4, 150))
        return tuple(sorted(chosen.items(), key=lambda item: item[1]))


def origin_of(row: dict[str, str]) -> Origin:
    """A row of origins.csv."""
    pairs = [pair.split(":") for pair in row["profiles"].split()]
    return Origin(
        row["country"],
        row["names"],
        row["language"],
        row["language_name"],
        tuple(p[0] for p in pairs),
        tuple(int(p[1]) for p in pairs),
    )


def _want(row: dict[str, str]) -> _Want:
    low, high = row["ages"].split("-")
    return _Want(
        row["need"],
        int(row["weight"]) * (3 if row["profiles"] else 1),
        frozenset(row["profiles"].split()),
        range(int(low), int(high) + 1),
        row["sex"],
    )
