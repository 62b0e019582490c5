"""Rules that need no database: card numbers, waits, a guardian's last month, secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import Rejected
from ledger.residents.rules import (
    card_number,
    guardian_until,
    read_card_number,
    show_card_number,
    wait_after,
)
from ledger.residents.seals import Seals, read_secret

MAY_2026 = 2026 * 12 + 4
NUMBER = card_number("81375520042")


def test_a_card_number_finds_every_wrong_digit_and_almost_every_exchange() -> None:
    wrong = {
        NUMBER[:at] + digit + NUMBER[at + 1 :]
        for at in range(12)
        for digit in "0123456789"
        if digit != NUMBER[at]
    }

    for typed in wrong:
        with pytest.raises(Rejected) as error:
            read_card_number(typed)
        assert (error.value.code, error.value.fields) == (
            "resident.card-mistyped",
            {"field": "card"},
        )
    assert len(wrong) == 12 * 9


def test_a_card_number_is_read_as_people_type_it() -> None:
    assert read_card_number(show_card_number(NUMBER)) == NUMBER
    assert read_card_number(f" {NUMBER[:6]}-{NUMBER[6:]} ") == NUMBER
    for typed in ("", "8137", NUMBER + "0", "８" + NUMBER[1:], "x" * 12):
        with pytest.raises(Rejected):
            read_card_number(typed)


def test_four_wrong_pins_are_free_and_then_the_waits_grow() -> None:
    assert [wait_after(tries) for tries in range(12)] == [
        0, 0, 0, 0, 0, 900, 3_600, 21_600, 86_400, 86_400, 86_400, 86_400,
    ]  # fmt: skip


def test_a_guardians_rights_end_in_the_month_of_the_fourteenth_birthday() -> None:
    born = 2018 * 12 + 8

    assert guardian_until(born, MAY_2026) == 2032 * 12 + 8
    assert guardian_until(MAY_2026, MAY_2026) == MAY_2026 + 14 * 12
    assert guardian_until(MAY_2026 - 14 * 12 + 1, MAY_2026) == MAY_2026 + 1


@pytest.mark.parametrize("born", [MAY_2026 + 1, MAY_2026 - 14 * 12, 1990 * 12])
def test_who_is_fourteen_or_not_born_has_no_guardian(born: int) -> None:
    with pytest.raises(Rejected) as error:
        guardian_until(born, MAY_2026)

    assert error.value.code == "resident.not-a-child"
    assert error.value.fields == {"field": "guardian.birth_month"}


def test_pins_are_six_digits_spread_evenly_and_never_a_row() -> None:
    seals = Seals(b"\1" * 32)
    made = [seals.pin(f"c-{number}") for number in range(2_000)]

    assert all(len(pin) == 6 and pin.isdigit() for pin in made)
    assert not {"000000", "111111", "123456", "654321", "890123"} & set(made)
    assert all(150 < sum(pin[0] == digit for pin in made) < 250 for digit in "0123456789")


def test_another_secret_makes_other_pins_and_knows_none_of_ours() -> None:
    ours, theirs = Seals(b"\1" * 32), Seals(b"\2" * 32)
    pin = ours.pin("c-1")

    assert pin != theirs.pin("c-1")
    assert ours.pin_fits(ours.pin_digest(pin), pin)
    assert not theirs.pin_fits(ours.pin_digest(pin), pin)
    assert not ours.pin_fits(None, "000000")
    assert ours.slip("o-1", 3, 100)[1] != theirs.slip("o-1", 3, 100)[1]


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "desk.key"
    first, again = read_secret(file), read_secret(file)

    assert first == again
    assert len(first) == 32
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("text", "mode"), [("zz", 0o600), ("07" * 31, 0o600), ("07" * 32, 0o640)])
def test_a_file_that_is_no_secret_or_open_to_others_is_refused(
    tmp_path: Path, text: str, mode: int
) -> None:
    file = tmp_path / "desk.key"
    file.write_text(text, "ascii")
    file.chmod(mode)

    with pytest.raises(Rejected) as error:
        read_secret(file)

    assert (error.value.code, error.value.fields) == ("resident.secret", {"field": str(file)})
