""" "Mi institución no está en la lista": an entry that can be used at once and waits to be reviewed."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.directory.facts import PROVISIONAL, Referrable
from referral.directory.models import Organization, Service
from referral.infra.work import Work
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.upkeep.actions.editing import suggest
from referral.upkeep.actions.values import write_values
from referral.upkeep.facts import Kind, NewEntry
from referral.upkeep.rules import ENTRY, Reason, check_target, same_name

LEVEL = "unknown"  # of an institution nobody has placed yet


def add_entry(work: Work, new: NewEntry) -> uuid.UUID:
    """An institution and its one service, marked provisional. The service's ref.

    Refused when a service or institution of that name is listed, or the address does not go with the way of referring.
    """
    work.require(Permission.DIRECTORY_ADD)
    check_target(new.method, new.target, "target")
    known = work.session.execute(select(Service.id, Service.name_es, Organization.name_es).join(Organization))
    for ref, *names in known:
        if any(same_name(new.name, name) for name in names):
            raise Refused(Reason.ALREADY_LISTED, field="name", ref=ref)
    key = f"desk:{new_ref().hex}"
    organization = Organization(key=key, name_es=new.name, name_en=new.name, level=LEVEL)
    work.session.add(organization)
    work.session.flush()
    service = Service(
        key=key,
        organization_id=organization.id,
        kind="service",
        status="active",
        referrable=Referrable.VERIFY.value,
        name_es=new.name,
        name_en=new.name,
        gives_es=new.gives,
        gives_en="",
        source=PROVISIONAL,
        as_of=work.today.isoformat(),
        card={"needs": [], "requirements": {}, "alcaldias": [], "languages": [], "phone": ""},
        last_modified=work.now,
    )
    work.session.add(service)
    work.session.flush()
    values = {
        "need": list(new.needs),
        "referrable": service.referrable,
        "kind": service.kind,
        "gender": "any",
        "nationality": "any",
        "phones": [new.phone] if new.phone else [],
        "referral_method": new.method,
        "referral_target": new.target,
    }
    if new.address or new.alcaldia:
        values |= {"address_1": new.address, "alcaldia": new.alcaldia}
    write_values(work, service, values)
    suggest(work, service, Kind.ENTRY, ENTRY, old=None, new=None)
    return service.id
