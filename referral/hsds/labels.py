"""Words of an import: what was found in a row, why nothing was imported; in Spanish for the command."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.hsds.actions.importing import No
from referral.hsds.facts import Grade
from referral.hsds.rules.reasons import Reason

GRADES: Mapping[Grade, LazyString] = {
    Grade.DROPPED: _l("no entró"),
    Grade.REPAIRED: _l("con arreglo"),
    Grade.DOUBT: _l("con duda"),
}

REASONS: dict[Reason, LazyString] = {
    Reason.UNKNOWN_FILE: _l("El archivo no es de ninguna tabla conocida; no se leyó."),
    Reason.UNREADABLE_FILE: _l("El archivo no se pudo leer entero; se guardó lo anterior al daño."),
    Reason.EMPTY_ROW: _l("La fila está vacía."),
    Reason.NO_NAME: _l("No tiene nombre."),
    Reason.NO_VALUE: _l("No dice nada: su dato principal está vacío."),
    Reason.NO_PARENT: _l("No dice a qué pertenece."),
    Reason.ORPHAN: _l("Pertenece a algo que no está en el paquete."),
    Reason.REPEATED_ID: _l("Su identificador ya salió antes; quedó la primera fila."),
    Reason.REPEATED_LINK: _l("Repite lo que ya dice otra fila."),
    Reason.OTHER_ORIGIN: _l("Ya está en el directorio y viene de otro origen; no se tocó."),
    Reason.NO_NUMBER: _l("El teléfono no tiene número."),
    Reason.ENCODING: _l("El archivo no estaba en UTF-8; se leyó con otra codificación."),
    Reason.BLANK_ID: _l("No tenía identificador; se le dio uno según su contenido."),
    Reason.HTML: _l("Tenía marcas de página web; quedó sólo el texto."),
    Reason.BAD_LETTERS: _l("Tenía letras dañadas o signos invisibles; se corrigieron."),
    Reason.REWRITTEN: _l("El valor se reescribió en la forma del estándar."),
    Reason.ASSUMED: _l("Faltaba el valor; se supuso el habitual."),
    Reason.HOURS_READ: _l("El horario estaba en palabras y se pudo leer."),
    Reason.BAD_DATE: _l("La fecha no se entiende o puede leerse de dos maneras; se dejó vacía."),
    Reason.BAD_TIME: _l("La hora no se entiende; se dejó vacía."),
    Reason.BAD_NUMBER: _l("El número no se entiende o no es posible; se dejó vacío."),
    Reason.BAD_URL: _l("La dirección web no sirve; se dejó vacía."),
    Reason.BAD_EMAIL: _l("El correo no sirve; se dejó vacío."),
    Reason.BAD_CODE: _l("El valor no es ninguno de los permitidos; se dejó vacío."),
    Reason.HOURS_AS_TEXT: _l("El horario no se pudo leer con certeza; quedó en palabras."),
    Reason.SHORTENED: _l("El texto era demasiado largo; se cortó."),
    Reason.UNKNOWN_COLUMN: _l("La columna no es del estándar o no se guarda aquí; se dejó fuera."),
    Reason.LOST_LINK: _l("Apunta a algo que no está en el paquete o es de otro origen; se quitó ese enlace."),
    Reason.DIFFERS: _l("Sale varias veces con datos distintos; quedó el primero."),
    Reason.DESK_EDITED: _l("La mesa lo cambió después de la última importación; quedó como lo dejó la mesa."),
    Reason.NOT_MAPPED: _l(
        "El término no corresponde a ninguna de nuestras necesidades; los servicios que lo llevan no se ofrecen por él."
    ),
    Reason.ROW_LENGTH: _l("La fila no tiene tantas celdas como columnas; revise si se recorrieron los datos."),
}

REFUSALS: dict[No, LazyString] = {
    No.NOT_EMPTY: _l(
        "El directorio ya tiene entradas de otro origen. Una copia propia sólo se trae a un directorio vacío."
    ),
    No.NOT_OURS: _l("El paquete no es una exportación de Ventanilla. Impórtelo sin --own."),
    No.OTHER_KIND: _l("Con el nombre %(name)s ya se importó otra clase de paquete. Dé otro nombre con --source."),
}


def spanish(words: LazyString, **values: object) -> str:
    """The sentence outside of any page, as the command prints it."""
    return str(words._args[0]) % values if values else str(words._args[0])
