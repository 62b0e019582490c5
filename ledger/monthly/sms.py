"""A resident's month in as few words as a message holds, what matters most first. Pure."""

from __future__ import annotations

from ledger.monthly.figures import day_words, month_words
from ledger.monthly.names import Names
from ledger.monthly.values import Statement
from ledger.monthly.words import OF_AN_SMS
from ledger.units import points_text

LEAST_CHARACTERS = 70
"""One message of Chinese; the head always fits into it."""


def sms_of(statement: Statement, names: Names, most: int) -> str:
    """At most so many characters, whole sentences only."""
    assert most >= LEAST_CHARACTERS, "a month and an amount take so many"
    said = ""
    for sentence in _sentences(statement, names):
        if len((said + sentence).rstrip()) <= most:
            said += sentence
    return said.rstrip()


def _sentences(statement: Statement, names: Names) -> list[str]:
    """The first ones matter most."""
    words, sums = OF_AN_SMS[names.lang], statement.together
    shown = {name: points_text(units) for name, units in sums._asdict().items()}
    month = month_words(statement.month, names.lang)
    found = [words["head"].format(month=month, points=shown["closing"])]
    expires_s, units = statement.next_expiry()
    if units:
        day = day_words(expires_s, names.lang)
        found.append(words["next"].format(points=points_text(units), day=day))
    found.append(words["month"].format(**shown))
    if sums.corrected or sums.given:
        found.append(words["other"].format(**shown))
    if sums.held:
        found.append(words["held"].format(**shown))
    found.append(words["opening"].format(**shown))
    if statement.seen:
        found.append(words["seen"].format(count=len(statement.seen)))
    for one in statement.by_issuer:
        name, points = names.member(one.issuer), points_text(one.closing)
        found.append(words["scheme"].format(name=name, points=points))
    return found
