"""Questions with listed answers: one, several, yes / no / not now, a box to tick. Forms of every room use them."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from referral.infra.web.fields import DeskField, Words

Pairs: TypeAlias = Iterable[tuple[str, Words] | tuple[str, Words, Words]]

_LONG_LIST = 30  # from here on a drop-down's lines are kept between requests: countries, languages; never a household


class Option(NamedTuple):
    """One answer."""

    code: str
    words: Words
    hint: Words | None = None


class DrawnOption(NamedTuple):
    """One radio button or checkbox, drawn. The first has the field's own id, so that an error link finds it."""

    id: str
    code: str
    words: Words
    hint: Words | None
    chosen: bool


class _Listed(DeskField):
    """Shared by the listed questions: options come as (code, words) or (code, words, hint), or from a function."""

    labelled_by_legend = True

    def __init__(self, label: Words, *, choices: Pairs | Callable[[], Pairs] = (), **options: Any) -> None:
        super().__init__(label, **options)
        self._choices = choices
        self._drawn: tuple[Option, ...] | None = None

    @property
    def options(self) -> tuple[Option, ...]:
        """The answers, asked for once a request (a function may depend on the language)."""
        if self._drawn is None:
            choices = self._choices() if callable(self._choices) else self._choices
            self._drawn = tuple(Option(*choice) for choice in choices)
        return self._drawn

    def drawn_options(self) -> list[DrawnOption]:
        """The answers with their ids and which are chosen."""
        chosen = self.data or ()
        single = isinstance(chosen, str)
        return [
            DrawnOption(
                f"{self.id}-{place}" if place > 1 else self.id,
                code,
                words,
                hint,
                code == chosen if single else code in chosen,
            )
            for place, (code, words, hint) in enumerate(self.options, start=1)
        ]

    def _has(self, code: str) -> bool:
        """Whether a code is among the answers, without making every one of 250 countries an option."""
        if self._drawn is None:
            choices = self._choices() if callable(self._choices) else self._choices
            if isinstance(choices, Sequence):
                return any(choice[0] == code for choice in choices)
        return any(option.code == code for option in self.options)

    def offer(self, choices: Pairs) -> None:
        """Replace the answers: for lists that depend on the row at hand."""
        self._choices = tuple(choices)
        self._drawn = None

    def _unknown(self) -> str:
        return _("Elija en «%(label)s» una de las opciones de la lista.", label=self.words)


class ChoiceField(_Listed):
    """One answer: "radios", "radios_inline" or "select" (a drop-down). `value` is the code, or None."""

    input_type = "radio"

    def __init__(self, label: Words, *, drawn: str = "radios", blank: Words | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.kind = drawn
        self.inline = drawn == "radios_inline"
        if self.inline:
            self.kind = "radios"
        self.labelled_by_legend = self.kind == "radios"
        # The words of the empty first line of a drop-down; of radios, of the button that takes an answer back.
        self.blank = blank

    @property
    def value(self) -> str | None:
        """The chosen code, or None when nothing was chosen."""
        return self.data or None

    def drawn_options(self) -> list[DrawnOption]:
        """The answers; last, where one may be taken back, a button for none, chosen only by who pressed it."""
        drawn = super().drawn_options()
        if self.blank is None or self.required:
            return drawn
        return [*drawn, DrawnOption(f"{self.id}-none", "", self.blank, None, self.raw_data == [""])]

    def option_tags(self) -> Markup:
        """The lines of the drop-down, written here and not in a macro: 250 countries would cost the page 7 ms."""
        lines = tuple((option.code, str(option.words)) for option in self.options)
        text = _long_list(lines) if len(lines) >= _LONG_LIST else _option_lines(lines)
        if self.blank is not None:
            text = f'<option value="">{escape(self.blank)}</option>\n{text}'
        if self.data:
            line = f'<option value="{escape(self.data)}"'
            text = text.replace(f"{line}>", f"{line} selected>", 1)
        return Markup(text)  # noqa: S704 - every code and word in it went through escape

    def missing(self) -> str:
        if self.required_message is None:
            return _("Elija una opción en «%(label)s».", label=self.words)
        return super().missing()

    def pre_validate(self, form: object) -> None:
        if not self.data:
            raise self.stop(self.missing() if self.required else "")
        if not self._has(self.data):
            self.data = None
            raise self.stop(self._unknown())


class MultiChoiceField(_Listed):
    """Any number of answers: checkboxes. `value` is a tuple of codes in the order of the list."""

    kind = "checkboxes"
    input_type = "checkbox"

    @property
    def value(self) -> tuple[str, ...]:
        """The chosen codes."""
        return tuple(self.data or ())

    def process_data(self, value: Iterable[str] | None) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        chosen = set(valuelist)
        known = tuple(option.code for option in self.options if option.code in chosen)
        self._strange = bool(chosen - set(known) - {""})
        self.data = known

    def pre_validate(self, form: object) -> None:
        if getattr(self, "_strange", False):
            raise self.stop(self._unknown())
        if not self.data:
            raise self.stop(self.missing() if self.required else "")


class YesNoLaterField(ChoiceField):
    """A question of consent: Sí, No or Ahora no, none chosen beforehand. `value` is "yes", "no", "later" or None."""

    def __init__(self, label: Words, **options: Any) -> None:
        answers = (("yes", _l("Sí")), ("no", _l("No")), ("later", _l("Ahora no")))
        super().__init__(label, choices=answers, drawn="radios_inline", blank=_l("Sin respuesta"), **options)


class TickField(DeskField):
    """One box to tick, with its own words beside it. `value` is True or False."""

    kind = "tick"

    @property
    def value(self) -> bool:
        """True when ticked."""
        return bool(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist and valuelist[0])

    def pre_validate(self, form: object) -> None:
        if self.required and not self.data:
            raise self.stop(str(self.required_message or _("Marque «%(label)s» para continuar.", label=self.words)))


def _option_lines(lines: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f'<option value="{escape(code)}">{escape(words)}</option>' for code, words in lines)


_long_list = lru_cache(maxsize=64)(_option_lines)
