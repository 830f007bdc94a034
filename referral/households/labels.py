"""Words of the households room: what an adult is to a child, what is refused, what deserves a second look."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.households.facts import Kind, Leaving, Proof
from referral.households.rules.reasons import Doubt, Reason
from referral.kernel.names import NameProblem
from referral.kernel.refusal import Refused
from referral.people import labels as people_labels
from referral.people.rules.registration import Reason as PersonReason

KINDS: Mapping[Kind, LazyString] = {
    Kind.MOTHER: _l("Madre"),
    Kind.FATHER: _l("Padre"),
    Kind.GUARDIAN: _l("Tutora o tutor"),
    Kind.OTHER_RELATIVE: _l("Otro familiar"),
    Kind.UNRELATED_ADULT: _l("Persona adulta que no es de su familia"),
}

PROOFS: Mapping[Proof, LazyString] = {
    Proof.TOLD: _l("Lo dijeron"),
    Proof.DOCUMENT: _l("Se vio un documento"),
    Proof.NONE: _l("Sin comprobar"),
}

LEAVINGS: Mapping[Leaving, LazyString] = {
    Leaving.SPLIT: _l("se separó del grupo"),
    Leaving.JOINED: _l("su familia se unió a otra"),
    Leaving.MOVED: _l("pasó a otra familia"),
    Leaving.CORRECTED: _l("se corrigió"),
    Leaving.MISTAKE: _l("se había anotado por error"),
    Leaving.SAME_PERSON: _l("dos expedientes eran de la misma persona"),
}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.GUARDIAN_YOUNGER: _l(
        "Según las fechas, %(name)s no es mayor que la niña, niño o adolescente. Revise las dos fechas de nacimiento o"
        " elija a otra persona."
    ),
    Reason.GUARDIAN_MINOR: _l(
        "%(name)s tiene menos de 18 años: sólo puede quedar a cargo si es su madre o su padre. Elija a una persona"
        " adulta o corrija la relación."
    ),
    Reason.GUARDIAN_SELF: _l("Nadie queda a cargo de sí. Elija a otra persona."),
    Reason.GUARDIAN_NAMELESS: _l("Elija a alguien de la familia o escriba el nombre de la persona a cargo."),
    Reason.GUARDIAN_TWICE: _l("%(name)s ya está a cargo. No hace falta anotarlo otra vez."),
    Reason.NOT_A_CHILD: _l("La persona ya cumplió 18 años y no necesita a alguien a cargo."),
    Reason.UNKNOWN_RELATION: _l("Elija la relación de la lista; «%(value)s» no está en ella."),
    Reason.NO_MEMBERS: _l("Escriba al menos el nombre de la primera persona."),
    Reason.TOO_MANY_MEMBERS: _l("Una familia se anota con %(most)s personas a lo más. Registre a las demás aparte."),
    Reason.TWICE_IN_FAMILY: _l("%(name)s está dos veces con la misma fecha de nacimiento. Borre una de las dos."),
    Reason.HEAD_NOT_ONE: _l("Elija a una sola persona de referencia."),
    Reason.ELSEWHERE: _l(
        "%(name)s ya pertenece a otra familia. Registre a las demás personas y luego únala desde su expediente."
    ),
    Reason.ALREADY_MEMBER: _l("%(name)s ya es parte de esta familia."),
    Reason.NOT_A_MEMBER: _l("La persona ya no pertenece a ninguna familia. Abra de nuevo su expediente."),
    Reason.CHANGED_MEANWHILE: _l(
        "Alguien cambió esta familia mientras tanto. No se guardó nada: revise cómo quedó y vuelva a hacer el cambio."
    ),
    Reason.NOBODY_CHOSEN: _l("Marque a quienes se van."),
    Reason.EVERYBODY_CHOSEN: _l("Si se van todas las personas, no hay separación. Deje sin marcar a quien se queda."),
    Reason.PARENT_YOUNGER: _l(
        "Según las fechas, la relación de %(name)s con la persona de referencia no puede ser. Revise la relación y las"
        " dos fechas."
    ),
}

DOUBTS: Mapping[Doubt, LazyString] = {
    Doubt.CHILD_PARENT: _l(
        "La madre o el padre también tiene menos de 18 años y necesita protección. Avise a la supervisión."
    ),
    Doubt.GUARDIAN_AGE_UNKNOWN: _l("No se sabe la edad de la persona a cargo. Pregúntela cuando sea posible."),
    Doubt.PARENT_TOO_CLOSE: _l(
        "Entre la madre o el padre y la hija o hijo hay muy pocos años. Revise las dos fechas de nacimiento."
    ),
    Doubt.CHILDREN_ALONE: _l(
        "En este grupo hay niñas, niños o adolescentes sin ninguna persona adulta. Avise ahora a la supervisión: les"
        " atiende primero la procuraduría de protección."
    ),
    Doubt.WITH_UNRELATED: _l(
        "Alguien menor de 18 años va con una persona adulta que no es de su familia. Avise a la supervisión."
    ),
    Doubt.COMPANY_UNKNOWN: _l("De alguien menor de 18 años falta anotar quién está a cargo."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, of a person's facts or of a name."""
    if isinstance(no.reason, NameProblem | PersonReason):
        return people_labels.refusal(no)
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)
