"""Keeps alive what `up` started: a web server, a worker or a database that died is started again, as long as it takes.

The supervisor is the launcher itself in the foreground, a process of its own after `up --detach`. It is recognised by
its record, like everything else; killed, it stops nothing, and the next `up` puts another one in its place.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from launcher import cluster, programs
from launcher.cluster import Cluster, find_cluster
from launcher.environment import Environment, django_variables
from launcher.files import write_private
from launcher.processes import Identity, end, identify, is_same
from launcher.steps import StepFailed, explain

RECORD = "supervisor.json"
LOOK_S = 0.5
# What dies young is started again later and later; what lived this long, at once.
FIRST_DELAY_S, LONGEST_DELAY_S, CALM_S = 1.0, 4.0, 60.0
# It may be stopping a server, a worker and a database.
END_PATIENCE_S = 90.0
START_PATIENCE_S = 20.0


@dataclass
class Restarts:
    """When a program may be started again, in seconds of a monotonic clock."""

    delay: float = 0.0
    last: float = float("-inf")

    def is_due(self, now: float) -> bool:
        """Whether the time has come; then it is counted."""
        if now < self.last + self.delay:
            return False
        is_calm = now > self.last + CALM_S
        self.delay = FIRST_DELAY_S if is_calm else min(LONGEST_DELAY_S, 2 * self.delay)
        self.last = now
        return True


@dataclass
class Supervisor:
    """Looks at what runs, and starts again what does not. ``say`` is told of each."""

    environment: Environment
    url: str
    is_detached: bool
    say: Callable[[str], None] = print
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _cluster: Cluster | None = None
    _restarts: dict[str, Restarts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the database once: it stays where it is."""
        if self.environment.database_url is None:
            self._cluster = find_cluster(self.environment.data)

    def look(self) -> None:
        """Start again what died, each in its own time; a failure is told and tried again."""
        self._children = [child for child in self._children if child.poll() is None]
        for name, is_dead, start in (
            ("database server", self._is_database_dead, self._start_database),
            ("web server", self._is_site_dead, self._start_site),
            ("worker", self._is_worker_dead, self._start_worker),
        ):
            if not is_dead() or not self._restarts.setdefault(name, Restarts()).is_due(time.monotonic()):
                continue
            try:
                start()
                self.say(f"The {name} was not running: started again.")
            except StepFailed as failure:
                self.say(f"The {name} does not start.\n{explain(failure)}")

    def _is_database_dead(self) -> bool:
        return self._cluster is not None and self._cluster.has_crashed()

    def _start_database(self) -> None:
        url = cluster.start_again(self.environment)
        if url != self.url:  # its port was taken meanwhile: who asks the old one is started again
            self.url = url
            programs.stop_worker(self.environment.data)
            programs.stop_site(self.environment.data)

    def _is_site_dead(self) -> bool:
        return programs.running_site(self.environment.data) is None

    def _start_site(self) -> None:
        programs.stop_site(
            self.environment.data
        )  # the workers of a server that was killed would keep its port
        self._children.append(
            programs.start_site(self.environment, self._variables(), detached=self.is_detached)
        )

    def _is_worker_dead(self) -> bool:
        return not programs.is_worker_running(self.environment.data)

    def _start_worker(self) -> None:
        programs.stop_worker(self.environment.data)
        program, message = programs.start_worker(self.environment, self._variables())
        self._children.append(program)
        if message:
            raise StepFailed(message, "see its log", self.environment.logs / "worker.log")

    def _variables(self) -> dict[str, str]:
        return django_variables(self.environment, self.url)


def is_running(data: Path) -> bool:
    """Whether somebody keeps this data folder's programs alive."""
    recorded = _recorded(data)
    return recorded is not None and is_same(recorded)


def _recorded(data: Path) -> Identity | None:
    try:
        return Identity(**json.loads((data / RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def role(environment: Environment) -> Iterator[None]:
    """Be the supervisor of a data folder: there is one at a time.

    Raises:
        StepFailed: there is one already.
    """
    with (environment.data / "supervisor.lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StepFailed("another ./portal watches over this portal", "./portal down stops it") from None
        me = identify(os.getpid())
        assert me is not None
        write_private(environment.data / RECORD, json.dumps(asdict(me)) + "\n")
        try:
            yield
        finally:
            (environment.data / RECORD).unlink(missing_ok=True)


def supervise(environment: Environment, url: str, *, is_detached: bool) -> None:
    """Look again and again, until a signal asks to end; nothing that is being started is left in the middle."""
    supervisor = Supervisor(environment, url, is_detached, say=_say)
    with _end_noted() as is_over:
        while not is_over():
            supervisor.look()
            time.sleep(LOOK_S)


def _say(text: str) -> None:
    print(f"{time.strftime('%F %T')} {text}", flush=True)


@contextmanager
def _end_noted() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C and requests to end, instead of being cut by them."""
    ended: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        ended.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, note) for number in numbers}
    try:
        yield lambda: bool(ended)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def start(environment: Environment) -> str:
    """Start a supervisor apart; return what to say when it does not take its place, else nothing."""
    log = environment.logs / "supervisor.log"
    variables = {"PORTAL_DATA": str(environment.data), "PORTAL_PORT": str(environment.port)}
    with log.open("ab") as output:
        program = subprocess.Popen(
            [sys.executable, "-m", "launcher", "supervise"], cwd=environment.root,
            env={**environment.variables, **variables}, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if is_running(environment.data):
            return ""
        if program.poll() is not None:
            break
        time.sleep(0.1)
    return f"not running (log: {log})"


def stop(data: Path) -> bool:
    """Stop the supervisor, which may be another ./portal up: it then stops what it started."""
    recorded = _recorded(data)
    if recorded is None or not is_same(recorded):
        return False
    if not end(recorded, END_PATIENCE_S):
        raise StepFailed(f"the supervisor (pid {recorded.pid}) does not end", f"kill -9 {recorded.pid}")
    return True
