"""The projection against the contracts' own views, at one and the same block."""

from __future__ import annotations

from typing import Any, cast

from ledger.index.index import Index
from ledger.index.rows import ClassRow, LotRow
from ledger.index.stops import stops_after
from ledger.store import index_clearing as clearing
from ledger.store import index_network, index_points, index_totals
from ledger.store.engine import Connection, Engine, reading
from ledger.store.index_query import rows
from ledger.units import LANES, epoch_of
from tests.support.network import Network

EPOCHS = range(4_050, 4_062)
MEMBERS = range(1, 6)


def differences(network: Network, engine: Engine, accounts: tuple[bytes, ...]) -> list[object]:
    """What the projection and the contracts say differently; empty where they agree."""
    with reading(engine) as connection:
        pairs = [
            *_classes(network, connection),
            *_lots(network, connection, accounts),
            *_windows(network, connection),
            *_members(network, connection),
            *_rules(network, connection, accounts),
        ]
    assert len(pairs) > 200
    return [pair for pair in pairs if pair[1] != pair[2]]


def unbalanced(engine: Engine) -> list[object]:
    """Classes that break invariant 1, or whose lots are not what is free of them or was."""
    with reading(engine) as connection:
        lots = rows(connection, LotRow)
        return [
            c
            for c in index_totals.classes(connection)
            if c.minted_units + c.refunded_in_units + c.carried_in_units
            != c.free_units + c.held_units + c.captured_units + c.expired_units
            + c.corrected_units + c.carried_out_units
            or c.free_units not in (0, _free(lots, c))
        ]  # fmt: skip


def _free(lots: list[LotRow], c: ClassRow) -> int:
    return sum(lot.free_units for lot in lots if (lot.issuer, lot.epoch) == (c.issuer, c.epoch))


def caught_up(index: Index, most_blocks: int) -> Index:
    """After as many steps of that size as it takes."""
    while not index.step(most_blocks).complete:
        pass
    return index


def _view(network: Network, contract: str, function: str, *arguments: object) -> Any:
    return cast("Any", network.read(contract, function, *arguments))


def _classes(network: Network, connection: Connection) -> list[tuple[object, object, object]]:
    found = {(c.issuer, c.epoch): tuple(c[2:]) for c in index_totals.classes(connection)}
    nothing = (0,) * 9
    compared: list[tuple[object, object, object]] = [
        (
            ("class", issuer, epoch),
            found.get((issuer, epoch), nothing),
            _view(network, "PointsLedger", "classOf", issuer, epoch),
        )
        for issuer in (1, 2)
        for epoch in EPOCHS
    ]
    for totals in index_totals.issuer_totals(connection, network.now_s):
        last, _, _, loss = _view(network, "PointsLedger", "issuerState", totals.issuer)
        outstanding = _view(network, "PointsLedger", "outstandingOf", totals.issuer)
        ours = (totals.batches, totals.loss_units, totals.outstanding_units)
        compared.append((("issuer", totals.issuer), ours, (last, loss, outstanding)))
    return compared


def _lots(
    network: Network, connection: Connection, accounts: tuple[bytes, ...]
) -> list[tuple[object, object, object]]:
    now = epoch_of(network.now_s)
    lots = {
        (lot.issuer, lot.account, lot.epoch): lot.free_units
        for lot in index_points.lots_of(connection, accounts, network.now_s)
    }
    compared: list[tuple[object, object, object]] = []
    for issuer in (1, 2):
        for account in accounts:
            lanes = _view(network, "PointsLedger", "lotsOf", issuer, account)[0]
            for epoch in range(now, now + LANES):
                theirs = lanes >> epoch % LANES * 32 & 0xFFFFFFFF
                ours = lots.pop((issuer, account, epoch), 0)
                compared.append((("lot", issuer, account, epoch), ours, theirs))
    return [*compared, ("lots besides", lots, {})]


def _windows(network: Network, connection: Connection) -> list[tuple[object, object, object]]:
    house = "ClearingHouse"
    compared: list[tuple[object, object, object]] = []
    for w in clearing.windows(connection):
        ours = (
            w.first_block, w.last_block or 0, w.opened_at_s, w.settled_block is not None,
            w.published_block is not None, w.unit_price_micro_yuan,
        )  # fmt: skip
        compared.append((("window", w.number), ours, _view(network, house, "windowOf", w.number)))
        positions = clearing.positions(connection, w.number)
        owed = {(o.debtor, o.creditor): o.units for o in clearing.obligations(connection, w.number)}
        for one in MEMBERS:
            theirs = _view(network, house, "positionOf", w.number, one)
            compared.append((("position", w.number, one), positions.get(one, 0), theirs))
            for other in MEMBERS:
                theirs = _view(network, house, "obligationOf", w.number, one, other)
                ours_owed = owed.get((one, other), 0)
                compared.append((("obligation", w.number, one, other), ours_owed, theirs))
        transfers = tuple(
            (*t[2:5], t.payer_confirmed_block is not None, t.payee_confirmed_block is not None)
            for t in clearing.transfers(connection, w.number)
        )
        theirs = tuple(_view(network, house, "settlementOf", w.number))
        compared.append((("settlement", w.number), transfers, theirs))
    unsettled = [w.number for w in clearing.windows(connection) if w.settled_block is None]
    return [*compared, ("unsettled", unsettled, sorted(_view(network, house, "unsettledWindows")))]


def _members(network: Network, connection: Connection) -> list[tuple[object, object, object]]:
    registry = "MemberRegistry"
    compared: list[tuple[object, object, object]] = []
    for m in index_network.members(connection):
        code = m.code.encode().ljust(32, b"\0")
        ours = ("0x" + m.key.hex(), m.roles, m.status, m.successor, m.host, code)
        compared.append((("member", m.member), ours, _view(network, registry, "member", m.member)))
    for member, terms in index_network.terms(connection).items():
        theirs = _view(network, registry, "termsOf", member)
        compared.append((("terms", member), tuple(terms[1:-1]), theirs))
    return compared


def _rules(
    network: Network, connection: Connection, accounts: tuple[bytes, ...]
) -> list[tuple[object, object, object]]:
    compared: list[tuple[object, object, object]] = []
    for activity in index_network.activities(connection):
        ours = [(r.from_month, r.numerator, r.denominator) for r in activity.rates]
        theirs = _view(network, "RateBook", "versionsOf", activity.activity.activity)
        compared.append((("rates", activity.activity.activity), ours, list(theirs)))
    stops = tuple(stops_after(index_network.stops(connection)))
    compared.append(("stops", stops, _view(network, "PointsLedger", "stops")))
    caps = index_network.caps(connection)
    assert caps is not None
    compared.append(("caps", tuple(caps[1:3]), _view(network, "RedemptionDesk", "caps")))
    for account in accounts:
        found = index_points.account_key(connection, network.deployment.desk, account)
        key = found.key if found and found.key else bytes(20)
        ours_key = ("0x" + key.hex(), found.effective_at_s, found.nonce) if found else None
        theirs = _view(network, "RedemptionDesk", "accountRecord", account)[:3]
        nobody = ("0x" + bytes(20).hex(), 0, 0)
        compared.append((("key", account), ours_key or nobody, theirs))
    return compared
