"""What a page says in a language, looked up by its Spanish sentence, as the catalogues say it."""

from __future__ import annotations

from functools import cache

from babel.messages.pofile import read_po

from referral.infra.settings import data

OWN_NAME = "Ventanilla"  # in any language


class Words:
    """words("Entrar") -> "Sign in" when the journey is in English; an English that is missing is a failure."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, sentence: str, **values: object) -> str:
        said = sentence if self.language == "es" else english().get(sentence, "")
        assert said, f"there is no English for «{sentence}»"
        return said % values if values else said

    def foreign(self) -> frozenset[str]:
        """Whole sentences that must not stand on a page in this language: those of the other one, where they differ."""
        if self.language == "es":
            return frozenset(said for sentence, said in english().items() if said not in english())
        return frozenset(sentence for sentence in english() if sentence not in english().values()) - {OWN_NAME}


@cache
def english() -> dict[str, str]:
    """English by Spanish sentence; only sentences without plural, context or placeholder."""
    with (data("translations") / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    texts = [(message.id, message.string) for message in catalogue if message.id]
    return {id_: text for id_, text in texts if isinstance(id_, str) and isinstance(text, str) and text}
