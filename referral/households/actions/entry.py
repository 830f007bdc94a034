"""When a household entered Mexico, noted once for several of them. Called by this room's page."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from referral.households.actions import rows
from referral.households.queries import household_of
from referral.households.rules.reasons import Reason
from referral.infra.work import Work
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import drawers
from referral.people.actions import save_section, section_version
from referral.people.facts import Section


def note_entry(work: Work, *, beside: uuid.UUID, people: Collection[uuid.UUID], entry: PartialDate) -> int:
    """Note the entry of these members of the household of `beside` on their files; how many it was noted for.

    Whoever has one on file by now keeps her own. Refused for somebody of another household or without consent to
    sensitive data; OutOfReach for a file of another desk.
    """
    household = household_of(work.session, beside, today=work.today)
    members = {one.ref for one in household.members} if household else {beside}
    if not members.issuperset(people):
        raise Refused(Reason.CHANGED_MEANWHILE)
    noted = 0
    for ref, row in rows.held(work, list(people)).items():
        if drawers.mobility_facts(row.status).entry.is_known:
            continue
        version = section_version(work.session, row, Section.MOBILITY)
        save_section(work, person=ref, section=Section.MOBILITY, answers={"mobility.entry": entry}, version=version)
        noted += 1
    return noted
