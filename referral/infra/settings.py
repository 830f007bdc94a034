"""Settings from the environment, each with its meaning; a wrong one stops start-up. Read once, by app and cli."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from referral.kernel.folio import check_mask

PREFIX = "VENTANILLA_"
EXAMPLE = "EJEMPLO"  # a value that starts with this word is printed with a visible mark on every paper
_PACKAGE = Path(__file__).resolve().parents[1]


class BadSetting(Exception):
    """A setting cannot be used; the message is one sentence that names the variable and what it takes."""


def data(name: str) -> Path:
    """Folder `templates`, `translations` or `migrations`: inside the wheel when installed, else in the source tree."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def static_folder() -> Path:
    """Where the build writes stylesheet, scripts and fonts."""
    return _PACKAGE / "static"


def _text(value: str) -> str:
    return value.strip()


def _flag(value: str) -> bool:
    if value.strip().lower() in {"1", "yes", "true", "si", "sí"}:
        return True
    if value.strip().lower() in {"0", "no", "false", ""}:
        return False
    raise ValueError("takes 1 or 0")


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value) if re.fullmatch(r"\d{1,9}", value.strip()) else -1
        if not low <= number <= high:
            raise ValueError(f"takes a whole number from {low} to {high}")
        return number

    return parse


def _lines(value: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in value.split("|") if line.strip())


def _days(value: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(day) for day in _lines(value))
    except ValueError:
        raise ValueError("takes days such as 2026-12-25|2027-01-01") from None


def _points(value: str) -> tuple[tuple[str, int], ...]:
    pairs = [part.partition("=") for part in _lines(value)]
    if not all(name.strip() and re.fullmatch(r"\s*\d{1,4}\s*", number) for name, _sign, number in pairs):
        raise ValueError("takes names with whole points such as same_alcaldia=15|language=8")
    return tuple((name.strip(), int(number)) for name, _sign, number in pairs)


def _url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("takes an address such as https://ventanilla.example.org")
    return value.strip().rstrip("/")


def _database(value: str) -> str:
    value = value.strip()
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("takes sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
    return value


def _mask(value: str) -> str:
    try:
        check_mask(value.strip())
    except ValueError as error:
        raise ValueError(
            f"takes a pattern with {{number:06d}} and {{check}} such as PHM-{{year}}-{{number:06d}}-{{check}}: {error}"
        ) from None
    return value.strip()


def _locale(value: str) -> str:
    if value.strip() not in {"es", "en"}:
        raise ValueError("takes es or en")
    return value.strip()


def _setting(parse: Callable[[str], Any], default: Any, about: str) -> Any:
    return field(default=default, metadata={"parse": parse, "about": about})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. The variable is the field's name in capitals after VENTANILLA_."""

    home: Path = _setting(
        Path, Path("var"), "Folder for the SQLite database and the key file when no other place is named."
    )
    database_url: str = _setting(_database, "", "Database address; empty: ventanilla.db in the home folder.")
    key_file: Path | None = _setting(
        Path, None, "File with the encryption keys, outside the database; empty: keys.json at home."
    )
    audit_file: Path | None = _setting(
        Path,
        None,
        "File outside the database that repeats each seal of the audit; empty: audit-seals.txt at home. Example value:"
        " keep it where who keeps the database has no hand.",
    )
    public_url: str = _setting(
        _url, "http://127.0.0.1:8000", "Address that people reach the desk at; printed in the QR code."
    )
    local: bool = _setting(
        _flag, False, "1 allows plain HTTP on this machine only; cookies are then not marked Secure."
    )
    demo: bool = _setting(_flag, False, "1 marks every page and paper as a demonstration with invented people.")
    locale: str = _setting(_locale, "es", "Language of a reader who has not chosen one: es or en.")
    session_idle_minutes: int = _setting(_number(5, 240), 15, "Minutes without activity after which a session ends.")
    session_hours: int = _setting(_number(1, 24), 10, "Hours after which a session ends in any case.")
    folio_mask: str = _setting(
        _mask,
        "PHM-{year}-{number:06d}-{check}",
        "Pattern of the folio. Example value: the official pattern is not known.",
    )
    inscription_months: int = _setting(
        _number(1, 120),
        12,
        "Months an inscription and its constancia stay valid. Example value: the official term is not known.",
    )
    renew_from_days: int = _setting(
        _number(0, 3650), 30, "Days before the end of an inscription from which it may be renewed. Example value."
    )
    merge_undo_days: int = _setting(
        _number(1, 365), 30, "Days within which two merged files can be parted again. Example value."
    )
    break_glass_minutes: int = _setting(
        _number(5, 480), 60, "Minutes that the reserved part of a file stays open to a supervisor. Example value."
    )
    break_glass_review_days: int = _setting(
        _number(1, 30), 2, "Working days within which data protection reviews such an opening. Example value."
    )
    expiring_days: int = _setting(
        _number(1, 366), 30, "Days ahead that the list of inscriptions about to end looks. Example value."
    )
    issuing_unit: str = _setting(
        _text, "EJEMPLO: Mesa de atención a personas en movilidad", "Unit named on the constancia. Example value."
    )
    signer_name: str = _setting(
        _text, "EJEMPLO: Nombre de quien firma", "Name of the signer on the constancia. Example value."
    )
    signer_post: str = _setting(
        _text, "EJEMPLO: Cargo de quien firma", "Post of the signer on the constancia. Example value."
    )
    legal_basis: tuple[str, ...] = _setting(
        _lines, (), "Legal citations on the constancia, separated by |. Empty until the legal area supplies them."
    )
    listing_stale_days: int = _setting(
        _number(1, 1095), 180, "Days after which a directory listing is to be verified again. Example value."
    )
    paper_renewal_days: int = _setting(
        _number(0, 366),
        30,
        "Days before the end of a constancia or card from which renewing it is a task. Example value.",
    )
    consent_days: int = _setting(_number(1, 1095), 90, "Days a consent to one referral stays valid. Example value.")
    answer_days_immediate: int = _setting(
        _number(0, 90), 1, "Days a partner has to answer an immediate referral. Example value."
    )
    answer_days_urgent: int = _setting(
        _number(0, 90), 1, "Days a partner has to answer an urgent referral. Example value."
    )
    answer_days_soon: int = _setting(_number(0, 90), 3, "Working days to answer a referral marked soon. Example value.")
    answer_days_normal: int = _setting(_number(0, 90), 10, "Working days to answer a normal referral. Example value.")
    scan_megabytes: int = _setting(
        _number(1, 2000), 60, "Megabytes of scans and photographs that are kept for one person."
    )
    intake_days: int = _setting(
        _number(1, 90),
        15,
        "Days that the rows of an uploaded list are kept while nobody registers them. Example value.",
    )
    asylum_days: int = _setting(
        _number(1, 365),
        30,
        "Working days after entry within which refuge should be asked for. Example value: confirm with the legal area.",
    )
    holidays: frozenset[date] = _setting(
        _days,
        frozenset(),
        "Days that are not working days and on which doors are closed, separated by |, as 2026-12-25. Empty: none.",
    )
    rules: Path | None = _setting(
        Path, None, "CSV file with the city's own routing rules, laid over those that come with the desk; empty: none."
    )
    ranking_weights: tuple[tuple[str, int], ...] = _setting(
        _points,
        (),
        "Points of the ranking that differ, as same_alcaldia=15, separated by |. Empty: those that come with it.",
    )
    ranking_months: int = _setting(
        _number(1, 60), 6, "Months of answers from which the ranking learns how a service answers."
    )
    child_protection_without_consent: bool = _setting(
        _flag,
        True,
        "1 lets the protection notice of a child alone go without consent. Example value: confirm with the legal area.",
    )
    privacy_contact: str = _setting(
        _text,
        "EJEMPLO: Unidad de transparencia, dirección y correo",
        "Where people exercise their data rights. Example value.",
    )
    notice_address: str = _setting(
        _text,
        "EJEMPLO: Calle y número, colonia, alcaldía, código postal",
        "Address of who answers for the data, in the full privacy notice. Example value.",
    )
    notice_laws: tuple[str, ...] = _setting(
        _lines,
        (),
        "Articles that the full privacy notice cites, separated by |. Empty until the legal area supplies them.",
    )
    notice_complaints: str = _setting(
        _text,
        "EJEMPLO: Autoridad de protección de datos personales",
        "Authority that hears complaints about personal data, in the full privacy notice. Example value.",
    )
    notice_checked: tuple[str, ...] = _setting(
        _lines,
        (),
        "Languages of the privacy notice that a native speaker has checked, besides es and en: ht|fr|pt.",
    )

    api_per_minute: int = _setting(
        _number(0, 100_000), 120, "Questions a minute that one network may ask the public API. 0: there is no API."
    )
    proxy_hops: int = _setting(
        _number(0, 5),
        0,
        "Proxies in front whose word on where a question comes from (X-Forwarded-For, -Proto) is believed. 0: none.",
    )
    outbreak_item: str = _setting(
        _text, "", "Public-health question in force, asked in the health section of a file. Empty: none is asked."
    )

    def database(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.home / 'ventanilla.db').resolve()}"

    def keys(self) -> Path:
        """The key file in force."""
        return self.key_file or self.home / "keys.json"

    def seals(self) -> Path:
        """The file of seals in force."""
        return self.audit_file or self.home / "audit-seals.txt"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; BadSetting names the variable that is wrong or not known."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    values: dict[str, Any] = {}
    for name, raw in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in OTHER_VARIABLES:
            continue
        if name not in known:
            raise BadSetting(f"{name} is not a setting of Ventanilla; the operator's guide lists them all.")
        if raw == "":
            continue
        try:
            values[known[name].name] = known[name].metadata["parse"](raw)
        except ValueError as error:
            raise BadSetting(f"{name} {error}.") from None
    settings = Settings(**values)
    if not settings.local and settings.public_url.startswith("http://") and "public_url" in values:
        raise BadSetting("VENTANILLA_PUBLIC_URL must start with https:// unless VENTANILLA_LOCAL is 1.")
    return settings


# Read by the tests, not by the product.
OTHER_VARIABLES = frozenset({"VENTANILLA_BROWSER", "VENTANILLA_POSTGRES_URL", "VENTANILLA_SCREENSHOTS"})


def settings_table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of each setting, in order; the operator's guide prints this table."""
    return [
        (
            PREFIX + item.name.upper(),
            str(item.default) if item.default not in (None, (), frozenset()) else "",
            item.metadata["about"],
        )
        for item in fields(Settings)
    ]
