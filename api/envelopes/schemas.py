"""Shapes of envelopes: what a resident's browser encrypted, and what opens it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from api.shapes import AccountHex, HashHex, Moment, Shape, Triable, example, moment, show, unshow
from ledger.envelopes.rules import ROUNDS_LEAST, ROUNDS_MOST, Kind
from ledger.residents.rules import TRIES_MOST
from ledger.store.envelopes_rows import EnvelopeRow
from ledger.store.envelopes_tables import LABEL_CHARACTERS

_ID = "4d1c2b3a-5e6f-5a7b-8c9d-0e1f2a3b4c5d"
_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
_AT = "2026-05-02T09:30:00+08:00"
_BYTES = "0x" + "5a" * 32
_SEALED = {
    "version": 1,
    "label": "我的手机",
    "secret": "0x" + "1d" * 8,
    "salt": _BYTES,
    "iv": "0x" + "2e" * 12,
    "ciphertext": "0x" + "3f" * 48,
}
SecretName = Annotated[
    str,
    StringConstraints(pattern=r"^0x[0-9a-f]{16}$"),
    Field(description="内含种子的名称，看不出种子 · what the secret is called; says nothing of it"),
]
Credential = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,1364}$"),
    Field(description="凭据编号，base64url · a credential's id"),
]
Label = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LABEL_CHARACTERS, strip_whitespace=True),
    Field(description="居民自己起的名称 · the resident's own word for it"),
]
Rounds = Annotated[int, Field(ge=ROUNDS_LEAST, le=ROUNDS_MOST)]
IvHex = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{24}$")]
CiphertextHex = Annotated[
    str,
    StringConstraints(pattern=r"^0x[0-9a-f]{96}$"),
    Field(description="AES-256-GCM：32 字节种子加 16 字节标签 · the secret with its tag"),
]
PointHex = Annotated[
    str, StringConstraints(pattern=r"^0x[0-9a-f]{128}$"), Field(description="P-256 公钥点 x、y")
]


class Sealed(Triable):
    """加密的钱包种子 · a wallet secret that the browser encrypted."""

    model_config = example(**_SEALED, dry_run=False)

    version: Literal[1]
    label: Label
    secret: SecretName
    salt: HashHex
    iv: IvHex
    ciphertext: CiphertextHex


class StorePasskey(Sealed):
    """由通行密钥打开的信封 · opened by what a passkey gives (WebAuthn PRF)."""

    model_config = example(**_SEALED, credential="Y3JlZGVudGlhbC1pZA", dry_run=False)

    credential: Credential


class StorePin(Sealed):
    """由密码打开的信封；密钥的一半由接口保管 · opened by a PIN and the half that is kept here."""

    model_config = example(
        **_SEALED, rounds=600_000, share=_BYTES, verifier="0x" + "6b" * 32, dry_run=False
    )

    rounds: Rounds = Field(description="PBKDF2-SHA256 的轮数 · rounds of the slow hash")
    share: HashHex = Field(description="接口保管的一半 · the half that is kept here, sealed")
    verifier: HashHex = Field(description="密码的证明 · what proves the PIN later")


class StoreForContacts(Sealed):
    """由找回联系人的凭条打开的信封 · opened by contacts' slips and the half that is kept here."""

    model_config = example(**_SEALED, share=_BYTES, needed=2, dry_run=False)

    share: HashHex
    needed: int = Field(ge=2, le=7, description="几张凭条即可 · how many slips open it")


class StoreHardwareKey(Triable):
    """为一个账户登记的硬件密钥：浏览器使用它所需的 · what a browser needs to use such a key."""

    model_config = example(
        label="安全钥匙",
        account="0xac00000000000000000000000000000000000002",
        key="0x1a642f0e3c3af545e7acbd38b07251b3990914f1",
        credential="Y3JlZGVudGlhbC1pZA",
        point="0x" + "7c" * 64,
        dry_run=False,
    )

    label: Label
    account: AccountHex
    key: AccountHex = Field(description="它在链上的地址 · the address by which it speaks")
    credential: Credential
    point: PointHex


class EnvelopeShape(Shape):
    """一种打开方式；没有它的钥匙，接口也打不开 · one way in, which nobody here can use."""

    model_config = example(
        id=_ID,
        kind="pin",
        wallet=_WALLET,
        made_at=_AT,
        **_SEALED,
        rounds=600_000,
        credential=None,
        account=None,
        key=None,
        point=None,
        needed=None,
        tries_left=10,
        locked_until=None,
    )

    id: str
    kind: Kind
    wallet: str
    version: int
    label: str
    made_at: Moment
    secret: str | None
    salt: str | None
    rounds: int | None
    iv: str | None
    ciphertext: str | None
    credential: str | None
    account: AccountHex | None
    key: AccountHex | None
    point: str | None
    needed: int | None
    tries_left: int | None = Field(description="密码还能试几次；0 须到柜台 · 0: go to a desk")
    locked_until: Moment | None

    @classmethod
    def of(cls, row: EnvelopeRow) -> Self:
        """As it is shown: neither the half nor the proof."""
        return cls(
            id=row.id,
            kind=Kind(row.kind),
            wallet=row.wallet,
            version=row.version,
            label=row.label,
            made_at=moment(row.made_s),
            secret=_shown(row.secret),
            salt=_shown(row.salt),
            rounds=row.rounds,
            iv=_shown(row.iv),
            ciphertext=_shown(row.ciphertext),
            credential=row.credential,
            account=_shown(row.account),
            key=_shown(row.key),
            point=_shown(row.point),
            needed=row.needed,
            tries_left=TRIES_MOST - row.failures if row.kind == Kind.PIN else None,
            locked_until=moment(row.locked_until_s) if row.locked_until_s else None,
        )


class EnvelopeList(Shape):
    """钱包的打开方式 · all ways to open a wallet's secret."""

    model_config = example(envelopes=[])

    envelopes: list[EnvelopeShape]


class AskShare(Shape):
    """取密钥的另一半：密码须附证明 · for the half that is kept here; of a PIN, with its proof."""

    model_config = example(verifier="0x" + "6b" * 32)

    verifier: HashHex | None = None


class ShareShape(Shape):
    """密钥的另一半；不能缓存 · the half of a key, for no store."""

    model_config = example(share=_BYTES)

    share: HashHex


def kept(body: Sealed, kind: Kind, name: str, wallet: str, by: str) -> EnvelopeRow:
    """As the service takes it, without halves."""
    return EnvelopeRow(
        name,
        wallet,
        kind,
        body.version,
        body.label,
        0,
        by,
        unshow(body.secret),
        unshow(body.salt),
        body.rounds if isinstance(body, StorePin) else None,
        unshow(body.iv),
        unshow(body.ciphertext),
        body.credential if isinstance(body, StorePasskey) else None,
        needed=body.needed if isinstance(body, StoreForContacts) else None,
    )


def _shown(content: bytes | None) -> str | None:
    return None if content is None else show(content)
