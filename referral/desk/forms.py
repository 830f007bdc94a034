"""The search box as a form; the frame draws it on every page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from referral.infra.web.fields import TextField
from referral.infra.web.forms import DeskForm
from referral.people.rules.search_box import LONGEST_SEARCH


class SearchForm(DeskForm):
    """What to look for. The last space is kept: it says that the last word is complete."""

    marks_optional = False

    q = TextField(
        _l("Buscar a una persona"),
        id="search",
        max_length=LONGEST_SEARCH,
        required=True,
        required_message=_l("Escriba un nombre, un folio, un documento o un teléfono."),
    )
