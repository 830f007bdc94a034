"""Keys and sealing: what is sealed opens only where it was sealed, by whoever holds the keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.infra.crypto import BadKeys, CannotOpen, Keys, Vault, load_keys, make_key_file

OLD, NEW = b"o" * 32, b"n" * 32


def _vault(*wrapping: bytes) -> Vault:
    return Vault(Keys(wrapping=wrapping, index=b"i" * 32, cookie=b"c" * 32))


@given(st.binary(max_size=300))
def test_what_is_sealed_opens(plain: bytes) -> None:
    vault = _vault(NEW)
    key = vault.new_data_key("person|1")
    assert (
        vault.open(key, "person|1", "person|identity|1", vault.seal(key, "person|1", "person|identity|1", plain))
        == plain
    )


def test_a_cell_moved_to_another_row_or_column_does_not_open() -> None:
    vault = _vault(NEW)
    key = vault.new_data_key("person|1")
    sealed = vault.seal(key, "person|1", "person|identity|1", b"Marie")
    for place in ("person|identity|2", "person|contact|1", "visit|identity|1"):
        with pytest.raises(CannotOpen):
            vault.open(key, "person|1", place, sealed)


def test_a_data_key_moved_to_another_person_does_not_open() -> None:
    vault = _vault(NEW)
    key = vault.new_data_key("person|1")
    sealed = vault.seal(key, "person|1", "p", b"Marie")
    with pytest.raises(CannotOpen):
        vault.open(key, "person|2", "p", sealed)


def test_every_flipped_bit_is_noticed() -> None:
    vault = _vault(NEW)
    key = vault.new_data_key("person|1")
    sealed = vault.seal(key, "person|1", "p", b"x")
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(CannotOpen):
            vault.open(key, "person|1", "p", bytes(altered))


def test_an_older_wrapping_key_still_opens_and_a_lost_one_does_not() -> None:
    key = _vault(OLD).new_data_key("person|1")
    sealed = _vault(OLD).seal(key, "person|1", "p", b"Marie")
    assert _vault(NEW, OLD).open(key, "person|1", "p", sealed) == b"Marie"
    with pytest.raises(CannotOpen):
        _vault(NEW).open(key, "person|1", "p", sealed)


def test_sealing_twice_never_gives_the_same_bytes() -> None:
    vault = _vault(NEW)
    key = vault.new_data_key("person|1")
    assert len({vault.seal(key, "person|1", "p", b"x") for _time in range(50)}) == 50


def test_tokens_depend_on_the_index_key_and_fit_a_bigint() -> None:
    other = Vault(Keys(wrapping=(NEW,), index=b"j" * 32, cookie=b"c" * 32))
    token = _vault(NEW).token("name:MR")
    assert token == _vault(OLD).token("name:MR") != other.token("name:MR")
    assert -(2**63) <= token < 2**63


def test_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    assert path.stat().st_mode & 0o077 == 0
    assert len(load_keys(path).wrapping[0]) == 32
    with pytest.raises(FileExistsError):
        make_key_file(path)


@pytest.mark.parametrize("text", ["", "{}", '{"wrapping": ["YQ=="], "index": "YQ==", "cookie": "YQ=="}', "no json"])
def test_a_damaged_key_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadKeys, match="restore it"):
        load_keys(path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    path.chmod(0o644)
    with pytest.raises(BadKeys, match="chmod 600"):
        load_keys(path)
    with pytest.raises(BadKeys, match="keys new"):
        load_keys(tmp_path / "none.json")
