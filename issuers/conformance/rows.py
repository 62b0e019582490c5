"""Reading: every row comes, once for each time that it is shown, from wherever reading goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from issuers.adapter import (
    BEGINNING,
    CorrectionNotice,
    Cursor,
    EarningEvent,
    IssuerAdapter,
    Item,
    LayoutChanged,
    PullAdapter,
    PushAdapter,
    RawRow,
)
from issuers.conformance.stage import Deed
from issuers.conformance.trial import (
    Failed,
    Trial,
    events_in,
    holds,
    not_applicable,
    raises,
    rejected_in,
    same,
    shown,
)

MANY = 230
"""Deeds at once: more than any page that we know holds."""
SOME = 30
"""The same where each comes in a call of its own."""
MOST_CURSORS = 12
"""Cursors that reading is resumed from."""
Told = tuple[str, str, str, int, datetime]


def kind(trial: Trial) -> None:
    """One way in, under the scheme's own code, with every method of the Protocol."""
    adapter = trial.adapter
    holds(isinstance(adapter, IssuerAdapter), "every method of IssuerAdapter", type(adapter))
    ways = [p.__name__ for p in (PullAdapter, PushAdapter) if isinstance(adapter, p)]
    holds(len(ways) == 1, "PullAdapter or PushAdapter, never both", ways)
    same(trial.stage.scheme, str(adapter.scheme))


def complete(trial: Trial) -> None:
    """What happened is told as it happened; nothing is left out and nothing is made up."""
    deeds = trial.deeds(MANY if isinstance(trial.adapter, PullAdapter) else SOME)
    _told_as_happened(deeds, trial.items())


def later(trial: Trial) -> None:
    """Reading goes on where it ended, with what has come since and with nothing else."""
    trial.rows()
    for count in (3, 2):
        deeds = trial.deeds(count)
        _told_as_happened(deeds, trial.items())
    same([], trial.rows())


def resumable(trial: Trial) -> None:
    """From each cursor a fresh adapter reads what comes after it, and page by page the same."""
    trial.pulling()
    trial.sample()
    trial.rows()
    with trial.opened() as adapter:
        pages = list(_pulling(adapter).read(BEGINNING))
        whole = [page.rows for page in pages]
        if not pages:
            raise Failed("pages from the beginning", "none")
    step = max(1, len(pages) // MOST_CURSORS)
    for at in range(0, len(pages), step):
        with trial.opened() as fresh:
            after = [page.rows for page in _pulling(fresh).read(pages[at].next)]
        same(_contents(whole[at + 1 :]), _contents(after))
    with trial.opened() as adapter:
        same(_contents(whole), _contents(_one_by_one(_pulling(adapter), len(pages))))


def places(trial: Trial) -> None:
    """Each row says where it stood, and no two rows that came together say the same."""
    trial.deeds(5)
    found = [row.place for row in trial.rows()]
    holds(all(found), "a place for every row", found)
    same(len(found), len(set(found)))


def repeats(trial: Trial) -> None:
    """A repeat is handed on, and its evidence is the same byte for byte."""
    trial.rows()
    deeds = trial.deeds(6, again=2)
    events = events_in(trial.items())
    times = Counter(event.event_id for event in events)
    same({deed.event_id: 2 if at < 2 else 1 for at, deed in enumerate(deeds)}, dict(times))
    for deed in deeds[:2]:
        records = {event.record for event in events if event.event_id == deed.event_id}
        holds(len(records) == 1, f"one record of {deed.event_id}", records)


def spoilt(trial: Trial) -> None:
    """Each bad row is rejected for its own reason, and its neighbours are read."""
    trial.rows()
    shown_rows = trial.stage.spoil()
    deeds = trial.deeds(2)
    if not shown_rows:
        not_applicable("该来源没有坏行", "the source is not known for bad rows")
    items = trial.items()
    rejected = rejected_in(items)
    wanted = Counter(one.reason_code for one in shown_rows)
    same(dict(wanted), dict(Counter(one.reason_code for one in rejected)))
    blank = [one for one in rejected if not one.place or not one.field]
    holds(not blank, "place and field of every rejected row", blank)
    _told_as_happened(deeds, [one for one in items if one not in rejected])


def corrections(trial: Trial) -> None:
    """What the source takes back is told as the whole quantity that is left."""
    deed, _ = trial.deeds(2)
    trial.rows()
    back = trial.stage.take_back(deed.event_id)
    if back is None:
        not_applicable("该来源从不撤回", "the source never takes anything back")
    notices = [item for item in trial.items() if isinstance(item, CorrectionNotice)]
    told = [(notice.event_id, notice.new_quantity) for notice in notices]
    same([(back.event_id, back.new_quantity)], told)
    holds(notices[0].notice_id, "an id of the notice's own", notices[0])
    holds(notices[0].notice_id != deed.event_id, "an id other than the event's", notices[0])


def layout(trial: Trial) -> None:
    """Other names for the fields stop reading, and lose nothing once they are agreed upon."""
    trial.rows()
    if not trial.stage.change_layout(changed=True):
        not_applicable("该来源没有可改的版式", "the source has no layout to change")
    try:
        deeds = trial.deeds(2)
        raises(LayoutChanged, "source.layout-changed", trial.rows)
    finally:
        trial.stage.change_layout(changed=False)
    _told_as_happened(deeds, trial.items())


def _told_as_happened(deeds: Sequence[Deed], items: Sequence[Item]) -> None:
    wanted = Counter(map(_of_deed, deeds))
    came = Counter(_of_event(one) for one in items if isinstance(one, EarningEvent))
    missing, more = list((wanted - came).elements()), list((came - wanted).elements())
    if missing or more:
        raise Failed(f"{len(deeds)}: {shown(missing[:2])}", f"{len(items)}: {shown(more[:2])}")
    same(len(deeds), len(items))


def _of_deed(deed: Deed) -> Told:
    return deed.event_id, deed.member_id, deed.activity_code, deed.quantity, deed.occurred


def _of_event(event: EarningEvent) -> Told:
    return event.event_id, event.member_id, event.activity_code, event.quantity, event.occurred


def _contents(pages: Sequence[Sequence[RawRow]]) -> list[bytes]:
    return [row.content for page in pages for row in page]


def _pulling(adapter: IssuerAdapter) -> PullAdapter:
    if not isinstance(adapter, PullAdapter):
        raise Failed("PullAdapter", type(adapter).__name__)
    return adapter


def _one_by_one(adapter: PullAdapter, most: int) -> list[tuple[RawRow, ...]]:
    """The first page after each cursor, as an agent that is killed after every page."""
    found: list[tuple[RawRow, ...]] = []
    cursor = Cursor(BEGINNING)
    while page := next(iter(adapter.read(cursor)), None):
        if page.next == cursor or len(found) == most:
            raise Failed("cursors that go on and come to an end", shown(page.next))
        found.append(page.rows)
        cursor = page.next
    return found
