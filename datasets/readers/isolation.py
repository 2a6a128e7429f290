"""A file read in a child process: the same titles and rows as any source, and a refusal when it needs too much.

What the child answers is read as if the file itself had written it: every value is checked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from datasets import errors
from datasets.definitions import Finding
from datasets.errors import FileRefused, ReaderStopped, TooDemanding
from datasets.readers.source import Layout, RawRow, ReadOptions, RowBlock, Source
from datasets.vocabulary import ColumnType, Severity
from sandbox import supervisor
from sandbox.errors import (
    MemoryExceeded,
    OutputExceeded,
    ProgramCrashed,
    SandboxError,
    SandboxUnavailable,
    TimeExceeded,
)
from sandbox.limits import MEGABYTE, Limits

_BATCHES_AHEAD = 3
_TEXT = frozenset({str, type(None)})
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class IsolatedSource(Source):
    """A file that a child process reads.

    ``target`` is the function that the child runs, as ``module:function``: it answers by ``answer_requests``.
    ``begun`` gets the source as soon as its child runs, before the file is read, so that it can be interrupted.
    """

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        options: ReadOptions,
        limits: Limits,
        target: str,
        on_start: Callable[[IsolatedSource], None] | None = None,
    ) -> None:
        super().__init__(Path(options.file_name or name).stem, options)
        self._limits = limits
        self._expected = 0
        arguments = {"name": name, "options": asdict(options)}
        with ExitStack() as undone:
            # The same open file as the child's: its place in it is ours to read.
            self._shared = os.dup(file.fileno())
            undone.callback(self._close_shared)
            self._child = undone.enter_context(
                supervisor.start(target, file=file, arguments=arguments, limits=limits)
            )
            if on_start is not None:
                on_start(self)
            answer, _content = self._answer()
            self._describe(answer)
            # Kept open from here on: closed with the source.
            self.resources.callback(self._child.close)
            self._child.keep()
            self.resources.push(undone.pop_all())

    def rows(self) -> Iterator[RawRow]:
        """Read the rows from the first one; the child reads some batches ahead."""
        for answer, shapes in self._batches("rows"):
            yield from self._rows(answer, shapes)

    def blocks(self) -> Iterator[RowBlock | RawRow]:
        """Read the rows from the first one, in blocks where the child gives them so."""
        for answer, content in self._batches("blocks"):
            if "count" in answer:
                yield self._block(answer, content)
            else:
                yield from self._rows(answer, content)

    def _batches(self, request: str) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield the answers of a pass over the rows."""
        with sandbox_errors_as_refusals(self._limits):
            self._begin(request)
            for _ahead in range(_BATCHES_AHEAD):
                self._ask("more")
        is_last = False
        while not is_last:
            with sandbox_errors_as_refusals(self._limits), malformed_answers_as_crash():
                answer, content = self._answer()
                is_last = bool(answer["last"])
                if not is_last:
                    self._ask("more")
            yield answer, content

    def ask(self, question: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the child answers to a question about the file that its target knows.

        Raises:
            FileRefused: the file cannot be read.
        """
        with sandbox_errors_as_refusals(self._limits):
            self._begin(question, arguments)
            return self._answer()[0]

    @property
    def position(self) -> int:
        """How many bytes of the file the child went through; 0 when its format is not read from first to last."""
        with suppress(OSError):  # closed meanwhile by the thread that reads
            return os.lseek(self._shared, 0, os.SEEK_CUR)
        return 0

    def _close_shared(self) -> None:
        shared, self._shared = self._shared, -1
        os.close(shared)

    def interrupt(self) -> None:
        """End the child from another thread, whatever it does: who waits for its answer gets a refusal."""
        self._child.interrupt()

    @property
    def limits(self) -> Limits:
        """The bounds of the child."""
        return self._limits

    def _begin(self, request: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Send a request other than the next rows."""
        while self._expected:  # answers to a pass that nobody finished
            self._receive()
        self._ask(request, arguments)

    def _ask(self, request: str, arguments: Mapping[str, Any] | None = None) -> None:
        self._child.send([request, arguments or {}])
        self._expected += 1

    def _receive(self) -> tuple[Any, bytes]:
        answer = self._child.receive()
        self._expected = max(self._expected - 1, 0)
        return answer

    def _answer(self) -> tuple[dict[str, Any], bytes]:
        """Return the next answer, after taking its facts about the whole file.

        Raises:
            FileRefused: the child refuses the file.
        """
        answer, content = self._receive()
        with malformed_answers_as_crash():
            if not isinstance(answer, dict):
                raise TypeError("not an answer")
            if "state" in answer:
                self._take_state(answer["state"])
            refusal = answer.get("refused")
            error = _refusal(refusal) if refusal else None
        if error:
            raise error
        return answer, content

    def _describe(self, answer: dict[str, Any]) -> None:
        with malformed_answers_as_crash():
            document = answer["source"]
            self.format = _text(document["format"])
            self.name = _text(document["name"])
            self.titles = tuple(map(_text, document["titles"]))
            self.hints = tuple(hint and ColumnType(hint) for hint in document["hints"])
            self.srid = None if document["srid"] is None else int(document["srid"])
            self.has_geometry = bool(document["has_geometry"])
            self.layers = tuple(map(_text, document["layers"]))
            self.layer = _text(document["layer"])
            self.declared_rows = _count(document["declared_rows"])
            self.estimated_rows = _count(document["estimated_rows"])
            self.sample = tuple(tuple(map(_text, record)) for record in document["sample"])

    def _take_state(self, state: dict[str, Any]) -> None:
        self._notices = [finding_of(finding) for finding in state["findings"]]
        self.unsaid_rows = int(state["unsaid_rows"])
        self.skipped_rows = int(state["skipped_rows"])
        self.geometry_types = frozenset(map(_text, state["geometry_types"]))
        self.has_z = bool(state["has_z"])
        self.layout = Layout.from_json(state["layout"])

    def _rows(self, answer: dict[str, Any], shapes: bytes) -> list[RawRow]:
        """Return the rows of an answer."""
        with sandbox_errors_as_refusals(self._limits), malformed_answers_as_crash():
            lines, values, lengths = answer["lines"], answer["values"], answer["shapes"]
            is_sound = (
                {int}.issuperset(map(type, chain(lines, lengths)))
                and {len(self.titles)}.issuperset(map(len, values))
                and _TEXT.issuperset(map(type, chain.from_iterable(values)))
            )
            if not is_sound:
                raise ValueError("a row that is none")
            return list(zip(lines, values, _cut(shapes, lengths), strict=True))

    def _block(self, answer: dict[str, Any], content: bytes) -> RowBlock:
        """Return the block of an answer, which has as many rows and values as it should."""
        with sandbox_errors_as_refusals(self._limits), malformed_answers_as_crash():
            count = int(answer["count"])
            marks = (content.count(b"\n"), content.count(b"\t"))
            if count < 1 or marks != (count, count * len(self.titles)) or not content.endswith(b"\n"):
                raise ValueError("a block that is none")
            return RowBlock(count, content)


def _cut(shapes: bytes, lengths: Iterable[int]) -> Iterator[bytes | None]:
    """Yield the geometries that follow each other; a length below 0 is that of none."""
    offset = 0
    for length in lengths:
        yield None if length < 0 else shapes[offset : offset + length]
        offset += max(length, 0)


@contextmanager
def malformed_answers_as_crash() -> Iterator[None]:
    """Take an answer that makes no sense for a crash."""
    try:
        yield
    except _MALFORMED as error:
        raise ProgramCrashed("an answer that makes no sense") from error


@contextmanager
def sandbox_errors_as_refusals(limits: Limits) -> Iterator[None]:
    """Say in words how a child ended."""
    try:
        yield
    except SandboxError as error:
        raise explanation(error, limits) from error


def explanation(error: SandboxError, limits: Limits) -> FileRefused:
    """Return the refusal of a file whose reading ended by ``error``."""
    if isinstance(error, MemoryExceeded):
        return TooDemanding(
            _("La lecture de ce fichier demande plus de %d Mo de mémoire.") % (limits.memory // MEGABYTE)
        )
    if isinstance(error, TimeExceeded):
        return TooDemanding(_("La lecture de ce fichier demande plus de %d secondes.") % error.seconds)
    if isinstance(error, OutputExceeded):
        return TooDemanding(
            _("Ce fichier contient plus de %d Mo une fois lu.")
            % (min(limits.output_bytes, limits.file_bytes) // MEGABYTE)
        )
    if isinstance(error, SandboxUnavailable):
        return ReaderStopped(_("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes."))
    return ReaderStopped(_("Le lecteur s’est arrêté sur ce fichier : il est sans doute endommagé."))


def _refusal(document: dict[str, Any]) -> FileRefused:
    """Return the fault that the child named, if it is one of a file."""
    kind = getattr(errors, _text(document["fault"]), None)
    if not (isinstance(kind, type) and issubclass(kind, FileRefused)):
        raise ValueError("a fault that is none")
    return kind(_text(document["detail"]), parameter=_text(document["parameter"]), line=int(document["line"]))


def finding_of(document: dict[str, Any]) -> Finding:
    """Read a finding that a child wrote.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none.
    """
    return Finding(
        Severity(document["severity"]).value,
        _text(document["code"]),
        _text(document["reason"]),
        int(document["line"]),
        _text(document["field"]),
        _text(document["value"]),
    )


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
