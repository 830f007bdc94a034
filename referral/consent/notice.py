"""The privacy notice in force, in each language, from content/notice/. Read by consent's views, actions and paper."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from referral.consent.facts import Purpose

LANGUAGES = ("es", "en", "ht", "fr", "pt")
SCREEN_LANGUAGES = ("es", "en")
OWN_NAMES = MappingProxyType(
    {"es": "Español", "en": "English", "ht": "Kreyòl ayisyen", "fr": "Français", "pt": "Português"}
)
PURPOSES_PART = "purposes"  # the part of each layer under which every purpose is listed


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a notice with its paragraphs. {unit}, {contact}... stand for the settings."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """The layers in one language: what is said aloud, the page, the whole; and the words around them on paper.

    `checked`: a native speaker has read it, as far as the notice itself knows.
    """

    language: str
    spoken: tuple[str, ...]
    simplified: tuple[Part, ...]
    full: tuple[Part, ...]
    purposes: Mapping[Purpose, str]
    titles: Mapping[str, str]
    receipt: Mapping[str, str]
    checked: bool


@dataclass(frozen=True, slots=True)
class NoticeValues:
    """What the settings put into the notice. `laws` empty: each language says that the articles are still to come."""

    unit: str
    contact: str
    address: str
    complaints: str
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One version. A changed text is a new version: the consents name the one that was given."""

    version: str
    since: date
    texts: Mapping[str, NoticeText]

    def text(self, language: str) -> NoticeText:
        """In this language; Spanish when the notice is not written in it."""
        return self.texts.get(language, self.texts["es"])


@cache
def notice() -> Notice:
    """The notice in force."""
    about = _document("version")
    texts = {language: _text(language, checked=language not in about["unchecked"]) for language in LANGUAGES}
    return Notice(about["version"], about["since"], MappingProxyType(texts))


def filled(parts: tuple[Part, ...], text: NoticeText, values: NoticeValues) -> list[Part]:
    """The parts with the settings' words in place. An article of law is a paragraph of its own."""
    laws = values.laws or (text.titles["laws_pending"],)
    words = {
        "unit": values.unit,
        "contact": values.contact,
        "address": values.address,
        "complaints": values.complaints,
    }
    done = []
    for part in parts:
        lines = [law for line in part.paragraphs for law in (laws if line == "{laws}" else (line.format(**words),))]
        done.append(replace(part, paragraphs=tuple(lines)))
    return done


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(files("referral.consent").joinpath(f"content/notice/{name}.toml").read_text(encoding="utf-8"))


def _text(language: str, *, checked: bool) -> NoticeText:
    document = _document(language)
    purposes = {purpose: str(document["purposes"][purpose.value]) for purpose in Purpose}
    return NoticeText(
        language=language,
        spoken=tuple(document["spoken"]),
        simplified=_parts(document["simplified"], purposes),
        full=_parts(document["full"], purposes),
        purposes=MappingProxyType(purposes),
        titles=MappingProxyType(document["titles"]),
        receipt=MappingProxyType(document["receipt"]),
        checked=checked,
    )


def _parts(parts: list[dict[str, str]], purposes: Mapping[Purpose, str]) -> tuple[Part, ...]:
    found = []
    for part in parts:
        body = [" ".join(line.split()) for line in part["text"].strip().split("\n\n")]
        if part["key"] == PURPOSES_PART:
            body += [f"• {line}" for line in purposes.values()]
        found.append(Part(part["key"], part["title"], tuple(body)))
    return tuple(found)
