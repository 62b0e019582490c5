"""The certification standard (社会服务积分认证标准): what an activity is worth, written once.

Loads every ``*.toml`` beside it, one file a sector, and refuses a standard that is not in form. The
hash over its canonical form is what members agree on. It must know no issuer's system, no account
and no chain; adding a sector is adding a file.
"""

from __future__ import annotations

from pathlib import Path

from issuers.standard.entries import Activity, Sector, Standard, Term, Text, Version
from issuers.standard.problems import Problem
from issuers.standard.reading import read
from ledger.errors import Rejected

__all__ = ["FOLDER", "Activity", "Sector", "Standard", "Term", "Text", "Version", "load"]

FOLDER = Path(__file__).parent


def load(folder: Path = FOLDER) -> Standard:
    """The standard in ``folder``; Rejected, with file and entry, where it is not in form.

    ``tongdui standard check`` names everything that is wrong; this names the first.
    """
    found = read(folder)
    if found.problems:
        raise _rejected(found.problems[0])
    return found.standard


def _rejected(problem: Problem) -> Rejected:
    if problem.rule == "file.unreadable":
        return Rejected("standard.unreadable", file=problem.file, why=problem.values["why"])
    if problem.rule == "used.twice":
        return Rejected("standard.used-twice", name=problem.values["name"])
    return Rejected(
        "standard.entry", file=problem.file, activity=problem.activity, why=problem.field
    )
