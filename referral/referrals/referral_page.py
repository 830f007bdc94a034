"""Draws the page of one referral: what can be done now, a form that came back, a conflict. Called by views."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from referral.access.identity import Role
from referral.access.permissions import Permission
from referral.access.table import holds
from referral.directory import labels as directory_labels
from referral.infra.web.errors import typed_text
from referral.infra.web.formats import page_language
from referral.infra.web.pages import page
from referral.infra.web.spoken import templates_in
from referral.referrals import labels
from referral.referrals.facts import Party, ReferralPage, Status
from referral.referrals.forms import MoveForm, SendForm
from referral.referrals.rules.moves import TABLE, Rule
from referral.routing import labels as routing_labels


def writer() -> Party:
    return Party.RECEIVER if g.identity.role is Role.PARTNER else Party.DESK


def referral_page(found: ReferralPage, sent: MoveForm | SendForm | None = None, to: Status | None = None) -> Response:
    hand = writer()
    rules = [rule for rule in TABLE if rule.start is found.line.status and rule.to in found.allowed]
    if not holds(g.identity, Permission.REFERRAL_ANSWER):
        rules = []
    simple = [rule for rule in rules if _is_simple(rule)]
    reasoned = [rule for rule in rules if not _is_simple(rule) and rule.to is not Status.REQUESTED]
    send = None
    if found.line.status is Status.DRAFT and holds(g.identity, Permission.REFERRAL_SEND):
        send = sent if isinstance(sent, SendForm) else SendForm(formdata=None)
        if send is not sent:
            send.version.data, send.language.data = str(found.version), found.person_language
    shown: dict[str, object] = {}
    if sent is not None and to is not None:  # its errors stand on top, and the language button must send that very form
        among_simple = to in {rule.to for rule in simple}
        form_id = "send-form" if isinstance(sent, SendForm) else "simple-form" if among_simple else f"move-{to}"
        shown = {"form": sent, "language_form": form_id}
    return page(
        "referrals/referral.html",
        status=422 if sent is not None and sent.has_errors else 200,
        **shown,
        found=found,
        send=send,
        returned=sent,
        simple=[rule.to for rule in simple],
        simple_fields=_fresh_fields(simple[0], hand, page_language()) if simple else "",
        moves={rule.to: _fresh_fields(rule, hand, page_language()) for rule in reasoned},
        opened=to,
        partner=hand is Party.RECEIVER,
        words=labels.PARTNER_MOVES if hand is Party.RECEIVER else labels.MOVES,
        labels=labels,
        directory=directory_labels,
        routing=routing_labels,
    )


@lru_cache(maxsize=256)
def _fresh_fields(rule: Rule, hand: Party, _language: str) -> Markup:
    """The boxes of a step's form as nobody has filled them yet: the same on every page in this language.

    A page may offer six steps, and six forms made and drawn anew took a third of its time.
    """
    template = templates_in(current_app, page_language()).get_template("referrals/_move.html")
    drawn = template.module.plain_fields if _is_simple(rule) else template.module.move_fields  # type: ignore[attr-defined]
    return Markup(drawn(MoveForm.for_rule(rule, hand, 0)))  # noqa: S704 - the template escapes what it is given


def _is_simple(rule: Rule) -> bool:
    """A step that needs no reason nor outcome: one button."""
    reasoned = rule.reason_required or rule.outcome_required
    return not reasoned and rule.to not in {Status.REQUESTED, Status.ENTERED_IN_ERROR}


def changed_meanwhile(found: ReferralPage, to: Status) -> ResponseReturnValue:
    """409, with what stands now beside what was meant; a second click on what is already so is no conflict."""
    back = url_for("referrals.referral", ref=found.line.ref)
    if found.line.status is to and not request.form.get("note", "").strip():
        return redirect(back, 303)
    words = labels.PARTNER_MOVES if writer() is Party.RECEIVER else labels.MOVES
    changes = [(_("Estado"), labels.STATUSES[found.line.status], words.get(to, labels.STATUSES[to]))]
    return page("errors/409.html", status=409, typed=typed_text(), changes=changes, back=back)
