"""Forms of the staff room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from referral.infra.web.fields import PasswordField, TextField
from referral.infra.web.forms import DeskForm
from referral.staff.facts import Credentials


class SignInForm(DeskForm):
    """Name and password, with what was typed before the session ended."""

    marks_optional = False

    username = TextField(_l("Nombre de cuenta"), required=True, max_length=64, autocomplete="username")
    password = PasswordField(_l("Contraseña"), required=True, max_length=128, autocomplete="current-password")
    next = HiddenField()
    kept = HiddenField()

    def to_fact(self, source: str) -> Credentials:
        """What was typed, with the address it came from."""
        return Credentials(self.username.data or "", self.password.data or "", source)
