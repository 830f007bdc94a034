"""What an address asks of the directory, and the choices its filters offer. Called by views and public_pages.

Filters go in the address (GET): none of them is about one person. A value we do not know is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from referral.directory.browse_facts import EVERYWHERE, Asked
from referral.infra.web.formats import page_language
from referral.kernel.codes import ALCALDIAS, LANGUAGES, NEED_CATEGORIES, NEEDS

LONGEST_SEARCH = 100
OLDEST = 120
_WITHIN = {"5": 5, "10": 10, "20": 20, "todo": EVERYWHERE}
NAMES = ("q", "necesidad", "alcaldia", "km", "lengua", "edad", "acceso", "abierto", "todo")  # all that is read


def asked_in(args: Mapping[str, str], *, public: bool = False) -> Asked:
    """The filters of an address."""
    need, alcaldia, language = (args.get(name, "") for name in ("necesidad", "alcaldia", "lengua"))
    return Asked(
        text=args.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip(),
        need=need if need in NEEDS or need in NEED_CATEGORIES else "",
        alcaldia=alcaldia if alcaldia in ALCALDIAS else "",
        within=_WITHIN.get(args.get("km", ""), 0),
        language=language if language in LANGUAGES else "",
        age=_age(args.get("edad", "")),
        accessible=args.get("acceso", "") == "1",
        open_now=args.get("abierto", "") == "1",
        referrable_only=public or args.get("todo", "") != "1",
        public=public,
    )


def address_of(asked: Asked, **changed: str) -> dict[str, str]:
    """The same filters as they stand in an address, some of them changed; empty ones are left out."""
    kept = {
        "q": asked.text,
        "necesidad": asked.need,
        "alcaldia": asked.alcaldia,
        "km": next((word for word, km in _WITHIN.items() if km == asked.within), ""),
        "lengua": asked.language,
        "edad": "" if asked.age is None else str(asked.age),
        "acceso": "1" if asked.accessible else "",
        "abierto": "1" if asked.open_now else "",
        "todo": "" if asked.referrable_only else "1",
        **changed,
    }
    return {name: value for name, value in kept.items() if value}


def need_choices() -> list[tuple[str, str]]:
    """Each category followed by its needs, indented by a dash so that a plain select can hold both."""
    language = page_language()
    choices: list[tuple[str, str]] = []
    for category in NEED_CATEGORIES:
        choices.append((category.code, category.label(language)))
        choices += [(need.code, f"– {need.label(language)}") for need in NEEDS if need.category == category.code]
    return choices


def distance_choices() -> list[tuple[str, str]]:
    """How far from the alcaldía: as the crow flies from its middle."""
    return [
        *((str(km), _("Hasta %(km)s km", km=km)) for km in (5, 10, 20)),
        ("todo", _("Toda la ciudad, lo más cercano primero")),
    ]


def _age(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= OLDEST else None
