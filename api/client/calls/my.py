"""Operations on my, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from api.client.connection import Connection
from api.client.shapes.my import (
    ContactsShape,
    EnvelopeList,
    EnvelopeShape,
    MyShape,
    OidcEventPage,
    OidcEventShape,
    SeatList,
    SessionList,
    ShareShape,
    TieList,
)
from api.client.shapes.shared import TiedShape


class MyCalls(Connection):
    """Mixed into the client."""

    def list_envelopes(self, *, if_none_match: str | None = None) -> EnvelopeList:
        """我的打开方式 · What opens my wallet's secret. Roles: resident."""
        return self._ask(
            EnvelopeList, "GET", "/v1/my/envelopes", headers={"If-None-Match": if_none_match}
        )

    def get_envelope(self, envelope_id: str, *, if_none_match: str | None = None) -> EnvelopeShape:
        """一种打开方式 · One of them. Roles: resident."""
        return self._ask(
            EnvelopeShape,
            "GET",
            self._path("/v1/my/envelopes/{envelope_id}", {"envelope_id": envelope_id}),
            headers={"If-None-Match": if_none_match},
        )

    def drop_envelope(self, envelope_id: str, *, dry_run: bool | None = None) -> None:
        """停用一种打开方式
        Drops one; the last one stays while an account has a key. Roles: resident.
        """
        self._done(
            "DELETE",
            self._path("/v1/my/envelopes/{envelope_id}", {"envelope_id": envelope_id}),
            query={"dry_run": dry_run},
        )

    def store_passkey(
        self,
        *,
        version: Literal[1],
        label: str,
        secret: str,
        salt: str,
        iv: str,
        ciphertext: str,
        credential: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> EnvelopeShape:
        """存入由通行密钥打开的信封 · An envelope for a passkey. Roles: resident."""
        return self._ask(
            EnvelopeShape,
            "POST",
            "/v1/my/envelopes/passkeys",
            body={
                "version": version,
                "label": label,
                "secret": secret,
                "salt": salt,
                "iv": iv,
                "ciphertext": ciphertext,
                "credential": credential,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def store_pin(
        self,
        *,
        version: Literal[1],
        label: str,
        secret: str,
        salt: str,
        iv: str,
        ciphertext: str,
        rounds: int,
        share: str,
        verifier: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> EnvelopeShape:
        """存入由密码打开的信封
        An envelope for a PIN, with the half of its key that is kept here. Roles: resident.
        """
        return self._ask(
            EnvelopeShape,
            "POST",
            "/v1/my/envelopes/pins",
            body={
                "version": version,
                "label": label,
                "secret": secret,
                "salt": salt,
                "iv": iv,
                "ciphertext": ciphertext,
                "rounds": rounds,
                "share": share,
                "verifier": verifier,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def store_for_contacts(
        self,
        *,
        version: Literal[1],
        label: str,
        secret: str,
        salt: str,
        iv: str,
        ciphertext: str,
        share: str,
        needed: int,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> EnvelopeShape:
        """存入由找回联系人凭条打开的信封 · An envelope for contacts' slips. Roles: resident."""
        return self._ask(
            EnvelopeShape,
            "POST",
            "/v1/my/envelopes/contacts",
            body={
                "version": version,
                "label": label,
                "secret": secret,
                "salt": salt,
                "iv": iv,
                "ciphertext": ciphertext,
                "share": share,
                "needed": needed,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def store_hardware_key(
        self,
        *,
        label: str,
        account: str,
        key: str,
        credential: str,
        point: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> EnvelopeShape:
        """存入硬件密钥的资料
        What a browser needs to use a hardware key of one account. Roles: resident.
        """
        return self._ask(
            EnvelopeShape,
            "POST",
            "/v1/my/envelopes/hardware-keys",
            body={
                "label": label,
                "account": account,
                "key": key,
                "credential": credential,
                "point": point,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def ask_share(
        self, envelope_id: str, *, verifier: str | None = None, idempotency_key: str | None = None
    ) -> ShareShape:
        """取密钥的另一半：几次输错即锁
        The half that is kept here; a PIN may be tried a few times. Roles: resident.
        """
        return self._ask(
            ShareShape,
            "POST",
            self._path("/v1/my/envelopes/{envelope_id}/share", {"envelope_id": envelope_id}),
            body={"verifier": verifier},
            key=idempotency_key,
        )

    def lift_envelope_lock(
        self, envelope_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> EnvelopeShape:
        """到柜台解锁密码
        A PIN may be tried again: its resident sits at a desk with the own card. Roles:
        resident.
        """
        return self._ask(
            EnvelopeShape,
            "POST",
            self._path("/v1/my/envelopes/{envelope_id}/lift", {"envelope_id": envelope_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def get_my(self, *, if_none_match: str | None = None) -> MyShape:
        """我的会话与钱包 · Whose request this is. Roles: resident."""
        return self._ask(MyShape, "GET", "/v1/my", headers={"If-None-Match": if_none_match})

    def open_my_wallet(
        self,
        *,
        issuers: list[int],
        consent: Literal[True],
        consent_version: int,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> TiedShape:
        """开立自己的钱包
        A wallet for this sign-in, with accounts in the schemes chosen. Roles: resident.
        """
        return self._ask(
            TiedShape,
            "POST",
            "/v1/my/wallet",
            body={
                "issuers": issuers,
                "consent": consent,
                "consent_version": consent_version,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def tie_wallet(
        self, *, code: str, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> TiedShape:
        """使用已有的钱包：输入一次性码
        This sign-in opens the wallet that the code came from. Roles: resident.
        """
        return self._ask(
            TiedShape,
            "POST",
            "/v1/my/wallet/tie",
            body={"code": code, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_my_sessions(self, *, if_none_match: str | None = None) -> SessionList:
        """我的会话 · Sessions of the wallet, on whatever device. Roles: resident."""
        return self._ask(
            SessionList, "GET", "/v1/my/sessions", headers={"If-None-Match": if_none_match}
        )

    def end_my_session(self, session_id: str, *, dry_run: bool | None = None) -> None:
        """结束会话 · Ends one of the wallet's sessions, at once. Roles: resident."""
        self._done(
            "DELETE",
            self._path("/v1/my/sessions/{session_id}", {"session_id": session_id}),
            query={"dry_run": dry_run},
        )

    def list_my_sign_ins(self, *, if_none_match: str | None = None) -> TieList:
        """我的登录方式 · By which providers the wallet is opened. Roles: resident."""
        return self._ask(
            TieList, "GET", "/v1/my/sign-ins", headers={"If-None-Match": if_none_match}
        )

    def end_my_sign_in(self, tie_id: str, *, dry_run: bool | None = None) -> None:
        """解除登录方式 · Ends a sign-in with its sessions; the last one stays. Roles: resident."""
        self._done(
            "DELETE",
            self._path("/v1/my/sign-ins/{tie_id}", {"tie_id": tie_id}),
            query={"dry_run": dry_run},
        )

    def list_my_events(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[OidcEventShape]:
        """登录与找回的记录
        What happened to the wallet's sign-ins, newest first. Roles: resident.
        """
        return self._pages(
            OidcEventPage,
            "events",
            "/v1/my/events",
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def set_contacts(
        self,
        *,
        codes: list[str],
        needed: int,
        name: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ContactsShape:
        """指定找回联系人
        Who may give the wallet back; any named before are no more. Roles: resident.
        """
        return self._ask(
            ContactsShape,
            "POST",
            "/v1/my/contacts",
            body={"codes": codes, "needed": needed, "name": name, "dry_run": dry_run},
            key=idempotency_key,
        )

    def get_contacts(self, *, if_none_match: str | None = None) -> ContactsShape:
        """我的找回联系人
        How many may give the wallet back, and how many of them suffice. Roles: resident.
        """
        return self._ask(
            ContactsShape, "GET", "/v1/my/contacts", headers={"If-None-Match": if_none_match}
        )

    def drop_contacts(self, *, dry_run: bool | None = None) -> None:
        """取消找回联系人 · Nobody gives the wallet back any more. Roles: resident."""
        self._done("DELETE", "/v1/my/contacts", query={"dry_run": dry_run})

    def list_contact_of(self, *, if_none_match: str | None = None) -> SeatList:
        """我是谁的联系人
        Whose contact I am: the names they chose, and nothing else of them. Roles: resident.
        """
        return self._ask(
            SeatList, "GET", "/v1/my/contact-of", headers={"If-None-Match": if_none_match}
        )
