"""A batch's transfers reckoned instead of read: they are by far the most logs of a chain. Pure.

Calldata, rates, terms and clips say who got what; the batch's own event says how many and how much
in all, and the places of its logs are counted through. Where anything does not come out,
``Unreckoned`` is raised, and whoever took the stretch reads the transfers themselves.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ledger.chain.decode import MintCall
from ledger.events import BatchMinted
from ledger.index.changes import RowChanges
from ledger.index.columns import ContractRole
from ledger.index.here import NOBODY, Here, Move
from ledger.index.rows import ActivityRow, MemberRow, RateRow, TermsRow
from ledger.units import MONTHS_PER_EPOCH, first_landing_epoch

AWARD = struct.Struct(">20sHHQ")
"""account · activity · month · quantity"""


class Unreckoned(Exception):
    """A batch's transfers can't be told from what stands beside them."""

    def __init__(self, block: int) -> None:
        super().__init__(block)
        self.block = block


class _Worth(NamedTuple):
    """What a quantity of one activity and month comes to, and where it lands."""

    numerator: int
    denominator: int
    epoch: int


def reckoned(
    changes: RowChanges, event: BatchMinted, here: Here, call: MintCall | None
) -> list[Move]:
    """The batch's transfers in order; ``call`` is what its transaction said, if that is known."""
    member = changes.get(MemberRow, event.issuer)
    if call is None or member is None:
        raise Unreckoned(here.block)
    clips = {clip.row: (place, clip) for place, clip in here.clips}
    bare = sum(clip.units == 0 for _, clip in here.clips)
    position = here.position - event.awards - len(clips) + bare
    worths, moves, issuer, total = dict[bytes, _Worth](), list[Move](), event.issuer, 0
    for row, word in enumerate(call.words):
        account, activity, month, quantity = AWARD.unpack(word)
        worth = worths.get(word[20:24])
        if worth is None:
            worth = worths[word[20:24]] = _worth(changes, issuer, activity, month, here)
        units = quantity * worth.numerator // worth.denominator
        if row in clips:
            place, clip = clips[row]
            if (place, clip.full_units) != (position, units):
                raise Unreckoned(here.block)
            units, position = clip.units, position + 1
        if units:
            moves.append(Move(position, NOBODY, account, issuer, worth.epoch, member.key, units))
            position, total = position + 1, total + units
    if (position, total) != (here.position, event.units):
        raise Unreckoned(here.block)
    return moves


def _worth(changes: RowChanges, issuer: int, activity: int, month: int, here: Here) -> _Worth:
    """By the rate book in office, if it is the activity's own, and the issuer's terms."""
    book, terms = changes.in_office(ContractRole.RATE_BOOK), changes.get(TermsRow, issuer)
    if book is None or terms is None or changes.get(ActivityRow, book, activity) is None:
        raise Unreckoned(here.block)
    in_force, version = None, 1
    while (rate := changes.get(RateRow, book, activity, version)) is not None:
        in_force = rate if rate.from_month <= month else in_force
        version += 1
    if in_force is None:
        raise Unreckoned(here.block)
    epoch = max(month // MONTHS_PER_EPOCH + terms.validity_epochs, first_landing_epoch(here.time_s))
    return _Worth(in_force.numerator, in_force.denominator, epoch)
