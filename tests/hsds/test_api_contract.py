"""The API against its own description: made-up questions, good and bad, each answer as described."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as bounds
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from referral.app import create_app
from referral.directory.actions import demo_places, load_catalogue
from referral.hsds.rules.asking import LISTED
from referral.hsds.rules.public import PATHS
from referral.infra.crypto import Vault
from referral.infra.settings import Settings
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.hsds.packages import TIDY, another, bring, write

PUBLIC_URL = "http://localhost"
BOUNDS = bounds(
    max_examples=12,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def api(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Iterator[Flask]:
    """The API over the whole catalogue, with no limit that made-up questions would meet."""
    folder = tmp_path_factory.mktemp("api")
    database = another(empty_sqlite, folder / "api.db", vault, FixedClock(NOW))
    with serving(database):
        with unit_of_work("test.fill") as work:
            load_catalogue(work)
            demo_places(work)
        bring(write(folder / "p", TIDY))
    yield create_app(Settings(home=folder, local=True, public_url=PUBLIC_URL, api_per_minute=100_000), database)
    database.engine.dispose()


@pytest.fixture(scope="module")
def described(api: Flask) -> Any:
    config = SchemathesisConfig.from_dict({"generation": {"mode": "all", "allow-x00": True}})
    return schemathesis.openapi.from_wsgi("/api/hsds/openapi.json", api, config=config)


OPERATIONS = [
    ("/", "GET"),
    *((f"/{path}", method) for path in PATHS.values() for method in ("GET", "POST")),
    *((f"/{path}/{{id}}", "GET") for path in PATHS.values()),
]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_made_up_questions_are_answered_as_described(
    path: str, method: str, mode: GenerationMode, described: Any
) -> None:
    @seed(20261122)
    @BOUNDS
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    if (path, mode) == ("/", GenerationMode.NEGATIVE):
        pytest.skip("it takes no parameters, so none can be wrong")
    ask()


def test_every_operation_is_asked(described: Any) -> None:
    assert {(each.ok().path, each.ok().method.upper()) for each in described.get_all_operations()} == set(OPERATIONS)


def test_whole_objects_are_as_described(api: Flask) -> None:
    """Made-up ids find nothing, so the objects themselves are held to their schemas here."""
    client = api.test_client()
    schemas = client.get("/api/hsds/openapi.json").get_json()["components"]
    for table, path in PATHS.items():
        check = Draft202012Validator(
            {"$ref": f"#/components/schemas/{table}", "components": schemas},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        contents: list[dict[str, Any]] = []
        for flags in ((), ("full",), ("full", "full_service")):
            if set(flags) <= set(LISTED[table]):
                query = {"per_page": 200, **dict.fromkeys(flags, "true")}
                contents = client.get(f"/api/hsds/{path}", query_string=query).get_json()["contents"]
                assert contents
                for each in contents:
                    check.validate(each)
        for each in contents[:5]:
            check.validate(client.get(f"/api/hsds/{path}/{each['id']}").get_json())


@BOUNDS
@seed(20261122)
@given(ref=st.uuids(), text=st.text(max_size=40))
def test_any_text_in_an_address_is_answered(ref: uuid.UUID, text: str, api: Flask) -> None:
    client = api.test_client()
    for path in PATHS.values():
        assert client.get(f"/api/hsds/{path}/{ref}").status_code == 404
        found = client.get(f"/api/hsds/{path}", query_string={"search": text, "taxonomy_id": text})
        assert found.status_code in {200, 400}
        assert found.is_json
