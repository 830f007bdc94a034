"""The demonstration year, played from first day to present by the rooms' own actions. For install.py and tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from referral.demo.accounts import open_house
from referral.demo.brigades import plan_brigades
from referral.demo.case import Stage
from referral.demo.facts import Recipe, Told
from referral.demo.fates import FateDrawer
from referral.demo.hours import at_work
from referral.demo.looked_twice import plan_second_eyes
from referral.demo.population import guests
from referral.demo.seldom import plan_the_seldom
from referral.demo.twice import register_again
from referral.demo.window import arrive, unknown_visitor
from referral.directory.actions import demo_places, load_catalogue
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock

Tell = Callable[[str], None]


def play_year(database: Database, settings: Settings, recipe: Recipe, *, tell: Tell = lambda _line: None) -> Told:
    """Fill an empty database that has its tables: catalogue, places, desks, accounts, then a year of people.

    Works on any engine. The same recipe gives the same story; refs and codes are drawn anew each time.
    """
    clock = FixedClock(at_work(recipe.until - timedelta(days=recipe.days + 1), Random(recipe.seed)))
    played = Database(database.engine, database.vault, clock)
    with serving(played), unit_of_work("demo.prepare") as work:
        report = load_catalogue(work)
        demo_places(work)
    with serving(played), unit_of_work("demo.prepare") as work:
        house = open_house(work)
    tell(f"  catalogue with {report.added} services, desks and accounts")
    chance = Random(recipe.seed + 1)
    stage = Stage(played, clock, settings, recipe, house, Told(), chance, FateDrawer(chance))
    everybody = guests(recipe)
    for guest in everybody:
        stage.at(guest.arrives, partial(arrive, stage, guest))
    for _visitor in range(recipe.people // 4):
        moment = at_work(recipe.until - timedelta(days=chance.uniform(1, recipe.days)), chance)
        stage.at(moment, partial(unknown_visitor, stage, chance.randrange(2)))
    apart = Random(recipe.seed + 2)  # drawn apart: more of these changes nobody's story
    plan_second_eyes(stage, apart)
    plan_brigades(stage, apart)
    plan_the_seldom(stage, apart)
    shown = 0
    while (step := stage.next()) is not None:
        step()
        if stage.told.people >= shown + max(recipe.people // 6, 1):
            shown = stage.told.people
            tell(f"  {shown} people, {stage.told.referrals} referrals")
    register_again(stage, everybody)
    return stage.told
