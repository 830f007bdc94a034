"""Words of the duplicates room: what is compared, what hangs on a file, why files are not merged or parted."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.duplicates.facts import Agreement, Compared, Unit
from referral.duplicates.rules import ADDRESS, NAMES, NOTES, Reason
from referral.kernel.refusal import Refused
from referral.people import section_labels
from referral.people.facts import PersonRecord
from referral.people.rules.sections import QUESTIONS, Question

REFUSALS: dict[Reason, LazyString] = {
    Reason.SAME_FILE: _l("Es el mismo expediente. Elija otro para compararlo."),
    Reason.ALREADY_MERGED: _l(
        "Uno de los dos ya se unió a otro expediente. Búsquelo por su nombre y compare de nuevo."
    ),
    Reason.REASON_TOO_SHORT: _l(
        "Escriba en al menos %(least)s letras cómo sabe que es la misma persona: qué papeles mostró, qué dijo."
    ),
    Reason.KEEP_THE_FOLIO: _l(
        "El folio vigente es el del otro expediente. Cambie cuál queda, con el enlace de arriba, y vuelva a unirlos."
    ),
    Reason.ANSWERS_FOR_OTHER: _l(
        "Una de estas personas aparece como responsable de la otra. Si es un error, corríjalo primero en Familia."
    ),
    Reason.ALREADY_UNDONE: _l("Esta unión ya se había deshecho."),
    Reason.TOO_LATE: _l("Pasaron más de %(days)s días: lo que había antes ya no se conserva y no se puede separar."),
    Reason.LATER_MERGE: _l("Después se hizo otra unión con este expediente. Deshaga primero esa."),
}

AGREEMENTS: Mapping[Agreement, LazyString] = MappingProxyType(
    {
        Agreement.SAME: _l("igual"),
        Agreement.ONLY_KEPT: _l("sólo en el que queda"),
        Agreement.ONLY_OTHER: _l("sólo en el que se une: se agrega"),
        Agreement.DIFFERENT: _l("distinto: elija abajo"),
    }
)

_UNITS: Mapping[str, LazyString] = MappingProxyType(
    {
        NAMES: _l("Nombre"),
        "identity.birth_country": _l("Lugar de nacimiento"),
        "identity.curp": _l("CURP"),
        "contact.phone": _l("Teléfono"),
        "contact.safe_contact": _l("Forma segura de contacto"),
        ADDRESS: _l("Domicilio"),
        "contact.contact_name": _l("Persona de contacto"),
        "mobility.return_type": _l("Retorno a México"),
        "mobility.idp_state": _l("Desplazamiento dentro de México"),
        "standing.attention": _l("Necesidades de atención"),
        "protected.attention": _l("Necesidades de atención reservadas"),
        "health.health_needs": _l("Necesidades de salud"),
        "protected.health_needs": _l("Necesidades de salud reservadas"),
    }
)
# By table, for counts: "Visitas: 3".
HANGING: Mapping[str, LazyString] = MappingProxyType(
    {
        "visit": _l("Visitas"),
        "need": _l("Necesidades"),
        "referral": _l("Canalizaciones"),
        "consent": _l("Respuestas de consentimiento"),
        "notice_given": _l("Avisos de privacidad entregados"),
        "person_document": _l("Documentos"),
        "person_scan": _l("Copias y fotografías"),
        "certificate": _l("Constancias"),
        "inscription": _l("Inscripción en el Padrón"),
        "household_member": _l("Pertenencia a una familia"),
        "guardianship": _l("Personas responsables"),
        "basis_use": _l("Otras bases para datos delicados"),
        "written_consent": _l("Consentimientos por escrito"),
    }
)
_ELSE = _l("Otros registros")


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)


def questions_of(unit: Unit) -> tuple[Question, ...]:
    """The questions whose answers the unit holds; none for what follows from other answers."""
    if unit.key.endswith(".attention"):
        return (Question(unit.key, "specific_needs"),)
    if unit.key.endswith(".health_needs"):
        return (Question(unit.key, "health_need", "health_needs"),)
    wanted = {unit.root if unit is NOTES else f"{unit.root}.{name}" for name in unit.names}
    return tuple(
        question
        for questions in QUESTIONS.values()
        for question in questions
        if question.path in wanted or question.path.rpartition(".")[0] in wanted
    )


def unit_words(unit: Unit) -> str:
    """What is compared."""
    own = _UNITS.get(unit.key)
    return str(own) if own is not None else section_labels.question_words(questions_of(unit)[0])


def unit_answer(record: PersonRecord, unit: Unit) -> str:
    """What a file says of it, in one line."""
    if unit.key == NAMES:
        names = record.identity.names
        return " · ".join(dict.fromkeys(filter(None, (names.document_name, names.chosen, names.native))))
    answers = list(section_labels.answers(record, questions_of(unit)))
    if len(unit.names) == 1:
        return "; ".join(answer for _question, answer in answers)
    own = unit_words(unit)
    return "; ".join(answer if question == own else f"{question}: {answer}" for question, answer in answers)


def compared_lines(kept: PersonRecord, other: PersonRecord, compared: tuple[Compared, ...]) -> list[dict[str, str]]:
    """The rows of the table: what, in the one, in the other, how they stand."""
    rows = []
    for one in compared:
        ours, theirs = unit_answer(kept, one.unit), unit_answer(other, one.unit)
        if ours or theirs:
            agreement = str(AGREEMENTS[one.agreement])
            rows.append(
                {
                    "name": unit_words(one.unit),
                    "kept": ours,
                    "other": theirs,
                    "agreement": agreement,
                    "kind": one.agreement.value,
                }
            )
    return rows


def hanging_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """(what, how many), in the order of the file; what has no words of its own together."""
    found = [(str(words), counts[table]) for table, words in HANGING.items() if counts.get(table)]
    rest = sum(count for table, count in counts.items() if table not in HANGING)
    return [*found, (str(_ELSE), rest)] if rest else found
