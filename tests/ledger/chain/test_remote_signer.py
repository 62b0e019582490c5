"""A signer elsewhere: the same bytes as a key's own, and nothing believed that does not verify."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.remote_signer import REST_S, Reach, RemoteSigner
from ledger.chain.signer import Key, Transaction
from ledger.errors import Refused, TongduiError, Unavailable
from tests.support.certificate import self_signed
from tests.support.signing_service import SigningService, public, signing_service

KEY, OTHER = Key.from_bytes(b"\x07" * 32), Key.from_bytes(b"\x08" * 32)
WANTED = Transaction(b"\x11" * 20, b"\xab" * 300, 7, 100_000, 9_731)


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def service() -> Iterator[SigningService]:
    with signing_service(OTHER, KEY) as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(service: SigningService, clock: Clock) -> RemoteSigner:
    return RemoteSigner(service.reach, KEY.address, clock)


def refused(signer: RemoteSigner) -> TongduiError:
    """What it raises instead of signing."""
    with pytest.raises(TongduiError) as refusal:
        signer.sign_transaction(WANTED)
    return refusal.value


def test_a_signature_from_elsewhere_gives_the_bytes_of_the_key_itself(
    service: SigningService, signer: RemoteSigner
) -> None:
    signer.check()

    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)
    assert service.asked == [(public(KEY), WANTED.payload())]


def test_a_high_s_is_made_low_so_that_nodes_take_it(
    service: SigningService, signer: RemoteSigner
) -> None:
    service.moods.append("high")

    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)


@pytest.mark.parametrize("mood", ["other", "stale", "garbage", "short"])
def test_what_is_no_signature_of_this_transaction_is_not_used(
    service: SigningService, signer: RemoteSigner, mood: str
) -> None:
    service.moods.append(mood)

    refusal = refused(signer)

    assert isinstance(refusal, Refused)
    assert refusal.code == "signer.wrong-signature"
    assert refusal.fields == {"url": service.url, "address": KEY.address}
    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)


def test_an_answer_that_comes_twice_answers_one_question(
    service: SigningService, signer: RemoteSigner
) -> None:
    service.moods.append("twice")
    later = WANTED._replace(nonce=8)

    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)
    assert signer.sign_transaction(later) == KEY.sign_transaction(later)


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        ("late", "TimeoutError"),
        ("silent", "RemoteDisconnected"),
        ("500", "HTTP 500"),
        ("429", "HTTP 429"),
    ],
)
def test_a_signer_without_an_answer_is_left_alone_and_then_asked_again(
    service: SigningService, signer: RemoteSigner, clock: Clock, mood: str, why: str
) -> None:
    service.moods.append(mood)

    first, second = refused(signer), refused(signer)
    asked = len(service.asked)
    service.late.set()
    clock.now_s = REST_S

    assert isinstance(first, Unavailable)
    assert first.fields == {"url": service.url, "why": why}
    assert second.fields == {"url": service.url, "why": "resting"}
    assert asked == 1
    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)


def test_a_signer_that_is_not_there_and_one_that_lists_nothing_are_told() -> None:
    with signing_service() as empty:
        stranger = refused(RemoteSigner(empty.reach, KEY.address))
    gone = refused(RemoteSigner(empty.reach, KEY.address))

    assert isinstance(stranger, Refused)
    assert stranger.code == "signer.no-such-key"
    assert stranger.fields == {"url": empty.url, "address": KEY.address}
    assert isinstance(gone, Unavailable)
    assert gone.fields == {"url": empty.url, "why": "ConnectionRefusedError"}


def test_a_key_that_is_taken_away_is_missed_and_found_again(
    service: SigningService, signer: RemoteSigner
) -> None:
    signer.check()
    service.keys.remove(KEY)
    missed = refused(signer)
    service.keys.append(KEY)

    assert missed.code == "signer.no-such-key"
    assert signer.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)


def test_who_has_no_token_is_refused() -> None:
    with signing_service(KEY, token="a token") as service:
        right = RemoteSigner(service.reach, KEY.address)
        wrong = RemoteSigner(Reach(service.url, "another"), KEY.address)

        assert right.sign_transaction(WANTED) == KEY.sign_transaction(WANTED)
        refusal = refused(wrong)

    assert refusal.code == "signer.refused"
    assert refusal.fields == {"url": service.url, "status": 401}


def test_both_sides_show_a_certificate(tmp_path: Path) -> None:
    pem = self_signed(tmp_path / "both.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.load_verify_locations(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # there the client hears at once that it's out

    with signing_service(KEY, tls=context) as service:
        known = Reach(service.url, timeout_s=2, ca=pem, certificate=pem)
        signed = RemoteSigner(known, KEY.address).sign_transaction(WANTED)
        without = refused(RemoteSigner(Reach(service.url, timeout_s=2, ca=pem), KEY.address))
        unknown = refused(RemoteSigner(Reach(service.url, timeout_s=2), KEY.address))

    assert signed == KEY.sign_transaction(WANTED)
    assert without.code == unknown.code == "signer.no-answer"
    assert unknown.fields["why"] == "SSLCertVerificationError"
