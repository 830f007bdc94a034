"""The constancia's sentences in both its languages. Read by paper.py: data, since a paper does not follow the reader's.

Wording: it proves an inscription and no more; the person has no grammatical gender in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from referral.certificates.facts import ConstanciaFacts
from referral.kernel.codes import ALCALDIAS, COUNTRIES
from referral.kernel.partial_dates import PartialDate, Precision

LANGUAGES = ("es", "en")
WORDS: dict[str, dict[str, str]] = {
    "title": {"es": "Constancia de inscripción", "en": "Certificate of registration"},
    "register": {
        "es": "Padrón de Huéspedes y Migrantes en Retorno de la Ciudad de México",
        "en": "Mexico City’s Register of Guests and Returning Migrants",
    },
    "lead": {"es": "Se hace constar que la persona", "en": "This is to certify that"},
    "inscribed": {
        "es": "cuenta con inscripción en el Padrón de Huéspedes y Migrantes en Retorno de la Ciudad de México "
        "con el folio {folio}, desde el {date}.",
        "en": "has been entered in Mexico City’s Register of Guests and Returning Migrants "
        "under number {folio}, since {date}.",
    },
    "meaning": {
        "es": "La inscripción es voluntaria y no depende de la situación migratoria. "
        "Esta constancia facilita el acceso a los servicios y programas del Gobierno de la Ciudad.",
        "en": "Registration is voluntary and does not depend on migration status. "
        "This certificate helps its holder reach the services and programmes of the City Government.",
    },
    "limits": {
        "es": "No es un documento migratorio ni autoriza a trabajar o a viajar.",
        "en": "It is not a migration document and gives no permission to work or to travel.",
    },
    "chosen": {"es": "Nombre que usa", "en": "Name used"},
    "born_date": {"es": "Fecha de nacimiento", "en": "Date of birth"},
    "born_year": {"es": "Año de nacimiento", "en": "Year of birth"},
    "about": {"es": "hacia {year}, por la edad declarada", "en": "about {year}, from the age stated"},
    "photo": {"es": "Fotografía de la persona", "en": "Photograph of the person"},
    "nationality": {"es": "Nacionalidad", "en": "Nationality"},
    "alcaldia": {"es": "Alcaldía", "en": "Borough (alcaldía)"},
    "registered_at": {"es": "Lugar de inscripción", "en": "Registered at"},
    "adult": {"es": "Persona adulta que acompaña", "en": "Accompanying adult"},
    "valid_from": {"es": "Vigente desde", "en": "Valid from"},
    "valid_to": {"es": "Vigente hasta", "en": "Valid until"},
    "open": {"es": "sin fecha de término", "en": "no end date"},
    "issued": {"es": "Se expide el {date}.", "en": "Issued on {date}."},
    "verify": {
        "es": "Verifique la vigencia con el código; no se mostrará ningún otro dato.",
        "en": "Check validity with the code; no other data will be shown.",
    },
    "legal": {"es": "Fundamento jurídico", "en": "Legal basis"},
    "code": {"es": "Código", "en": "Code"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the details, in both languages."""

    labels: tuple[str, str]
    values: tuple[str, str]
    example: bool = False


def detail_rows(facts: ConstanciaFacts) -> list[Row]:
    """What is printed below the statement, in order. What the person left out has no row: not even an empty one."""
    rows: list[Row] = []

    def add(key: str, values: tuple[str, str], *, example: bool = False) -> None:
        rows.append(Row((WORDS[key]["es"], WORDS[key]["en"]), values, example))

    if facts.birth.precision in (Precision.DAY, Precision.MONTH):
        add("born_date", (_birth(facts.birth, "es"), _birth(facts.birth, "en")))
    elif facts.birth.is_known:
        add("born_year", (_birth(facts.birth, "es"), _birth(facts.birth, "en")))
    if facts.accompanying_adult:
        add("adult", (facts.accompanying_adult, facts.accompanying_adult))
    if facts.nationality:
        add("nationality", (COUNTRIES.label(facts.nationality, "es"), COUNTRIES.label(facts.nationality, "en")))
    if facts.alcaldia:
        add("alcaldia", (ALCALDIAS.label(facts.alcaldia, "es"), ALCALDIAS.label(facts.alcaldia, "en")))
    if facts.registered_at:
        add("registered_at", (facts.registered_at, facts.registered_at))
    add("valid_from", (day_words(facts.valid_from, "es"), day_words(facts.valid_from, "en")))
    until = (WORDS["open"]["es"], WORDS["open"]["en"])
    if facts.valid_to is not None:
        until = (day_words(facts.valid_to, "es"), day_words(facts.valid_to, "en"))
    add("valid_to", until, example=facts.validity_is_example)
    return rows


def _birth(birth: PartialDate, lang: str) -> str:
    first = birth.earliest()
    if first is None:
        return ""
    if birth.precision is Precision.DAY:
        return day_words(first, lang)
    if birth.precision is Precision.MONTH:
        return format_date(first, "MMMM 'de' y" if lang == "es" else "MMMM y", locale=_locale(lang))
    if birth.precision is Precision.AGE:
        return WORDS["about"][lang].format(year=birth.birth_year_guess)
    return str(birth.year)


def day_words(day: date, lang: str) -> str:
    return format_date(day, "d 'de' MMMM 'de' y" if lang == "es" else "d MMMM y", locale=_locale(lang))


def _locale(lang: str) -> str:
    return "es_MX" if lang == "es" else "en"
