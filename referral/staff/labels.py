"""Words of the staff room."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.access.identity import Role
from referral.kernel.refusal import Refused
from referral.staff.rules import Reason

ROLES: dict[Role, LazyString] = {
    Role.CASEWORKER: _l("Atención en ventanilla"),
    Role.SUPERVISOR: _l("Supervisión"),
    Role.PARTNER: _l("Institución aliada"),
    Role.AUDITOR: _l("Auditoría"),
    Role.ADMINISTRATOR: _l("Administración"),
    Role.DPO: _l("Protección de datos"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.PASSWORD_SHORT: _l("Escriba una contraseña de al menos %(minimum)s caracteres."),
    Reason.PASSWORD_LONG: _l("Escriba una contraseña de %(maximum)s caracteres como máximo."),
    Reason.PASSWORD_COMMON: _l(
        "Esa contraseña se adivina con facilidad. Use varias palabras que no tengan relación entre sí."
    ),
    Reason.USERNAME_TAKEN: _l("Ya hay una cuenta con el nombre %(username)s. Elija otro."),
    Reason.DESK_MISSING: _l("Esta cuenta necesita una mesa de atención."),
    Reason.ORGANIZATION_MISSING: _l("Esta cuenta necesita una institución del directorio."),
    Reason.SIGN_IN_FAILED: _l(
        "La cuenta y la contraseña no coinciden, o hubo demasiados intentos. Espere un minuto y vuelva a intentar."
    ),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)
