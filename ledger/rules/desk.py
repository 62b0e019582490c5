"""On whose word points move, and the caps of custody: ``contracts/RedemptionDesk.sol``.

Signatures are judged at the edge: the rules take the address that signed, and a passkey's counter
where it was one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.rules.holding import Points, Releaser
from ledger.rules.refusal import require
from ledger.rules.registry import NO_KEY, OPERATOR, fund_member_in
from ledger.rules.state import Hold
from ledger.units import DAY_S, day_of, month_of

FIRST_KEY_WAIT_S = 7 * DAY_S
FIRST_KEY_CAPPED_S = 30 * DAY_S
NONCES = 256
"""After so many registrations the count begins anew; what was signed then has expired."""


@dataclass(frozen=True)
class HoldRequest:
    """What a resident asks of an acceptor; times in seconds since 1970."""

    hold_id: bytes
    issuer: int
    account: str
    acceptor: int
    units: int
    deadline_s: int
    service_at_s: int


@dataclass
class AccountRecord:
    """An account's key and its use of the custodial cap, in units of one month."""

    key: str = ""
    effective_at_s: int = 0
    nonce: int = 0
    capped_at_first: bool = False
    usage_month: int = 0
    used: int = 0


class Desk:
    """Caps in units: per account and month, per operator and day (Beijing)."""

    def __init__(self, points: Points, account_monthly: int, operator_daily: int) -> None:
        self._points = points
        self._registry = points.registry
        self.account_monthly = account_monthly
        self.operator_daily = operator_daily
        self.accounts: dict[str, AccountRecord] = {}
        self.counters: dict[str, int] = {}
        self._operators: dict[int, tuple[int, int]] = {}

    def hold(self, caller: str, request: HoldRequest) -> Hold:
        """Custodial: by an active operator, for an account without a key in effect, within caps."""
        operator, month, day = self._judge_custody(caller, request.account, request.units)
        hold = self._place(request)
        self._use_custody(operator, request.account, month, day)
        return hold

    def hold_signed(
        self, request: HoldRequest, expires_at_s: int, signer: str, counter: int | None = None
    ) -> Hold:
        """Under the account's key, relayed by anyone."""
        used = self._judge_key(request.account, request.units, expires_at_s, signer, counter)
        hold = self._place(request)
        self._use_key(request.account, used)
        self._count(signer, counter)
        return hold

    def hold_from_fund(self, caller: str, request: HoldRequest) -> Hold:
        """By the fund's own key, from an account of the fund."""
        self._require_fund(caller, request.account)
        return self._place(request)

    def donate(
        self, caller: str, donation_id: bytes, issuer: int, account: str, fund: str, units: int
    ) -> None:
        operator, month, day = self._judge_custody(caller, account, units)
        self._points.donate(donation_id, issuer, account, fund, units)
        self._use_custody(operator, account, month, day)

    def donate_signed(
        self,
        donation_id: bytes,
        issuer: int,
        account: str,
        fund: str,
        units: int,
        expires_at_s: int,
        signer: str,
        counter: int | None = None,
    ) -> None:
        used = self._judge_key(account, units, expires_at_s, signer, counter)
        self._points.donate(donation_id, issuer, account, fund, units)
        self._use_key(account, used)
        self._count(signer, counter)

    def set_caps(self, account_monthly: int, operator_daily: int) -> None:
        self.account_monthly, self.operator_daily = account_monthly, operator_daily

    def capture(self, caller: str, hold_id: bytes, acceptor: int, units: int) -> Hold:
        self._require_acceptor(caller, acceptor)
        return self._points.capture(hold_id, units)

    def refund(self, caller: str, hold_id: bytes, acceptor: int, units: int) -> Hold | None:
        self._require_acceptor(caller, acceptor)
        return self._points.refund(hold_id, units)

    def decline(self, caller: str, hold_id: bytes, acceptor: int) -> None:
        self._require_acceptor(caller, acceptor)
        self._points.release(hold_id, Releaser.ACCEPTOR)

    def cancel(self, caller: str, hold_id: bytes, account: str) -> None:
        """The resident's own cancel, by the operator for an account without a key in effect; the
        fund's, by the fund."""
        if fund_member_in(account) is not None:
            self._require_fund(caller, account)
        else:
            self._registry.with_role(caller, OPERATOR)
            require(not self._key_in_effect(account), "AccountHasKey", account)
        self._points.release(hold_id, Releaser.RESIDENT)

    def cancel_signed(
        self,
        hold_id: bytes,
        account: str,
        expires_at_s: int,
        signer: str,
        counter: int | None = None,
    ) -> None:
        self._require_signer(account, expires_at_s, signer, counter)
        self._points.release(hold_id, Releaser.RESIDENT)
        self._count(signer, counter)

    def release_overdue(self, hold_id: bytes) -> None:
        self._points.release(hold_id, Releaser.ANYONE)

    def register_key(
        self,
        caller: str,
        account: str,
        key: str,
        expires_at_s: int,
        signer: str,
        counter: int | None = None,
    ) -> None:
        """At once for the account's own address or under the old key; else after 7 days."""
        record = self.accounts.get(account, AccountRecord())
        require(key not in (NO_KEY, record.key), "KeyMalformed", account, key)
        funds = fund_member_in(account) is not None
        require(not funds, "AccountIsTheFunds", account)
        expected, effective_at, capped = key, record.effective_at_s, record.capped_at_first
        if self._key_in_effect(account):
            expected = record.key
        elif key == account:
            effective_at, capped = self._now(), False
        else:
            self._registry.with_role(caller, OPERATOR)
            effective_at, capped = self._now() + FIRST_KEY_WAIT_S, True
        self._check_signer(expires_at_s, signer, expected, counter)
        self._count(signer, counter)
        record.key, record.effective_at_s, record.capped_at_first = key, effective_at, capped
        record.nonce = (record.nonce + 1) % NONCES
        self.accounts[account] = record

    def withdraw_key(self, caller: str, account: str) -> None:
        """By an operator, while the announced key is not yet in effect."""
        self._registry.with_role(caller, OPERATOR)
        record = self.accounts.get(account, AccountRecord())
        require(record.key != "", "AccountHasNoKey", account)
        require(not self._key_in_effect(account), "KeyAlreadyEffective", account)
        record.key, record.effective_at_s = "", 0
        record.nonce = (record.nonce + 1) % NONCES

    def _judge_custody(self, caller: str, account: str, units: int) -> tuple[int, int, int]:
        """The operator, and what the account's month and the operator's day come to."""
        operator = self._registry.with_role(caller, OPERATOR)
        funds = fund_member_in(account) is not None
        require(not funds, "AccountIsTheFunds", account)
        require(not self._key_in_effect(account), "AccountHasKey", account)
        month = self._judge_account_cap(account, units)
        day, used = self._operators.get(operator, (0, 0))
        used = used if day == day_of(self._now()) else 0
        headroom = max(self.operator_daily - used, 0)
        require(units <= headroom, "OperatorCapReached", operator, headroom)
        return operator, month, used + units

    def _judge_account_cap(self, account: str, units: int) -> int:
        record = self.accounts.get(account, AccountRecord())
        used = record.used if record.usage_month == month_of(self._now()) else 0
        headroom = max(self.account_monthly - used, 0)
        require(units <= headroom, "AccountCapReached", account, headroom)
        return used + units

    def _use_custody(self, operator: int, account: str, month_units: int, day_units: int) -> None:
        record = self.accounts.setdefault(account, AccountRecord())
        record.usage_month, record.used = month_of(self._now()), month_units
        self._operators[operator] = (day_of(self._now()), day_units)

    def _judge_key(
        self, account: str, units: int, expires_at_s: int, signer: str, counter: int | None
    ) -> int | None:
        """What the account's month comes to, where its key is a foreign first one still capped."""
        record = self._require_signer(account, expires_at_s, signer, counter)
        until = record.effective_at_s + FIRST_KEY_CAPPED_S
        capped = record.capped_at_first and self._now() < until
        return self._judge_account_cap(account, units) if capped else None

    def _use_key(self, account: str, month_units: int | None) -> None:
        if month_units is not None:
            record = self.accounts[account]
            record.usage_month, record.used = month_of(self._now()), month_units

    def _place(self, r: HoldRequest) -> Hold:
        asked = (r.hold_id, r.issuer, r.account, r.acceptor, r.units, r.deadline_s, r.service_at_s)
        return self._points.place_hold(*asked)

    def _require_signer(
        self, account: str, expires_at_s: int, signer: str, counter: int | None
    ) -> AccountRecord:
        require(self._key_in_effect(account), "AccountHasNoKey", account)
        record = self.accounts[account]
        self._check_signer(expires_at_s, signer, record.key, counter)
        return record

    def _check_signer(
        self, expires_at_s: int, signer: str, expected: str, counter: int | None
    ) -> None:
        require(self._now() <= expires_at_s, "AuthorisationExpired", expires_at_s)
        require(signer == expected, "SignatureMismatch", signer, expected)
        last = self.counters.get(signer, 0)
        rises = counter is None or counter > last or (counter, last) == (0, 0)
        require(rises, "PasskeyCounterNotHigher", signer, counter or 0, last)

    def _count(self, signer: str, counter: int | None) -> None:
        """A passkey that keeps a count has come so far."""
        if counter:
            self.counters[signer] = counter

    def _require_fund(self, caller: str, account: str) -> None:
        member = self._registry.member_of(caller)
        own = member != 0 and self._registry.fund_member_of(account) == member
        require(own, "NotTheFundsAccount", account, member)

    def _require_acceptor(self, caller: str, acceptor: int) -> None:
        allowed = self._registry.may_act_for(caller, acceptor)
        require(allowed, "NotTheAcceptor", acceptor, caller)

    def _key_in_effect(self, account: str) -> bool:
        record = self.accounts.get(account)
        return bool(record and record.key) and self._now() >= record.effective_at_s  # type: ignore[union-attr]

    def _now(self) -> int:
        return self._points.block.time_s
