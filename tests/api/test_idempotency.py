"""One command, one effect, one answer: again, at the same time, and after a crash in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import Response

from api.idempotency import Answers, Command, command_of
from api.places import OPERATOR_FAMILY
from ledger.errors import Rejected, Unavailable
from ledger.store.engine import Engine, open_database
from ledger.store.seats import ServerSeats
from tests.api.test_limits import Clock
from tests.support.postgres import Server

KEY = "aabbccddeeff"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An operator's database."""
    with open_database(tmp_path / "operator.db", OPERATOR_FAMILY) as database:
        yield database.engine


def answers(engine: Engine, clock: Clock | None = None, patience_s: float = 5.0) -> Answers:
    """Keeps answers for 100 seconds."""
    return Answers(engine, clock or Clock(), keep_s=100, patience_s=patience_s)


def command(body: bytes = b"{}", name: str = "one", key: str = KEY) -> Command:
    """A command of some content."""
    return command_of(key, name, "POST", "/v1/orders", body)


class Work:
    """Counts its effects and answers with their number."""

    def __init__(self, *statuses: int) -> None:
        self.effects = 0
        self.repeats: list[bool] = []
        self._statuses = list(statuses)

    async def __call__(self, begun_before: bool) -> Response:
        self.effects += 1
        self.repeats.append(begun_before)
        await asyncio.sleep(0.01)
        status = self._statuses.pop(0) if self._statuses else 201
        headers = {"Location": f"/v1/orders/{self.effects}", "X-Other": "1"}
        return Response(f"effect {self.effects}", status, headers, "application/json")


def said(response: Response) -> tuple[int, bytes, str | None]:
    """Status, body, and whether it is an answer given before."""
    return response.status_code, bytes(response.body), response.headers.get("idempotency-replayed")


def test_the_same_command_gets_the_same_answer_and_has_one_effect(engine: Engine) -> None:
    work = Work()

    first = asyncio.run(answers(engine).once(command(), work))
    again = asyncio.run(answers(engine).once(command(), work))

    assert said(first) == (201, b"effect 1", None)
    assert said(again) == (201, b"effect 1", "true")
    assert again.headers["location"] == first.headers["location"] == "/v1/orders/1"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert work.effects == 1


def test_a_refusal_is_an_answer_like_any_other(engine: Engine) -> None:
    work = Work(409, 201)

    first = asyncio.run(answers(engine).once(command(), work))
    again = asyncio.run(answers(engine).once(command(), work))

    assert (first.status_code, again.status_code, work.effects) == (409, 409, 1)


@pytest.mark.parametrize("passing", [202, 429, 500, 503, 504])
def test_what_may_be_tried_again_is_not_kept(engine: Engine, passing: int) -> None:
    work = Work(passing, 201)

    first = asyncio.run(answers(engine).once(command(), work))
    again = asyncio.run(answers(engine).once(command(), work))

    assert (first.status_code, again.status_code) == (passing, 201)
    assert work.repeats == [False, True]


def test_the_same_name_with_other_content_is_refused(engine: Engine) -> None:
    work = Work()
    asyncio.run(answers(engine).once(command(b'{"units":1}'), work))

    with pytest.raises(Rejected) as refusal:
        asyncio.run(answers(engine).once(command(b'{"units":2}'), work))

    assert refusal.value.code == "request.command-differs"
    assert work.effects == 1


def test_keys_name_their_commands_apart(engine: Engine) -> None:
    work = Work()

    asyncio.run(answers(engine).once(command(), work))
    asyncio.run(answers(engine).once(command(key="other"), work))

    assert work.effects == 2
    assert command().id != command(key="other").id
    assert command().id == command(b"other content").id


def test_at_the_same_time_one_works_and_the_others_wait_for_its_answer(engine: Engine) -> None:
    work, kept = Work(), answers(engine)

    async def together() -> list[Response]:
        return await asyncio.gather(*(kept.once(command(), work) for _ in range(8)))

    found = asyncio.run(together())

    assert work.effects == 1
    assert {(one.status_code, bytes(one.body)) for one in found} == {(201, b"effect 1")}


def test_who_waits_too_long_is_told_to_come_again(engine: Engine) -> None:
    work, kept = Work(), answers(engine, patience_s=0.001)

    async def together() -> list[Response | BaseException]:
        both = (kept.once(command(), work) for _ in range(2))
        return await asyncio.gather(*both, return_exceptions=True)

    _, second = asyncio.run(together())

    assert isinstance(second, Unavailable)
    assert second.code == "request.command-running"
    assert work.effects == 1


def test_a_crash_between_effect_and_answer_leaves_the_content_bound(engine: Engine) -> None:
    async def crash(_begun_before: bool) -> Response:
        raise KeyboardInterrupt

    work = Work()
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(answers(engine).once(command(b"1"), crash))

    with pytest.raises(Rejected, match="command-differs"):
        asyncio.run(answers(engine).once(command(b"2"), work))
    again = asyncio.run(answers(engine).once(command(b"1"), work))

    assert said(again) == (201, b"effect 1", None)
    assert work.repeats == [True]


def test_an_answer_is_kept_no_longer_than_said(engine: Engine) -> None:
    clock, work = Clock(), Work()
    asyncio.run(answers(engine, clock).once(command(), work))

    clock.now += 100
    asyncio.run(answers(engine, clock).once(command(), work))

    assert work.effects == 2


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 129, "编号", "a\x00b"])
def test_a_command_has_a_proper_name(name: str | None) -> None:
    with pytest.raises(Rejected) as refusal:
        command_of(KEY, name, "POST", "/v1/orders", b"")

    assert refusal.value.code == "request.command-unnamed"
    assert refusal.value.fields == {"field": "Idempotency-Key", "most": 128}


@pytest.fixture
def shared(postgres: Server) -> Iterator[Engine]:
    """An operator's database on a server."""
    with open_database(postgres.new(), OPERATOR_FAMILY, exclusive=False) as database:
        yield database.engine


def at_seat(engine: Engine, seats: ServerSeats, patience_s: float = 5.0) -> Answers:
    """Those of a process among several."""
    return Answers(engine, Clock(), keep_s=100, patience_s=patience_s, seats=seats)


def test_of_two_processes_one_works_and_the_other_waits_for_its_answer(shared: Engine) -> None:
    work, seats = Work(), [ServerSeats(shared) for _ in range(2)]

    async def together() -> list[Response]:
        every = [at_seat(shared, seat) for seat in seats]
        return await asyncio.gather(*(one.once(command(), work) for one in every * 3))

    found = asyncio.run(together())

    assert work.effects == 1
    assert {(one.status_code, bytes(one.body)) for one in found} == {(201, b"effect 1")}
    for seat in seats:
        seat.leave()


def test_a_process_that_left_a_command_without_an_answer_leaves_it_to_others(
    shared: Engine,
) -> None:
    work, seats = Work(202, 201), [ServerSeats(shared) for _ in range(2)]
    first, second = (at_seat(shared, seat) for seat in seats)

    asyncio.run(first.once(command(), work))
    answer = asyncio.run(second.once(command(), work))

    assert (answer.status_code, work.repeats) == (201, [False, True])
    for seat in seats:
        seat.leave()


def test_what_a_process_died_over_is_another_s_to_finish(shared: Engine) -> None:
    async def crash(_begun_before: bool) -> Response:
        raise KeyboardInterrupt

    work, first, second = Work(), ServerSeats(shared), ServerSeats(shared)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(at_seat(shared, first).once(command(), crash))

    with pytest.raises(Unavailable) as waits:
        asyncio.run(at_seat(shared, second, patience_s=0.1).once(command(), work))
    first.leave()
    answer = asyncio.run(at_seat(shared, second).once(command(), work))

    assert waits.value.code == "request.command-running"
    assert (answer.status_code, work.repeats) == (201, [True])
    second.leave()
