"""The part of the settings that says where the issuer's key stands, and where the next one does.

A key stands in a file (64 hex digits, or a keystore with its password in another file) or with an
external signer, which is named by its URL and the key's address.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, TypeAdapter, model_validator
from pydantic_settings import BaseSettings

from ledger.chain.remote_signer import TIMEOUT_S

KEY_PATHS = (
    "key_file", "key_password_file", "next_key_file", "next_key_password_file",
    "signer_token_file", "signer_ca_file", "signer_certificate_file",
    "signer_certificate_key_file",
)  # fmt: skip
_ADDRESS = re.compile("(0x)?[0-9a-fA-F]{40}")
_HERE = ("127.0.0.1", "localhost", "::1")


class KeySettings(BaseSettings):
    """Where the issuer's key stands."""

    key_file: Path | None = None
    """The issuer's key: 64 hex digits or a keystore, readable by the owner alone."""
    key_password_file: Path | None = None
    """The keystore's password. None: TONGDUI_KEY_PASSWORD, or a terminal."""
    signer_url: str = ""
    """Where an external signer listens, by Web3Signer's interface: https, or on this machine."""
    signer_address: str = ""
    """The address of the key that the signer holds, in place of ``key_file``."""
    signer_token_file: Path | None = None
    """Sent to the signer as a bearer token."""
    signer_ca_file: Path | None = None
    """PEM of the authority that vouches for the signer; None: the system's."""
    signer_certificate_file: Path | None = None
    """PEM of the certificate that is shown to the signer."""
    signer_certificate_key_file: Path | None = None
    """PEM of that certificate's key, where it does not stand in the same file."""
    signer_timeout_s: Annotated[float, Field(gt=0, le=5)] = TIMEOUT_S
    """Patience with the signer. The database's other writers wait as long."""
    next_key_file: Path | None = None
    """The key that takes the present one's place as soon as the chain has it."""
    next_key_password_file: Path | None = None
    next_signer_address: str = ""
    """In place of ``next_key_file``: the signer holds it."""

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        if (self.key_file is None) == (not self.signer_address):
            raise ValueError("one of key_file and signer_address says where the key is")
        if self.next_key_file is not None and self.next_signer_address:
            raise ValueError("next_key_file or next_signer_address, not both")
        for name in ("signer_address", "next_signer_address"):
            told = getattr(self, name)
            if told and not _ADDRESS.fullmatch(told):
                raise ValueError(f"{name} is no address of 40 hex digits")
            if told and not self.signer_url:
                raise ValueError(f"{name} needs signer_url")
        if self.signer_url:
            TypeAdapter(HttpUrl).validate_python(self.signer_url)
            parts = urlsplit(self.signer_url)
            if parts.scheme != "https" and parts.hostname not in _HERE:
                raise ValueError("signer_url is https, unless the signer is on this machine")
        return self
