"""Reach answers for a row and for a list; both must agree for every role, permission and row."""

from __future__ import annotations

import itertools
import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach, Scope
from referral.access.table import holds, reach_of, scope_of
from referral.infra.db import Database, within
from referral.infra.work import serving, unit_of_work
from referral.staff.models import Desk, Staff

HERE, THERE, ME, OTHER, OURS, THEIRS = (uuid.UUID(int=number) for number in range(1, 7))


def _identity(role: Role, *, desk: uuid.UUID | None = HERE, organization: uuid.UUID | None = OURS) -> Identity:
    return Identity(staff=ME, role=role, name="x", username="x", desk=desk, organization=organization)


def test_row_and_list_agree(database: Database) -> None:
    with serving(database), unit_of_work("test") as work:
        for place in (HERE, THERE):
            work.session.add(Desk(id=place, name=str(place)))
        work.session.flush()
        rows = list(itertools.product((HERE, THERE, None), (OURS, THEIRS, None)))
        for number, (desk, organization) in enumerate(rows):
            work.session.add(
                Staff(
                    id=ME if number == 0 else uuid.UUID(int=100 + number),
                    username=f"u{number}",
                    name="x",
                    role="caseworker",
                    desk_id=desk,
                    organization_id=organization,
                    password_hash="x",
                    created_at=work.now,
                )
            )
    with database.session(writing=False) as session:
        for scope in (*Scope, None):
            for desk, organization in ((HERE, OURS), (None, None)):
                reach = Reach(scope, _identity(Role.CASEWORKER, desk=desk, organization=organization))
                assert _listed(session, reach) == _covered(session, reach), scope


def _listed(session: Session, reach: Reach) -> set[uuid.UUID]:
    where = within(reach, desk=Staff.desk_id, staff=Staff.id, organization=Staff.organization_id)
    return set(session.scalars(select(Staff.id).where(where)))


def _covered(session: Session, reach: Reach) -> set[uuid.UUID]:
    return {
        row.id
        for row in session.scalars(select(Staff))
        if reach.covers(desk=row.desk_id, staff=row.id, organization=row.organization_id)
    }


def test_an_account_without_the_place_its_scope_needs_reaches_nothing() -> None:
    assert Reach(Scope.DESK, _identity(Role.CASEWORKER, desk=None)).nothing
    assert not Reach(Scope.DESK, _identity(Role.CASEWORKER, desk=None)).covers(desk=None)
    assert Reach(None, _identity(Role.AUDITOR)).nothing


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_stands_in_the_table_for_every_role(permission: Permission) -> None:
    assert any(scope_of(role, permission) is not None for role in Role)
    assert not holds(None, permission)


def test_what_the_matrix_forbids_stays_forbidden() -> None:
    for role in (Role.PARTNER, Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO):
        for permission in (
            Permission.PERSON_VIEW,
            Permission.PERSON_LIST,
            Permission.PERSON_SEARCH,
            Permission.PERSON_EDIT,
        ):
            assert scope_of(role, permission) is None
    assert scope_of(Role.CASEWORKER, Permission.CERTIFICATE_REVOKE) is None
    assert reach_of(_identity(Role.PARTNER), Permission.REFERRAL_VIEW).limits() == {"organization": OURS}
