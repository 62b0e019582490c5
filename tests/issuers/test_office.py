"""An office without any system: what its adapter takes on itself, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from issuers import office, volunteer
from issuers.adapter import BEGINNING, CreditRefused, MarkState, PullAdapter, Source
from issuers.conformance.stage import Candidate
from issuers.conformance.suite import State, run
from issuers.office import OfficeAdapter
from ledger.errors import Refused, Rejected

NOWHERE = Source("", "", "")


def test_it_conforms_where_a_duty_does_not_need_a_system() -> None:
    report = run(cast("Candidate", office), patience_s=10.0)

    assert report.of(State.BROKEN) == []
    assert [one.check.id for one in report.of(State.KEPT)] == ["adapter.kind", "credit.refused"]


def test_nothing_is_read_and_every_mark_is_granted_since_nobody_else_keeps_a_book() -> None:
    adapter = OfficeAdapter("volunteer")

    steps = (adapter.prepare_marks, adapter.confirm_marks, adapter.cancel_marks)
    states = [step(["e1"])["e1"].state for step in steps]

    assert isinstance(adapter, PullAdapter)
    assert list(adapter.read(BEGINNING)) == []
    assert states == [MarkState.RESERVED, MarkState.CREDITED_ELSEWHERE, MarkState.OPEN]


def test_a_credit_is_for_a_person_and_books_come_as_an_export() -> None:
    adapter = OfficeAdapter("volunteer")

    with pytest.raises(CreditRefused) as credit:
        adapter.credit("0x01", "m1", 5)
    with pytest.raises(Refused) as books:
        list(adapter.statement(date(2026, 5, 1), date(2026, 5, 31)))

    fields = {"hold_id": "0x01", "member_id": "m1", "why": "office_credits_by_hand"}
    assert (credit.value.code, credit.value.fields) == ("credit.refused", fields)
    assert (books.value.code, books.value.fields) == (
        "tieout.no-statement", {"scheme": "volunteer"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("module", "setting"), [(office, "source_extra.scheme"), (volunteer, "source_url")]
)
def test_a_setting_that_an_adapter_needs_is_named(module: Candidate, setting: str) -> None:
    with pytest.raises(Rejected) as caught:
        module.open_adapter(NOWHERE)

    assert (caught.value.code, caught.value.fields) == (
        "agent.setting-missing", {"setting": setting},
    )  # fmt: skip
