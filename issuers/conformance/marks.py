"""Marks and credits: an event counts here or in the scheme's own shop; a credit happens once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from issuers.adapter import (
    AlreadyConfirmed,
    CreditRefused,
    EventUnknown,
    MarkAnswer,
    MarkState,
    NotReserved,
    SpentNatively,
)
from issuers.conformance.gate import Gate
from issuers.conformance.trial import (
    NOBODYS,
    Failed,
    Trial,
    Wire,
    holds,
    named,
    not_applicable,
    raises,
    refused,
    same,
    shown,
)
from ledger.errors import Broken, OutcomeUnknown, Unavailable

MANY = 620
"""Marks in one call: more than a connector takes at once."""
POINTS = 12
Fault = Callable[[Gate, str], AbstractContextManager[None]]


def two_phases(trial: Trial) -> None:
    """Reserve, then confirm; the source shows where the event stands."""
    adapter, event = trial.adapter, trial.deed().event_id
    same(MarkState.OPEN, adapter.mark_state(event))
    same(MarkAnswer(MarkState.RESERVED), adapter.prepare_marks([event])[event])
    same(MarkState.RESERVED, adapter.mark_state(event))
    same(MarkAnswer(MarkState.CREDITED_ELSEWHERE), adapter.confirm_marks([event])[event])
    same(MarkState.CREDITED_ELSEWHERE, adapter.mark_state(event))


def repeatable(trial: Trial) -> None:
    """A step that is repeated changes nothing and is answered the same."""
    adapter, event, other = trial.adapter, trial.deed().event_id, trial.deed().event_id
    for step in (adapter.prepare_marks, adapter.confirm_marks):
        first = step([event])[event]
        same(first, step([event])[event])
    adapter.prepare_mark(other)
    for _ in range(2):
        adapter.cancel_mark(other)
    same(MarkState.OPEN, adapter.mark_state(other))


def cancelled(trial: Trial) -> None:
    """A reservation that is given up is open again; a confirmed one is not given up."""
    adapter, event, kept = trial.adapter, trial.deed().event_id, trial.deed().event_id
    adapter.prepare_mark(event)
    same(MarkAnswer(MarkState.OPEN), adapter.cancel_marks([event])[event])
    refused(adapter.confirm_marks([event])[event], NotReserved, event)
    raises(NotReserved, "mark.not-reserved", lambda: adapter.confirm_mark(event))
    holds(trial.stage.spend(event), "free for the scheme's own shop", "refused there")
    adapter.prepare_mark(kept)
    adapter.confirm_mark(kept)
    refused(adapter.cancel_marks([kept])[kept], AlreadyConfirmed, kept)
    raises(AlreadyConfirmed, "mark.already-confirmed", lambda: adapter.cancel_mark(kept))
    same(MarkState.CREDITED_ELSEWHERE, adapter.mark_state(kept))


def spent(trial: Trial) -> None:
    """What was used in the scheme's own shop can't be reserved."""
    adapter, event = trial.adapter, trial.deed().event_id
    holds(trial.stage.spend(event), "free for the scheme's own shop", "refused there")
    same(MarkState.SPENT, adapter.mark_state(event))
    refused(adapter.prepare_marks([event])[event], SpentNatively, event)
    raises(SpentNatively, "mark.spent-natively", lambda: adapter.prepare_mark(event))


def kept_from_spending(trial: Trial) -> None:
    """What is reserved or confirmed here can't be used in the scheme's own shop."""
    adapter, event = trial.adapter, trial.deed().event_id
    adapter.prepare_mark(event)
    holds(not trial.stage.spend(event), "refused by the scheme's own shop", "spent: reserved")
    adapter.confirm_mark(event)
    holds(not trial.stage.spend(event), "refused by the scheme's own shop", "spent: confirmed")


def unknown(trial: Trial) -> None:
    """An event that the source does not know is said to be unknown."""
    adapter = trial.adapter
    trial.deed()  # of a source that has events at all
    same(MarkState.UNKNOWN, adapter.mark_state(NOBODYS))
    refused(adapter.prepare_marks([NOBODYS])[NOBODYS], EventUnknown, NOBODYS)
    raises(EventUnknown, "mark.event-unknown", lambda: adapter.prepare_mark(NOBODYS))


def many(trial: Trial) -> None:
    """However many are asked for at once, each is answered for itself."""
    known = [deed.event_id for deed in trial.deeds(3)]
    asked = [f"{NOBODYS}-{at}" for at in range(MANY)]
    asked[0], asked[MANY // 2], asked[-1] = known
    for step, state in (
        (trial.adapter.prepare_marks, MarkState.RESERVED),
        (trial.adapter.confirm_marks, MarkState.CREDITED_ELSEWHERE),
    ):
        answers = step(asked)
        same(set(asked), set(answers))
        same([MarkAnswer(state)] * 3, [answers[event] for event in known])
        odd = [one for one in asked if one not in known and answers[one].refusal is None]
        holds(not odd, "a refusal for each unknown event", odd[:3])


def restarted(trial: Trial) -> None:
    """A source that was down has forgotten no mark and no credit."""
    adapter, event, member = trial.adapter, trial.deed().event_id, trial.member()
    adapter.prepare_mark(event)
    adapter.credit("conformance-restarted", member, POINTS)
    before = trial.points(member)
    if not trial.stage.restart():
        not_applicable("该来源无需重启", "there is nothing to restart")
    same(MarkState.RESERVED, adapter.mark_state(event))
    adapter.confirm_mark(event)
    adapter.credit("conformance-restarted", member, POINTS)
    same(before, trial.points(member))


def lost_mark(trial: Trial) -> None:
    """A mark whose answer is lost is unknown, neither refused nor taken for not done; asked again,
    it is what it was."""
    first, event = (deed.event_id for deed in trial.deeds(2))
    with trial.wire() as wire:
        for name, state in (
            ("prepare_marks", MarkState.RESERVED),
            ("confirm_marks", MarkState.CREDITED_ELSEWHERE),
        ):
            step, done = getattr(wire.adapter, name), MarkAnswer(state)
            with wire.gate.losing(_target(wire, step, [first])):
                _not_denied({event: done}, step, [event])
            same(done, step([event])[event])
            same(state, wire.adapter.mark_state(event))


def lost_credit(trial: Trial) -> None:
    """A credit whose answer is lost is unknown; asked again under its hold, it happened once."""
    _credited_once(trial, "lost", Gate.losing)


def broken_credit(trial: Trial) -> None:
    """A server's error after the work is no refusal; asked again, the credit happened once."""
    _credited_once(trial, "broken", Gate.breaking)


def never_arrived(trial: Trial) -> None:
    """What never reached the source is not taken for done."""
    first, event = (deed.event_id for deed in trial.deeds(2))
    member = trial.member()
    before = trial.points(member)
    with trial.wire() as wire:
        mark, credit = wire.adapter.prepare_marks, wire.adapter.credit
        with wire.gate.swallowing(_target(wire, mark, [first])):
            _not_claimed(mark, [event])
        same(MarkState.OPEN, wire.adapter.mark_state(event))
        with wire.gate.swallowing(_target(wire, credit, "conformance-arrived", member, POINTS)):
            _not_claimed(credit, "conformance-swallowed", member, POINTS)
        same(before + POINTS, trial.points(member))
        credit("conformance-swallowed", member, POINTS)
    same(before + 2 * POINTS, trial.points(member))


def credited_once(trial: Trial) -> None:
    """Once per hold, and never something else under the same hold."""
    adapter, member = trial.adapter, trial.member()
    before = trial.points(member)
    for _ in range(2):
        adapter.credit("conformance-once", member, POINTS)
    same(before + POINTS, trial.points(member))
    raises(Broken, "credit.differs", lambda: adapter.credit("conformance-once", member, 13))
    same(before + POINTS, trial.points(member))
    adapter.credit("conformance-twice", member, POINTS)
    same(before + 2 * POINTS, trial.points(member))


def credit_refused(trial: Trial) -> None:
    """What the source will never take is refused for good, with its own word."""
    adapter, member = trial.adapter, trial.member()
    trial.shut_out(member)
    before = trial.points(member)
    for hold, whose in (("conformance-shut-out", member), ("conformance-nobody", NOBODYS)):
        call = partial(adapter.credit, hold, whose, 5)
        error = raises(CreditRefused, "credit.refused", call)
        same((hold, whose), (error.fields.get("hold_id"), error.fields.get("member_id")))
        holds(error.fields.get("why"), "the source's word for it", error.fields)
    same(before, trial.points(member))


def _credited_once(trial: Trial, name: str, fault: Fault) -> None:
    member = trial.member()
    before = trial.points(member)
    with trial.wire() as wire:
        credit = wire.adapter.credit
        target = _target(wire, credit, f"conformance-{name}-1", member, POINTS)
        with fault(wire.gate, target):
            _not_denied(None, credit, f"conformance-{name}-2", member, POINTS)
        credit(f"conformance-{name}-2", member, POINTS)
    same(before + 2 * POINTS, trial.points(member))


def _target(wire: Wire, call: Callable[..., object], *given: object) -> str:
    """The address at which this call does its work."""
    before = wire.gate.count()
    call(*given)
    writes = [one.target for one in wire.gate.since(before) if one.method not in ("GET", "HEAD")]
    if not writes:
        raise Failed("a request that writes", "none")
    return writes[-1]


def _not_denied(truth: object, call: Callable[..., object], *given: object) -> None:
    """What was done without being heard of is unknown, or, to who asks after it, done."""
    try:
        came = call(*given)
    except OutcomeUnknown:
        return
    except Exception as error:
        raise Failed("OutcomeUnknown", named(error)) from error
    same(truth, came)


def _not_claimed(call: Callable[..., object], *given: object) -> None:
    """What was not done is unknown, or, to who asks after it, not done."""
    try:
        came = call(*given)
    except (OutcomeUnknown, Unavailable):
        return
    except Exception as error:
        raise Failed("OutcomeUnknown", named(error)) from error
    raise Failed("OutcomeUnknown", shown(came))
