"""The guides are true: the settings table is the settings, and files they name exist."""

from __future__ import annotations

import re
from pathlib import Path

from referral.infra.settings import settings_table

ROOT = Path(__file__).resolve().parents[2]


def settings_as_markdown() -> str:
    """The table as the operator's guide prints it. To renew it: python -m tests.laws.test_docs."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, default, about in settings_table():
        shown = f"`{default}`" if default else ""
        rows.append(f"| `{name}` | {shown} | {about} |".replace("separated by |", "separated by a vertical bar"))
    return "\n".join(rows)


def _guide_parts() -> tuple[str, str, str]:
    words = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    before, rest = words.split("<!-- settings -->\n")
    table, after = rest.split("<!-- /settings -->")
    return before, table.strip(), after


def test_the_operators_guide_lists_every_setting() -> None:
    assert _guide_parts()[1] == settings_as_markdown()


def test_every_file_a_guide_names_exists() -> None:
    for guide in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        words = guide.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!http|#)([^)#\s]+)", words):
            assert (guide.parent / target).exists(), f"{guide.name} links to {target}, which is not there"
        for name in re.findall(
            r"`((?:referral|tests|docs|bench|migrations|translations|templates|\.ci)/[\w./-]+\.\w+)`", words
        ):
            assert (ROOT / name).exists(), f"{guide.name} names {name}, which is not there"


if __name__ == "__main__":
    start, _table, end = _guide_parts()
    written = f"{start}<!-- settings -->\n{settings_as_markdown()}\n<!-- /settings -->{end}"
    (ROOT / "docs" / "operators.md").write_text(written, encoding="utf-8")
