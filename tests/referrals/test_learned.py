"""What the loop teaches about services, counted from the referrals themselves, on both engines."""

from __future__ import annotations

from datetime import timedelta

from referral.infra.work import reading, serving
from referral.referrals.facts import Status
from referral.referrals.queries.learned import count_tracks
from referral.routing.facts import Learned, Track
from tests.conftest import NOW
from tests.factories import referrals as make
from tests.referrals.conftest import Scene
from tests.statements import counted


def now_of(scene: Scene) -> Learned:
    with serving(scene.database), reading() as desk, counted(scene.database) as asked:
        found = count_tracks(desk.session, since=NOW - timedelta(days=180))
    assert len([text for text in asked if "SELECT" in text]) == 1
    return found


def test_nothing_is_known_before_anybody_answered(scene: Scene) -> None:
    make.prepare(scene.database, scene.desk, scene.person, scene.need)
    found = now_of(scene)
    assert found.mean == Track()
    assert found.track(make.service(scene.database, "SEDESA")) is None


def test_yes_no_and_silence_are_counted_by_service(scene: Scene) -> None:
    sedesa, other = (make.service(scene.database, key) for key in ("SEDESA", "SIN_FRONTERAS"))
    yes = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, yes, Status.ACCEPTED)
    ends = ((Status.REJECTED, "no_capacity"), (Status.FAILED, "no_reply"), (Status.CANCELLED, "duplicate"))
    for code, (end, reason) in zip(("HEALTH_VACC", "HEALTH_PREG", "HEALTH_MENTAL"), ends, strict=True):
        need = make.note_need(scene.database, scene.desk, scene.person, code)
        ref = make.prepare(scene.database, scene.desk, scene.person, need)
        make.moved(scene.database, scene.desk, ref, end, reason=reason)
    found = now_of(scene)
    assert found.track(sedesa) == Track(answers=3, accepted=1, days=0.0)
    assert found.mean == Track(answers=3, accepted=1, days=0.0)
    assert found.track(other) == Track()
