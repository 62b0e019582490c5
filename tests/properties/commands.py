"""Further commands for twin and contracts side by side: signatures, keys, disputes, members.

A signature is made over what the twin knows of the account and judged on either side: the twin is
told whom the contract would recover.
"""

from __future__ import annotations

from typing import Any

from ledger.chain.passkeys import judged
from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.rules.clearing import Dispute
from ledger.rules.desk import AccountRecord, HoldRequest
from ledger.rules.rates import Rate
from ledger.rules.state import Hold
from ledger.units import epoch_of
from tests.properties.machine import Pair
from tests.support.evm import COUNCIL, Refusal
from tests.support.passkey import Authenticator
from tests.support.reading import STRANGER
from tests.support.season import CHARITY, CULTURE, FUND_ACCOUNT, KEYS, OPERATING, VOLUNTEER
from tests.support.signing import (
    CANCEL,
    DONATION,
    HOLD,
    REGISTRATION,
    address,
    digest,
    sign,
)

DESK = "RedemptionDesk"
Signer = Key | Authenticator
"""A key of secp256k1, or a passkey that keeps a count."""


class Commands(Pair):
    """A pair that also signs, disputes and changes members."""

    def __init__(self) -> None:
        super().__init__()
        self.signers: dict[str, Signer] = {}

    def record(self, account: str) -> AccountRecord:
        return self.desk.accounts.get(account, AccountRecord())

    def sign(self, signer: Signer, kind: str, values: tuple[Any, ...]) -> bytes:
        """The signer's word on the values."""
        if isinstance(signer, Authenticator):
            return signer.proof(digest(self.evm.address[DESK], kind, values))
        return sign(self.evm, signer, kind, values)

    def said(self, word: bytes, kind: str, values: tuple[Any, ...]) -> tuple[str, int | None]:
        """Whom the contract would recover, and a passkey's counter."""
        found = judged(digest(self.evm.address[DESK], kind, values), word)
        return enhex(found.signer), found.counter

    def hold_signed(self, request: HoldRequest, until: int, signer: Signer, forged: bool) -> None:
        """``forged``: the signature is over one unit less than is asked."""
        fields = tuple(vars(request).values())
        values = (*fields, until)
        signed = (*values[:4], values[4] - 1, *values[5:]) if forged else values
        word = self.sign(signer, HOLD, signed)
        said = self.said(word, HOLD, values)
        call = (DESK, "holdSigned", fields, until, word)
        done, hold = self.both(
            lambda: self.desk.hold_signed(request, until, *said),
            lambda: self.evm.send(STRANGER, *call),
        )
        if done:
            self.entries[request.hold_id] = self._entry("HoldPlaced")
            assert self.entries[request.hold_id] == hold.words()
            self._used(STRANGER, call)

    def cancel_signed(self, hold_id: bytes, until: int, signer: Signer) -> None:
        entry = self.entries[hold_id]
        account = Hold.of_words(*entry, captured=False).account
        word = self.sign(signer, CANCEL, (hold_id, until))
        said = self.said(word, CANCEL, (hold_id, until))
        call = (DESK, "cancelSigned", hold_id, entry, until, word)
        done, _ = self.both(
            lambda: self.desk.cancel_signed(hold_id, account, until, *said),
            lambda: self.evm.send(STRANGER, *call),
        )
        if done:
            self._used(STRANGER, call)

    def donate_signed(
        self, donation_id: bytes, issuer: int, account: str, units: int, until: int, signer: Signer
    ) -> None:
        gift = (donation_id, issuer, account, FUND_ACCOUNT, units)
        word = self.sign(signer, DONATION, (*gift, until))
        said = self.said(word, DONATION, (*gift, until))
        call = (DESK, "donateSigned", gift, until, word)
        done, _ = self.both(
            lambda: self.desk.donate_signed(*gift, until, *said),
            lambda: self.evm.send(STRANGER, *call),
        )
        if done:
            self._used(STRANGER, call)

    def register_key(
        self, sender: str, account: str, new: Signer, signer: Signer, until: int
    ) -> None:
        values = (account, address(new), self.record(account).nonce, until)
        word = self.sign(signer, REGISTRATION, values)
        said = self.said(word, REGISTRATION, values)
        call = (DESK, "registerKey", account, address(new), until, word)
        done, _ = self.both(
            lambda: self.desk.register_key(sender, account, address(new), until, *said),
            lambda: self.evm.send(sender, *call),
        )
        if done:
            self.signers[account] = new
            self._used(sender, call)

    def withdraw_key(self, account: str) -> None:
        self.both(
            lambda: self.desk.withdraw_key(KEYS[OPERATING], account),
            lambda: self.evm.send(KEYS[OPERATING], DESK, "withdrawKey", account),
        )

    def hold_from_fund(self, member: int, request: HoldRequest) -> None:
        fields = tuple(vars(request).values())
        done, _ = self.both(
            lambda: self.desk.hold_from_fund(KEYS[member], request),
            lambda: self.evm.send(KEYS[member], DESK, "holdFromFund", fields),
        )
        if done:
            self.entries[request.hold_id] = self._entry("HoldPlaced")

    def set_caps(self, monthly: int, daily: int) -> None:
        self.both(
            lambda: self.desk.set_caps(monthly, daily),
            lambda: self.evm.send(COUNCIL, DESK, "setCaps", monthly, daily),
        )

    def propose(self, member: int, dispute_id: bytes, entry: Dispute) -> None:
        values, reason = tuple(vars(entry).values()), b"\5" * 32
        call = ("ClearingHouse", "proposeReversal", values, dispute_id, reason)
        self.both(
            lambda: self.clearing.propose_reversal(KEYS[member], dispute_id, entry),
            lambda: self.evm.send(KEYS[member], *call),
        )

    def accept(self, member: int, dispute_id: bytes) -> None:
        self.both(
            lambda: self.clearing.accept_reversal(KEYS[member], dispute_id),
            lambda: self.evm.send(KEYS[member], "ClearingHouse", "acceptReversal", dispute_id),
        )

    def name_successor(self, member: int, successor: int) -> None:
        self.both(
            lambda: self.registry.name_successor(member, successor),
            lambda: self.evm.send(COUNCIL, "MemberRegistry", "nameSuccessor", member, successor),
        )

    def choose_host(self, member: int, host: int) -> None:
        self.both(
            lambda: self.registry.choose_host(KEYS[member], host),
            lambda: self.evm.send(KEYS[member], "MemberRegistry", "chooseHost", host),
        )

    def add_rate(self, activity: int, rate: Rate) -> None:
        values = tuple(vars(rate).values())
        done, _ = self.both(
            lambda: self.rates.add_rate(activity, rate),
            lambda: self.evm.send(COUNCIL, "RateBook", "addRate", activity, values, b"\1" * 32),
        )
        if done:
            self.witness.rates[activity].append(values)

    def check_debtors(self) -> None:
        """Who owes, and who is what, the same on both sides."""
        for member in (VOLUNTEER, CULTURE):
            debtor = self.evm.read("MemberRegistry", "debtorOf", member)
            assert debtor == self.registry.debtor_of(member)

    def check_nothing_hinders(self) -> None:
        """Invariant 9, for the newest open holds and the class that passed last."""
        for issuer in (VOLUNTEER, CULTURE):
            epoch = epoch_of(self.evm.now) - 1
            self._possible(STRANGER, "PointsLedger", "bookExpiry", issuer, epoch)
        for hold_id, entry in list(self.entries.items())[-3:]:
            hold = self.points.holds[hold_id]
            if hold is None or hold.captured:
                continue
            acceptor = KEYS[hold.acceptor]
            self._possible(acceptor, DESK, "decline", hold_id, entry)
            if self.evm.now <= hold.service_at_s:
                self._possible_cancel(hold_id, entry, hold.account)

    def _possible_cancel(self, hold_id: bytes, entry: Any, account: str) -> None:
        record = self.record(account)
        if not record.key or self.evm.now < record.effective_at_s:
            resident = CHARITY if account == FUND_ACCOUNT else OPERATING
            self._possible(KEYS[resident], DESK, "cancel", hold_id, entry)
            return
        word = self.sign(self.signers[account], CANCEL, (hold_id, self.evm.now))
        self._possible(STRANGER, DESK, "cancelSigned", hold_id, entry, self.evm.now, word)

    def _possible(self, sender: str, *call: Any) -> None:
        checkpoint, logs = self.evm.vm.snapshot(), self.evm.logs
        try:
            self.evm.send(sender, *call)
        except Refusal as refusal:
            raise AssertionError(f"9: {call[1]} is hindered by {refusal}") from None
        finally:
            self.evm.vm.revert(checkpoint)
            self.evm.logs = logs

    def _used(self, sender: str, call: tuple[Any, ...]) -> None:
        self.witness.authorisations.append((sender, self.evm.encode(*call)))
