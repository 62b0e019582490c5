"""An issuer joins a network that stands: what the chain lacks is written, once, by the council."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.chain import admitting
from ledger.chain.admitting import Admission, AgreedActivity
from ledger.chain.signer import Key
from ledger.errors import Refused
from ledger.founding import Terms
from tests.support.network import COUNCIL, KEYS, Network, founded
from tests.support.season import CANTEEN, FIRST_RATE_MONTH, MINUTES, VOLUNTEER

pytestmark = pytest.mark.slow
JOINING = Key.from_bytes(b"\x77" * 32)
WHOLE, DOSES = AgreedActivity(601, "BLO.WHOLE", 25, 1), AgreedActivity(602, "BLO.DOSE", 5_000, 1)
ADMISSION = Admission(
    code="BLO",
    key=JOINING.address,
    terms=Terms(40_000_000, 10_000_000, 2_000_000, 10_000_000, 0, 4, 100),
    activities=(WHOLE, DOSES),
    standard_hash=b"\7" * 32,
)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with founded(tmp_path_factory.mktemp("network")) as made:
        made.chain.start_mining(0.02, clock=None)
        yield made


def test_an_issuer_is_admitted_once_and_a_second_run_has_nothing_to_do(network: Network) -> None:
    found = admitting.plan(network.gateway, network.deployment, ADMISSION)
    heard: list[tuple[int, int]] = []
    admitting.carry_out(network.gateway, COUNCIL, found, told=lambda *at: heard.append(at))

    again = admitting.plan(network.gateway, network.deployment, ADMISSION)

    assert [one.function for one in found.steps] == [
        "addMember", "setTerms", "addActivity", "addRate", "addActivity", "addRate",
    ]  # fmt: skip
    assert heard == [(done, 6) for done in range(7)]
    assert (again.member, again.steps) == (found.member, ())
    assert network.read("MemberRegistry", "memberOf", JOINING.address) == found.member
    assert network.read("MemberRegistry", "termsOf", found.member) == tuple(ADMISSION.terms)
    assert found.rates_from == FIRST_RATE_MONTH + 1
    assert network.read("RateBook", "rateOf", 601, found.rates_from - 1) == (found.member, 0, 0)
    assert network.read("RateBook", "rateOf", 601, found.rates_from) == (found.member, 25, 1)


def test_after_a_kill_only_what_is_missing_is_written(network: Network) -> None:
    other = Key.from_bytes(b"\x78" * 32)
    activity = AgreedActivity(701, "NEW.DEED", 1, 1)
    wanted = ADMISSION._replace(code="NEW", key=other.address, activities=(activity,))
    found = admitting.plan(network.gateway, network.deployment, wanted)
    admitting.carry_out(network.gateway, COUNCIL, found._replace(steps=found.steps[:3]))

    left = admitting.plan(network.gateway, network.deployment, wanted)

    assert left.member == found.member
    assert left.steps == found.steps[3:]


def test_terms_that_the_council_changes_are_written_alone(network: Network) -> None:
    found = admitting.plan(network.gateway, network.deployment, ADMISSION)
    admitting.carry_out(network.gateway, COUNCIL, found)
    wider = ADMISSION._replace(terms=ADMISSION.terms._replace(debit_cap_units=20_000_000))

    left = admitting.plan(network.gateway, network.deployment, wider)

    assert [(one.function, one.arguments) for one in left.steps] == [
        ("setTerms", (left.member, tuple(wider.terms)))
    ]


def test_a_key_of_another_member_is_not_admitted(network: Network) -> None:
    for member in (VOLUNTEER, CANTEEN):
        taken = ADMISSION._replace(key=KEYS[member].address)

        with pytest.raises(Refused) as refusal:
            admitting.plan(network.gateway, network.deployment, taken)

        assert refusal.value.code == "admission.key-of-another"
        assert refusal.value.fields == {
            "key": taken.key, "member": member, "code": f"M{member}",
        }  # fmt: skip


def test_an_activity_of_another_issuer_is_not_taken(network: Network) -> None:
    taken = ADMISSION._replace(activities=(WHOLE._replace(id=MINUTES),))

    with pytest.raises(Refused) as refusal:
        admitting.plan(network.gateway, network.deployment, taken)

    assert refusal.value.code == "admission.activity-of-another"
    assert refusal.value.fields == {"activity": "BLO.WHOLE", "member": VOLUNTEER}


def test_nobody_but_the_council_admits(network: Network) -> None:
    stranger = ADMISSION._replace(key=b"\x79" * 20, code="STR", activities=())
    found = admitting.plan(network.gateway, network.deployment, stranger)

    with pytest.raises(Refused) as refusal:
        admitting.carry_out(network.gateway, KEYS[VOLUNTEER], found)

    assert refusal.value.code == "access.not-permitted"
    assert network.read("MemberRegistry", "memberOf", stranger.key) == 0
