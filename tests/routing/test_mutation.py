"""A sample of the mutation check; `make mutation` runs all of it."""

from __future__ import annotations

import random
import subprocess
import sys

from tests.routing.mutation import ROOT, mutants

SAMPLE = 6


def test_a_comparison_turned_round_turns_a_test_red() -> None:
    # A process of its own: the children must import the changed rules and not the ones that are loaded here.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.routing.mutation", "--sample", str(SAMPLE), "--seed", "20261122"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_each_mutant_changes_its_file_in_one_place() -> None:
    every = mutants()
    assert len(every) > 100
    assert len({one.source for one in every}) == len(every)
    assert all(one.line and one.what for one in random.Random(1).sample(every, 20))
