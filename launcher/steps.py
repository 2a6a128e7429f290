"""Steps shown with their elapsed time, failures explained, and programs run in a log, in the background, or in front.

A person who waits must see what is being done; a person whose step failed must see why without opening a file.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO


class StepFailed(Exception):
    """A step could not be done."""

    def __init__(self, cause: str, remedy: str, log: Path | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.log = log


TITLE_WIDTH = 34
TAIL_LINES = 15


@dataclass
class Note:
    """What a step wants said beside its time."""

    text: str = ""


@contextmanager
def step(title: str) -> Iterator[Note]:
    """Time what happens inside and print one line for it."""
    note = Note()
    started = time.monotonic()
    if sys.stdout.isatty():
        print(f"  {title} …", end="\r", flush=True)
    try:
        yield note
    except BaseException:
        print(_line("✗", title, started, ""), flush=True)
        raise
    print(_line("✓", title, started, note.text), flush=True)


def _line(mark: str, title: str, started: float, text: str) -> str:
    return f"{mark} {title:<{TITLE_WIDTH}} {time.monotonic() - started:6.1f} s  {text}".rstrip()


def explain(failure: StepFailed) -> str:
    """The cause and the remedy of a failure, as printed."""
    lines = [
        f"  cause:  {line}" if index == 0 else f"          {line}" for index, line in _numbered(failure.cause)
    ]
    lines += [
        f"  remedy: {line}" if index == 0 else f"          {line}"
        for index, line in _numbered(failure.remedy)
    ]
    if failure.log is not None:
        lines.append(f"  log:    {failure.log}")
    return "\n".join(lines)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.strip().splitlines() or ["(no output)"])


def run(
    command: Sequence[str],
    *,
    log: Path,
    remedy: str,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
    typed: str = "",
) -> None:
    """Run a program quietly; its output goes to the log, and its last lines become the cause when it fails.

    `typed` is its standard input: the way to hand over a secret, since arguments are public.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        begin = output.tell()
        try:
            finished = subprocess.run(
                command,
                input=typed.encode(),
                stdout=output,
                stderr=output,
                env=variables,
                cwd=folder,
                check=False,
            )
        except OSError as error:
            raise StepFailed(f"{command[0]}: {error.strerror}", remedy, log) from error
    if finished.returncode != 0:
        raise StepFailed(tail(log, begin) or ending(command[0], finished.returncode), remedy, log)


def ending(program: str, code: int) -> str:
    """How a program ended, in words."""
    return f"{program} was ended by signal {-code}" if code < 0 else f"{program} ended with {code}"


def tail(log: Path, begin: int = 0) -> str:
    """The last lines that a log has after an offset."""
    try:
        with log.open("rb") as stream:
            stream.seek(begin)
            text = stream.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join([line for line in text.splitlines() if line.strip()][-TAIL_LINES:])


def run_in_foreground(command: Sequence[str], *, variables: Mapping[str, str], folder: Path) -> int:
    """Run a program with our terminal, which sends it the signals, and give its exit code as a shell would."""
    with subprocess.Popen(command, env=dict(variables), cwd=folder) as program, _passing_signals(program):
        while True:
            try:
                code = program.wait()
                break
            except KeyboardInterrupt:
                continue  # the terminal sent it to the program too, which decides
    return code if code >= 0 else 128 - code


@contextmanager
def run_in_background(
    command: Sequence[str], variables: Mapping[str, str], folder: Path, output: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the block runs, and end it with the block. It prints to ``output``, or nowhere."""
    with subprocess.Popen(
        command,
        env=dict(variables),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output or subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    ) as program:
        try:
            yield program
        finally:
            program.terminate()


@contextmanager
def _passing_signals(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Turn a request to end into Ctrl-C for the program, so that it cleans up and we still run what follows."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        program.send_signal(signal.SIGINT)

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def end_on_request() -> None:
    """Make SIGTERM and SIGHUP unwind like Ctrl-C, so that every `finally` runs."""

    def unwind(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, unwind)
    signal.signal(signal.SIGHUP, unwind)
