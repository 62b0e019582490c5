"""What is played on the members' network, act by act, and what has to hold after each.

Blocks are read through another node than the one that was sent through. An act that does not come
out raises; nothing is repaired and tried again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from ledger import events
from ledger.audit.report import Outcome
from ledger.audit.subjects import SUBJECTS
from ledger.audit.verify import verify
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment, check_code, read_deployment
from ledger.store.outbox_tables import OutboxRow
from ledger.units import DAY_S, month_of, start_of_month
from tests.soak.office import Office
from tests.soak.season import AWARDS, ORDER_UNITS, ORDERS, Season, founding
from tests.soak.telling import Words, say
from tests.soak.validators import COUNT, Validators
from tests.support.network import COUNCIL, KEYS
from tests.support.season import CANTEEN, OPERATING, VOLUNTEER

ISSUERS_NODE, OPERATORS_NODE, SECOND_NODE, AUDITORS_NODE = range(COUNT)
BATCHES, MORE_BATCHES = 3, 4
FOUNDED_BEFORE_S = 2 * DAY_S
"""How long before the present month the network is founded."""
_AWARD_UNITS = 2_000
_TRIES = 3


class Failed(Exception):
    """Something did not come out as it has to."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


class Play:
    """One run from founding to audit. ``act`` by act; leaving the context ends the senders."""

    def __init__(self, validators: Validators, folder: Path) -> None:
        self._validators = validators
        self._folder = folder
        self._open = ExitStack()
        self._offices = {
            member: self._open.enter_context(Office(KEYS[member], folder / f"{member}.db"))
            for member in (VOLUNTEER, OPERATING, CANTEEN)
        }

    def __enter__(self) -> Play:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def found(self, now_s: int) -> Season:
        """Founds the network at the end of last month; all four go down, and it is this month."""
        began_s = start_of_month(month_of(now_s)) - FOUNDED_BEFORE_S
        senders = [COUNCIL.address, *(office.key.address for office in self._offices.values())]
        self._validators.found(senders, began_s - 60)
        took_s = self._validators.start_all(behind_s=now_s - began_s)
        _told(f"{COUNT} 个验证节点已出块", f"{COUNT} validators make blocks", took_s)
        began = time.monotonic()
        deployment = deploy(self._validators.gateway(0), COUNCIL, founding(now_s))
        _told("网络在上月末建立", "the network is founded, at the end of last month", _since(began))
        self._restart(
            Words("四个节点停机，再启动时已是本月", "all four went down, and it is this month now")
        )
        check_code(self._validators.gateway(AUDITORS_NODE), deployment)
        return self._opened(deployment)

    def issue(self, season: Season) -> None:
        """Three batches by the issuer, read through another node."""
        began = time.monotonic()
        names = season.mint(self._validators.gateway(ISSUERS_NODE), BATCHES)
        rows = season.issuer.await_final(names)
        awards, took_s = BATCHES * AWARDS, _since(began)
        rate = f"{awards / took_s:.0f}"
        _told(
            f"发行方授予 {awards} 笔，区块 {_blocks(rows)}，每秒 {rate} 笔",
            f"the issuer minted {awards} awards in blocks {_blocks(rows)}, {rate} a second",
            took_s,
        )

    def redeem(self, season: Season) -> None:
        """Twenty orders held and captured by the operator, and the window closed."""
        began = time.monotonic()
        gateway = self._validators.gateway(OPERATORS_NODE)
        held = season.operator.await_final(season.hold(gateway))
        captured = season.operator.await_final(season.capture(gateway, held))
        gas = [(row.gas_used or 0) // ORDERS for row in (*held, *captured)]
        _told(
            f"运营方预留并核销 {ORDERS} 单，每单 gas {gas[0]} + {gas[1]}",
            f"the operator held and captured {ORDERS} orders at {gas[0]} + {gas[1]} gas each",
            _since(began),
        )
        began = time.monotonic()
        rows = season.operator.await_final(season.close_window())
        _told(
            f"清算窗口在区块 {_blocks(rows)} 关闭",
            f"the clearing window is closed in block {_blocks(rows)}",
            _since(began),
        )

    def lose_one(self, season: Season) -> None:
        """The issuer's node dies with batches under way; another node takes them."""
        validators = self._validators
        names = season.mint(validators.gateway(ISSUERS_NODE), MORE_BATCHES)
        season.issuer.await_taken(names[:1])
        validators.kill(ISSUERS_NODE)
        left, began = len(season.issuer.unfinished(names)), time.monotonic()
        season.issuer.through(validators.gateway(SECOND_NODE))
        season.issuer.await_final(names)
        _told(
            f"发行方的节点被终止，未完成的 {left} 批改由另一节点上链",
            f"the issuer's node was killed; its {left} batches under way went on through another",
            _since(began),
        )
        began = time.monotonic()
        head = validators.gateway(SECOND_NODE).head()
        validators.start(ISSUERS_NODE)
        validators.await_block(ISSUERS_NODE, above=head)
        self._check_same(head)
        _told("该节点已追上，区块一致", "it is back and has the same blocks", _since(began))

    def lose_all(self, season: Season) -> None:
        """All four die with batches and orders under way: what was recorded is sent again."""
        again = 0
        for _ in range(_TRIES):  # a block may come just before the end
            again = again or self._lose_all(season)
        _check(again > 0, "没有一笔需要重新送出", "nothing had to be sent again: no test of that")

    def _lose_all(self, season: Season) -> int:
        """How many had to be sent again."""
        gateway = self._validators.gateway(OPERATORS_NODE)
        minted, held = season.mint(gateway, MORE_BATCHES), season.hold(gateway)
        season.issuer.await_taken(minted)
        season.operator.await_taken(held)
        self._validators.kill_all()
        left = len(season.issuer.unfinished(minted)) + len(season.operator.unfinished(held))
        began = time.monotonic()
        self._restart(Words("四个节点全部被终止", "all four were killed"))
        rows = season.issuer.await_final(minted) + season.operator.await_final(held)
        again = sum(row.attempts > 1 for row in rows)
        _told(
            f"未完成的 {left} 笔交易，{again} 笔重新送出并已上链",
            f"of {left} transactions under way {again} were sent again, and all are mined",
            _since(began),
        )
        season.operator.await_final(season.capture(gateway, rows[-1:]))
        return again

    def check_record(self, season: Season) -> None:
        """Every recorded transaction is in exactly one block, and every event is there once."""
        gateway = self._validators.gateway(AUDITORS_NODE)
        numbers = range(season.deployment.first_block, gateway.head() + 1)
        blocks = [block for block in gateway.blocks(numbers) if block is not None]
        mined = Counter(name for block in blocks for name in block.transactions)
        for office in self._offices.values():
            rows = [office.find(name) for name in office.recorded]
            once = all(mined[row.hash] == 1 for row in rows)
            _check(once, "有交易未恰好上链一次", "a transaction is not mined exactly once")
            used = gateway.transaction_count(office.key.address)
            _check(used == len(rows), "序号与记录不符", "nonces differ from what was recorded")
        _check_events(season, season.happened(gateway))
        say(
            f"{len(blocks)} 个区块：每笔交易恰好一次",
            f"{len(blocks)} blocks: every recorded transaction is mined exactly once",
        )

    def audit(self, season: Season) -> None:
        """The audit through a node that nothing was sent through, from the deployment file."""
        file = self._folder / "deployment.json"
        season.deployment.write(file)
        gateway = self._validators.gateway(AUDITORS_NODE)
        report = verify(gateway, read_deployment(file), scratch=self._folder)
        decidable = [v for v in report.verdicts if SUBJECTS[v.subject].decidable]
        holds = all(verdict.outcome is Outcome.HOLDS for verdict in decidable)
        if not holds:
            print("\n".join(report.lines()))
        _check(holds, "审计未全部成立", "not everything that a node can tell holds")
        read = report.coverage
        _told(
            f"审计 {read.awards} 笔授予、{read.holds} 笔预留：可判定的 {len(decidable)} 项均成立",
            f"audit of {read.awards} awards and {read.holds} holds: all {len(decidable)} subjects "
            "that a node can tell hold",
            report.seconds,
        )

    def _opened(self, deployment: Deployment) -> Season:
        nodes = {VOLUNTEER: ISSUERS_NODE, OPERATING: OPERATORS_NODE, CANTEEN: OPERATORS_NODE}
        for member, office in self._offices.items():
            office.through(self._validators.gateway(nodes[member]))
        issuer, operator, canteen = self._offices.values()
        season = Season(deployment, issuer, operator, canteen)
        canteen.await_final(season.choose_host())
        return season

    def _restart(self, why: Words) -> None:
        self._validators.kill_all()
        took_s = self._validators.start_all()
        _told(f"{why.zh}，又出块", f"{why.en}; blocks come again", took_s)

    def _check_same(self, number: int) -> None:
        shown = {self._validators.gateway(node).block(number) for node in range(COUNT)}
        _check(len(shown) == 1, "各节点区块不一致", f"the nodes differ in block {number}")


ACTS: tuple[Callable[[Play, Season], None], ...] = (
    Play.issue,
    Play.redeem,
    Play.lose_one,
    Play.lose_all,
    Play.check_record,
    Play.audit,
)


def _check_events(season: Season, found: Sequence[events.Event]) -> None:
    minted = [
        (event.number, event.awards, event.units)
        for event in found
        if isinstance(event, events.BatchMinted)
    ]
    whole = (AWARDS, AWARDS * _AWARD_UNITS)
    recorded = [(number, *whole) for number in range(1, season.batches + 1)]
    _check(minted == recorded, f"批次与记录不符：{minted}", f"other batches: {minted}")
    captured = [event.units for event in found if isinstance(event, events.HoldCaptured)]
    orders = [ORDER_UNITS] * season.orders
    _check(captured == orders, f"核销与兑换单不符：{captured}", f"other captures: {captured}")


def _check(holds: bool, zh: str, en: str) -> None:
    if not holds:
        raise Failed(Words(zh, en))


def _told(zh: str, en: str, took_s: float) -> None:
    say(f"{zh}（{took_s:.1f} 秒）", f"{en} ({took_s:.1f} s)")


def _since(began: float) -> float:
    return time.monotonic() - began


def _blocks(rows: Sequence[OutboxRow]) -> str:
    numbers = sorted({row.block_number or 0 for row in rows})
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
