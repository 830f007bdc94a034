"""Forms of the padron room: inscribe, and renew."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import TickField
from referral.infra.web.forms import DeskForm, OnceMixin


class InscribeForm(OnceMixin, DeskForm):
    """One button; for some profiles, a word that the authority was asked."""

    marks_optional = False

    confirmed = TickField(_l("Se consultó y se confirmó que este perfil puede inscribirse"))


class RenewForm(DeskForm):
    """One button."""
