"""Checked habits: file size, names, labels for every reason, templates that are used, links that lead somewhere."""

from __future__ import annotations

import importlib
import re
import subprocess
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
NO_NOUN = {"utils", "helpers", "common", "services", "misc", "tools"}


def _python_files() -> list[Path]:
    return [path for path in (ROOT / "referral").rglob("*.py") if "node_modules" not in path.parts]


@pytest.mark.parametrize("path", _python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, (
        f"{lines} lines: which noun is hiding in it? Make it a package and split by that noun."
    )


def test_every_file_has_a_noun() -> None:
    for path in _python_files():
        assert path.stem not in NO_NOUN, f"{path}: find the noun"
        assert path.parent.name not in NO_NOUN, f"{path}: find the noun"


def test_init_files_hold_a_docstring_only() -> None:
    for path in _python_files():
        if path.name == "__init__.py" and path.parent.name != "models":
            code = re.sub(r'^""".*?"""', "", path.read_text(encoding="utf-8").strip(), flags=re.DOTALL).strip()
            assert code == "", f"{path}: nothing is re-exported; import from where it is"


def _reasons() -> list[tuple[str, type[StrEnum]]]:
    found = []
    for path in (ROOT / "referral").glob("*/rules*"):
        for file in [path] if path.suffix == ".py" else sorted(path.glob("*.py")):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(name)
            found += [
                (path.parent.name, value)
                for value in vars(module).values()
                if isinstance(value, type)
                and issubclass(value, StrEnum)
                and value.__name__ == "Reason"
                and value.__module__ == name
            ]
    return found


@pytest.mark.parametrize(("room", "reasons"), _reasons(), ids=lambda value: getattr(value, "__module__", str(value)))
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_reason_has_words_in_both_languages(
    room: str, reasons: type[StrEnum], language: str, sqlite: Database, settings: Settings
) -> None:
    labels = importlib.import_module(f"referral.{room}.labels")
    tables = [table for table in vars(labels).values() if isinstance(table, dict) and set(reasons) <= set(table)]
    assert tables, f"referral/{room}/labels.py has no table that words every {reasons.__module__}.Reason"
    with create_app(settings, sqlite).test_request_context(f"/?_lang={language}"):
        for reason in reasons:
            assert str(tables[0][reason]).strip(), reason


def test_every_template_is_drawn_by_somebody() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in _python_files())
    templates = sorted((ROOT / "templates").rglob("*.html"))
    drawn = sources + "\n".join(path.read_text(encoding="utf-8") for path in templates)
    for template in templates:
        name = str(template.relative_to(ROOT / "templates"))
        if name.startswith("errors/"):
            continue
        assert f'"{name}"' in drawn or f"'{name}'" in drawn, f"templates/{name} is drawn by nobody: delete it"


def test_every_link_in_a_template_leads_to_an_endpoint(sqlite: Database, settings: Settings) -> None:
    app: Flask = create_app(settings, sqlite)
    for template in (ROOT / "templates").rglob("*.html"):
        for endpoint in re.findall(r"url_for\(\s*['\"]([\w.]+)['\"]", template.read_text(encoding="utf-8")):
            assert endpoint in app.view_functions, f"{template.name} links to {endpoint}, which does not exist"


def test_no_path_of_a_machine_and_no_address_of_a_registry_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in listed.split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in {".png", ".ttf", ".woff2"}:
            continue
        words = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search(r"(?<![\w/])/(work|farm)/", words), f"{name} names a path of somebody's machine"
        hosts = "|".join(("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org"))
        assert not re.search(hosts, words), f"{name} names a registry's host"
