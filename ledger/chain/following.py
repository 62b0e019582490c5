"""Reading new blocks for a key's own transactions: mined, vanished again, or there to stay.

Blocks are watched rather than receipts asked for: asking for an unknown hash may block for seconds.
Every block read stands on the one read before; where the chain went back, what was found in the
lost blocks returns to ``sent``. What was found commits together with the trail of blocks read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple, TypeAlias

from ledger.chain.gateway import Gateway
from ledger.chain.types import Block
from ledger.errors import Broken, Unavailable
from ledger.faults import Faults
from ledger.store import outbox as store
from ledger.store import trail
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox import Seen, Waiting
from ledger.store.outbox_tables import OutboxRow
from ledger.store.trail import TrailBlock

BLOCKS_AT_A_TIME = 200
"""Blocks read in one request and committed together."""
OnFinal: TypeAlias = Callable[[Connection, OutboxRow], None]
"""Called in the transaction that moves a row to ``final`` or ``failed``; commits nothing."""


class Followed(NamedTuple):
    """What a round of reading came to."""

    head: int
    mined: int = 0
    vanished: int = 0


class Follower:
    """Reads one chain's blocks for one sender."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        sender: bytes,
        faults: Faults,
        hooks: Sequence[OnFinal],
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._sender = sender
        self._faults = faults
        self._hooks = hooks

    def follow(self, final: int, head: Block | None = None) -> Followed:
        """Reads up to the node's head, which is asked for where it is not given. ``final`` is the
        newest final block, asked for no later.

        Raises Unavailable if the chain changed meanwhile, or the node has not come as far as was
        final already; Broken if a block that was final is another now.
        """
        head = head or self._gateway.latest()
        with reading(self._engine) as connection:
            known = trail.blocks(connection, self._sender)
        if known[-1] == (head.number, head.hash):
            return Followed(head.number)
        base = self._base(known, head.number)
        vanished = self._go_back(base.number) if base != known[-1] else 0
        with reading(self._engine) as connection:
            wanted = _by_hash(store.waiting(connection, self._sender))
        mined = 0
        for blocks in self._new_blocks(base, head.number, skip_to=0 if wanted else final):
            mined += self._take(blocks, wanted, final)
        return Followed(head.number, mined, vanished)

    def finish(self, final: int) -> int:
        """Ends the rows that stand in blocks up to ``final``, with the hooks; how many.

        To be called after ``follow`` with the same ``final``: what it then finds below is there.
        """
        with reading(self._engine) as connection:
            read = trail.blocks(connection, self._sender)[-1].number
            ripe = store.mined_until(connection, self._sender, min(final, read))
        if ripe:
            with transaction(self._engine, self._faults) as connection:
                for row in store.mark_finished(connection, ripe):
                    for hook in self._hooks:
                        hook(connection, row)
        return len(ripe)

    def _base(self, known: Sequence[TrailBlock], head: int) -> TrailBlock:
        """The newest block read that the node still has."""
        reached = [block for block in known if block.number <= head]
        if not reached:
            raise Unavailable("chain.node-behind", head=head, final=known[0].number)
        for part in (reached[-1:], reached[:-1]):  # mostly the newest is there still
            shown = self._gateway.blocks([block.number for block in part])
            pairs = zip(part, shown, strict=True)
            same = [block for block, now in pairs if now is not None and now.hash == block.hash]
            if same:
                return same[-1]
        final = reached[0]
        if self._gateway.block(final.number) is None:  # it went back after we asked for its head
            raise Unavailable("chain.node-behind", head=head, final=final.number)
        raise Broken("chain.final-replaced", number=final.number, hash=final.hash)

    def _go_back(self, base: int) -> int:
        """Undoes what was read above ``base``; how many rows are to be sent again."""
        with transaction(self._engine, self._faults) as connection:
            rows = store.mined_after(connection, self._sender, base)
            for row in rows:
                store.mark_vanished(connection, row)
            trail.cut(connection, self._sender, above=base)
        return len(rows)

    def _new_blocks(self, base: TrailBlock, head: int, skip_to: int) -> Iterator[list[Block]]:
        """Blocks after ``base``, each on the one before. Final ones may be skipped, none beyond."""
        number, below = base.number + 1, base.hash
        if skip_to > number:
            number, below = min(skip_to, head), b""
        while number <= head:
            last = min(head, number + BLOCKS_AT_A_TIME - 1)
            linked: list[Block] = []
            for block in self._gateway.blocks(range(number, last + 1)):
                if block is None or (below and block.parent_hash != below):
                    break  # the chain is changing under our eyes: the next round sees
                linked.append(block)
                below = block.hash
            if linked:
                yield linked
            if len(linked) < last - number + 1:
                return
            number = last + 1

    def _take(self, blocks: Sequence[Block], wanted: dict[bytes, Waiting], final: int) -> int:
        """Commits what these blocks hold of ours, and that they were read."""
        hits = {
            block: names
            for block in blocks
            if (names := [name for name in block.transactions if name in wanted])
        }
        proven = self._proven(hits, wanted)
        found = [pair for block in hits for pair in self._seen(block, hits[block], wanted, proven)]
        with transaction(self._engine, self._faults) as connection:
            store.mark_mined(connection, found)
            for row, _ in found:
                wanted.pop(row.hash)
                wanted.pop(row.nothing_hash or b"", None)
            trail.extend(connection, self._sender, (TrailBlock(b.number, b.hash) for b in blocks))
            trail.prune(connection, self._sender, below=min(final, blocks[-1].number))
        return len(found)

    def _proven(
        self, hits: Mapping[Block, Sequence[bytes]], wanted: Mapping[bytes, Waiting]
    ) -> set[bytes]:
        """Of these transactions, those whose proof stands on the chain: they succeeded."""
        asked = {
            name: (block, wanted[name])
            for block, names in hits.items()
            for name in names
            if wanted[name].proof is not None
        }
        if not asked:
            return set()
        first, last = (end(block.number for block in hits) for end in (min, max))
        contracts = sorted({row.to for _, row in asked.values() if row.to is not None})
        topics = sorted({row.proof for _, row in asked.values() if row.proof is not None})
        proven = set[bytes]()
        for log in self._gateway.logs(first, last, contracts, [topics]):
            if log.transaction_hash not in asked:
                continue
            block, row = asked[log.transaction_hash]
            if (log.address, log.topics[0]) != (row.to, row.proof):
                continue
            if log.block_hash != block.hash:
                raise Unavailable("chain.block-replaced", number=block.number)
            proven.add(log.transaction_hash)
        return proven

    def _seen(
        self,
        block: Block,
        hits: Sequence[bytes],
        wanted: Mapping[bytes, Waiting],
        proven: Set[bytes],
    ) -> Iterator[tuple[Waiting, Seen]]:
        """What became of a block's own transactions; receipts say it of those without proof."""
        for name in hits:
            if name in proven:
                yield wanted[name], Seen(name, block.number, block.hash, True, None, None)
        rest = [name for name in hits if name not in proven]
        for receipt in self._gateway.receipts(block, only=rest):
            row = wanted[receipt.transaction_hash]
            why = None
            if not receipt.succeeded:
                with reading(self._engine) as connection:
                    whole = store.find(connection, row.id)
                assert whole is not None
                why = self._gateway.revert_data(
                    receipt, self._sender, whole.to, whole.data, whole.gas
                )
            yield (
                row,
                Seen(
                    receipt.transaction_hash,
                    block.number,
                    block.hash,
                    receipt.succeeded,
                    receipt.gas_used,
                    why,
                ),
            )


def _by_hash(waiting: Sequence[Waiting]) -> dict[bytes, Waiting]:
    """Rows by each hash under which they may be mined."""
    named = {row.hash: row for row in waiting}
    return named | {row.nothing_hash: row for row in waiting if row.nothing_hash}
