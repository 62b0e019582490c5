"""Who takes part and under which limits: ``MemberRegistry.sol``, as far as other rules ask."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.rules.refusal import RuleRefusal, require

ISSUER, ACCEPTOR, OPERATOR, AUDITOR, FUND = 1, 2, 4, 8, 16
NONE, ACTIVE, SUSPENDED, LEAVING = range(4)
FUND_FORM_BITS = 32
LONGEST_VALIDITY_EPOCHS = 5
"""A point lives at most into the fifth half-year after the current one: six lanes."""
NO_KEY = "0x" + "00" * 20


@dataclass
class Member:
    key: str
    roles: int
    status: int = ACTIVE
    successor: int = 0
    host: int = 0


@dataclass(frozen=True)
class Terms:
    """An issuer's limits, in units; validity in half-years after the one of occurrence."""

    outstanding_cap: int
    rate_capacity: int
    rate_refill_per_day: int
    debit_cap: int
    annual_cap: int
    validity_epochs: int
    units_per_native_point: int


def fund_member_in(account: str) -> int | None:
    """The member that a fund account's form names (128 zero bits · project · member), or None."""
    number = int(account, 16)
    return None if number >> FUND_FORM_BITS else number & 0xFFFF


class Registry:
    """Members by id, in the order of joining from 1."""

    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.terms: dict[int, Terms] = {}

    def add(self, key: str, roles: int) -> int:
        """The new member's id."""
        self._require_free_key(key)
        self.members[len(self.members) + 1] = Member(key, roles)
        return len(self.members)

    def set_terms(self, member: int, terms: Terms) -> None:
        self.require_role(member, self.known(member).roles, ISSUER)
        sound = 0 < terms.validity_epochs <= LONGEST_VALIDITY_EPOCHS
        require(sound, "TermsOutOfRange", member, terms.validity_epochs)
        self.terms[member] = terms

    def replace_key(self, member: int, new_key: str) -> None:
        m = self.known(member)
        if new_key != m.key:
            self._require_free_key(new_key)
        m.key = new_key

    def rotate_key(self, caller: str, new_key: str) -> None:
        self.replace_key(self.by_caller(caller), new_key)

    def choose_host(self, caller: str, host: int) -> None:
        """0 ends the hosting."""
        member = self.by_caller(caller)
        if host != 0:
            self.require_role(host, self.known(host).roles, OPERATOR)
        self.members[member].host = host

    def set_status(self, member: int, status: int) -> None:
        m = self.known(member)
        require(m.status != LEAVING and status != NONE, "MemberIsLeaving", member)
        m.status = status

    def name_successor(self, member: int, successor: int) -> None:
        m = self.known(member)
        require(m.status == LEAVING, "MemberNotLeaving", member)
        following = self.known(successor)
        self.require_role(successor, following.roles, ISSUER)
        require(following.status == ACTIVE, "MemberNotActive", successor, following.status)
        m.successor = successor

    def member_of(self, key: str) -> int:
        """The member whose key it is; 0 for a stranger."""
        return next((i for i, m in self.members.items() if m.key == key), 0)

    def known(self, member: int) -> Member:
        if member not in self.members:
            raise RuleRefusal("UnknownMember", member)
        return self.members[member]

    def by_caller(self, key: str) -> int:
        member = self.member_of(key)
        require(member != 0, "NotAMember", key)
        return member

    def active_member(self, key: str) -> int:
        member = self.by_caller(key)
        status = self.members[member].status
        require(status == ACTIVE, "MemberNotActive", member, status)
        return member

    def with_role(self, key: str, role: int, *, active: bool = True) -> int:
        """The member behind the key, of that role and, unless told otherwise, active."""
        member = self.by_caller(key)
        m = self.members[member]
        self.require_role(member, m.roles, role)
        require(not active or m.status == ACTIVE, "MemberNotActive", member, m.status)
        return member

    def fund_member_of(self, account: str) -> int:
        """The fund whose account it is by its form; 0 for any other account."""
        member = fund_member_in(account)
        known = self.members.get(member) if member is not None else None
        return member if member and known and known.roles & FUND else 0

    def check_acceptor(self, acceptor: int, units: int) -> None:
        """All that a hold asks of its acceptor; an exchange takes whole points only."""
        m = self.known(acceptor)
        require(m.status == ACTIVE, "MemberNotActive", acceptor, m.status)
        if m.roles & ACCEPTOR:
            return
        self.require_role(acceptor, m.roles, ISSUER)
        whole = self.terms[acceptor].units_per_native_point if acceptor in self.terms else 0
        require(whole != 0 and units % whole == 0, "NotWholeNativePoints", units, whole)

    def may_act_for(self, key: str, member: int) -> bool:
        caller = self.member_of(key)
        m = self.members.get(member)
        return caller != 0 and (caller == member or (m is not None and caller == m.host))

    def debtor_of(self, issuer: int) -> int:
        """Who owes for the issuer's points: itself, or the last of its successors."""
        while issuer in self.members and self.members[issuer].successor:
            issuer = self.members[issuer].successor
        return issuer

    def _require_free_key(self, key: str) -> None:
        require(key != NO_KEY, "KeyMissing")
        require(self.member_of(key) == 0, "KeyInUse", key)

    @staticmethod
    def require_role(member: int, roles: int, role: int) -> None:
        require(bool(roles & role), "MemberLacksRole", member, role)
