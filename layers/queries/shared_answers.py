"""Answers that are dear to compute: computed once for all processes, and served for a while after a write (ADR 0058).

A key holds the rights and the question, and apart the version of the data. One thread of one process computes an
answer that many miss: the others wait for its advisory lock, which ends with the connection of who holds it. The
answer is in the memory of the process and, signed, in the cache that processes share (``layers.sql.shared_bytes``).

Readers that may be served the former answer of the same rights and question, for ``STALE_S`` seconds after the write
that outdated it, get it with its age, and a thread computes the current one. Who wrote never gets it. A former answer
is never stored under another version than its own.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connection

from layers.access import Scope
from layers.cache import MAX_BYTES, BoundedCache
from layers.queries.refreshes import REFRESHES
from layers.sql.advisory_locks import lock_one, number_of, unlock, wait_for_lock
from layers.sql.catalogue import recent_writes, table_versions
from layers.sql.shared_bytes import SharedBytes, verified
from layers.visitor import Visitor

Value = TypeVar("Value")
# The class of advisory locks of answers under way.
ANSWER_LOCK = 0x7118
# Who computes is waited for so long; then each computes.
WAIT_S = 10.0
# An answer that took less is computed by each process: reading it elsewhere takes as long.
LIGHT_S = 0.02
# So many computations about a layer say whether a new question about it is light.
_LAST = 8
# A larger answer stays in its process.
_MAX_SHARED = 1024 * 1024


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """What an answer depends on: a digest of rights and ``question``, and the version of the data of a scope."""

    question: str
    scope: Scope

    @property
    def version(self) -> int:
        """The version of the data."""
        return self.scope.version

    @property
    def tables(self) -> frozenset[str]:
        """The tables of the data."""
        return self.scope.tables


def answer_key(scope: Scope, *question: object) -> AnswerKey:
    """Return the key of a question under the rights of a scope; parts are values of a stable ``repr``."""
    digest = hashlib.sha256(repr((scope.key, *question)).encode()).hexdigest()
    return AnswerKey(digest, scope)


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """An answer, and how many seconds ago a write outdated it: None for the current one."""

    value: Value
    age_s: int | None = None


@dataclass(slots=True)
class Recency:
    """The age of the oldest former answer that a block was served; None without any."""

    visitor: Visitor
    age_s: int | None = None

    def note(self, age_s: int | None) -> None:
        """Count an answer of this age."""
        if age_s is not None:
            self.age_s = max(self.age_s or 0, age_s)


_recency: ContextVar[Recency | None] = ContextVar("former answers allowed", default=None)


@contextmanager
def former_answers(visitor: Visitor) -> Iterator[Recency]:
    """Let the counts and aggregates of the block be former answers; what is made of them must not be stored."""
    recency = Recency(visitor)
    token = _recency.set(recency)
    try:
        yield recency
    finally:
        _recency.reset(token)


@dataclass(frozen=True, slots=True)
class _Origin:
    """The state of the data of an answer: the version of its key, and that of each table before it was computed."""

    version: int
    tables: Mapping[str, int]


class _ComputedElsewhere(Exception):
    """Another process computes the answer."""


class SharedAnswers(Generic[Value]):
    """Answers of one kind, as bytes between processes; ``name`` changes with what ``encode`` writes.

    ``size`` and ``most`` bound the memory of the process (``layers.cache.BoundedCache``).
    """

    def __init__(
        self,
        name: str,
        size: int,
        *,
        encode: Callable[[Value], bytes],
        decode: Callable[[bytes], Value],
        most: int = MAX_BYTES,
    ) -> None:
        self._name, self._encode, self._decode = name, encode, decode
        self._values: BoundedCache[Value] = BoundedCache(size, most=most)
        self._origins: BoundedCache[_Origin] = BoundedCache(size)
        self._seconds: BoundedCache[float] = BoundedCache(size)
        self._layer_seconds: BoundedCache[tuple[float, ...]] = BoundedCache(500)
        self._shared = SharedBytes()

    def cached(self, key: AnswerKey) -> Value | None:
        """Return the current answer when the process has it, else None."""
        return self._values.get((key.question, key.version))

    def put(self, key: AnswerKey, value: Value) -> None:
        """Store a current answer that was computed with something else, in this process alone."""
        self._values.store((key.question, key.version), value)

    def recall_light(
        self,
        keys: Sequence[AnswerKey],
        compute: Callable[[Sequence[int]], Mapping[int, tuple[Value, float]]],
    ) -> dict[int, Value]:
        """Return the current answers of several questions by index, computed together unless they are stored.

        ``compute`` gives values by index, each with the seconds that it took. Questions that took long before are left
        out: ``recall`` shares them between processes.
        """
        values = {index: value for index, key in enumerate(keys) if (value := self.cached(key)) is not None}
        missing = [
            index for index, key in enumerate(keys) if index not in values and not self._is_known_heavy(key)
        ]
        if len(missing) > 1:
            for index, (value, seconds) in compute(missing).items():
                self._time(keys[index], seconds)
                values[index] = value
                self.put(keys[index], value)
        return values

    def recall(self, key: AnswerKey, compute: Callable[[], Value]) -> Value:
        """Return the current answer, computed unless it is stored; inside ``former_answers``, as ``recent``."""
        recency = _recency.get()
        if recency is None:
            return self._recalled(key, compute)
        answer = self.recent(key, compute, recency.visitor)
        recency.note(answer.age_s)
        return answer.value

    def recall_stored(self, key: AnswerKey, compute: Callable[[], Value]) -> Value | None:
        """Return as ``recall`` does, without waiting for anything to be computed; None when nothing is stored."""
        recency = _recency.get()
        if recency is None:
            return self.cached(key)
        answer = self.recent_if_stored(key, compute, recency.visitor)
        if answer is None:
            return None
        recency.note(answer.age_s)
        return answer.value

    def recent(self, key: AnswerKey, compute: Callable[[], Value], visitor: Visitor) -> Answer[Value]:
        """Return the current answer or, while it is computed, the former one that the visitor may be served."""
        answer = self.recent_if_stored(key, compute, visitor)
        return Answer(self._recalled(key, compute)) if answer is None else answer

    def recent_if_stored(
        self, key: AnswerKey, compute: Callable[[], Value], visitor: Visitor
    ) -> Answer[Value] | None:
        """Return as ``recent`` does, without waiting for anything to be computed; None when nothing is stored."""
        value = self.cached(key)
        if value is not None:
            return Answer(value)
        # In a transaction the thread that computes would not see what it wrote.
        if connection.in_atomic_block or self._is_light(key):
            return None
        answer = self._former(key, visitor)
        if answer is None:
            origin = self._origins.get(key.question)
            value = self._fetched(key)
            if value is not None:
                return Answer(value)
            if self._origins.get(key.question) is not origin:
                answer = self._former(key, visitor)
        if answer is not None and answer.age_s is not None:
            is_refreshed = REFRESHES.add((self._name, key.question), partial(self._refresh, key, compute))
            return answer if is_refreshed else None
        return answer

    def _recalled(self, key: AnswerKey, compute: Callable[[], Value]) -> Value:
        """Return the current answer: one thread of the process obtains it for all."""
        return self._values.recall((key.question, key.version), partial(self._obtained, key, compute))

    def _refresh(self, key: AnswerKey, compute: Callable[[], Value]) -> None:
        """Compute the current answer, unless another process does."""
        with suppress(_ComputedElsewhere):
            obtain = partial(self._obtained, key, compute, is_waiting=False)
            self._values.recall((key.question, key.version), obtain)

    def _obtained(self, key: AnswerKey, compute: Callable[[], Value], *, is_waiting: bool = True) -> Value:
        """Read the current answer from the shared cache, else compute it and write it there."""
        if connection.in_atomic_block or self._is_light(key) or not self._shared.is_shared:
            return self._computed(key, compute)
        number = number_of(key.question)
        if is_waiting:
            has_lock = wait_for_lock(ANSWER_LOCK, number, seconds=WAIT_S)
        elif lock_one(ANSWER_LOCK, [number]) is None:
            raise _ComputedElsewhere
        else:
            has_lock = True
        try:
            value = self._fetched(key)
            if value is None:
                value = self._computed(key, compute)
                self._write(key, value)
            return value
        finally:
            if has_lock:
                unlock([(ANSWER_LOCK, number)])

    def _computed(self, key: AnswerKey, compute: Callable[[], Value]) -> Value:
        """Compute an answer; its tables are read before, so that it may be newer than they say, never older."""
        is_local = connection.in_atomic_block or self._is_light(key)
        is_dated = not is_local and (bool(settings.STALE_S) or self._shared.is_shared)
        versions = table_versions(key.tables) if is_dated else {}
        begun = time.monotonic()
        token = _recency.set(None)  # what it is made of is current
        try:
            value = compute()
        finally:
            _recency.reset(token)
        self._time(key, time.monotonic() - begun)
        if is_dated:
            tables = {table: versions.get(table, 0) for table in key.tables}
            self._origins.store(key.question, _Origin(key.version, tables))
        return value

    def _time(self, key: AnswerKey, seconds: float) -> None:
        slug = key.scope.slug
        last = self._layer_seconds.get(slug) or ()
        self._layer_seconds.store(slug, (*last[1 - _LAST :], seconds))
        self._seconds.store(key.question, seconds)

    def _is_light(self, key: AnswerKey) -> bool:
        """Whether the question took little time or, where it is new, the last ones about its layer."""
        seconds = self._seconds.get(key.question)
        if seconds is None:
            seconds = max(self._layer_seconds.get(key.scope.slug) or (LIGHT_S,))
        return seconds < LIGHT_S

    def _is_known_heavy(self, key: AnswerKey) -> bool:
        """Whether the question, or one of the last ones about its layer, took long."""
        times = (self._seconds.get(key.question), self._layer_seconds.get(key.scope.slug))
        return times != (None, None) and not self._is_light(key)

    def _write(self, key: AnswerKey, value: Value) -> None:
        origin, cache = self._origins.get(key.question), self._shared.cache
        if origin is None or cache is None:
            return
        header = json.dumps([origin.version, dict(origin.tables)]).encode()
        content = len(header).to_bytes(4, "big") + header + self._encode(value)
        if len(content) <= _MAX_SHARED:
            self._shared.write(cache, self._stored_name(key), content)

    def _fetched(self, key: AnswerKey) -> Value | None:
        """Read the last answer of a question from the shared cache, and return it when it is current."""
        cache, name = self._shared.cache, self._stored_name(key)
        content = verified(name, self._shared.read(cache, name)) if cache is not None else None
        if content is None:
            return None
        start = 4 + int.from_bytes(content[:4], "big")
        version, tables = json.loads(content[4:start])
        value = self._decode(content[start:])
        self._origins.store(key.question, _Origin(version, tables))
        self._values.store((key.question, version), value)
        if version == key.version or self._writers_and_age(key) == (frozenset(), None):
            return self._values.store((key.question, key.version), value)
        return None

    def _former(self, key: AnswerKey, visitor: Visitor) -> Answer[Value] | None:
        """Return the last answer of the process when the rule of freshness lets the visitor have it."""
        if not settings.STALE_S:
            return None
        origin = self._origins.get(key.question)
        value = self._values.get((key.question, origin.version)) if origin is not None else None
        state = self._writers_and_age(key) if value is not None else None
        if value is None or state is None:
            return None
        writers, age = state
        if age is None:
            self._values.store((key.question, key.version), value)
            return Answer(value)
        if age > settings.STALE_S or visitor.user_id in writers - {None}:
            return None
        return Answer(value, int(age))

    def _writers_and_age(self, key: AnswerKey) -> tuple[frozenset[int | None], float | None] | None:
        """Return who wrote since the last answer, and the age of the first write; None when it is not known.

        The age is None when nobody wrote: the answer is current.
        """
        origin = self._origins.get(key.question)
        if origin is None or not key.tables <= origin.tables.keys():
            return None
        writes = recent_writes(key.tables)
        since: list[tuple[int | None, float]] = []
        for table in writes.keys() & key.tables:
            listed = writes[table].since(origin.tables[table])
            if listed is None:
                return None
            since += listed
        ages = [age for _writer, age in since]
        return frozenset(writer for writer, _age in since), max(ages, default=None)

    def _stored_name(self, key: AnswerKey) -> str:
        return f"{self._name}.{key.question}"
