"""Which member the operator's key is: from the projection, else from the node."""

from __future__ import annotations

from api.reading import Projection
from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.chain.rpc import NodeRefused
from ledger.chain.signer import Signer
from ledger.rules.registry import OPERATOR

_REGISTRY = "MemberRegistry"


def operator_number(
    projection: Projection, gateway: Gateway, deployment: Deployment, key: Signer
) -> int:
    """The member number of the operator whose key this is.

    Raises Unavailable where neither knows it yet; what the registry says of a key that is no
    operator's.
    """
    for row in projection.members():
        if row.key == key.address and row.roles & OPERATOR:
            return row.member
    question = abi(_REGISTRY).call("operatorOf", key.address)
    try:
        answer = gateway.call(deployment.registry, question)
    except NodeRefused as refusal:
        if not refusal.reverted:
            raise
        raise refusal_of(refusal.data) from refusal
    return int.from_bytes(answer, "big")
