"""Keys of an installation: made once, kept from others, and missed in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.chain.keyfile import read_key
from ledger.errors import Rejected
from scripts.place import Place


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    place = Place(tmp_path)

    first, again = place.key("VOL"), place.key("VOL")

    assert first.address == again.address != place.key("TRA").address
    assert place.key_file("VOL").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.key("VOL")
    place.key_file("VOL").chmod(0o644)

    with pytest.raises(Rejected) as refusal:
        read_key(place.key_file("VOL"))

    assert refusal.value.code == "key.readable-by-others"


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 32])
def test_a_file_that_is_no_key_is_refused_without_its_content(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.key"
    path.touch(0o600)
    path.write_text(text, "ascii")

    with pytest.raises(Rejected) as refusal:
        read_key(path)

    assert refusal.value.code == "key.malformed"
    assert refusal.value.fields == {"path": str(path)}


def test_a_missing_key_is_missed(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as refusal:
        read_key(tmp_path / "none.key")

    assert refusal.value.code == "key.missing"
