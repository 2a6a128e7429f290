"""Steps shown with their elapsed time, failures explained, and programs run in a log, in the background, or in front.

A person who waits must see what is being done; a person whose step failed must see why without opening a file.
"""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any


class StepFailed(Exception):
    """A step could not be done."""

    def __init__(self, cause: str, remedy: str, log: Path | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.log = log


TITLE_WIDTH = 34
TAIL_LINES = 15
PAINT_S = 0.25
# Less than this is not worth saying, nor believing.
SHORTEST_FORECAST_S = 3.0


@dataclass
class Note:
    """What a step wants said beside its time."""

    text: str = ""


class Screen:
    """Prints a line for each step that ends; on a terminal, a last line says what is being done and for how long."""

    def __init__(self) -> None:
        """Begin without any step."""
        self.seconds: dict[str, float] = {}
        self.forecast: Callable[[Mapping[str, float], Mapping[str, float]], float] | None = None
        self._lock = threading.Lock()
        self._started: dict[str, float] = {}
        self._painter: threading.Thread | None = None
        self._is_idle = threading.Event()

    def begin(self, title: str) -> None:
        """Count a step among those under way."""
        with self._lock:
            self._started[title] = time.monotonic()
            if self._painter is None and sys.stdout.isatty():
                self._is_idle.clear()
                self._painter = threading.Thread(target=self._paint, daemon=True)
                self._painter.start()

    def end(self, mark: str, title: str, text: str) -> None:
        """Print the line of a step."""
        with self._lock:
            self.seconds[title] = time.monotonic() - self._started.pop(title)
            line = f"{mark} {title:<{TITLE_WIDTH}} {self.seconds[title]:6.1f} s  {text}".rstrip()
            painter = self._painter
            print(f"{CLEAR if painter else ''}{line}", flush=True)
            if painter is not None and not self._started:
                self._painter = None
                self._is_idle.set()
        if painter is not None and self._is_idle.is_set():
            painter.join()

    def status(self, now: float, columns: int) -> str:
        """What is being done, in one line of a terminal."""
        elapsed = {title: now - started for title, started in self._started.items()}
        text = "  … " + ", ".join(f"{title} {seconds:.0f} s" for title, seconds in elapsed.items())
        remaining = self.forecast(elapsed, self.seconds) if self.forecast is not None else 0.0
        end = f"; about {remaining:.0f} s left" if remaining >= SHORTEST_FORECAST_S else ""
        room = columns - 1 - len(end)
        return (text if len(text) <= room else f"{text[: room - 1]}…") + end

    def _paint(self) -> None:
        is_idle = self._is_idle
        while not is_idle.wait(PAINT_S):
            with self._lock:
                if self._started:
                    columns = shutil.get_terminal_size().columns
                    print(f"{CLEAR}{self.status(time.monotonic(), columns)}", end="", flush=True)


CLEAR = "\r\x1b[K"
SCREEN = Screen()


@contextmanager
def step(title: str) -> Iterator[Note]:
    """Time what happens inside and print one line for it."""
    note = Note()
    SCREEN.begin(title)
    try:
        yield note
    except BaseException:
        SCREEN.end("✗", title, "")
        raise
    SCREEN.end("✓", title, note.text)


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


class Programs:
    """The programs of the steps that are under way: when one step fails, those of the others are ended."""

    def __init__(self) -> None:
        """Begin without any."""
        self.locks: set[int] = set()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self.is_ending = False

    def start(
        self, command: Sequence[str], *, starts_services: bool, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a program. It holds the locks of the launcher as long as it lives, even when the launcher is killed.

        What may start services (the system's installer, PostgreSQL's) holds nothing and is not ended half-way.
        """
        with self._lock:
            if self.is_ending:
                raise StepFailed("another step failed", "run again")
            locks = () if starts_services else tuple(self.locks)
            program = subprocess.Popen(command, pass_fds=locks, **options)
            if not starts_services:
                self._running.add(program)
            return program

    def forget(self, program: subprocess.Popen[bytes]) -> None:
        """Leave a program alone from now on."""
        with self._lock:
            self._running.discard(program)

    def end(self) -> None:
        """End what runs, and start nothing more."""
        with self._lock:
            self.is_ending = True
            for program in self._running:
                program.terminate()

    def allow(self) -> None:
        """Let programs be started again."""
        with self._lock:
            self.is_ending = False


PROGRAMS = Programs()


@contextmanager
def holding(lock: IO[str]) -> Iterator[None]:
    """Let the programs of the steps hold a lock too: they may outlive a launcher that is killed."""
    PROGRAMS.locks.add(lock.fileno())
    try:
        yield
    finally:
        PROGRAMS.locks.discard(lock.fileno())


def run(
    command: Sequence[str],
    *,
    log: Path,
    remedy: str,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
    typed: str = "",
    starts_services: bool = False,
) -> None:
    """Run a program quietly; its output goes to the log, and its last lines become the cause when it fails.

    `typed` is its standard input: the way to hand over a secret, since arguments are public. `starts_services`: see
    `Programs.start`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        begin = output.tell()
        try:
            program = PROGRAMS.start(
                command, starts_services=starts_services, stdin=subprocess.PIPE, stdout=output, stderr=output,
                env=variables, cwd=folder,
            )  # fmt: skip
        except OSError as error:
            raise StepFailed(f"{command[0]}: {error.strerror}", remedy, log) from error
        try:
            program.communicate(typed.encode())
        except BaseException:
            program.kill()
            program.wait()
            raise
        finally:
            PROGRAMS.forget(program)
    if program.returncode != 0:
        raise StepFailed(tail(log, begin) or ending(command[0], program.returncode), remedy, log)


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
