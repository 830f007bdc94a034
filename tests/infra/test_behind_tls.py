"""Forms where the server knows that the browser came by HTTPS: itself, or told so by the proxy in front."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings

FROM_PROXY = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(("hops", "base"), [(0, "https://desk.example.org"), (1, "http://desk.example.org")])
def test_a_form_is_taken_although_browsers_send_no_referrer(
    hops: int, base: str, sqlite: Database, tmp_path: Path
) -> None:
    app = create_app(Settings(home=tmp_path, public_url="https://desk.example.org", proxy_hops=hops), sqlite)
    client = app.test_client()
    shown = client.get("/entrar", base_url=base, headers=FROM_PROXY)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    key = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.get_data(as_text=True))
    assert key is not None
    boxes = {"csrf_token": key[1], "username": "nadie", "password": "no es ninguna"}
    answer = client.post("/entrar", data=boxes, base_url=base, headers=FROM_PROXY)
    assert answer.status_code == 422, "refused for the password, not for how it came"
