"""Forms of the documents room: a paper with its files, the photograph, the reading zone. to_fact() gives the fact."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.documents.facts import Framing
from referral.documents.labels import FILES, UNREADABLE
from referral.documents.rules import files
from referral.documents.rules.mrz import LONGEST_TEXT, MrzRead, NotMrz, read
from referral.documents.rules.papers import edition
from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.date_fields import ExactDateField
from referral.infra.web.fields import HiddenRef, LongTextField, NameField, TextField
from referral.infra.web.file_fields import FileField, RefsField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel.codes import CONSENT_METHODS, DOCUMENT_SEEN, IDENTITY_DOCUMENTS, PLACES
from referral.people.facts import DocumentLine, NewDocument

PICTURES = "image/jpeg,image/png"
YEARS_AHEAD = 60  # some identity cards of older people are good for decades


class _PaperFields:
    kind = ChoiceField(
        _l("Documento"),
        choices=lambda: IDENTITY_DOCUMENTS.choices(page_language()),
        drawn="select",
        blank=_l("Elija"),
        required=True,
    )
    number = TextField(_l("Número"), max_length=60, spellcheck=False)
    country = ChoiceField(
        _l("País que lo expidió"),
        choices=lambda: PLACES.choices(page_language()),
        drawn="select",
        blank=_l("Sin dato"),
    )
    issued = ExactDateField(_l("Se expidió"))
    expires = ExactDateField(_l("Vence"), future=True, years=YEARS_AHEAD)
    name_on_document = NameField(
        _l("Nombre que aparece en el documento"), hint=_l("Sólo si es distinto del que ya está escrito.")
    )
    seen = ChoiceField(
        _l("Cómo se vio"),
        choices=lambda: DOCUMENT_SEEN.choices(page_language()),
        drawn="radios_inline",
        blank=_l("Sin respuesta"),
        hint=_l("Al marcarlo queda anotado que usted lo vio hoy."),
    )
    scans = FileField(
        _l("Foto o escaneo"),
        accept=f"{PICTURES},application/pdf",
        several=True,
        hint=_l(
            "JPEG, PNG o PDF de hasta 10 MB; hasta 4 archivos a la vez. Se guardan cifrados y sin datos de ubicación."
        ),
    )
    waiting = RefsField()


def _fact(form: Any) -> NewDocument:
    return NewDocument(
        kind=form.kind.value or "",
        number=form.number.value,
        country=form.country.value or "",
        issued=form.issued.value,
        expires=form.expires.value,
        name_on_document=form.name_on_document.value,
        seen=form.seen.value or "",
    )


class ZoneFields:
    """The lines of a reading zone, as a scanner types them or somebody pastes them, in the form that they fill."""

    mrz = LongTextField(
        _l("Pegue o escanee las líneas de la zona de lectura"),
        max_length=LONGEST_TEXT,
        rows=3,
        spellcheck=False,
        hint=_l("Son las dos o tres líneas con signos «<». No se guardan: sólo llenan los datos, que usted revisa."),
    )
    mrz_over = TickField(_l("Cambiar también lo que ya está escrito"))


def zone_of(form: Any, today: date) -> MrzRead | None:
    """What the lines in a form with ZoneFields say; None with a sentence on their box when they are no reading zone."""
    if not form.mrz.validate(form):
        return None
    try:
        return read(form.mrz.value, today)
    except NotMrz as no:
        form.refuse(UNREADABLE[no.problem], "mrz")
        return None


class PaperForm(OnceMixin, ZoneFields, _PaperFields, DeskForm):
    """A paper she shows or tells of, with its files. None has to be in force. `waiting`: files that came before."""

    marks_optional = False

    def to_fact(self) -> NewDocument:
        return _fact(self)


class PaperEditForm(VersionMixin, _PaperFields, DeskForm):
    """Corrects what is noted of a paper and adds files to it."""

    marks_optional = False

    @classmethod
    def of(cls, line: DocumentLine, **options: Any) -> PaperEditForm:
        """Filled from what is on file, under what was sent."""
        names = ("kind", "number", "country", "issued", "expires", "name_on_document", "seen")
        data = {name: getattr(line, name) for name in names}
        return cls(data={**data, "version": edition(line)}, **options)

    def to_fact(self) -> NewDocument:
        return _fact(self)


class RemoveForm(DeskForm):
    """Which single file to delete."""

    remove_scan = HiddenRef()


class RemovePaperForm(DeskForm):
    """Takes a paper off: what was noted of it cannot be had back, so it is asked."""

    sure = TickField(
        _l("Quitar este documento; lo anotado no se puede recuperar"),
        required=True,
        required_message=_l("Marque que el documento se quita, o déjelo como está."),
    )


class RemovePaperWithFilesForm(RemovePaperForm):
    """The same for a paper with files, which are deleted with it."""

    sure = TickField(
        _l("Borrar también sus archivos; no se pueden recuperar"),
        required=True,
        required_message=_l("Marque que también se borran los archivos, o quite primero los que no hagan falta."),
    )


_DOWN = {"top": 0, "middle": 50, "bottom": 100}
_ACROSS = {"left": 0, "middle": 50, "right": 100}
_ZOOMS = ("100", "125", "150", "200", "300")


class WithdrawPhotoForm(DeskForm):
    """Ends the permission for a photograph and deletes the one there is: asked, as a deleted one cannot be had back."""

    sure = TickField(
        _l("La persona retira su permiso. Si hay fotografía, se borra y no se puede recuperar."),
        required=True,
        required_message=_l("Marque que la persona retira su permiso, o déjelo como está."),
    )


class PhotoForm(OnceMixin, DeskForm):
    """Her photograph, how it is cut, and whether she allows it."""

    marks_optional = False

    allows = ChoiceField(
        _l("¿Acepta que guardemos su fotografía en su expediente?"),
        choices=[("yes", _l("Sí")), ("no", _l("No"))],
        drawn="radios_inline",
        hint=_l("Es voluntaria. Sin fotografía se le atiende y se le inscribe igual, y puede pedir que se borre."),
    )
    how = ChoiceField(
        _l("¿Cómo dio su permiso?"),
        choices=lambda: CONSENT_METHODS.choices(page_language()),
        drawn="radios_inline",
        blank=_l("Sin respuesta"),
    )
    picture = FileField(
        _l("Fotografía"), accept=PICTURES, capture="user", hint=_l("JPEG o PNG de hasta 10 MB, con la cara de frente.")
    )
    down = ChoiceField(
        _l("Encuadre"),
        choices=[("top", _l("Arriba")), ("middle", _l("En medio")), ("bottom", _l("Abajo"))],
        drawn="radios_inline",
        default="middle",
        hint=_l("Qué parte de la imagen se conserva si es más alta que el retrato."),
    )
    across = ChoiceField(
        _l("De lado"),
        choices=[("left", _l("Izquierda")), ("middle", _l("Centro")), ("right", _l("Derecha"))],
        drawn="radios_inline",
        default="middle",
    )
    zoom = ChoiceField(
        _l("Acercar"), choices=[(zoom, f"{zoom} %") for zoom in _ZOOMS], drawn="radios_inline", default="100"
    )

    def wants_photo(self, *, allowed: bool) -> bool:
        """Whether a photograph comes with it; puts what is missing on its box. `allowed`: she said yes before."""
        if not allowed and self.allows.value is None:
            self.refuse(FILES[files.Reason.PHOTO_WITHOUT_CONSENT], "allows")
        if not allowed and self.allows.value == "yes" and not self.how.value:
            self.refuse(_("Marque cómo dio su permiso la persona."), "how")
        if self.allows.value == "no" and not allowed:
            return False
        if not self.picture.value:
            self.refuse(FILES[files.Reason.PHOTO_MISSING], "picture")
        return True

    def to_framing(self) -> Framing:
        """How the portrait is cut."""
        return Framing(
            across=_ACROSS[self.across.value or "middle"],
            down=_DOWN[self.down.value or "middle"],
            zoom=int(self.zoom.value or "100"),
        )
