"""Envelopes of the caller's own wallet: stored, listed, opened halfway, dropped.

What opens a wallet to its resident is stored and dropped by a session that was begun a short while
ago, so that one that somebody found open does not suffice.
"""

from __future__ import annotations

from fastapi import Response

from api.access import BY_SESSION
from api.acting import own_wallet, sitting_of
from api.envelopes.schemas import (
    AskShare,
    EnvelopeList,
    EnvelopeShape,
    Sealed,
    ShareShape,
    StoreForContacts,
    StoreHardwareKey,
    StorePasskey,
    StorePin,
    kept,
)
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.oidc.visiting import by, fresh_wallet_of
from api.shapes import Confirm, Id, show, unshow
from api.trying import triable
from ledger.envelopes.keeping import Halves
from ledger.envelopes.rules import VERSION, Kind
from ledger.errors import Refused, Rejected
from ledger.residents.rules import Holder
from ledger.store.envelopes_rows import EnvelopeRow

router = resource("my/envelopes", "wallets")
_IN_PERSON = frozenset({Holder.RESIDENT, Holder.GUARDIAN})


@router.get("", operation_id="list_envelopes")
def list_envelopes(call: Calling) -> EnvelopeList:
    """我的打开方式 · What opens my wallet's secret."""
    found = call.office.envelopes.of_wallet(own_wallet(call.caller))
    return EnvelopeList(envelopes=[EnvelopeShape.of(row) for row in found])


@router.get("/{envelope_id}", operation_id="get_envelope")
def get_envelope(call: Calling, envelope_id: Id) -> EnvelopeShape:
    """一种打开方式 · One of them."""
    found = call.office.envelopes.read(own_wallet(call.caller), envelope_id)
    return EnvelopeShape.of(found)


@router.post("/passkeys", status_code=201, operation_id="store_passkey")
@triable
def store_passkey(call: Calling, body: StorePasskey) -> EnvelopeShape:
    """存入由通行密钥打开的信封 · An envelope for a passkey."""
    return _stored(call, body, Kind.PASSKEY)


@router.post("/pins", status_code=201, operation_id="store_pin")
@triable
def store_pin(call: Calling, body: StorePin) -> EnvelopeShape:
    """存入由密码打开的信封 · An envelope for a PIN, with the half of its key that is kept here."""
    return _stored(call, body, Kind.PIN, Halves(unshow(body.share), unshow(body.verifier)))


@router.post("/contacts", status_code=201, operation_id="store_for_contacts")
@triable
def store_for_contacts(call: Calling, body: StoreForContacts) -> EnvelopeShape:
    """存入由找回联系人凭条打开的信封 · An envelope for contacts' slips."""
    return _stored(call, body, Kind.CONTACTS, Halves(unshow(body.share), None))


@router.post("/hardware-keys", status_code=201, operation_id="store_hardware_key")
@triable
def store_hardware_key(call: Calling, body: StoreHardwareKey) -> EnvelopeShape:
    """存入硬件密钥的资料 · What a browser needs to use a hardware key of one account."""
    wallet = _fresh(call)
    accounts = call.office.service.wallet(wallet).accounts
    if unshow(body.account) not in [one.account for one in accounts]:
        raise Rejected("request.no-such-item", field="account")
    row = EnvelopeRow(
        call.command_id, wallet, Kind.HARDWARE, VERSION, body.label, 0, by(call),
        credential=body.credential, account=unshow(body.account), key=unshow(body.key),
        point=unshow(body.point),
    )  # fmt: skip
    return EnvelopeShape.of(call.office.envelopes.store(row))


@router.delete("/{envelope_id}", status_code=204, operation_id="drop_envelope")
@triable
def drop_envelope(call: Calling, envelope_id: Id) -> None:
    """停用一种打开方式 · Drops one; the last one stays while an account has a key."""
    wallet = _fresh(call)
    accounts = [one.account for one in call.office.service.wallet(wallet).accounts]
    keys = {row.account: row.key for row in call.office.projection.keys_of(accounts) if row.key}
    call.office.envelopes.drop(wallet, envelope_id, by(call), keys)


@router.post("/{envelope_id}/share", status_code=201, operation_id="ask_share")
def ask_share(call: Calling, envelope_id: Id, body: AskShare, response: Response) -> ShareShape:
    """取密钥的另一半：几次输错即锁 · The half that is kept here; a PIN may be tried a few times."""
    wallet, envelopes = own_wallet(call.caller), call.office.envelopes
    call.office.tries.take(wallet)
    response.headers.update(NOT_KEPT)
    if envelopes.read(wallet, envelope_id).kind == Kind.CONTACTS:
        login = None if call.caller.visit is None else call.caller.visit.login
        return ShareShape(
            share=show(envelopes.share_for_contacts(wallet, envelope_id, login, by(call)))
        )
    verifier = None if body.verifier is None else unshow(body.verifier)
    return ShareShape(share=show(envelopes.share_for_pin(wallet, envelope_id, verifier, by(call))))


@router.post("/{envelope_id}/lift", operation_id="lift_envelope_lock")
@triable
def lift_envelope_lock(call: Calling, envelope_id: Id, body: Confirm) -> EnvelopeShape:
    """到柜台解锁密码 · A PIN may be tried again: its resident sits at a desk with the own card."""
    assert body is not None
    sitting = sitting_of(call.caller, "lift_envelope_lock")
    if sitting.holder not in _IN_PERSON:
        raise Refused(
            "access.not-allowed", key_role=str(call.caller.role), operation="lift_envelope_lock"
        )
    return EnvelopeShape.of(call.office.envelopes.lift(sitting.wallet, envelope_id, by(call)))


def _stored(call: Call, body: Sealed, kind: Kind, halves: Halves | None = None) -> EnvelopeShape:
    row = kept(body, kind, call.command_id, _fresh(call), by(call))
    return EnvelopeShape.of(call.office.envelopes.store(row, halves))


def _fresh(call: Call) -> str:
    """The caller's wallet; Refused("login.sign-in-again") for a session begun long ago. One at a
    desk lasts minutes."""
    if call.caller.role in BY_SESSION and call.caller.sitting is not None:
        return own_wallet(call.caller)
    return fresh_wallet_of(call)
