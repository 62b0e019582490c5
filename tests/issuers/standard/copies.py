"""Copies of the standard with something changed in them."""

from __future__ import annotations

import shutil
from pathlib import Path

from issuers.standard.catalogue import FOLDER


def copied(folder: Path, file: str = "", old: str = "", new: str = "", *, times: int = 1) -> Path:
    """The standard in ``folder``, with one text replaced in one of its files; its first ``times``
    places."""
    folder.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, folder)
    if file:
        edited(folder, file, old, new, times=times)
    return folder


def edited(folder: Path, file: str, old: str, new: str, *, times: int = 1) -> None:
    """One more text replaced; it must be there."""
    path = folder / file
    text = path.read_text("utf-8") if path.exists() else ""
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, times) if old else new, "utf-8")
