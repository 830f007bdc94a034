"""The privacy notice in force, in each language, from content/notice.toml. Read by consent's views and actions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a notice with its paragraphs. {unit} and {contact} stand for the settings."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """The three layers in one language: what is said aloud, the page, the whole."""

    spoken: tuple[str, ...]
    simplified: tuple[Part, ...]
    full: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One version. A changed text is a new version: the consents name the one that was given."""

    version: str
    since: date
    texts: dict[str, NoticeText]

    def text(self, language: str) -> NoticeText:
        """In this language; Spanish when the notice is not written in it."""
        return self.texts.get(language, self.texts["es"])


@cache
def notice() -> Notice:
    """The notice in force."""
    document = tomllib.loads(files("referral.consent").joinpath("content/notice.toml").read_text(encoding="utf-8"))
    texts = {
        language: NoticeText(
            spoken=tuple(line[language] for line in document["spoken"]),
            simplified=_parts(document["simplified"], language),
            full=_parts(document["full"], language),
        )
        for language in LANGUAGES
    }
    return Notice(document["version"], document["since"], texts)


def _parts(parts: list[dict[str, dict[str, str] | str]], language: str) -> tuple[Part, ...]:
    found = []
    for part in parts:
        words = part[language]
        if isinstance(words, str):
            raise TypeError(f"part {part['key']} of the notice has no {language} table")
        body = [line.strip() for line in words["text"].strip().split("\n\n")]
        found.append(Part(str(part["key"]), words["title"], tuple(" ".join(line.split()) for line in body)))
    return tuple(found)
