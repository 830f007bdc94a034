"""`ventanilla audit seal`, `ventanilla audit verify` and the last steps of the night, in words. Called by cli."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from referral.kernel.refusal import Refused
from referral.trail import actions
from referral.trail.facts import Fault
from referral.trail.labels.seals import FAULTS, fault_values

Tell = Callable[[str], None]


def seal(path: Path, *, tell: Tell, new_file: bool = False) -> None:
    """Close what no seal closes yet. Ends the command when the file of seals is gone."""
    try:
        told = actions.seal_trail(path, new_file=new_file)
    except Refused as no:
        raise click.ClickException(
            f"{_spanish(Fault(no.reason))} {path}: devuélvalo a su lugar o, si se perdió, use «audit seal --new-file»."
        ) from None
    tell(f"Auditoría: sellos nuevos {told.seals}, filas cerradas {told.rows}; el último sello es el {told.last}.")


def verify(path: Path, *, tell: Tell) -> None:
    """Check the whole trail; the first thing that is wrong is told first, and ends the command with 1."""
    found = actions.check_trail(path)
    if found.broken:
        raise click.ClickException(" ".join(_spanish(one.fault, **fault_values(one)) for one in found.broken))
    tell(f"Auditoría: todo está como se cerró (sellos {found.seals}, filas {found.rows}).")


def _spanish(fault: Fault, **values: str) -> str:
    # Outside of any page there is nobody whose language it could be in.
    words = str(FAULTS[fault]._args[0])
    return words % values if values else words
