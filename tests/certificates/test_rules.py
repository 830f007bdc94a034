"""When a constancia may be issued, and what one is worth on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from referral.certificates.rules import (
    CertificateState,
    Missing,
    Reason,
    certificate_state,
    check_issue,
    check_revoke,
    missing_for_certificate,
)
from referral.kernel.refusal import Refused

TODAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _missing(**changes: bool) -> tuple[Missing, ...]:
    met = {
        "inscribed": True,
        "inscription_in_force": True,
        "has_identity_proof": True,
        "has_residence_proof": True,
        "has_consent": True,
    }
    return missing_for_certificate(**(met | changes))


def _issue(**changes: object) -> None:
    facts: dict[str, object] = {
        "missing": (),
        "current_folio": None,
        "replaces_current": False,
        "valid_from": TODAY,
        "valid_to": date(2027, 11, 20),
        "unprintable": (),
    }
    check_issue(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"has_identity_proof": False}, (Missing.IDENTITY_PROOF,)),
        ({"has_residence_proof": False}, (Missing.RESIDENCE_PROOF,)),
        ({"has_consent": False}, (Missing.CONSENT,)),
        ({"inscription_in_force": False}, (Missing.INSCRIPTION_IN_FORCE,)),
        ({"inscribed": False, "inscription_in_force": False}, (Missing.INSCRIPTION,)),
        ({"has_consent": False, "has_identity_proof": False}, (Missing.IDENTITY_PROOF, Missing.CONSENT)),
    ],
)
def test_what_is_missing_is_named_in_the_order_it_is_asked(
    changes: dict[str, bool], expected: tuple[Missing, ...]
) -> None:
    assert _missing(**changes) == expected


def test_nothing_missing_means_every_condition_is_met() -> None:
    names = ("inscribed", "inscription_in_force", "has_identity_proof", "has_residence_proof", "has_consent")
    for answers in product((True, False), repeat=len(names)):
        assert (_missing(**dict(zip(names, answers, strict=True))) == ()) is all(answers)


@pytest.mark.parametrize(
    ("valid_to", "revoked_at", "state"),
    [
        (date(2027, 11, 20), None, CertificateState.VALID),
        (TODAY, None, CertificateState.VALID),
        (date(2026, 11, 20), None, CertificateState.EXPIRED),
        (None, None, CertificateState.VALID),
        (date(2027, 11, 20), MOMENT, CertificateState.REVOKED),
        (date(2026, 11, 20), MOMENT, CertificateState.REVOKED),
    ],
)
def test_state_on_a_day(valid_to: date | None, revoked_at: datetime | None, state: CertificateState) -> None:
    assert certificate_state(valid_to=valid_to, revoked_at=revoked_at, today=TODAY) is state


def test_a_complete_file_is_issued() -> None:
    _issue()
    _issue(valid_to=None)
    _issue(valid_to=TODAY)
    _issue(current_folio="PHM-2026-000001-A", replaces_current=True)


@pytest.mark.parametrize(
    ("changes", "reason", "values"),
    [
        ({"missing": (Missing.CONSENT,)}, Reason.NOT_READY, {"missing": (Missing.CONSENT,)}),
        ({"current_folio": "PHM-1"}, Reason.ALREADY_HOLDS_ONE, {"folio": "PHM-1"}),
        ({"valid_to": date(2026, 11, 20)}, Reason.ENDS_BEFORE_IT_STARTS, {}),
        ({"unprintable": ("王", "小")}, Reason.NAME_CANNOT_BE_PRINTED, {"letters": ("王", "小")}),
        ({"missing": (Missing.CONSENT,), "unprintable": ("王",)}, Reason.NOT_READY, {"missing": (Missing.CONSENT,)}),
    ],
)
def test_what_stops_an_issue(changes: dict[str, object], reason: Reason, values: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        _issue(**changes)
    assert refused.value.reason is reason
    assert dict(refused.value.values) == values


def test_a_constancia_is_revoked_once() -> None:
    check_revoke(revoked_at=None)
    with pytest.raises(Refused) as refused:
        check_revoke(revoked_at=MOMENT)
    assert refused.value.reason is Reason.ALREADY_REVOKED
