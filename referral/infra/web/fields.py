"""Boxes for text: clean what was typed, check it, say in Spanish what to do. Forms of every room use them."""

import re
import unicodedata
from typing import Any, TypeAlias
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import Field, HiddenField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from referral.infra.web.forms import FILL
from referral.kernel.phones import e164

Words: TypeAlias = object  # a str or a lazy string: becomes text when the page is drawn

# C0, DEL, C1 (a line break is judged apart) and the marks that turn the direction of text: the reader cannot see them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85]")


class DeskField(Field):
    """What all our fields share: a Spanish sentence for what is missing, a hint, and what the macros ask."""

    kind = "text"
    labelled_by_legend = False
    inline = False
    errors: list[str]
    data: Any

    def __init__(
        self,
        label: Words,
        *,
        required: bool = False,
        required_message: Words | None = None,
        hint: Words | None = None,
        autocomplete: str = "off",
        in_sentence: Words | None = None,
        **options: Any,
    ) -> None:
        """`in_sentence`: what an error calls it, where several boxes of a form have the same label."""
        super().__init__(label, **options)
        self.in_sentence = in_sentence
        self.required = required
        self.required_message = required_message
        self.hint = hint
        self.autocomplete = autocomplete

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        # A proposal names the boxes it fills; the others keep what is on file, also a box to tick or a list.
        if formdata is not None and FILL in formdata and self.name not in formdata:
            formdata = None
        super().process(formdata, data, extra_filters)

    @property
    def first_id(self) -> str:
        """The id of the box that an error link goes to."""
        return str(self.id)

    @property
    def says_optional(self) -> bool:
        """True when the label carries "(opcional)"."""
        return not self.required and bool(getattr(self._form, "marks_optional", False))

    @property
    def words(self) -> str:
        """What a sentence calls this box: its label, unless it has a longer name."""
        return str(self.label.text if self.in_sentence is None else self.in_sentence)

    def missing(self) -> str:
        """The sentence for an answer that is needed and is not there."""
        if self.required_message is not None:
            return str(self.required_message)
        if self.labelled_by_legend:
            return _("Elija una opción en «%(label)s».", label=self.words)
        return _("Falta «%(label)s»: escriba este dato.", label=self.words)

    def stop(self, message: str) -> StopValidation:
        """An error that ends this field's checks."""
        return StopValidation(message)


class TextField(DeskField):
    """One line of text: NFC, trimmed, of any script, never longer than `max_length` characters."""

    input_type = "text"
    input_mode: str | None = None
    capitals: str | None = None

    def __init__(self, label: Words, *, max_length: int, spellcheck: bool | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.max_length = max_length
        self.spellcheck = spellcheck

    @property
    def value(self) -> str:
        """The cleaned text, empty when nothing was typed."""
        return self.data or ""

    @property
    def shown(self) -> str:
        """What goes back into the box."""
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self.clean(valuelist[0])

    def clean(self, typed: str) -> str:
        """One line, NFC, without the spaces around it."""
        return " ".join(unicodedata.normalize("NFC", _LINE_END.sub("\n", typed)).split("\n")).strip()

    def pre_validate(self, form: object) -> None:
        text = self.value
        if _UNSEEN.search(text):
            # Giving them back would let them in at the next try: the box is shown without them.
            self.data = _UNSEEN.sub("", text).strip()
            raise self.stop(
                _("«%(label)s» traía caracteres que no se ven. Ya los quitamos: revise el texto.", label=self.words)
            )
        if not text:
            raise self.stop(self.missing() if self.required else "")
        if len(text) > self.max_length:
            raise self.stop(
                _(
                    "«%(label)s» admite hasta %(limit)s caracteres y escribió %(typed)s. Acorte el texto.",
                    label=self.words,
                    limit=self.max_length,
                    typed=len(text),
                )
            )
        self.check(text)

    def check(self, text: str) -> None:
        """For a kind of text with a shape of its own: raise `self.stop(sentence)`."""


class LongTextField(TextField):
    """Several lines of text; line breaks are kept as single newlines."""

    kind = "textarea"

    def __init__(self, label: Words, *, max_length: int, rows: int = 5, **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)
        self.rows = rows

    def clean(self, typed: str) -> str:
        return unicodedata.normalize("NFC", _LINE_END.sub("\n", typed)).strip()


class NameField(TextField):
    """A person's name: 1 to 128 characters of any script, as given; the browser neither corrects nor suggests it."""

    def __init__(self, label: Words, *, max_length: int = 128, **options: Any) -> None:
        super().__init__(label, max_length=max_length, spellcheck=False, **options)


class NumberField(TextField):
    """A whole number within limits."""

    input_mode = "numeric"

    def __init__(self, label: Words, *, least: int, most: int, **options: Any) -> None:
        super().__init__(label, max_length=12, **options)
        self.least = least
        self.most = most

    @property
    def number(self) -> int | None:
        """The number, or None when the box is empty."""
        text = self.value
        return int(text) if text.isascii() and text.isdigit() else None

    def process_data(self, value: object) -> None:
        self.data = "" if value is None else str(value)

    def check(self, text: str) -> None:
        number = self.number
        if number is None or not self.least <= number <= self.most:
            raise self.stop(
                _(
                    "Escriba en «%(label)s» un número entero de %(least)s a %(most)s.",
                    label=self.words,
                    least=self.least,
                    most=self.most,
                )
            )


class EmailField(TextField):
    """An e-mail address, judged by its shape only: nothing is looked up."""

    input_type = "email"

    def __init__(self, label: Words, *, max_length: int = 254, **options: Any) -> None:
        super().__init__(label, max_length=max_length, spellcheck=False, **options)

    def check(self, text: str) -> None:
        try:
            self.data = validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            raise self.stop(_("Escriba el correo completo, por ejemplo: nombre@ejemplo.org")) from None


class PhoneField(TextField):
    """A telephone number; `value` is E.164 (+525555550123). Mexican numbers need no country code."""

    input_type = "tel"
    input_mode = "tel"

    def __init__(self, label: Words, *, max_length: int = 32, region: str = "MX", **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)
        self.region = region
        self._number = ""

    @property
    def e164(self) -> str:
        """The number in one form for all; empty when there is none. Set by validation."""
        return self._number

    def check(self, text: str) -> None:
        number = phone_number(text, self.region)
        if number is None:
            raise self.stop(
                _("Escriba el teléfono con sus 10 dígitos, o con + y la clave del país. Por ejemplo: 55 5555 0123")
            )
        self._number = number


class PasswordField(TextField):
    """A secret: never trimmed, never sent back to the page; pasting is allowed."""

    input_type = "password"
    capitals = "none"

    def __init__(
        self, label: Words, *, max_length: int = 256, autocomplete: str = "current-password", **options: Any
    ) -> None:
        super().__init__(label, max_length=max_length, autocomplete=autocomplete, spellcheck=False, **options)

    @property
    def shown(self) -> str:
        return ""

    def clean(self, typed: str) -> str:
        return unicodedata.normalize("NFC", typed)

    def pre_validate(self, form: object) -> None:
        if not self.value:
            raise self.stop(self.missing() if self.required else "")
        if len(self.value) > self.max_length:
            raise self.stop(_("La contraseña admite hasta %(limit)s caracteres.", limit=self.max_length))


class HiddenRef(HiddenField):
    """A row's reference carried by the page; `ref` is None when it is missing or malformed."""

    @property
    def ref(self) -> UUID | None:
        """The reference, or None."""
        try:
            return UUID(str(self.data))
        except ValueError:
            return None


def phone_number(text: str, region: str = "MX") -> str | None:
    """E.164 of a possible number, or None."""
    return e164(text, region)
