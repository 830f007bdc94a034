"""Form of the trail room: whose trail, by the folio. Sent by POST, because an address is written down on the way."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from referral.infra.web.fields import TextField
from referral.infra.web.forms import DeskForm


class FolioForm(DeskForm):
    """A folio."""

    marks_optional = False

    folio = TextField(_l("Folio de la persona"), max_length=40, required=True, spellcheck=False)
