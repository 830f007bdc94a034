"""Words of the intake room: why a file cannot be read, what is wrong in a row, where a row stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.arrival import labels as arrival_labels
from referral.arrival.rules.triage import Reason as TriageReason
from referral.consent import labels as consent_labels
from referral.consent.rules import Reason as ConsentReason
from referral.households import labels as households_labels
from referral.households.rules.reasons import Reason as HouseholdReason
from referral.infra.web.date_fields import DATE_PROBLEM_LABELS
from referral.infra.web.formats import page_language
from referral.intake.facts import Notice, RowState, Wrong
from referral.intake.rules.columns import columns
from referral.intake.rules.reasons import Problem, Reason
from referral.kernel.date_boxes import DateProblem
from referral.kernel.names import NameProblem
from referral.kernel.refusal import Refused
from referral.needs import labels as needs_labels
from referral.needs.rules import Reason as NeedReason
from referral.people import labels as people_labels
from referral.people.rules.registration import Reason as PersonReason
from referral.visits import labels as visit_labels
from referral.visits.rules import Reason as VisitReason

REFUSALS: dict[Reason, LazyString] = {
    Reason.NO_FILE: _l("Elija el archivo de la lista."),
    Reason.TOO_LARGE: _l("El archivo pesa más de %(megabytes)s MB. Divida la lista en varias y súbalas una por una."),
    Reason.UNREADABLE: _l(
        "El archivo no se puede leer: está dañado o no es una hoja de cálculo. Ábralo, guárdelo otra vez como XLSX o"
        " CSV y súbalo de nuevo."
    ),
    Reason.OLD_FORMAT: _l(
        "El archivo tiene contraseña o es de otro formato, como XLS u ODS. Guárdelo sin contraseña como XLSX o CSV."
    ),
    Reason.MACROS: _l(
        "El archivo trae macros y no se abre. Guárdelo como libro de Excel sin macros (XLSX) o como CSV."
    ),
    Reason.BOMB: _l("El archivo se agranda demasiado al abrirlo. Copie la lista a un libro nuevo y súbalo."),
    Reason.EMPTY: _l("La hoja no tiene filas con personas. Llene la plantilla y súbala de nuevo."),
    Reason.NO_HEADINGS: _l(
        "No se encontraron los encabezados. Hace falta una columna con el nombre y al menos otra de la plantilla."
        " La primera fila dice: %(found)s"
    ),
    Reason.MERGED: _l("La hoja tiene celdas combinadas en %(cells)s. Sepárelas, con un dato en cada celda."),
    Reason.TWICE: _l("La columna «%(heading)s» está dos veces. Deje una sola."),
    Reason.TOO_MANY_ROWS: _l("La lista tiene más de %(most)s personas. Divídala en varias y súbalas una por una."),
    Reason.NOT_PENDING: _l("Esta fila ya está registrada o quedó fuera. Abra la lista para ver cómo está ahora."),
    Reason.NOBODY: _l("Elija a una de las personas que aparecen como parecidas."),
}

PROBLEMS: Mapping[Problem, LazyString] = {
    Problem.UNKNOWN_WORD: _l("«%(word)s» no es una de las opciones. Elija una de la lista."),
    Problem.ORDER_OF_DATE: _l("En «%(word)s» el mes está antes que el día. Escriba primero el día."),
    Problem.DATE_UNREADABLE: _l("«%(word)s» no se entiende como fecha. Escriba día, mes y año, o sólo el año."),
    Problem.YES_OR_NO: _l("Escriba sí o no en lugar de «%(word)s»."),
    Problem.PHONE: _l("«%(word)s» no es un teléfono completo. Escriba sus 10 dígitos, o + y la clave del país."),
    Problem.EMAIL: _l("«%(word)s» no es un correo completo, como nombre@ejemplo.org."),
    Problem.FORMULA: _l("La celda tenía una fórmula sin resultado. Escriba el dato."),
    Problem.TOO_LONG: _l("La celda tenía más de %(limit)s caracteres. Escriba un dato más corto."),
    Problem.SEX_TWO_WAYS: _l(
        "En esta hoja hay «F» y «M», y aquí «M» es mujer. Elija el sexo que dice el documento de esta persona."
    ),
    Problem.NO_WAY_BACK: _l(
        "Falta cómo volver a encontrar a la persona: teléfono, correo, alcaldía, lugar, persona de contacto, o que"
        " vendrá a la ventanilla."
    ),
    Problem.UNSEEN: _l("La celda traía caracteres que no se ven. Escriba el dato de nuevo."),
    Problem.RELATION_WITHOUT_FAMILY: _l(
        "Hay una relación pero no dice de qué familia. Escriba la familia o quite la relación."
    ),
    Problem.NO_LEADER: _l("La familia «%(family)s» no tiene persona de referencia. Márquela en una de sus filas."),
    Problem.TWO_LEADERS: _l("La familia «%(family)s» tiene más de una persona de referencia. Deje una sola."),
    Problem.RELATION_MISSING: _l("Falta qué es de la persona de referencia de su familia."),
    Problem.FAMILY_TOO_LARGE: _l("Una familia se anota con %(most)s personas a lo más. Registre a las demás aparte."),
    Problem.PROFILE_WITHOUT_CONSENT: _l(
        "El perfil sólo se guarda si la persona lo aceptó con firma o huella. Anótelo aquí o borre el perfil."
    ),
    Problem.CONSENT_OF_MINOR: _l(
        "Es menor de 18 años: por ella o él responde una persona adulta. Borre esta respuesta y pregunte en la mesa."
    ),
    Problem.CONSENT_WITHOUT_NOTICE: _l(
        "Al subir la lista se dijo que no se dio el aviso de privacidad. Borre esta respuesta y pregunte en la mesa."
    ),
    Problem.CONSENT_NOT_EXPRESS: _l(
        "De viva voz o con testigo no basta en una lista para los datos delicados. Borre esta respuesta y pregunte en"
        " la mesa."
    ),
    Problem.SAID_NO: _l(
        "Dijo que no a que se guarden sus datos. Deje fuera esta fila: no se registra, y se le atiende igual."
    ),
    Problem.HOW_MISSING: _l("Falta cómo dijo que sí. Si no se sabe, elija «No se preguntó» y pregunte en la mesa."),
    Problem.ASKED_BY_MISSING: _l("Falta quién oyó que dijo que sí. Si no se sabe, elija «No se preguntó»."),
    Problem.CHANGED_MEANWHILE: _l("La fila cambió mientras tanto. Mírela otra vez."),
}

STATES: Mapping[RowState, LazyString] = {
    RowState.WRONG: _l("Por corregir"),
    RowState.NEW: _l("Sin comparar"),
    RowState.LOOKALIKE: _l("Quizá ya está"),
    RowState.READY: _l("Por registrar"),
    RowState.SAME: _l("Ya tiene expediente"),
    RowState.SKIPPED: _l("Fuera"),
    RowState.REGISTERED: _l("Registrada"),
}
TAGS: Mapping[RowState, str] = {
    RowState.WRONG: "refused",
    RowState.NEW: "closed",
    RowState.LOOKALIKE: "waiting",
    RowState.READY: "sent",
    RowState.SAME: "sent",
    RowState.SKIPPED: "closed",
    RowState.REGISTERED: "accepted",
}
NOTICES: Mapping[Notice, LazyString] = {
    Notice.READ_ALOUD: _l("Se leyó en voz alta al grupo"),
    Notice.PRINTED: _l("Se entregó impreso a cada persona"),
    Notice.NOT_GIVEN: _l("No se dio"),
}

# A reason of another room is kept beside a row by its name, and worded by that room.
_ROOMS: Mapping[str, Callable[[Refused], str]] = {
    f"{reasons.__module__}.{reasons.__name__}": words
    for reasons, words in (
        (PersonReason, people_labels.refusal),
        (NameProblem, people_labels.refusal),
        (HouseholdReason, households_labels.refusal),
        (TriageReason, arrival_labels.refusal),
        (ConsentReason, consent_labels.refusal),
        (NeedReason, needs_labels.refusal),
        (VisitReason, visit_labels.refusal),
    )
}
_REASONS = {
    f"{reasons.__module__}.{reasons.__name__}": reasons
    for reasons in (PersonReason, NameProblem, HouseholdReason, TriageReason, ConsentReason, NeedReason, VisitReason)
}
_DATE = f"{DateProblem.__module__}.{DateProblem.__name__}"


def refusal(no: Refused) -> str:
    """The sentence for a file or a button that is refused."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)


def problem(wrong: Wrong) -> str:
    """The sentence for what is wrong in a row, whichever room said so."""
    if wrong.source == "intake":
        return str(PROBLEMS[Problem(wrong.reason)]) % dict(wrong.values)
    if wrong.source == _DATE:
        return str(DATE_PROBLEM_LABELS[DateProblem(wrong.reason)]) % dict(wrong.values)
    return _ROOMS[wrong.source](Refused(_REASONS[wrong.source](wrong.reason), **wrong.values))


def heading(column: str) -> str:
    """The name of a column in the page's language."""
    known = columns().get(column)
    return known.label(page_language()) if known is not None else ""
