"""Words for what is wrong with the trail, on its page and in the command."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.trail.facts import Broken, Fault

FAULTS: dict[Fault, LazyString] = {
    Fault.ROW_CHANGED: _l("La fila %(row)s no dice lo que decía cuando se cerró el sello %(seal)s."),
    Fault.ROW_GONE: _l("Falta la fila %(row)s, que estaba cuando se cerró el sello %(seal)s."),
    Fault.ROW_ADDED: _l(
        "La fila %(row)s dice ser del %(day)s, pero no estaba cuando se cerraron los sellos de ese día."
    ),
    Fault.SEAL_CHANGED: _l("El sello %(seal)s, o la lista de sus filas, no es como se cerró."),
    Fault.SEAL_GONE: _l("Falta el sello %(seal)s."),
    Fault.FILE_GONE: _l("Falta el archivo que repite los sellos fuera de la base de datos."),
    Fault.FILE_UNREADABLE: _l("La línea %(line)s del archivo de sellos no se entiende."),
    Fault.FILE_DIFFERS: _l("El sello %(seal)s no es el que está escrito en el archivo de sellos."),
    Fault.NOT_IN_FILE: _l("El sello %(seal)s no está en el archivo de sellos."),
}


def fault_values(broken: Broken) -> dict[str, str]:
    """What the sentence of a fault names."""
    return {
        "seal": str(broken.seal or ""),
        "row": str(broken.row or ""),
        "line": str(broken.line or ""),
        "day": broken.day.isoformat() if broken.day else "",
    }


def fault_words(broken: Broken) -> str:
    """The sentence, in the language of the page."""
    return str(FAULTS[broken.fault]) % fault_values(broken)
