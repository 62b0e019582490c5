"""The stages that look at a deed before it may earn anything, in the order in which they look."""

from __future__ import annotations

from issuers.stages.plain import PlainLimits
from issuers.stages.stage import Stage

STAGES: tuple[Stage, ...] = (PlainLimits(),)
"""Every stage of every agent; a further way of looking joins here."""
