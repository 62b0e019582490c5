"""``verify``: from a node and the deployment file alone to a verdict on every invariant.

Two passes: the chain once, in order, with what fits in memory; then accounts, keys and ids, one
partition at a time. Trusts nobody but the node (see ``subjects.LIMITS``).
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ledger.audit.accounts import Accounts
from ledger.audit.asking import Standpoint, standpoint, still_stands
from ledger.audit.findings import Findings
from ledger.audit.keys import judge_ids, judge_keys
from ledger.audit.reading import Reading
from ledger.audit.records import ENTRY, KEY
from ledger.audit.report import Coverage, Outcome, Report, Verdict
from ledger.audit.spill import PARTITIONS, Spill
from ledger.audit.subjects import SUBJECTS
from ledger.audit.views import Views
from ledger.audit.world import World
from ledger.chain.deployment import Deployment, check_code
from ledger.chain.gateway import Gateway
from ledger.chain.types import Block as ChainBlock
from ledger.errors import Broken, Refused, Unavailable
from ledger.rules import Block
from ledger.rules.state import Hold

Told = Callable[[int, int, int], None]
"""Hears of (blocks done, blocks in all, awards so far)."""
SAMPLE = 2_048
"""Accounts, and holds, compared with the contracts' own answers unless told otherwise."""


def verify(
    gateway: Gateway,
    deployment: Deployment,
    *,
    scratch: Path | None = None,
    told: Told | None = None,
    until: int | None = None,
    sample: int = SAMPLE,
) -> Report:
    """Verdicts as of block ``until``, the newest final one unless given.

    ``scratch`` is a folder for temporary records (some 250 bytes an award), the system's unless
    given; nothing stays there. ``sample`` is how many accounts are compared with ``lotsOf``.
    Raises Broken("chain.other-chain"), Refused("audit.not-final") for a block that is not final
    yet, Unavailable where the node does not answer or lacks a block.
    """
    begun = time.monotonic()
    gateway.check_chain()
    last = _last_block(gateway, until)
    with tempfile.TemporaryDirectory(prefix="tongdui-audit-", dir=scratch) as folder:
        audit = _Audit(gateway, deployment, last, sample, Path(folder))
        audit.run(told or (lambda _done, _of, _awards: None))
        return audit.report(time.monotonic() - begun)


def _last_block(gateway: Gateway, until: int | None) -> ChainBlock:
    final = gateway.finalized()
    number = final if until is None else until
    if number > final:
        raise Refused("audit.not-final", asked=number, final=final)
    block = gateway.block(number)
    if block is None:
        raise Unavailable("chain.no-such-block", number=number)
    return block


class _Audit:
    """One audit, in a temporary folder."""

    def __init__(
        self,
        gateway: Gateway,
        deployment: Deployment,
        last: ChainBlock,
        sample: int,
        folder: Path,
    ) -> None:
        self._gateway = gateway
        self._deployment = deployment
        self._last = last
        self._sample = sample
        self._findings = Findings()
        self._world = World(
            self._findings,
            Spill(folder / "accounts", ENTRY),
            Spill(folder / "keys", KEY),
            Spill(folder / "ids", KEY),
            Block(0, 0),
        )
        self._accounts = 0
        self._views: Views | None = None

    def run(self, told: Told) -> None:
        """Both passes and the comparison with the contracts' own answers."""
        first = self._deployment.first_block
        reading = Reading(self._gateway, self._deployment, self._world)
        reading.run(first, self._last.number, told)
        self._world.block.time_s = self._last.timestamp_s
        self._judge_code(reading)
        asked = standpoint(self._gateway, self._deployment, self._last)
        views = self._compared_world(asked)
        self._second_pass(views)
        if views is not None and still_stands(self._gateway, self._deployment, views.asked):
            self._findings.merge(views.findings)
            self._views = views

    def report(self, seconds: float) -> Report:
        """The verdicts, once ``run`` is through."""
        verdicts = tuple(self._verdict(subject) for subject in SUBJECTS)
        return Report(verdicts, self._coverage(), seconds)

    def _judge_code(self, reading: Reading) -> None:
        """Of the deployment, and of every desk and rate book that took over."""
        given = self._deployment
        later = [replace(given, desk=desk) for desk in reading.desks[1:]]
        later += [replace(given, rate_book=book) for book in reading.books[1:]]
        for one in (given, *later):
            try:
                check_code(self._gateway, one)
            except Broken as broken:
                self._findings.add("other-code", **broken.fields)

    def _compared_world(self, asked: Standpoint | None) -> Views | None:
        if asked is None:
            return None
        views = Views(self._gateway, self._deployment, asked, sample=self._sample)
        views.compare_world(self._world)
        return views

    def _second_pass(self, views: Views | None) -> None:
        free: dict[tuple[int, int], int] = defaultdict(int)
        now_epoch = self._world.points.now_epoch()
        for path in self._world.accounts.partitions():
            accounts = Accounts(self._findings)
            accounts.replay(path)
            self._accounts += len(accounts.words)
            for name, units in accounts.free(now_epoch).items():
                free[name] += units
            if views is not None:
                views.compare_accounts(accounts, self._sample // PARTITIONS)
        for path in self._world.keys.partitions():
            judge_keys(path, self._findings)
        for path in self._world.ids.partitions():
            judge_ids(path, self._findings)
        self._judge_sums(free, now_epoch)

    def _judge_sums(self, free: dict[tuple[int, int], int], now_epoch: int) -> None:
        """Invariant 1: each class balances, and is the sum over its accounts and holds."""
        held = self._held()
        for (issuer, epoch), figures in sorted(self._world.points.classes.items()):
            where = {"issuer": issuer, "epoch": epoch}
            if not figures.balances():
                gone = figures.captured + figures.expired + figures.corrected + figures.carried_out
                come = figures.minted + figures.refunded_in + figures.carried_in
                units = come - figures.free - figures.held - gone
                self._findings.add("class-unbalanced", **where, units=units)
            alive = epoch >= now_epoch
            summed = free.get((issuer, epoch), 0)
            if alive and summed != figures.free:
                sums = {"expected_units": summed, "found_units": figures.free}
                self._findings.add("free-differs", **where, **sums)
            if held[issuer, epoch] != figures.held:
                sums = {"expected_units": held[issuer, epoch], "found_units": figures.held}
                self._findings.add("held-differs", **where, **sums)

    def _held(self) -> dict[tuple[int, int], int]:
        held: dict[tuple[int, int], int] = defaultdict(int)
        for kept in self._world.holds.values():
            if not kept.captured:
                hold = Hold.of_words(kept.terms, kept.points, captured=False)
                for epoch, units in hold.slices:
                    held[hold.issuer, epoch] += units
        return held

    def _verdict(self, subject: str) -> Verdict:
        found, kept = self._findings.of(subject)
        if found:
            return Verdict(subject, Outcome.BROKEN, tuple(kept), found)
        rests_on_code = subject == "9" and self._findings.of("code").found
        unseen = subject == "views" and self._views is None
        decidable = SUBJECTS[subject].decidable and not rests_on_code and not unseen
        return Verdict(subject, Outcome.HOLDS if decidable else Outcome.UNDECIDABLE)

    def _coverage(self) -> Coverage:
        counts, views, last = self._world.counts, self._views, self._last
        return Coverage(
            chain_id=self._deployment.chain_id,
            first_block=self._deployment.first_block,
            last_block=last.number,
            last_block_hash=last.hash,
            last_block_time_s=last.timestamp_s,
            views_block=views.asked.block.number if views else None,
            batches=counts.batches,
            awards=counts.awards,
            holds=counts.holds,
            corrections=counts.corrections,
            windows=len(self._world.clearing.windows),
            accounts=self._accounts,
            accounts_compared=views.accounts_compared if views else 0,
            awards_compared=views.awards_compared if views else 0,
            holds_compared=views.holds_compared if views else 0,
        )
