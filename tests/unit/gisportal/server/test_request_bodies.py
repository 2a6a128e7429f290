"""Who announces much, sends slowly or from everywhere holds little, not for long, and keeps nobody else out."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

import pytest
from pytest_django import Settings

from gisportal.bounds.table import body_bound
from gisportal.server.request_bodies import (
    GRACE_SECONDS,
    IDLE_SECONDS,
    MIN_BYTES_PER_SECOND,
    RESERVED_BYTES,
    SMALL_BODY_BYTES,
    TOTAL_SECONDS,
    UNCHECKED_BYTES,
    Body,
    BodyReader,
    BodyRefused,
    ClientGone,
    Refusal,
    Sender,
)
from tests.virtual_clock import run_virtually, virtual_seconds

FILE, WFS, FORM = "/jeux/nouveau/", "/wfs", "/catalogue/arbres/1/signaler/"
# Seconds before a part, and its size.
Parts = list[tuple[float, int]]


def scope(
    path: str = FORM, *, length: int | None = None, source: str = "192.0.2.1", method: str = "POST"
) -> dict[str, Any]:
    how = (b"transfer-encoding", b"chunked") if length is None else (b"content-length", str(length).encode())
    return {"path": path, "method": method, "headers": [how], "client": (source, 1), "query_string": b""}


def client(parts: Parts, *, ends: bool = True) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Return what receives the parts one after the other; then the body ends, or nothing comes any more."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        if not left:
            await virtual_seconds(10 * TOTAL_SECONDS)
        seconds, count = left.pop(0)
        await virtual_seconds(seconds)
        return {"type": "http.request", "body": bytes(count), "more_body": bool(left) or not ends}

    return receive


def in_memory() -> BinaryIO:
    return BytesIO()


def reader(**named: Any) -> BodyReader:
    return BodyReader(**{"open_file": in_memory, "bound_of": body_bound, **named})


def outcome(
    bodies: BodyReader, asked: dict[str, Any], parts: Parts, *, ends: bool = True
) -> tuple[Refusal | int, float]:
    """Return why a body was refused or else its size, and after how many seconds."""

    async def read() -> Refusal | int:
        try:
            body = await bodies.read(asked, client(parts, ends=ends))
        except BodyRefused as refused:
            return refused.refusal
        count = body.size
        body.close()
        return count

    return run_virtually(read())


def held(bodies: BodyReader) -> int:
    return bodies.memory.used + bodies.disk.used + bodies.files.used


SLOW: dict[str, tuple[Parts, float]] = {
    "silent from the beginning": ([], IDLE_SECONDS),
    "silent after much": ([(0, 60 * 2**20)], IDLE_SECONDS),
    "a byte now and then after much": ([(0, 60 * 2**20), *[(9.0, 1)] * 9], GRACE_SECONDS + 1),
    "a byte now and then": ([(9.0, 1)] * 9, GRACE_SECONDS + 1),
    "half the least speed": ([(1.0, MIN_BYTES_PER_SECOND // 2)] * 3_000, 2 * GRACE_SECONDS + 2),
    "empty parts": ([(1.0, 0)] * 3_000, IDLE_SECONDS),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_body_that_stops_or_drips_is_cut_within_seconds(name: str) -> None:
    parts, most_seconds = SLOW[name]
    why, seconds = outcome(reader(), scope(FILE, length=500 * 2**20), parts, ends=False)
    assert why is Refusal.TOO_SLOW
    assert seconds <= most_seconds


def test_a_body_at_the_least_speed_arrives() -> None:
    seconds = 300
    parts: Parts = [(1.0, MIN_BYTES_PER_SECOND)] * seconds
    assert outcome(reader(), scope(WFS), parts) == (seconds * MIN_BYTES_PER_SECOND, float(seconds))


def test_a_body_that_pauses_for_less_than_the_grace_arrives() -> None:
    parts: Parts = [(0.0, 2**20), (IDLE_SECONDS - 1, 2**20), (IDLE_SECONDS - 1, 2**20)]
    assert outcome(reader(), scope(WFS), parts)[0] == 3 * 2**20


def test_a_body_ends_in_any_case() -> None:
    parts: Parts = [(9.0, 9 * MIN_BYTES_PER_SECOND)] * 3_000
    assert outcome(reader(), scope(FILE), parts) == (Refusal.TOO_SLOW, TOTAL_SECONDS)


async def denied(_scope: dict[str, Any], _sender: Sender) -> bool:
    return False


@pytest.mark.parametrize(
    "path", [FILE, "/administration/x/", "/api/collections/arbres/items", "/carte/vues/"]
)
def test_who_may_not_send_a_large_body_is_refused_before_a_byte_of_it(path: str) -> None:
    assert outcome(reader(may_send=denied), scope(path, length=600_000), []) == (Refusal.NOT_ALLOWED, 0.0)


def test_a_body_of_unknown_length_is_refused_where_it_becomes_large() -> None:
    bodies = reader(may_send=denied)
    parts: Parts = [(0.0, UNCHECKED_BYTES), (1.0, 1), (100.0, 1)]
    assert outcome(bodies, scope(FILE), parts) == (Refusal.NOT_ALLOWED, 1.0)


@pytest.mark.parametrize(
    "asked",
    [scope(FILE, length=UNCHECKED_BYTES), scope(WFS, length=UNCHECKED_BYTES + 1)],
    ids=["small", "wfs"],
)
def test_nobody_is_looked_up_for_what_anybody_may_send(asked: dict[str, Any]) -> None:
    count = int(asked["headers"][0][1])
    assert outcome(reader(may_send=denied), asked, [(0.0, count)])[0] == count


@pytest.mark.parametrize(
    "asked",
    [
        scope(FORM, length=SMALL_BODY_BYTES + 1),
        scope("/nulle-part/", length=SMALL_BODY_BYTES + 1),
        scope(FILE, length=SMALL_BODY_BYTES + 1, method="GET"),
        scope(WFS, length=SMALL_BODY_BYTES + 1, method="DELETE"),
        scope(FILE, length=10**30),
    ],
    ids=["form", "no address", "GET", "DELETE", "no number"],
)
def test_a_body_larger_than_its_address_reads_is_refused_at_its_head(asked: dict[str, Any]) -> None:
    assert outcome(reader(), asked, []) == (Refusal.TOO_LARGE, 0.0)


def test_a_body_in_chunks_is_refused_where_it_becomes_too_large() -> None:
    assert outcome(reader(), scope(FORM), [(1.0, SMALL_BODY_BYTES), (1.0, 1)]) == (Refusal.TOO_LARGE, 2.0)


async def crowd(bodies: BodyReader, asked: list[dict[str, Any]], parts: Parts) -> list[asyncio.Task[Body]]:
    """Begin many bodies at once, which stay silent after their parts."""
    tasks = [asyncio.create_task(bodies.read(one, client(parts, ends=False))) for one in asked]
    await virtual_seconds(1)
    return tasks


async def answer_of(bodies: BodyReader, asked: dict[str, Any], count: int) -> Refusal | int:
    try:
        return (await bodies.read(asked, client([(0.0, count)]))).size
    except BodyRefused as refused:
        return refused.refusal


async def end(tasks: list[asyncio.Task[Body]]) -> list[Refusal]:
    found = await asyncio.gather(*tasks, return_exceptions=True)
    return [error.refusal for error in found if isinstance(error, BodyRefused)]


def test_announced_bodies_that_do_not_come_hold_no_room() -> None:
    async def attack() -> tuple[int, Refusal | int]:
        bodies = reader()
        asked = [scope(FILE, length=500 * 2**20, source=f"192.0.2.{number}") for number in range(200)]
        tasks = await crowd(bodies, asked, [])
        result = held(bodies), await answer_of(bodies, scope(FILE, source="198.51.100.7"), 2**20)
        await end(tasks)
        return result

    assert run_virtually(attack())[0] == (0, 2**20)


def test_a_network_that_sends_many_bodies_at_once_is_refused_and_no_other() -> None:
    async def attack() -> tuple[list[Refusal], Refusal | int]:
        bodies = reader()
        tasks = await crowd(
            bodies, [scope(WFS, length=2**20, source=f"2001:db8::{n:x}") for n in range(40)], [(0.0, 2**19)]
        )
        other = await answer_of(bodies, scope(FORM, source="2001:db8:0:1::1"), 1_000)
        return await end(tasks), other

    (refusals, other), _seconds = run_virtually(attack())
    assert refusals.count(Refusal.NETWORK_FULL) == 8
    assert other == 1_000


def test_a_form_passes_beside_many_bodies_of_its_own_network() -> None:
    async def attack() -> Refusal | int:
        bodies = reader()
        tasks = await crowd(bodies, [scope(WFS)] * 40, [(0.0, 2**18)])
        form = await answer_of(bodies, scope(FORM, length=1_000), 1_000)
        await end(tasks)
        return form

    assert run_virtually(attack())[0] == 1_000


def test_a_network_holds_a_quarter_of_the_room_at_most(settings: Settings) -> None:
    settings.BODY_DISK_BYTES = 40 * 2**20

    async def attack() -> tuple[int, int]:
        bodies = reader()
        tasks = await crowd(bodies, [scope(WFS)] * 20, [(0.0, 2**20)] * 5)
        result = bodies.disk.used
        return result, len(await end(tasks))

    (room, _refused), _seconds = run_virtually(attack())
    assert room <= 10 * 2**20


def test_large_bodies_of_many_networks_keep_no_form_out(settings: Settings) -> None:
    settings.BODY_DISK_BYTES = 40 * 2**20

    async def attack() -> tuple[bool, Refusal | int]:
        bodies = reader()
        tasks = await crowd(
            bodies, [scope(WFS, source=f"192.0.2.{n}") for n in range(100)], [(0.0, 2**19), (0.1, 2**19)]
        )
        is_full = bodies.disk.used + 2**20 > settings.BODY_DISK_BYTES
        form = await answer_of(bodies, scope(FORM, source="198.51.100.7"), SMALL_BODY_BYTES)
        await end(tasks)
        return is_full, form

    assert run_virtually(attack())[0] == (True, SMALL_BODY_BYTES)


def test_the_beginning_of_a_body_has_its_place_when_memory_is_full(settings: Settings) -> None:
    settings.BODY_MEMORY_BYTES = 4 * 2**19

    async def attack() -> Refusal | int:
        bodies = reader()
        asked = [scope(WFS, source=f"192.0.2.{number}") for number in range(100)]
        tasks = await crowd(bodies, asked, [(0.0, 2**18)])
        form = await answer_of(bodies, scope(FORM, source="198.51.100.7"), RESERVED_BYTES)
        await end(tasks)
        return form

    assert run_virtually(attack())[0] == RESERVED_BYTES


ENDS: dict[str, tuple[str, Parts, bool]] = {
    "read": (WFS, [(0.0, 2**20), (1.0, 9)], True),
    "too slow": (WFS, [(0.0, 2**20)], False),
    "too large": (FORM, [(0.0, 2**20)], False),
}


@pytest.mark.parametrize("name", ENDS)
def test_room_comes_back_however_a_body_ends(name: str) -> None:
    path, parts, ends = ENDS[name]
    bodies = reader()
    outcome(bodies, scope(path), parts, ends=ends)
    assert held(bodies) == 0
    assert not bodies.arriving.by_network


def test_room_comes_back_when_the_client_hangs_up() -> None:
    bodies = reader()

    async def receive_all() -> None:
        begun: dict[str, Any] = {"type": "http.request", "body": bytes(2**20), "more_body": True}
        messages = iter([begun, {"type": "http.disconnect"}])

        async def receive() -> dict[str, Any]:
            return next(messages)

        with suppress(ClientGone):
            await bodies.read(scope(WFS), receive)

    run_virtually(receive_all())
    assert held(bodies) == 0


def test_a_body_that_waits_for_its_answer_still_holds_its_room() -> None:
    bodies = reader()
    body, _seconds = run_virtually(bodies.read(scope(WFS), client([(0.0, 2**20)])))
    assert bodies.disk.used == 2**20
    body.close()
    assert bodies.disk.used == 0


class FullDisk(BytesIO):
    """A file on a full disk: it holds nothing, and says so again when it is closed."""

    closed_for_good = False

    def write(self, _content: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.closed_for_good = True
        super().close()
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_at_once_and_everything_given_back() -> None:
    file = FullDisk()
    bodies = reader(open_file=lambda: file)
    assert outcome(bodies, scope(WFS), [(0.0, 2**20), (100.0, 1)]) == (Refusal.DISK_FULL, 0.0)
    assert held(bodies) == 0
    assert file.closed_for_good


def test_forms_are_read_while_the_disk_is_full() -> None:
    def no_file() -> BinaryIO:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert outcome(reader(open_file=no_file), scope(FORM), [(0.0, SMALL_BODY_BYTES)])[0] == SMALL_BODY_BYTES


def test_a_body_on_disk_has_no_name_and_is_read_whole(settings: Settings, tmp_path: Any) -> None:
    settings.BODY_FOLDER = tmp_path / "bodies"
    body, _seconds = run_virtually(
        BodyReader(bound_of=body_bound).read(scope(WFS), client([(0.0, 2**19), (0.0, 2**19), (0.0, 3)]))
    )
    assert len(body.file.read()) == 2**20 + 3
    assert list(settings.BODY_FOLDER.iterdir()) == []
    assert settings.BODY_FOLDER.stat().st_mode & 0o077 == 0
    body.close()
