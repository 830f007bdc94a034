"""Words of the people room: why two files look like one person, what is refused, what deserves a second look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.kernel.names import NameProblem
from referral.kernel.refusal import Refused
from referral.people.rules.matching import Because, MatchReason
from referral.people.rules.registration import Doubt, Reason

# Each is completed with the values named beside its MatchReason: MATCH_REASON_LABELS[reason] % values.
MATCH_REASON_LABELS: Mapping[MatchReason, LazyString] = {
    MatchReason.SAME_CURP: _l("misma CURP"),
    MatchReason.SAME_DOCUMENT: _l("mismo número de documento"),
    MatchReason.SAME_PHONE: _l("mismo teléfono"),
    MatchReason.FOLIO: _l("mismo folio"),
    MatchReason.SAME_NAME: _l("mismo nombre"),
    MatchReason.SAME_WORDS: _l("coincide «%(words)s»"),
    MatchReason.OTHER_NAME: _l("coincide con otro nombre que usa"),
    MatchReason.SOUNDS_ALIKE: _l("«%(asked)s» suena igual que «%(found)s»"),
    MatchReason.ONE_LETTER_OFF: _l("«%(asked)s» se escribe casi igual que «%(found)s»"),
    MatchReason.SPELLED_ALIKE: _l("«%(asked)s» se parece a «%(found)s»"),
    MatchReason.SAME_INITIAL: _l("misma inicial: «%(asked)s» y «%(found)s»"),
    MatchReason.SURNAMES_SWAPPED: _l("apellidos en otro orden"),
    MatchReason.GIVEN_AS_SURNAME: _l("«%(words)s» está como nombre en un registro y como apellido en el otro"),
    MatchReason.SURNAME_MISSING: _l("en uno de los registros falta el apellido «%(words)s»"),
    MatchReason.GIVEN_MISSING: _l("en uno de los registros falta el nombre «%(words)s»"),
    MatchReason.SURNAME_DIFFERS: _l("apellido distinto: «%(asked)s» y «%(found)s»"),
    MatchReason.GIVEN_DIFFERS: _l("nombre distinto: «%(asked)s» y «%(found)s»"),
    MatchReason.SAME_BIRTH_DATE: _l("misma fecha de nacimiento"),
    MatchReason.SAME_BIRTH_MONTH: _l("mismo mes y año de nacimiento"),
    MatchReason.SAME_BIRTH_YEAR: _l("mismo año de nacimiento"),
    MatchReason.DAY_MONTH_SWAPPED: _l("misma fecha de nacimiento con el día y el mes cambiados"),
    MatchReason.BIRTH_ONE_DIGIT_OFF: _l("fecha de nacimiento distinta por un solo número"),
    MatchReason.BIRTH_YEAR_DIFFERS: _l("mismo día y mes de nacimiento, otro año"),
    MatchReason.AGE_NEAR: _l("edad cercana"),
    MatchReason.BIRTH_DIFFERS: _l("fecha de nacimiento distinta"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NO_WAY_BACK: _l(
        "Anote al menos una forma de volver a encontrar a la persona: teléfono, correo, alcaldía o lugar, persona de"
        " contacto, o marque que vendrá a la ventanilla."
    ),
    Reason.SENSITIVE_CONSENT_MISSING: _l(
        "Estos datos sólo se guardan si la persona lo acepta. Registre primero su respuesta."
    ),
    Reason.UNKNOWN_CODE: _l("Elija una de las opciones de la lista; «%(value)s» no es una de ellas."),
    Reason.TOO_MANY_NATIONALITIES: _l("Anote hasta %(most)s nacionalidades."),
    Reason.TOO_MANY_DOCUMENTS: _l("El expediente admite %(most)s documentos. Quite alguno que ya no haga falta."),
    Reason.TEXT_TOO_LONG: _l("Este dato admite hasta %(limit)s caracteres. Acorte el texto."),
    Reason.FOLIO_TAKEN: _l("Ese folio ya es de otra persona. Vuelva a inscribir para obtener el siguiente."),
    Reason.FOLIO_FIXED: _l("La persona ya tiene el folio %(folio)s, que no cambia."),
    Reason.TOO_MANY_LINES: _l("Anote hasta %(most)s en esta lista."),
    Reason.LANGUAGE_TWICE: _l("Elija «Otra lengua» en la lista, o borre el nombre escrito."),
    Reason.DATES_CROSSED: _l("Revise las dos fechas: la de término es anterior a la de inicio."),
}

NAME_PROBLEMS: dict[NameProblem, LazyString] = {
    NameProblem.EMPTY: _l("Escriba al menos un nombre: el que la persona quiera dar."),
    NameProblem.TOO_LONG: _l("El nombre admite hasta %(longest)s caracteres. Acórtelo."),
    NameProblem.TOO_MANY: _l("Anote hasta %(most)s nombres distintos."),
    NameProblem.INVISIBLE_CHARACTERS: _l("El nombre trae caracteres que no se ven. Bórrelo y escríbalo de nuevo."),
    NameProblem.NO_LETTERS: _l("Escriba el nombre con letras."),
}

DOUBTS: dict[Doubt, LazyString] = {
    Doubt.CURP_SHAPE: _l(
        "La CURP se guardó como se dijo, pero no tiene la forma de una CURP. Revísela con el documento."
    ),
    Doubt.CURP_CHECK_DIGIT: _l("El último número de la CURP no corresponde con los demás. Revísela con el documento."),
    Doubt.CURP_GENERIC: _l("Esa CURP es la genérica para personas extranjeras y no identifica a nadie."),
    Doubt.CURP_BIRTH_DIFFERS: _l("La fecha de la CURP y la fecha de nacimiento son distintas. Revise las dos."),
    Doubt.CURP_SEX_DIFFERS: _l("El sexo de la CURP y el del documento son distintos. Revise los dos."),
    Doubt.MINOR_ALONE: _l(
        "La persona viene sola y es, o puede ser, menor de 18 años. Avise ahora a la supervisión: la atiende primero la"
        " procuraduría de protección de niñas, niños y adolescentes."
    ),
    Doubt.MINOR_WITH_UNRELATED: _l(
        "La persona es, o puede ser, menor de 18 años y viene con una persona adulta que no es de su familia."
        " Avise a la supervisión."
    ),
    Doubt.MINOR_COMPANY_UNKNOWN: _l("La persona es menor de 18 años: falta anotar con quién viene."),
    Doubt.AGE_UNKNOWN: _l("La persona puede ser menor de 18 años. Pregunte la edad cuando sea posible."),
    Doubt.NO_SAFE_CONTACT: _l("La persona dijo que ninguna forma de contacto es segura. No le llame ni le escriba."),
    Doubt.SINGLE_NAME_OR_SURNAMES: _l(
        "Dice que tiene un solo nombre y hay más de uno escrito. Quite la marca, o deje todo su nombre en una casilla."
    ),
    Doubt.DOCUMENT_EXPIRED: _l("El documento ya venció. Se guarda igual: aquí no hace falta que esté vigente."),
    Doubt.DOCUMENT_NAME_DIFFERS: _l("El nombre del documento no es igual al del expediente. Revise los dos."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or of a name."""
    words = NAME_PROBLEMS[no.reason] if isinstance(no.reason, NameProblem) else REFUSALS[Reason(no.reason)]
    return str(words) % dict(no.values)


def reason_words(reasons: Iterable[Because]) -> list[str]:
    """Why two files look like one person, each in a few words."""
    return [str(MATCH_REASON_LABELS[because.reason]) % dict(because.values) for because in reasons]
