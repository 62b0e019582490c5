"""Batches, corrections and expiry as row changes. Pure.

A batch's rows stand in the calldata of its transaction, their amounts in the transfers before it;
the batch's own hash says whether the calldata is what was minted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from eth_hash.auto import keccak

from ledger.chain.decode import MintCall, mint_call
from ledger.errors import Broken
from ledger.events import AwardCorrected, BatchMinted, CorrectionReversed, ExpiryBooked
from ledger.index.changes import RowChanges
from ledger.index.columns import EntryKind
from ledger.index.here import Handler, Here, book_moves, known
from ledger.index.landing import land
from ledger.index.reckoning import AWARD, reckoned
from ledger.index.rows import AwardRow, BatchRow, ClassRow, CorrectionRow, IssuerTotalRow, LotRow
from ledger.rules.lanes import unpacked
from ledger.units import first_landing_epoch

_WORD = 32


def batch_minted(changes: RowChanges, event: BatchMinted, here: Here) -> None:
    """A batch, its awards, and what they add to lots and class."""
    call = _listing(event, here.calldata)
    if here.unread:
        here = here._replace(moves=reckoned(changes, event, here, call))
    if call is None:
        book_moves(changes, here, EntryKind.AWARD, event.data_hash)
    else:
        changes.add(AwardRow, _awards(event, here, call))
        lots = changes.sums(LotRow)
        for _, _, account, issuer, epoch, _, units in here.moves:
            key = (account, issuer, epoch)
            if key in lots:
                lots[key][0] += units
            else:
                lots[key] = [units]
    by_epoch: dict[int, int] = defaultdict(int)
    for move in here.moves:
        by_epoch[move.epoch] += move.units
    for epoch, units in by_epoch.items():
        changes.tally(ClassRow, (event.issuer, epoch), minted_units=units, free_units=units)
    _count(changes, event, here)
    changes.put(
        BatchRow(
            issuer=event.issuer,
            number=event.number,
            awards=event.awards,
            clipped=len(here.clips),
            units=event.units,
            data_hash=event.data_hash,
            evidence_root=event.evidence_root,
            listed=call is not None,
            block=here.block,
            position=here.position,
            transaction=here.transaction,
        )
    )


def award_corrected(changes: RowChanges, event: AwardCorrected, here: Here) -> None:
    """A linked opposite entry: what was taken, and what was already spent."""
    book_moves(changes, here, EntryKind.CORRECTION, event.correction)
    slices = unpacked(event.slices, event.epoch)
    taken = sum(slices.values())
    for epoch, units in slices.items():
        key = (event.issuer, epoch)
        changes.tally(ClassRow, key, free_units=-units, corrected_units=units)
    loss = event.due_units - taken
    changes.tally(IssuerTotalRow, (event.issuer,), corrections=1, loss_units=loss)
    award = _award_of(changes, event)
    if award is not None:
        corrected = award.corrected_units + event.due_units
        changes.put(award._replace(corrected_units=corrected))
    changes.put(
        CorrectionRow(
            id=event.correction,
            issuer=event.issuer,
            account=event.account,
            award=event.award,
            number=award.number if award else 0,
            row=award.row if award else 0,
            month=event.month,
            epoch=event.epoch,
            slices=event.slices,
            due_units=event.due_units,
            taken_units=taken,
            reason_hash=event.reason_hash,
            block=here.block,
            position=here.position,
            transaction=here.transaction,
            reversed_block=None,
            reversal_reason_hash=None,
        )
    )


def correction_reversed(changes: RowChanges, event: CorrectionReversed, here: Here) -> None:
    """What the correction took comes back; its loss is void."""
    entry = known(changes, here, CorrectionRow, event.correction)
    book_moves(changes, here, EntryKind.REVERSAL, event.correction)
    slices = unpacked(entry.slices, entry.epoch)
    for epoch, units in slices.items():
        changes.tally(ClassRow, (entry.issuer, epoch), corrected_units=-units)
    land(changes, entry.issuer, slices, first_landing_epoch(here.time_s))
    loss = entry.due_units - entry.taken_units
    changes.tally(IssuerTotalRow, (entry.issuer,), reversals=1, loss_units=-loss)
    award = changes.get(AwardRow, entry.issuer, entry.number, entry.row) if entry.number else None
    if award is not None:
        corrected = award.corrected_units - entry.due_units
        changes.put(award._replace(corrected_units=corrected))
    block, reason = here.block, event.reason_hash
    changes.put(entry._replace(reversed_block=block, reversal_reason_hash=reason))


def expiry_booked(changes: RowChanges, event: ExpiryBooked, _here: Here) -> None:
    """What a passed class still had free is expired; its lots stay as they were."""
    key = (event.issuer, event.epoch)
    changes.tally(ClassRow, key, free_units=-event.units, expired_units=event.units)


HANDLERS: Mapping[type, Handler] = {
    BatchMinted: batch_minted,
    AwardCorrected: award_corrected,
    CorrectionReversed: correction_reversed,
    ExpiryBooked: expiry_booked,
}


def award_id(issuer: int, number: int, key: bytes) -> bytes:
    """The contract's id of an award: 32 bytes."""
    return keccak(_packed(issuer, number) + key)


def _listing(event: BatchMinted, calldata: bytes) -> MintCall | None:
    """The batch's rows, or None where the calldata is not what was minted (a key that is a
    contract may call with another transaction's)."""
    try:
        call = mint_call(calldata)
    except Broken:
        return None
    count = len(call.words)
    if count != event.awards or len(call.keys) != count:
        return None
    head = _packed(2 * _WORD, (3 + count) * _WORD, count)
    content = b"".join((head, *call.words, _packed(count), *call.keys))
    return call if keccak(content) == event.data_hash else None


def _awards(event: BatchMinted, here: Here, call: MintCall) -> Iterator[Sequence[object]]:
    """Rows in the order of ``AwardRow``: plain tuples, as there are so many."""
    issuer, number, block = event.issuer, event.number, here.block
    clips = {clip.row: (position, clip) for position, clip in here.clips}
    moves = iter(here.moves)
    for row, (word, key) in enumerate(zip(call.words, call.keys, strict=True)):
        account, activity, month, quantity = AWARD.unpack(word)
        position, clip = clips.get(row, (0, None)) if clips else (0, None)
        units = epoch = 0
        if clip is None or clip.units:
            position, _, _, _, epoch, _, units = next(moves)
        full = units if clip is None else clip.full_units
        yield (
            issuer, number, row, key, account, activity, month, quantity,
            units, full, 0, epoch, block, position,
        )  # fmt: skip


def _count(changes: RowChanges, event: BatchMinted, here: Here) -> None:
    clipped = sum(clip.full_units - clip.units for _, clip in here.clips)
    changes.tally(
        IssuerTotalRow,
        (event.issuer,),
        batches=1,
        awards=event.awards,
        clipped=len(here.clips),
        minted_units=event.units,
        clipped_units=clipped,
    )


def _award_of(changes: RowChanges, event: AwardCorrected) -> AwardRow | None:
    """The event names the award by its hash: one of the account's in that month."""
    for award in changes.awards(event.issuer, event.account, event.month):
        if award_id(award.issuer, award.number, award.key) == event.award:
            return award
    return None


def _packed(*values: int) -> bytes:
    return b"".join([value.to_bytes(_WORD, "big") for value in values])
