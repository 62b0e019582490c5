"""Wallets: opened with a random account for each scheme, read as a balance, forgotten for good.

The list of accounts stands in the operator's database and nowhere else. A resident who keeps keys
gives a key's address for an account instead; only that key then speaks for it.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected
from ledger.index.rows import AwardRow
from ledger.redeeming import seeing
from ledger.redeeming.calling import key_call, withdrawal_call
from ledger.redeeming.pending import pending_of
from ledger.redeeming.seeing import indexed
from ledger.redeeming.signing import key_to_sign, require_signer
from ledger.redeeming.standing import UNFINISHED
from ledger.redeeming.values import Account, Balance, Signed, ToSign, Wallet
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.rules.refusal import require
from ledger.store import envelopes_rows as envelopes
from ledger.store import index_points as points
from ledger.store import logins_sessions as logins
from ledger.store import offers_tickets as tickets
from ledger.store import offers_wishes as wishes
from ledger.store import operator_claims as claims
from ledger.store import operator_commands as commands
from ledger.store import operator_orders as orders
from ledger.store import operator_wallets as wallets
from ledger.store import reminders_rows as reminders
from ledger.store.index_query import Page as ChainPage
from ledger.store.index_query import Place
from ledger.store.operator_wallets import AccountRow, RequestRow

ACCOUNT_BYTES = 20
FUND_FORM_BYTES = 16
"""Leading zero bytes of an account of the fund: no resident's has them."""


class Wallets:
    """Use cases of wallets at one workplace."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def open(self, wallet_id: str, issuers: Sequence[int], own_keys: Mapping[int, bytes]) -> Wallet:
        """A wallet; the same again for the same id and content.

        Raises Rejected: order.id-length, order.id-reused, wallet.account-malformed; Refused:
        members.unknown as the registry says it, wallet.account-taken.
        """
        check_id(wallet_id)
        wanted = sorted({*issuers, *own_keys})
        _check_keys(own_keys)
        with self._work.change() as at:
            opened_at_s = wallets.opened_at_s(at.operator, wallet_id)
            if opened_at_s is None:
                self._add(at, wallet_id, wanted, own_keys)
            else:
                _require_same(at, wallet_id, wanted, own_keys)
            return read_wallet(at, wallet_id)

    def read(self, wallet_id: str) -> Wallet:
        """Rejected("wallet.unknown")."""
        with self._work.look() as at:
            return read_wallet(at, wallet_id)

    def forget(self, wallet_id: str) -> None:
        """Unties the wallet for good; Refused("wallet.has-unfinished-orders") while there are."""
        with self._work.change() as at:
            read_wallet(at, wallet_id)
            unfinished = orders.any_of_wallet(at.operator, wallet_id, UNFINISHED)
            if unfinished is not None:
                raise Refused("wallet.has-unfinished-orders", id=wallet_id, order_id=unfinished)
            claims.forget_wallet(at.operator, wallet_id)
            tickets.forget_wallet(at.operator, wallet_id)
            wishes.forget_wallet(at.operator, wallet_id)
            reminders.forget_wallet(at.operator, wallet_id)
            logins.forget_wallet(at.operator, wallet_id)
            envelopes.forget_wallet(at.operator, wallet_id)
            wallets.forget(at.operator, wallet_id)

    def balance(self, wallet_id: str) -> Balance:
        """Lots as of the newest block, less nothing; what orders on their way will take apart."""
        with self._work.look() as at:
            accounts = [each.account for each in read_wallet(at, wallet_id).accounts]
            asked = orders.asked_of(at.operator, accounts)
            ids = [hold.id for hold in asked]
            seen = seeing.seen(at.projection, accounts, ids, self._work.rules)
        by_issuer: dict[int, int] = defaultdict(int)
        for lot in seen.lots:
            by_issuer[lot.issuer] += lot.units
        return Balance(
            wallet=wallet_id,
            lots=seen.lots,
            by_issuer=dict(sorted(by_issuer.items())),
            total_units=sum(by_issuer.values()),
            asked_units=sum(pending_of(asked, seen.known).values()),
            block=seen.at.block,
            time_s=seen.at.time_s,
        )

    def awards(self, wallet_id: str, after: Place | None, most: int) -> list[AwardRow]:
        """The wallet's awards, newest first; a row's (block, position) is the next cursor."""
        with self._work.look() as at:
            accounts = [each.account for each in read_wallet(at, wallet_id).accounts]
            page = ChainPage(most, after, newest_first=True)
            return points.awards_of(at.projection, accounts, page)

    def key_to_sign(self, account: bytes, key: bytes, nonce: int, expires_at_s: int) -> ToSign:
        """What registers a key."""
        return key_to_sign(self._work.domain, account, key, nonce, expires_at_s)

    def record_key(self, request_id: str, account: bytes, key: bytes, signed: Signed) -> None:
        """Records a registration; RuleRefusal("SignatureMismatch") where the signer is another."""
        check_id(request_id)
        content = content_of("key", account, key, signed)
        with self._work.change() as at:
            before = wallets.request(at.operator, request_id)
            if before is not None:
                require_same(request_id, before.content, content)
                return
            now_s = indexed(at.projection).time_s
            desk = self._work.deployment.desk
            announced = points.account_key(at.projection, desk, account)
            signer = seeing.keys_of(at.projection, desk, [account], now_s).get(account, key)
            nonce = announced.nonce if announced else 0
            digest = self.key_to_sign(account, key, nonce, signed.expires_at_s).digest
            require_signer(digest, signed.signature, signer)
            wallets.add_request(at.operator, RequestRow(request_id, "key", content, None, None))
            commands.add(at.operator, [key_call(account, key, signed, request_id)])

    def record_withdrawal(self, request_id: str, account: bytes) -> None:
        """Records that a key is taken back; RuleRefusal as the desk would say it:
        "AccountHasNoKey", "KeyAlreadyEffective"."""
        check_id(request_id)
        content = content_of("withdraw-key", account)
        with self._work.change() as at:
            before = wallets.request(at.operator, request_id)
            if before is not None:
                require_same(request_id, before.content, content)
                return
            desk, shown = self._work.deployment.desk, enhex(account)
            announced = points.account_key(at.projection, desk, account)
            now_s = indexed(at.projection).time_s
            key = None if announced is None else announced.key
            require(key is not None, "AccountHasNoKey", shown)
            in_effect = announced is not None and announced.effective_at_s <= now_s
            require(not in_effect, "KeyAlreadyEffective", shown)
            wallets.add_request(at.operator, RequestRow(request_id, "key", content, None, None))
            commands.add(at.operator, [withdrawal_call(account, request_id)])

    def _add(
        self, at: Look, wallet_id: str, issuers: Sequence[int], own_keys: Mapping[int, bytes]
    ) -> None:
        now = indexed(at.projection)
        registry, _ = self._work.rules.at(at.projection, now.block)
        for issuer in issuers:
            registry.known(issuer)
        taken = wallets.known(at.operator, list(own_keys.values()))
        if taken:
            raise Refused("wallet.account-taken", account=taken[0])
        rows = [
            AccountRow(own_keys.get(issuer) or _fresh_account(), issuer, issuer in own_keys)
            for issuer in issuers
        ]
        wallets.add(at.operator, wallet_id, now.time_s, rows)


def read_wallet(at: Look, wallet_id: str) -> Wallet:
    """Rejected("wallet.unknown")."""
    opened_at_s = wallets.opened_at_s(at.operator, wallet_id)
    if opened_at_s is None:
        raise Rejected("wallet.unknown", id=wallet_id)
    rows = wallets.accounts(at.operator, wallet_id)
    accounts = (Account(row.issuer, row.account, row.own_key) for row in rows)
    return Wallet(wallet_id, tuple(accounts), opened_at_s)


def read_wallets(at: Look, names: Iterable[str]) -> list[Wallet]:
    """Those of these wallets that there are."""
    found = wallets.many(at.operator, list(names))
    return [
        Wallet(name, tuple(Account(r.issuer, r.account, r.own_key) for r in rows), opened_at_s)
        for name, (opened_at_s, rows) in found.items()
    ]


def _require_same(
    at: Look, wallet_id: str, issuers: Sequence[int], own_keys: Mapping[int, bytes]
) -> None:
    rows = wallets.accounts(at.operator, wallet_id)
    kept = {row.issuer: row.account for row in rows if row.own_key}
    if [row.issuer for row in rows] != list(issuers) or kept != dict(own_keys):
        raise Rejected("order.id-reused", id=wallet_id)


def _fresh_account() -> bytes:
    """20 random bytes, derived from nothing."""
    while True:
        made = secrets.token_bytes(ACCOUNT_BYTES)
        if any(made[:FUND_FORM_BYTES]):
            return made


def _check_keys(own_keys: Mapping[int, bytes]) -> None:
    for key in own_keys.values():
        if len(key) != ACCOUNT_BYTES or not any(key[:FUND_FORM_BYTES]):
            raise Rejected("wallet.account-malformed", account=key)
    if len(set(own_keys.values())) != len(own_keys):
        raise Rejected("wallet.account-malformed", account=next(iter(own_keys.values())))
