"""Programs that take over the terminal: they get the signals, the launcher waits and then tidies up."""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO


def hand_over(command: Sequence[str], *, variables: Mapping[str, str], folder: Path) -> int:
    """Run a program with our terminal and give its exit code as a shell would."""
    with subprocess.Popen(command, env=dict(variables), cwd=folder) as program, _passing_signals(program):
        while True:
            try:
                code = program.wait()
                break
            except KeyboardInterrupt:
                continue  # the terminal sent it to the program too, which decides
    return code if code >= 0 else 128 - code


@contextmanager
def beside(
    command: Sequence[str], variables: Mapping[str, str], folder: Path, said: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the block runs, and end it with the block. What it says is kept in ``said``, or lost."""
    with subprocess.Popen(
        command,
        env=dict(variables),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=said or subprocess.DEVNULL,
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
