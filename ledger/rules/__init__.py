"""The pure twin: the contracts' rules in Python, for previews, quotes, checks. No I/O.

A refusal carries the contract's own error name and values, and leaves the state as it was. State
machines hold the twin to the contracts; where the two differ, the contracts are right.
"""

from ledger.rules.clearing import Clearing
from ledger.rules.desk import Desk
from ledger.rules.holding import Points
from ledger.rules.rates import Rates
from ledger.rules.refusal import RuleRefusal
from ledger.rules.registry import Registry
from ledger.rules.state import Block

__all__ = ["Block", "Clearing", "Desk", "Points", "Rates", "Registry", "RuleRefusal"]
