"""The change of the issuer's key while the agent runs: nothing minted twice, and no gap.

The old key asks the registry, after everything that was recorded before; from then on nothing is
recorded until that is final and has ended, and then everything under the new key. What the chain
says decides: after a restart, after the database was lost, and where the council replaced the key,
the agent goes on with whichever key of those it knows that the chain has for the member, and with
none where it knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from issuers.outlook import ChainViews, Outlook
from issuers.settling import why_failed
from issuers.signers import Elsewhere, Place, Signers
from ledger.chain.abi import abi
from ledger.chain.decode import decode, event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.remote_signer import RemoteSigner
from ledger.chain.signer import ADDRESS_BYTES, Address, Signer
from ledger.chain.submitter import Submitter
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, Unavailable
from ledger.events import MemberAdded, MemberKeyChanged
from ledger.faults import Faults
from ledger.store import agent_rotations
from ledger.store import outbox as outbox_store
from ledger.store.agent_rotations import Rotation, RotationRow
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import OutboxRow, State

PREFIX = "rotate:"
"""Of the outbox's ids."""
GAS = 200_000
BY_SETTINGS = "settings"
"""Who asked, where agent.toml names the next key."""
_WORD = 32
_KEYS = (MemberAdded, MemberKeyChanged)


def gate(connection: Connection) -> None:
    """Of the outbox: nothing is recorded while a change of key is under way."""
    row = agent_rotations.open_one(connection)
    if row is not None:
        raise Unavailable("rotation.under-way", new=row.new)


def finished(connection: Connection, row: OutboxRow) -> None:
    """The end of a change that this agent asked for."""
    found = None
    if row.id.startswith(PREFIX):
        found = agent_rotations.of_command(connection, row.id)
    if found is None or found.state is not Rotation.RECORDED:
        return
    if row.state is State.FINAL:
        agent_rotations.move(connection, found, Rotation.FINAL)
    else:
        agent_rotations.move(connection, found, Rotation.FAILED, reason=why_failed(row)[:60])


class Rotating:
    """Knows the keys of one issuer, and which of them is in use."""

    def __init__(
        self,
        engine: Engine,
        views: ChainViews,
        deployment: Deployment,
        submitter: Submitter,
        signers: Signers,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._views = views
        self._registry = deployment.contracts["MemberRegistry"]
        self._first_block = deployment.first_block
        self._submitter = submitter
        self._signers = signers
        self._faults = faults

    def begin(self) -> None:
        """Chooses the key to go on with: at every start, before anything is read or sent.

        Raises Refused("agent.not-a-member") where the chain never knew any of them; what opening
        the key raises.
        """
        with reading(self._engine) as connection:
            rows = agent_rotations.every(connection)
            busy = outbox_store.busy_senders(connection)
        places = self._places(rows)
        used = [*busy, self._signers.address_at(self._signers.present())]
        used += [row.new for row in rows if row.state in (Rotation.FINAL, Rotation.ADOPTED)]
        member = self._member([*used, *(row.old for row in rows)], list(places))
        if not member:
            raise Refused("agent.not-a-member", key=self._views.key)
        holder = self._holder(member)
        sender = next(iter([*busy, *(one for one in places if one == holder)]), None)
        self._views.issuer = member
        if sender is not None and sender != self._submitter.outbox.sender:
            place = places.get(Address(sender))
            self._turn(self._signers.open(place) if place else Elsewhere(Address(sender)))

    def step(self, outlook: Outlook) -> int:
        """Takes a change on; how many steps it made.

        Raises Unavailable("rotation.under-way") while the chain is waited for, and
        Refused("rotation.failed"); Refused("key.replaced") where the chain has a key that is not
        here; what opening the new key raises.
        """
        with reading(self._engine) as connection:
            rows = agent_rotations.every(connection)
        last = rows[0] if rows else None
        if last is not None and last.state in agent_rotations.OPEN:
            if last.state is Rotation.FINAL and self._adopt(last):
                return 1
            raise Unavailable("rotation.under-way", new=last.new)
        if outlook.holder != self._views.key:
            return self._follow(outlook, rows)
        return self._by_settings(outlook, rows)

    def may_record(self, outlook: Outlook) -> bool:
        """Whether the key in use is the member's and no change of it is under way."""
        if outlook.holder != self._views.key:
            return False
        with reading(self._engine) as connection:
            return agent_rotations.open_one(connection) is None

    def ask(self, place: Place, by: str, at_s: int) -> dict[str, Any]:
        """Begins the change to the key at that place; the same again changes nothing.

        Raises Refused: rotation.another while another is under way, key.replaced where the key in
        use is no longer the member's and the new one is not either, member.key-in-use; what
        opening the new key raises.
        """
        signer = self._signers.open(place)
        if isinstance(signer, RemoteSigner):
            signer.check()
        new = signer.address
        with reading(self._engine) as connection:
            under_way = agent_rotations.open_one(connection)
        if under_way is not None and under_way.new != new:
            raise Refused("rotation.another", new=under_way.new)
        if under_way is None and new != self._views.key:
            self._record(place, new, by, at_s)
        return self.told()

    def told(self) -> dict[str, Any]:
        """The key in use, whether the settings name it, and the last change."""
        with reading(self._engine) as connection:
            rows = agent_rotations.every(connection)
        last = rows[0] if rows else None
        return {
            "address": enhex(self._views.key),
            "in_settings": self._signers.address_at(self._signers.present()) == self._views.key,
            "rotation": None if last is None else {
                "state": str(last.state), "old": enhex(last.old), "new": enhex(last.new),
                "by": last.by, "asked_s": last.asked_s, "reason": last.reason,
            },
        }  # fmt: skip

    def _record(self, place: Place, new: Address, by: str, at_s: int) -> None:
        member = self._views.issuer or self._views.member()
        values = {
            "old": self._views.key, "new": new, "by": by, "asked_s": at_s,
            "key_file": None if place.file is None else str(place.file),
            "password_file": None if place.password_file is None else str(place.password_file),
        }  # fmt: skip
        holder = self._holder(member)
        if holder == new:
            if self._final_key(member) != new:
                raise Unavailable("rotation.under-way", new=new)
            with transaction(self._engine, self._faults) as connection:
                gate(connection)
                agent_rotations.add(connection, Rotation.FINAL, values)
            return
        if holder != self._views.key:
            raise self._replaced(member, holder)
        if self._views.ask([("MemberRegistry", "memberOf", (new,))])[0]:
            raise Refused("member.key-in-use", key=new)
        with transaction(self._engine, self._faults) as connection:
            command = f"{PREFIX}{len(agent_rotations.every(connection)) + 1}"
            data = abi("MemberRegistry").call("rotateKey", new)
            self._submitter.outbox.record(connection, command, self._registry, data, GAS)
            agent_rotations.add(connection, Rotation.RECORDED, values | {"command": command})

    def _adopt(self, row: RotationRow) -> bool:
        """Goes over to the new key once nothing of the former is left; whether it did."""
        with reading(self._engine) as connection:
            busy = outbox_store.busy_senders(connection)
        if any(sender != row.new for sender in busy):
            return False
        if self._submitter.outbox.sender != row.new:
            signer = self._signers.open(self._place_of(row))
            if signer.address != row.new:
                found = signer.address
                raise Rejected("rotation.other-key", path=row.key_file, new=row.new, found=found)
            self._submitter.change_key(signer)
        self._views.key = row.new
        with transaction(self._engine, self._faults) as connection:
            agent_rotations.move(connection, row, Rotation.ADOPTED)
        return True

    def _follow(self, outlook: Outlook, rows: Iterable[RotationRow]) -> int:
        """Somebody else changed the member's key: to one that is known here, or to a stranger."""
        place = self._places(rows).get(Address(outlook.holder))
        if place is None:
            raise self._replaced(outlook.issuer, outlook.holder)
        self._record(place, Address(outlook.holder), BY_SETTINGS, outlook.time_s)
        return 1

    def _by_settings(self, outlook: Outlook, rows: list[RotationRow]) -> int:
        """The key that the settings name as the next one, unless that was tried."""
        place = self._signers.following()
        new = None if place is None else self._signers.address_at(place)
        if place is None or new == self._views.key:
            return 0
        tried = next((row for row in rows if row.new == new), None)
        if tried is None:
            self.ask(place, BY_SETTINGS, outlook.time_s)
            return 1
        if tried is rows[0] and tried.state is Rotation.FAILED:
            raise Refused("rotation.failed", new=tried.new, why=tried.reason)
        return 0

    def _turn(self, signer: Signer) -> None:
        self._submitter.turn_to(signer)
        self._views.key = signer.address

    # What is known of keys here

    def _places(self, rows: Iterable[RotationRow]) -> dict[Address, Place]:
        """Where the key of each address stands: the settings' word before that of old changes."""
        found = {Address(row.new): self._place_of(row) for row in rows}
        named = [self._signers.following(), self._signers.present()]
        address_at = self._signers.address_at
        return found | {address_at(place): place for place in named if place is not None}

    def _place_of(self, row: RotationRow) -> Place:
        if row.key_file is None:
            return Place(address=Address(row.new))
        password = None if row.password_file is None else Path(row.password_file)
        return Place(Path(row.key_file), password)

    # What the chain says of keys

    def _member(self, used: Sequence[bytes], known: Sequence[bytes]) -> int:
        """Whose keys those in ``used`` are or were; where the chain knows none of them yet, those
        in ``known``, of which some may be another's. 0 for strangers."""
        olds = [bytes(_WORD - ADDRESS_BYTES) + one for one in used]
        if (member := self._first_member(used)) != 0:
            return member
        changes = self._said([event_topic(MemberKeyChanged), None, olds])
        return changes[-1].member if changes else self._first_member(known)

    def _first_member(self, addresses: Sequence[bytes]) -> int:
        found = self._views.ask([("MemberRegistry", "memberOf", (one,)) for one in addresses])
        return next((int(one) for one in found if one), 0)

    def _holder(self, member: int) -> bytes:
        """The member's key at the newest block."""
        key: str = self._views.ask([("MemberRegistry", "member", (member,))])[0][0]
        return bytes.fromhex(key.removeprefix("0x"))

    def _final_key(self, member: int) -> bytes | None:
        """The member's key by what is final."""
        found = self._said([[event_topic(kind) for kind in _KEYS], member.to_bytes(_WORD, "big")])
        last = found[-1] if found else None
        return last.new_key if isinstance(last, MemberKeyChanged) else last and last.key

    def _said(self, topics: list[Any]) -> list[MemberAdded | MemberKeyChanged]:
        """Final events about keys, in order."""
        gateway = self._views.gateway
        logs = gateway.logs(self._first_block, gateway.finalized(), [self._registry], topics)
        return [event for event in map(decode, logs) if isinstance(event, _KEYS)]

    def _replaced(self, member: int, holder: bytes) -> Refused:
        return Refused("key.replaced", member=member, ours=self._views.key, found=holder)
