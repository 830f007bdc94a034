"""The form every page builds on: is it sent, what went wrong, who may use it once, which version was being edited.

Fields live in fields.py (text), choice_fields.py (lists) and date_fields.py (dates); _parts/fields.html draws them.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, cast
from uuid import UUID, uuid4

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField

from referral.infra.work import OnceKey

# What a form carries for the machine and not for the person: never part of "the same body again".
LANGUAGE_BUTTON = "_lang"
# Sent by a page that proposes values: the form is shown with them over what is on file; nothing is checked or saved.
FILL = "_fill"
_MACHINE_NAMES = ("csrf_token", "once", LANGUAGE_BUTTON, FILL)


class ErrorLine(NamedTuple):
    """One line of the error summary; `target` is the id of the box to go to, None when the whole form is meant."""

    message: str
    target: str | None


class DeskForm(FlaskForm):
    """A form of the desk. Views ask `form.sent() and form.validate()`; a language switch is a POST that is not sent."""

    # Says "(opcional)" beside what may be left empty; filter and search forms turn it off.
    marks_optional: ClassVar[bool] = True

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: object) -> None:
            """None: our fields bring their own sentences, so WTForms' catalogue is never read."""

    def sent(self) -> bool:
        """True for a POST that is more than the language button or a proposal: they show what came, unchecked."""
        return request.method == "POST" and not {LANGUAGE_BUTTON, FILL} & request.form.keys()

    def refuse(self, message: object, field: str | None = None) -> None:
        """Put a refusal's sentence on a field, or on top of the summary when it is about no single field."""
        if field is None or field not in self._fields:
            self.form_errors.append(message)
            return
        drawn = self._fields[field]
        drawn.errors = [*drawn.errors, message]

    @property
    def has_errors(self) -> bool:
        """True once validation or a refusal left something to put right."""
        return bool(self.form_errors) or any(field.errors for field in self._fields.values())

    def error_lines(self) -> Iterator[ErrorLine]:
        """The summary's lines, the form's own first, then in the order of the page."""
        for message in self.form_errors:
            yield ErrorLine(str(message), None)
        for field in self._fields.values():
            if isinstance(field, CSRFTokenField):
                continue
            target = None if isinstance(field, HiddenField) else getattr(field, "first_id", field.id)
            for message in field.errors:
                yield ErrorLine(str(message), target)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; a form whose token is stale says so in a sentence instead of failing on a hidden box."""
        good = bool(super().validate(extra_validators))
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            self.refuse(_("La página estuvo abierta mucho tiempo. Revise lo que escribió y envíelo otra vez."))
        return good

    def hidden_fields(self) -> Iterator[Any]:
        """The fields that form_start writes: nothing a person sees."""
        return (field for field in self._fields.values() if isinstance(field, HiddenField))


class _OnceField(HiddenField):
    """A fresh token on GET; on POST the token that came, so that a second click is recognised as the first."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: object) -> None:
        if _uuid(self.data) is None:
            # The token was lost or altered: give a new one, or the page could never be sent.
            self.data = str(uuid4())
            self.errors.append(_("La página perdió su clave de envío. Revise los datos y envíelos otra vez."))


class OnceMixin:
    """Adds a one-use token: for every form that creates something."""

    once = _OnceField(default=lambda: str(uuid4()))

    def once_key(self) -> OnceKey:
        """The token and a digest of what was sent with it; call it after `validate()`."""
        token = _uuid(self.once.data)
        if token is None:
            raise ValueError("once_key() comes after validate(), which gives a form without a token a new one")
        return OnceKey(token=token, body_hash=body_digest())


class VersionMixin:
    """Adds the version being edited, so that a stale save answers 409 and loses nothing."""

    version = HiddenField(default="0")

    @property
    def version_read(self) -> int:
        """The version the person was looking at; 0 (older than any) when the box was tampered with."""
        text = str(cast(Any, self.version).data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def body_digest() -> str:
    """SHA-256 (hex) of the boxes sent, in any order; without tokens (new on each page) and files."""
    pairs = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _MACHINE_NAMES)
    return hashlib.sha256(json.dumps(pairs, ensure_ascii=True).encode()).hexdigest()


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
