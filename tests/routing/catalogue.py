"""The catalogue as routing sees it, without a database: the same choice of candidates as directory.queries makes."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from referral.directory import catalogue
from referral.directory.facts import NeedMatch, Referrable, ServiceFacts
from referral.directory.rules.listings import need_match
from referral.kernel.refs import new_ref


@cache
def services() -> dict[str, ServiceFacts]:
    """Every entry of the catalogue by key."""
    names = {organization.key: organization for organization in catalogue.organizations()}
    return {
        entry.key: ServiceFacts(
            ref=new_ref(),
            key=entry.key,
            name=entry.texts["name"],
            organization=names[entry.organization].name,
            organization_ref=new_ref(),
            gives=entry.texts["gives"],
            kind=entry.kind,
            referrable=Referrable(entry.referrable),
            needs=frozenset(entry.needs),
            requirements=entry.requirements,
            alcaldias=(entry.alcaldia,) if entry.alcaldia else (),
            languages=entry.languages,
            phone=entry.phone,
            as_of=entry.as_of,
            confidential=entry.confidential,
        )
        for entry in catalogue.services()
        if entry.status == "active"
    }


def candidates(need_code: str, keys: Collection[str]) -> list[ServiceFacts]:
    """Services people can be sent to for this need, plus those named by `keys`."""
    return [
        service
        for service in services().values()
        if service.referrable is not Referrable.NO
        and (need_match(service.needs, need_code) is not NeedMatch.NONE or service.key in keys)
    ]
