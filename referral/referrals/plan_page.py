"""Draws the plan of one person: which step unlocks which, which papers would open most. Called by views."""

from __future__ import annotations

from datetime import date

from flask import Response

from referral.directory import labels as directory_labels
from referral.infra.web.pages import page
from referral.needs import labels as needs_labels
from referral.needs.forms import NeedsForm
from referral.referrals import labels
from referral.referrals.queries.plan import Plan
from referral.routing import labels as routing_labels


def plan_page(plan: Plan, today: date) -> Response:
    """The page. The needs by which a step is got, and that nobody noted yet, can be noted from here."""
    steps = [step for need in plan.needs for step in need.steps if not step.done]
    asked = [code for step in steps for code in step.needs]
    asked += [code for task in plan.tasks for code in task.needs]
    asked += [code for paper in plan.papers for code in paper.got_by]
    return page(
        "referrals/plan.html",
        plan=plan,
        card=plan.record.card,
        form=NeedsForm(formdata=None),
        to_note=[code for code in dict.fromkeys(asked) if code not in plan.live],
        today=today,
        labels=labels,
        needs=needs_labels,
        routing=routing_labels,
        directory=directory_labels,
    )
