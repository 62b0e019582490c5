"""The signers that an agent may use: where each key stands, and how it is opened.

A place names a key without opening it. Opening one in a file may ask for a password; one with the
external signer asks nothing until something is to be signed, so that an agent starts without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from issuers.keysettings import KeySettings
from issuers.passwords import password_for
from ledger.chain.keyfile import address_in, read_key, read_line
from ledger.chain.remote_signer import Reach, RemoteSigner
from ledger.chain.signer import Address, SignedTransaction, Signer, Transaction
from ledger.errors import Refused, Rejected


class Place(NamedTuple):
    """Where a key stands: in a file, or with the external signer where there is none."""

    file: Path | None = None
    password_file: Path | None = None
    address: Address | None = None
    """Of a key with the signer."""

    def stated_address(self) -> Address | None:
        """Its address as far as it can be told without opening it. Raises as ``address_in``."""
        return self.address if self.file is None else address_in(self.file)


class Elsewhere:
    """A former key that nobody can open any more: what it signed before can still be sent."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """Never. Raises Refused("key.not-here")."""
        del transaction
        raise Refused("key.not-here", address=self.address)


class Signers:
    """Opens keys as one agent's settings say."""

    def __init__(self, settings: KeySettings) -> None:
        self._settings = settings
        self._present: Signer | None = None
        self._addresses: dict[Place, Address] = {}

    def present(self) -> Place:
        """The key that the settings name."""
        given = self._settings
        return Place(given.key_file, given.key_password_file, _address(given.signer_address))

    def following(self) -> Place | None:
        """The key that is to take its place, where the settings name one."""
        given = self._settings
        place = Place(
            given.next_key_file, given.next_key_password_file, _address(given.next_signer_address)
        )
        return None if place == Place() else place

    def open(self, place: Place) -> Signer:
        """The key at that place. For the one that the settings name, a password is asked once.

        Raises Rejected as ``read_key``, signer.files, and signer.not-set where the settings name no
        signer.
        """
        if place != self.present():
            return self._opened(place)
        self._present = self._present or self._opened(place)
        return self._present

    def address_at(self, place: Place) -> Address:
        """The address of the key that the settings name there: read at the start, as they are."""
        if place not in self._addresses:
            self._addresses[place] = place.stated_address() or self.open(place).address
        return self._addresses[place]

    def _opened(self, place: Place) -> Signer:
        if place.file is not None:
            return read_key(place.file, password_for(place.file, place.password_file))
        if place.address is None or not self._settings.signer_url:
            raise Rejected("signer.not-set", address=place.address)
        try:
            return RemoteSigner(self._reach(), place.address)
        except OSError as error:
            raise Rejected("signer.files", why=str(error)) from error

    def _reach(self) -> Reach:
        given = self._settings
        return Reach(
            given.signer_url,
            read_line(given.signer_token_file) if given.signer_token_file else "",
            given.signer_timeout_s,
            given.signer_ca_file,
            given.signer_certificate_file,
            given.signer_certificate_key_file,
        )


def _address(text: str) -> Address | None:
    return Address(bytes.fromhex(text.removeprefix("0x"))) if text else None
