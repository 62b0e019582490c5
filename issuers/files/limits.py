"""How large a file from outside may be, in every way in which a file can be too large.

A file is handed in by people; each bound stands well above what an office makes and well below
what would hurt the agent's machine.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bounds of one file; what is above one is refused by name, never cut."""

    file_bytes: int = 256 * MIB
    """Of the file as it was sent."""
    inflated_bytes: int = 2048 * MIB
    """Of everything in a workbook once inflated: 1 M rows of ten columns take some 500 MiB."""
    inflation: int = 300
    """Times by which one part of a workbook may grow; a sheet's XML grows 10 to 60 times."""
    inflation_from_bytes: int = MIB
    """Parts smaller than this once inflated may grow by any factor."""
    entries: int = 2_000
    """Parts of a workbook, pictures included."""
    sheets: int = 100
    rows: int = 1_100_000
    """Of one sheet, empty ones included: Excel's own limit is 1,048,576."""
    columns: int = 200
    """Up to the last cell that holds something."""
    cell_characters: int = 32_767
    """Excel's own limit."""
    merged_ranges: int = 100_000
    """Of one sheet."""


LIMITS = FileLimits()
"""What holds where nobody says otherwise."""
