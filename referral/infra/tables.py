"""All tables at once, for migrations: imports every room's models by name, since infra may know no room."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from referral.infra.db import Base


def metadata() -> MetaData:
    """The metadata of every room that has tables."""
    import_module("referral.infra.audit")
    import_module("referral.infra.work")
    package = Path(__file__).resolve().parents[1]
    for models in sorted([*package.glob("*/models.py"), *package.glob("*/models/__init__.py")]):
        room = models.parent.name if models.name == "models.py" else models.parent.parent.name
        import_module(f"referral.{room}.models")
    return Base.metadata
