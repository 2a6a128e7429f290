"""Steps shown with their elapsed time, and programs run with their output kept in a log.

A person who waits must see what is being done; a person whose step failed must see why without opening a file.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import StepFailed

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
