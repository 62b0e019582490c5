"""Tables as offices make them: read, understood, and given back.

``open_table`` → ``guess`` or a saved ``Mapping`` with ``compare`` → ``read_row`` for every row →
``annotated`` for those that were rejected. ``template`` and ``signin_template`` are what a clerk
fills in where there is no export. No store, no chain, no HTTP: files are handed in.
"""

from __future__ import annotations

from issuers.files.fields import Field
from issuers.files.guessing import Guess, guess
from issuers.files.limits import LIMITS, FileLimits
from issuers.files.mapping import (
    Comparison,
    How,
    Mapping,
    Measure,
    compare,
    fingerprint,
    from_json,
)
from issuers.files.returning import EXTENSION, XLS_COMES_BACK, Verdict, annotated, verdict
from issuers.files.rowreading import ROW_PREFIX, read_row, words_of
from issuers.files.signin import (
    SHEET_PREFIX,
    SignIn,
    members_in,
    members_of,
    read_signin,
    sheet_rows,
    signin_template,
)
from issuers.files.table import Columns, Row, Table, open_table
from issuers.files.template import template, template_csv

__all__ = [
    "EXTENSION",
    "LIMITS",
    "ROW_PREFIX",
    "SHEET_PREFIX",
    "XLS_COMES_BACK",
    "Columns",
    "Comparison",
    "Field",
    "FileLimits",
    "Guess",
    "How",
    "Mapping",
    "Measure",
    "Row",
    "SignIn",
    "Table",
    "Verdict",
    "annotated",
    "compare",
    "fingerprint",
    "from_json",
    "guess",
    "members_in",
    "members_of",
    "open_table",
    "read_row",
    "read_signin",
    "sheet_rows",
    "signin_template",
    "template",
    "template_csv",
    "verdict",
    "words_of",
]
