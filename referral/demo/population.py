"""Who comes to the window in the demonstration year, alone or as families, and when. Pure; for year.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from referral.demo.draw import Origin, PersonDrawer, origin_of
from referral.demo.facts import Guest, Recipe
from referral.demo.hours import at_work
from referral.demo.names import rows
from referral.kernel.clock import local_day

RECENT_DAYS = 24  # a fifth of the people arrive within these, so that today's work is alive


def guests(recipe: Recipe) -> list[Guest]:
    """Everybody, in the order in which they arrive; the same recipe gives the same people."""
    crowd = _Crowd(recipe)
    drawn: list[Guest] = []
    while len(drawn) < recipe.people:
        drawn += crowd.household(len(drawn))
    return sorted(drawn[: recipe.people], key=lambda guest: guest.arrives)


class _Crowd:
    """Draws households one after the other."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.chance = Random(recipe.seed)
        self.drawer = PersonDrawer(recipe, self.chance)
        self.today = local_day(recipe.until)
        table = rows("origins.csv")
        self.weights = [int(row["weight"]) for row in table]
        self.origins = [origin_of(row) for row in table]

    def household(self, number: int) -> list[Guest]:
        """Somebody alone, or a family that arrives together."""
        chance = self.chance
        origin = chance.choices(self.origins, self.weights)[0]
        arrives = self._arrival()
        profile = chance.choices(origin.profiles, origin.weights)[0]
        if chance.random() < 0.02:
            return [
                replace(
                    self.drawer.person(origin, profile, arrives, age=chance.randint(14, 17), number=number),
                    wants=(("PROTECT_UASC", 0), ("SHELTER_TONIGHT", 0)),
                )
            ]
        head = self.drawer.person(origin, profile, arrives, age=int(chance.triangular(18, 74, 27)), number=number)
        family = [head]
        if chance.random() < 0.28 and head.new.identity.birth.age_on(self.today):
            family += self._relatives(origin, profile, head)
        return family

    def _relatives(self, origin: Origin, profile: str, head: Guest) -> list[Guest]:
        chance, parent = self.chance, head.new.identity
        woman = parent.sex_document == "M"
        surname1, surname2 = parent.names.surname1, parent.names.surname2
        both = chance.random() < 0.4
        family = []
        if both:
            partner = self.drawer.person(
                origin,
                profile,
                head.arrives,
                age=int(chance.triangular(20, 50, 30)),
                number=head.household,
                woman=not woman,
            )
            family.append(self._with(head, partner))
        company = "both" if both else "mother" if woman else "father"
        for _child in range(chance.choice((1, 1, 2, 2, 3))):
            surnames = (surname1, surname2)
            child = self.drawer.person(
                origin,
                profile,
                head.arrives,
                age=chance.randint(0, 16),
                number=head.household,
                surnames=surnames,
                accompaniment=company,
            )
            family.append(self._with(head, child))
        return family

    def _with(self, head: Guest, other: Guest) -> Guest:
        """The same telephone, home and desk as the person who speaks for the family."""
        contact = replace(
            head.new.contact,
            reads=other.new.contact.reads,
            contact_name=head.new.identity.names.display,
            contact_relation="parent",
        )
        if not other.new.identity.accompaniment:
            contact = replace(contact, contact_relation="partner")
        arrives = head.arrives + timedelta(minutes=self.chance.randint(8, 25))
        return replace(
            other, new=replace(other.new, contact=contact), desk=head.desk, arrives=arrives, moves_desk=False
        )

    def _arrival(self) -> datetime:
        chance, days = self.chance, self.recipe.days
        back = chance.uniform(0.1, RECENT_DAYS) if chance.random() < 0.2 else chance.uniform(RECENT_DAYS, days)
        moment = at_work(self.recipe.until - timedelta(days=back), chance)
        return (
            moment
            if moment < self.recipe.until - timedelta(hours=3)
            else at_work(self.recipe.until - timedelta(days=back + 4), chance)
        )
