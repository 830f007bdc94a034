"""Families of the demonstration year: who comes after the first of a household joins it. Called by window.py."""

from __future__ import annotations

from referral.demo.case import Case, Stage
from referral.households.actions.guardians import add_guardian
from referral.households.actions.members import add_member
from referral.households.facts import Kind, NewGuardian
from referral.households.queries import household_of
from referral.households.rules.relations import guardian_kind
from referral.infra.work import OutOfReach, serving, unit_of_work

_RELATIONS = {"partner": "partner", "parent": "child"}  # what the contact is to her: what she is to the contact


def join_family(stage: Stage, case: Case) -> None:
    """The first of a household is its head; the others join her, and the parents answer for their children."""
    head = stage.heads.setdefault(case.guest.household, case.person)
    if head == case.person:
        return
    relation = _RELATIONS.get(case.guest.new.contact.contact_relation, "")
    try:
        # Not stage.work: it would draw how long this takes, and with it change everybody who comes afterwards.
        with serving(stage.database, stage.house.at_desk[case.desk]), unit_of_work("households.add_member") as work:
            add_member(work, beside=head, person=case.person, relation=relation)
            household = household_of(work.session, case.person, today=work.today)
            for adult in household.members if household and relation == "child" else ():
                kind = guardian_kind("child", adult.gender) if adult.head or adult.relation == "partner" else None
                if kind in {Kind.MOTHER, Kind.FATHER}:
                    add_guardian(work, child=case.person, new=NewGuardian(kind, person=adult.ref))
    except OutOfReach:
        return  # the first of them was served at another desk since
