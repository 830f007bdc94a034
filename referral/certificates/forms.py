"""Forms of the certificates room: what to print, and why a constancia ends."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.certificates import labels
from referral.certificates.facts import AUTOMATIC, RevokeReason, Wishes
from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.fields import NameField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.kernel.codes import COUNTRIES

_NONE = "none"


class IssueForm(OnceMixin, DeskForm):
    """What the person wants on the paper."""

    chosen_name = TickField(_l("Imprimir también el nombre que usa"))
    nationality = ChoiceField(
        _l("Nacionalidad en la constancia"),
        required=True,
        hint=_l("La persona decide. Si va de paso o teme a un gobierno, es mejor no imprimirla."),
    )
    alcaldia = TickField(_l("Imprimir la alcaldía donde vive (nunca la calle)"))
    accompanying_adult = NameField(_l("Persona adulta que acompaña, para menores de 18 años"))
    photo = TickField(_l("Imprimir su fotografía, si la persona lo quiere"))
    replace_current = TickField(_l("Reemplaza a la constancia vigente, que quedará sin efecto"))

    def offer_nationalities(self, codes: Sequence[str]) -> None:
        """Offer these and none at all."""
        language = page_language()
        known = [(code, COUNTRIES.label(code, language)) for code in codes]
        self.nationality.offer([*known, (_NONE, _("No imprimir la nacionalidad"))])

    def suggest(self, nationality: str | None, *, alcaldia: bool, adult: str) -> None:
        """What the form proposes on opening. `alcaldia`: one is on file; `adult`: who answers for a child."""
        self.nationality.data = nationality or _NONE
        self.alcaldia.data = alcaldia
        self.accompanying_adult.data = adult

    def to_fact(self) -> Wishes:
        """What was chosen."""
        chosen = self.nationality.value
        return Wishes(
            chosen_name=self.chosen_name.value,
            nationality=None if chosen in {None, _NONE} else chosen,
            alcaldia=self.alcaldia.value,
            accompanying_adult=self.accompanying_adult.value,
            photo=self.photo.value,
            replace_current=self.replace_current.value,
        )


class RevokeForm(DeskForm):
    """Why a constancia ends. What another act brings is not chosen: issuing, correcting and ending say so."""

    reason = ChoiceField(
        _l("¿Por qué queda sin efecto?"),
        required=True,
        choices=[(reason.value, words) for reason, words in labels.REVOKE_REASONS.items() if reason not in AUTOMATIC],
    )

    def to_reason(self) -> RevokeReason:
        """The reason; ask only after validate()."""
        return RevokeReason(self.reason.value or "")
