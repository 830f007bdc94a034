"""Mutation check of the routing rules: each comparison is turned round, one at a time, and a test must turn red.

`python -m tests.routing.mutation [--sample N --seed S]`; test_mutation.py runs a sample, `make mutation` all of them.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import referral.directory.catalogue
import referral.directory.rules.listings  # noqa: F401 - what the rules rest on is imported once, before the children

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "referral" / "routing" / "rules"
TESTS = ("book", "eligibility", "cases", "rules", "steps", "own_rules", "edges")
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line, what was turned round, and the whole source with it."""

    path: Path
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line} {self.what}"


class _Turn(ast.NodeTransformer):
    """Counts what can be turned round; turns the one asked for."""

    def __init__(self, wanted: int = -1) -> None:
        self.seen, self.wanted, self.line, self.what = 0, wanted, 0, ""

    def _here(self, line: int, what: str) -> bool:
        self.seen += 1
        if self.seen - 1 != self.wanted:
            return False
        self.line, self.what = line, what
        return True

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(one) for one in node.body]  # how a dataclass is made (frozen, slots) is no rule
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for place, operator in enumerate(node.ops):
            swap = _SWAPS.get(type(operator))
            if swap is not None and self._here(node.lineno, f"{type(operator).__name__} -> {swap.__name__}"):
                node.ops[place] = swap()  # type: ignore[call-overload]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        swap = _SWAPS[type(node.op)]
        if self._here(node.lineno, f"{type(node.op).__name__} -> {swap.__name__}"):
            node.op = swap()  # type: ignore[assignment]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._here(node.lineno, "not dropped"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool) and self._here(node.lineno, f"{node.value} -> {not node.value}"):
            return ast.copy_location(ast.Constant(not node.value), node)
        return node


def mutants() -> list[Mutant]:
    """Every mutant of every file, in order."""
    return [one for path in sorted(RULES.glob("*.py")) for one in _of(path)]


def _of(path: Path) -> Iterator[Mutant]:
    text = path.read_text(encoding="utf-8")
    counter = _Turn()
    counter.visit(ast.parse(text))
    for number in range(counter.seen):
        turn = _Turn(number)
        tree = ast.fix_missing_locations(turn.visit(ast.parse(text)))
        yield Mutant(path, turn.line, turn.what, ast.unparse(tree))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, _path: object, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != f"referral.routing.rules.{self._mutant.path.stem}":
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(self._mutant.path))

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source, str(self._mutant.path), "exec"), module.__dict__)  # noqa: S102 - our own


def killed(mutant: Mutant) -> bool:
    """Whether the tests of routing turn red with this change; run in a child, so that nothing of it stays."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) != 0
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, _Finder(mutant))
        names = [str(ROOT / "tests" / "routing" / f"test_{name}.py") for name in TESTS]
        code = int(
            pytest.main(
                [
                    *names,
                    "-x",
                    "-q",
                    "-n0",
                    "-p",
                    "no:cacheprovider",
                    "--no-header",
                    "--noconftest",
                    "--hypothesis-profile=ci",
                ]
            )
        )
    finally:
        os._exit(code)


def check_tests_pass() -> None:
    """Without any change the tests must pass, or every mutant would seem noticed."""
    path = RULES / "chains.py"
    if killed(Mutant(path, 0, "nothing", path.read_text(encoding="utf-8"))):
        raise SystemExit("The tests of routing fail without any change: mend them first.")


def judged(chosen: list[Mutant], workers: int) -> Iterator[tuple[Mutant, bool]]:
    """Each with whether a test noticed it, as they come."""
    with ThreadPoolExecutor(workers) as pool:
        yield from zip(chosen, pool.map(killed, chosen), strict=True)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run them and name the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn by chance; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--file", default="", help="of this file only")
    asked = parser.parse_args()
    chosen = [one for one in mutants() if asked.file in one.path.name]
    if asked.sample:
        chosen = random.Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
    check_tests_pass()
    left = done = 0
    for one, dead in judged(chosen, asked.workers):
        done += 1
        if not dead:
            left += 1
            _say(f"no test noticed {one}")
        elif done % 20 == 0:
            _say(f"{done - left} of {done} turned a test red")
    _say(f"{done - left} of {len(chosen)} turned a test red")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
