"""Windows, settlements and disputes, by the twin's own rules: one that would say no is broken.

Windows follow one another block by block, so every entry lies in exactly one. Amounts in units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from ledger.audit.feed import Moment
from ledger.audit.world import World
from ledger.events import (
    DisputeAccepted,
    DisputeProposed,
    SettlementPublished,
    TransferConfirmed,
    WindowClosed,
    WindowOpened,
    WindowSettled,
)
from ledger.rules import RuleRefusal
from ledger.rules.clearing import Transfer, Window

_Pair = tuple[int, int, int]
"""(window, debtor, creditor)."""


class Windows:
    """Judges the clearing house's events."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._findings = world.findings
        self._clearing = world.clearing
        self._opened = set[int]()
        self._settled = set[int]()
        self._disputes: dict[bytes, DisputeProposed] = {}
        self._reversed: dict[_Pair, int] = defaultdict(int)

    def open(self, event: WindowOpened, moment: Moment) -> None:
        """The first is opened by the contract's creation, each later one by a close."""
        windows = self._clearing.windows
        if not self._opened:
            windows[1] = Window(moment.block, moment.time_s)
        self._opened.add(event.window)
        latest = len(windows)
        wanted = (latest, windows[latest].opened_block)
        if (event.window, event.from_block) != wanted:
            self._findings.add(
                "window-misplaced", window=event.window, expected=wanted[1], found=event.from_block
            )

    def close(self, event: WindowClosed, moment: Moment) -> None:
        """It ends with this block."""
        if (event.window, event.last_block) != (len(self._clearing.windows), moment.block):
            self._findings.add(
                "window-misplaced", window=event.window, expected=moment.block,
                found=event.last_block,
            )  # fmt: skip
        self._run("window-against-rule", event.window, self._close_by, event.by)

    def publish(self, event: SettlementPublished) -> None:
        """Its transfers bring every member's position to zero."""
        transfers = [Transfer(*given) for given in event.transfers]
        before = self._clearing.windows.get(event.window)
        rule = self._run(
            "settlement-against-rule", event.window, self._publish_by, event.by, event.window,
            transfers,
        )  # fmt: skip
        if rule == "SettlementMismatch" and before is not None:
            before.transfers = transfers  # so that confirmations find them

    def confirm(self, event: TransferConfirmed) -> None:
        """By payer and payee, each once."""
        key = self._key(event.member)
        self._run(
            "settlement-against-rule", event.window, self._clearing.confirm_transfer, key,
            event.window, event.place,
        )  # fmt: skip

    def settle(self, event: WindowSettled) -> None:
        """Only once every transfer is confirmed."""
        self._settled.add(event.window)
        window = self._clearing.windows.get(event.window)
        if window is None or not window.settled:
            self._findings.add("settled-early", window=event.window)
        if window is not None:
            window.settled = True

    def end(self) -> None:
        """Every window was told of when it opened, every settled one when it was settled."""
        for number, window in self._clearing.windows.items():
            if self._opened and number not in self._opened:
                self._findings.add(
                    "window-misplaced", window=number, expected=window.opened_block, found=None
                )
            if window.settled and number not in self._settled:
                self._findings.add("settled-untold", window=number)

    def propose(self, event: DisputeProposed, moment: Moment) -> None:
        """One side's wish to reverse part of a closed window."""
        if event.dispute in self._disputes or event.proposer not in (event.debtor, event.creditor):
            self._findings.add("dispute-unfounded", dispute=event.dispute)
        self._judge_reversal(event, moment)
        self._disputes[event.dispute] = event

    def accept(self, event: DisputeAccepted, moment: Moment) -> None:
        """The other side's word: a reversing entry in the open window."""
        found = self._disputes.get(event.dispute)
        told = (event.debtor, event.creditor, event.units)
        if found is None or (found.debtor, found.creditor, found.units) != told:
            self._findings.add("dispute-unfounded", dispute=event.dispute)
        else:
            self._judge_reversal(found, moment)
            self._reversed[found.origin_window, found.debtor, found.creditor] += found.units
            self._disputes[event.dispute] = found._replace(units=0)
        self._clearing.record(event.debtor, event.creditor, -event.units)

    def _judge_reversal(self, entry: DisputeProposed, moment: Moment) -> None:
        """Of a closed window, never above what that window holds."""
        window = self._clearing.windows.get(entry.origin_window)
        pair = (entry.origin_window, entry.debtor, entry.creditor)
        most = self._clearing.obligations[pair] - self._reversed[pair]
        closed = window is not None and 0 < window.close_block < moment.block
        if not closed or not 0 < entry.units <= most:
            self._findings.add(
                "dispute-too-large", dispute=entry.dispute, found_units=entry.units,
                most_units=max(most, 0),
            )  # fmt: skip

    def _close_by(self, member: int) -> None:
        self._clearing.close_window(self._key(member))

    def _publish_by(self, member: int, window: int, transfers: list[Transfer]) -> None:
        self._clearing.publish_settlement(self._key(member), window, transfers)

    def _key(self, member: int) -> str:
        return self._world.registry.known(member).key

    def _run(self, code: str, window: int, rule: Callable[..., None], *given: object) -> str:
        """Applies the twin's rule; the name of one that says no, which is a finding."""
        try:
            rule(*given)
        except RuleRefusal as refusal:
            values = ", ".join(map(str, refusal.values))
            self._findings.add(code, window=window, rule=refusal.name, values=values)
            return refusal.name
        return ""
