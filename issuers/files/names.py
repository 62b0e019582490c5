"""Names from outside, made fit to be shown: a file's, a sheet's, a column's.

A given name is never a path: it is shown and nothing else. Control characters and the marks that
turn the direction of writing are taken out, because they make a name look like another.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
"""Characters of a name that is shown."""
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories that are not shown: controls, bidi and zero-width marks, half surrogates."""
_FOLDERS = re.compile(r"[\\/]+")


def shown(text: str) -> str:
    """The text without what cannot be seen, blanks drawn together, cut to a line's length."""
    seen = "".join(
        " " if mark in "\t\r\n" else mark
        for mark in text
        if mark in "\t\r\n" or unicodedata.category(mark) not in _UNSEEN
    )
    seen = " ".join(seen.split())
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"


def file_name(given: str) -> str:
    """The last part of a given name, fit to be shown; folders in it are left out."""
    last = _FOLDERS.split(given.replace("\0", ""))[-1]
    return shown(last) or "?"


def extension(given: str) -> str:
    """Such as ``.xlsx``, in small letters; empty where the name has none."""
    return PurePosixPath(unicodedata.normalize("NFKC", file_name(given))).suffix.lower()
