"""Evidence of a batch: a Merkle tree of salted records, of which the chain keeps the root.

The tree is that of RFC 6962 (Certificate Transparency): a leaf is ``SHA-256(0 · salt · record)``, a
node ``SHA-256(1 · left · right)``, and a list is split at the largest power of two below its
length. Leaves stand in award order. A salt is 32 random bytes of one record; record and salt stay
with the issuer, who shows them with a path to prove one award and nothing of its neighbours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf(salt: bytes, record: bytes) -> bytes:
    """The commitment to one record, 32 bytes."""
    return hashlib.sha256(b"\0" + salt + record).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf, 32 bytes."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The nodes that, with the leaf at ``place``, give the root; from the leaf upwards."""
    found: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            found.append(level[beside])
        level, place = _above(level), place // 2
    return found


def proves(wanted: bytes, found: bytes, place: int, size: int, nodes: Sequence[bytes]) -> bool:
    """Whether a leaf stands at ``place`` among ``size`` under the root ``wanted``."""
    left = list(nodes)
    while size > 1:
        if place ^ 1 < size:
            if not left:
                return False
            beside = left.pop(0)
            found = _node(beside, found) if place & 1 else _node(found, beside)
        place, size = place // 2, (size + 1) // 2
    return not left and found == wanted


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Pairs joined; an odd last one moves up as it is, which is the split of RFC 6962."""
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(pairs) * 2 :])


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
