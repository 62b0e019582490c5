"""Puts a member's statement together from the projection, with the operator's order ids.

Reads one state of the chain. Knows no HTTP and no documents. An order id stands at a line only for
the side that delivered: the side that owes sees holds on the chain, and an id that two issuers both
had would tie a resident's accounts together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ledger.clearing.statement import Confirmation, Invoice, Line, Origin, Part, Statement, Transfer
from ledger.clearing.windows import price_fen, published_of, state_of
from ledger.index.columns import ClearingKind
from ledger.index.rows import ClearingEntryRow, DisputeRow, SettlementTransferRow, WindowRow
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look
from ledger.rules.refusal import RuleRefusal
from ledger.store import index_clearing as clearing
from ledger.store import operator_facts as facts
from ledger.store import statements_notes as notes


class _Facts(NamedTuple):
    """What lines need besides their entries."""

    schemes: Mapping[bytes, int]
    orders: Mapping[bytes, str]
    captures: Mapping[bytes, ClearingEntryRow]
    disputes: Mapping[bytes, DisputeRow]


def compile_statement(at: Look, number: int, member: int) -> Statement:
    """The statement as it stands; RuleRefusal("WindowUnknown")."""
    windows = clearing.windows(at.projection)
    row = next((one for one in windows if one.number == number), None)
    if row is None:
        raise RuleRefusal("WindowUnknown", number)
    newest = indexed(at.projection)
    following = next((one for one in windows if one.number == number + 1), None)
    last_block = row.last_block or newest.block
    carried, settled = _carried(at, windows, row, last_block, member)
    kept = notes.invoice(at.operator, number, member)
    published = published_of(row)
    return Statement(
        window=number,
        member=member,
        state=state_of(row),
        first_block=row.first_block,
        last_block=last_block,
        opened_at_s=row.opened_at_s,
        as_of_s=newest.time_s if following is None else following.opened_at_s,
        unit_price_micro_yuan=row.unit_price_micro_yuan,
        carried=carried,
        settled=settled,
        lines=_lines(at, number, member),
        transfers=tuple(
            _transfer(one, row.unit_price_micro_yuan)
            for one in clearing.transfers(at.projection, number)
            if member in (one.payer, one.payee)
        ),
        published=None if published is None else Confirmation(*published[1:]),
        invoice=None if kept is None else Invoice(*kept),
    )


def _carried(
    at: Look, windows: list[WindowRow], here: WindowRow, last_block: int, member: int
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Earlier windows not settled when this one began, and those of them settled in it."""
    carried, settled = list[Part](), list[Part]()
    for row in windows:
        done = row.settled_block
        if row.number >= here.number or (done is not None and done < here.first_block):
            continue
        part = Part(row.number, clearing.positions(at.projection, row.number).get(member, 0))
        if part.units:
            carried.append(part)
            if done is not None and done <= last_block:
                settled.append(part)
    return tuple(carried), tuple(settled)


def _lines(at: Look, number: int, member: int) -> tuple[Line, ...]:
    entries = list(clearing.all_entries(at.projection, number, member))
    known = _facts(at, entries)
    return tuple(_line(entry, member, known) for entry in entries)


def _facts(at: Look, entries: list[ClearingEntryRow]) -> _Facts:
    holds = [e.reference for e in entries if e.kind is not ClearingKind.DISPUTE]
    refunded = [e.reference for e in entries if e.kind is ClearingKind.REFUND]
    first = clearing.entries_of(at.projection, refunded)
    disputes = [e.reference for e in entries if e.kind is ClearingKind.DISPUTE]
    found = [clearing.dispute(at.projection, one) for one in disputes]
    return _Facts(
        schemes={name: row.issuer for name, row in facts.holds(at.projection, holds).items()},
        orders=notes.orders_by_hold(at.operator, holds),
        captures={e.reference: e for e in first if e.kind is ClearingKind.CAPTURE},
        disputes={row.id: row for row in found if row is not None},
    )


def _line(entry: ClearingEntryRow, member: int, known: _Facts) -> Line:
    name = entry.reference
    owed = entry.creditor == member
    order = known.orders.get(name) if owed else None
    dispute = entry.kind is ClearingKind.DISPUTE
    return Line(
        block=entry.block,
        position=entry.position,
        time_s=entry.time_s,
        kind=entry.kind,
        debtor=entry.debtor,
        creditor=entry.creditor,
        scheme=known.schemes.get(name),
        units=_signed(entry, owed),
        order=order,
        hold=name if order is None and not dispute else None,
        dispute=name if dispute else None,
        origin=_origin(entry, known),
        transaction=entry.transaction,
    )


def _signed(entry: ClearingEntryRow, owed: bool) -> int:
    """What a member owes itself, having taken over the issuer it delivered for, is nothing."""
    if entry.debtor == entry.creditor:
        return 0
    return entry.units if owed else -entry.units


def _origin(entry: ClearingEntryRow, known: _Facts) -> Origin | None:
    if entry.kind is ClearingKind.DISPUTE:
        return Origin(known.disputes[entry.reference].origin_window, None, None)
    if entry.kind is ClearingKind.REFUND:
        capture = known.captures[entry.reference]
        return Origin(capture.window, capture.block, capture.time_s)
    return None


def _transfer(row: SettlementTransferRow, unit_price_micro_yuan: int) -> Transfer:
    return Transfer(
        place=row.place,
        payer=row.payer,
        payee=row.payee,
        units=row.units,
        fen=price_fen(row.units, unit_price_micro_yuan),
        by_payer=_confirmation(row.payer_confirmed_block, row.payer_transaction),
        by_payee=_confirmation(row.payee_confirmed_block, row.payee_transaction),
    )


def _confirmation(block: int | None, name: bytes | None) -> Confirmation | None:
    return None if block is None or name is None else Confirmation(block, name)
