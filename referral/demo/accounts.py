"""Desks and accounts of the demonstration, with the sign-ins that `ventanilla demo` prints. For year.py and cli.py."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from referral.access.identity import Identity, Role
from referral.directory.queries.organizations import organization_ref
from referral.infra.work import Work
from referral.staff.actions import add_staff, open_desk
from referral.staff.facts import NewStaff

DESKS = (("Mesa Centro", "09015"), ("Mesa Norte", "09005"))
PARTNER = "SEDESA"  # the institution whose account the demonstration has


@dataclass(frozen=True, slots=True)
class Account:
    """One account. Its password is public: it opens invented data on this machine and nothing else."""

    username: str
    name: str
    role: Role
    desk: int | None = None

    @property
    def password(self) -> str:
        """Plainly a demonstration's, and long enough to be taken."""
        return f"demostracion-{self.username}"


ACCOUNTS = (
    Account("centro", "Persona de la Mesa Centro", Role.CASEWORKER, 0),
    Account("norte", "Persona de la Mesa Norte", Role.CASEWORKER, 1),
    Account("supervision", "Supervisión de la Mesa Centro", Role.SUPERVISOR, 0),
    Account("institucion", "Cuenta de la institución", Role.PARTNER),
    Account("auditoria", "Auditoría de ejemplo", Role.AUDITOR),
    Account("administracion", "Administración de ejemplo", Role.ADMINISTRATOR),
    Account("privacidad", "Protección de datos de ejemplo", Role.DPO),
)


@dataclass(frozen=True, slots=True)
class House:
    """Who works in the demonstration. `at_desk`: the caseworker of each desk."""

    at_desk: tuple[Identity, Identity]
    supervisor: Identity
    partner: Identity
    privacy: Identity


def open_house(work: Work) -> House:
    """Make the desks and the accounts. The catalogue must be there: the institution's account belongs to one of it."""
    desks = [open_desk(work, name=name, alcaldia=alcaldia) for name, alcaldia in DESKS]
    partner = organization_ref(work.session, key=PARTNER)
    made = {account.username: _add(work, account, desks, partner) for account in ACCOUNTS}
    return House((made["centro"], made["norte"]), made["supervision"], made["institucion"], made["privacidad"])


def _add(work: Work, account: Account, desks: list[uuid.UUID], partner: uuid.UUID | None) -> Identity:
    desk = None if account.desk is None else desks[account.desk]
    organization = partner if account.role is Role.PARTNER else None
    new = NewStaff(account.username, account.name, account.role, account.password, desk, organization)
    return Identity(
        staff=add_staff(work, new),
        role=account.role,
        name=account.name,
        username=account.username,
        desk=desk,
        desk_name="" if account.desk is None else DESKS[account.desk][0],
        organization=organization,
    )
