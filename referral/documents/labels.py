"""Words of the documents room: why a file or a paper is not kept, and what a reading zone says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.consent import labels as consent
from referral.consent.rules import Reason as ConsentReason
from referral.documents.facts import ScanLine, Suggestion
from referral.documents.rules import files, papers
from referral.documents.rules.mrz import Check, Unreadable
from referral.documents.rules.origins import Origin
from referral.infra.web.formats import code_label, date_long, number, partial_date
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import labels as people

FILES: dict[files.Reason, LazyString] = {
    files.Reason.EMPTY: _l("El archivo está vacío. Elíjalo otra vez."),
    files.Reason.TOO_BIG: _l(
        "El archivo pasa de %(most)s MB. Tome la foto con menos resolución o divida el PDF, y elíjalo otra vez."
    ),
    files.Reason.WRONG_TYPE: _l("El archivo no es una imagen JPEG o PNG ni un PDF. Elija uno de esos tres tipos."),
    files.Reason.HEIC: _l(
        "La foto está en el formato HEIC, que aquí no se puede leer. En el teléfono elija «Más compatible» en los"
        " ajustes de la cámara y tome la foto otra vez, o haga una captura de pantalla de la foto."
    ),
    files.Reason.DAMAGED: _l(
        "El archivo está dañado o llegó incompleto. Ábralo para comprobar que se ve, y elíjalo otra vez."
    ),
    files.Reason.TOO_MANY_PIXELS: _l(
        "La imagen tiene más de %(most)s millones de puntos. Tome la foto con menos resolución."
    ),
    files.Reason.ANIMATED: _l("La imagen tiene movimiento. Elija una foto fija del documento."),
    files.Reason.TOO_SMALL: _l(
        "La imagen es muy pequeña para recortar un retrato. Elija una más grande o acerque menos."
    ),
    files.Reason.LOCKED: _l("El PDF pide contraseña. Guárdelo sin contraseña o tome una foto del documento."),
    files.Reason.HAS_SCRIPT: _l(
        "El PDF trae un programa dentro y por seguridad no se guarda. Imprímalo o tome una foto del documento."
    ),
    files.Reason.TOO_MANY_PAGES: _l("El PDF pasa de %(most)s páginas. Guarde sólo las que hacen falta."),
    files.Reason.TOO_COMPLEX: _l(
        "El archivo es demasiado complejo para revisarlo. Tome una foto del documento y elíjala en su lugar."
    ),
    files.Reason.BUSY: _l("Se están revisando otros archivos. Espere un minuto y elija el archivo otra vez."),
    files.Reason.PHOTO_IS_PDF: _l("Un PDF no sirve como fotografía de la persona. Elija una imagen JPEG o PNG."),
    files.Reason.QUOTA: _l("Los archivos de esta persona pasarían de %(most)s MB. Quite alguno que ya no haga falta."),
    files.Reason.TOO_MANY_FILES: _l("Un documento admite %(most)s archivos. Quite alguno antes de agregar otro."),
    files.Reason.PHOTO_WITHOUT_CONSENT: _l("La fotografía sólo se guarda si la persona lo acepta. Anote su respuesta."),
    files.Reason.PHOTO_MISSING: _l("Elija o tome la fotografía."),
}

PAPERS: dict[papers.Reason, LazyString] = {
    papers.Reason.ISSUED_IN_FUTURE: _l("La fecha de expedición todavía no llega. Revise el día, el mes y el año."),
    papers.Reason.EXPIRES_BEFORE_ISSUED: _l("El documento vence antes de la fecha en que se expidió. Revise las dos."),
    papers.Reason.UNKNOWN_SEEN: _l("Elija en «Cómo se vio» una de las opciones de la lista."),
}

UNREADABLE: dict[Unreadable, LazyString] = {
    Unreadable.NOTHING: _l("Pegue o escanee las líneas que están al pie del documento o en su reverso."),
    Unreadable.NOT_A_ZONE: _l(
        "Estas líneas no son una zona de lectura completa. Deben ser dos líneas de 44 o de 36 signos, o tres de 30."
        " Escanéelas otra vez o escriba los datos abajo."
    ),
    Unreadable.ODD_CHARACTERS: _l(
        "Las líneas traen signos que no existen en una zona de lectura: sólo lleva letras sin acento, números y «<»."
        " Corríjalas o escriba los datos abajo."
    ),
}

# What to do about each thing that did not hold.
FAILED: dict[Check, LazyString] = {
    Check.NUMBER: _l("El número no coincide con su dígito de control: compárelo con el documento."),
    Check.BIRTH: _l("La fecha de nacimiento no se pudo comprobar: compárela con el documento."),
    Check.EXPIRES: _l("La fecha de vencimiento no se pudo comprobar: compárela con el documento."),
    Check.OPTIONAL: _l("Los datos adicionales no coinciden con su dígito de control. No se usan aquí."),
    Check.COMPOSITE: _l("El dígito de control del conjunto no coincide: revise todos los datos con el documento."),
    Check.SEX: _l("El sexo no se pudo leer: elíjalo según el documento."),
    Check.NAMES: _l("Los nombres traen números: corríjalos con el documento."),
    Check.COUNTRY: _l("Un código de país no se pudo leer: elija el país según el documento."),
}

REPAIRED: dict[Check, LazyString] = {
    Check.NUMBER: _l("En el dígito de control del número se leyó una letra por un número; ya se corrigió."),
    Check.BIRTH: _l("En la fecha de nacimiento se leyó una letra por un número; ya se corrigió y coincide."),
    Check.EXPIRES: _l("En la fecha de vencimiento se leyó una letra por un número; ya se corrigió y coincide."),
    Check.OPTIONAL: _l("En los datos adicionales se leyó una letra por un número; ya se corrigió y coincide."),
    Check.COMPOSITE: _l("En el último dígito se leyó una letra por un número; ya se corrigió y coincide."),
}

ORIGINS: dict[Origin, LazyString] = {
    Origin.STATELESS: _l("Persona apátrida"),
    Origin.REFUGEE: _l("Persona refugiada: el documento no dice su nacionalidad"),
    Origin.UNSPECIFIED: _l("El documento no dice la nacionalidad"),
    Origin.ORGANISATION: _l("Organización internacional"),
    Origin.SPECIMEN: _l("Documento de muestra"),
    Origin.NOT_KNOWN: _l("Código que no está en la lista de países"),
}

TRUSTED, RETOUCHED, DOUBTFUL, UNCHECKED = (
    "accepted",
    "waiting",
    "refused",
    "closed",
)  # tints of templates/_parts/tag.html
TRUST: dict[str, LazyString] = {
    TRUSTED: _l("Comprobado"),
    RETOUCHED: _l("Corregido al leer"),
    DOUBTFUL: _l("No coincide"),
    UNCHECKED: _l("Revise con el documento"),
}


READ = _l("Leído de la zona de lectura: compárelo con el documento.")
_LISTS = {
    "kind": "identity_documents",
    "country": "places",
    "sex_document": "sex_document",
    "nationality": "countries",
}


def hints(read: Iterable[Suggestion], kept: Iterable[Suggestion]) -> dict[str, str]:
    """Words beside each box that a zone filled, or would have filled had nothing been written there before."""
    return {
        **{each.box: str(READ) for each in read},
        **{each.box: _kept(each.box, each.value) for each in kept},
    }


def _kept(box: str, value: Any) -> str:
    return _("Se conservó lo que usted escribió. La zona de lectura dice: %(value)s.", value=_said(box, value))


def _said(box: str, value: Any) -> str:
    match value:
        case PartialDate():
            return partial_date(value)
        case date():
            return date_long(value)
        case _:
            name = _LISTS.get(box.removeprefix("paper_"), "")
            return code_label(value, name) if name else str(value)


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or of the rooms it calls."""
    match no.reason:
        case files.Reason():
            return str(FILES[no.reason]) % dict(no.values)
        case papers.Reason():
            return str(PAPERS[no.reason]) % dict(no.values)
        case ConsentReason():
            return consent.refusal(no)
        case _:
            return people.refusal(no)


def of_file(name: str, no: Refused) -> str:
    """A refused file's sentence with the name it came under, where several were sent."""
    return _("«%(name)s»: %(sentence)s", name=_short(name), sentence=refusal(no))


def file_words(scan: ScanLine, place: int) -> str:
    """A file as a link says it: its place, what it is, how large."""
    kilobytes = number(max(1, scan.size // 1024))
    if scan.is_picture:
        return _("Archivo %(place)s: imagen, %(kilobytes)s kB", place=place, kilobytes=kilobytes)
    pages = ngettext("%(num)s página", "%(num)s páginas", scan.pages)
    return _("Archivo %(place)s: PDF de %(pages)s, %(kilobytes)s kB", place=place, pages=pages, kilobytes=kilobytes)


def _short(name: str) -> str:
    plain = "".join(mark for mark in " ".join(name.split()) if mark.isprintable())  # no mark that turns the text around
    return plain if len(plain) <= 40 else f"{plain[:30]}…{plain[-8:]}"
