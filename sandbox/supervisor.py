"""The portal's side: starts children, waits for their answers within bounds, and says how they ended.

Each process of the portal has one fork server, started by the first file; its end is noticed and another is started.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from django.conf import settings
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from sandbox import child
from sandbox.channel import Channel, ChannelClosed, Message
from sandbox.errors import (
    MemoryExceeded,
    OutputExceeded,
    ProgramCrashed,
    SandboxError,
    SandboxUnavailable,
    TimeExceeded,
)
from sandbox.limits import Limits, has_room

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[1]
_END_SECONDS = 10.0
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    # One thread each: forking stays safe, and a limit of processor time means one.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_EXHAUSTED = ("memory allocation of", "bad_alloc", "MemoryError", "out of memory", "Cannot allocate memory")


class _ForkServer:
    """The fork server of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def start_child(self, request: Mapping[str, Any], descriptors: list[int]) -> None:
        """Pass a request on, to a new server when the last one is gone.

        Raises:
            SandboxUnavailable: no server can be started.
        """
        content = [json.dumps(request).encode()]
        with self._lock:
            try:
                if self._process is not None and self._process.poll() is None and self._requests is not None:
                    with contextlib.suppress(OSError):
                        socket.send_fds(self._requests, content, descriptors)
                        return
                self._start()
                assert self._requests is not None
                socket.send_fds(self._requests, content, descriptors)
            except OSError as error:
                raise SandboxUnavailable(str(error)) from error

    @property
    def pid(self) -> int:
        """The number of its process, 0 when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def _start(self) -> None:
        self.stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own program, nothing of a request in its arguments)
                [
                    sys.executable, "-I", str(_ROOT / "sandbox" / "server.py"), str(theirs.fileno()),
                    str(_ROOT), tempfile.gettempdir(),
                ],
                pass_fds=[theirs.fileno()],
                env=_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self._requests = ours

    def stop(self) -> None:
        """End the server and its children."""
        if self._requests is not None:
            self._requests.close()
        if self._process is not None:
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._requests = None

    def forget(self) -> None:
        """Leave the server to the process we were forked from."""
        if self._requests is not None:
            self._requests.close()
        if self._process is not None:
            self._process.returncode = 0  # somebody else's child: nothing to wait for
        self._lock = threading.Lock()
        self._process = self._requests = None


server = _ForkServer()
atexit.register(server.stop)
os.register_at_fork(after_in_child=server.forget)


class Sandbox:
    """A running child. A context manager: leaving it ends the child."""

    def __init__(
        self, channel: Channel, control: socket.socket, limits: Limits, room: threading.Semaphore | None
    ) -> None:
        self._channel = channel
        self._control = control
        self._limits = limits
        self._room = room
        self._stays_open = False

    def send(self, value: object, content: bytes = b"") -> None:
        """Tell the child something.

        Raises:
            SandboxError: it ended, or does not listen.
        """
        try:
            self._channel.send(value, content)
        except ChannelClosed:
            raise self._fault() from None

    def receive(self) -> Message:
        """Return what the child answers.

        Raises:
            SandboxError: it ended, did not answer in time, or answered too much.
        OSError: the disk had no room for what it wrote.
        """
        try:
            return self._channel.receive()
        except ChannelClosed:
            raise self._fault() from None

    def keep(self) -> Self:
        """Return the child, which the block it is used in does not end."""
        self._stays_open = True
        return self

    def interrupt(self) -> None:
        """End the child from another thread: what waits for it fails at once. ``close`` is still to be called."""
        for end in (self._channel.end, self._control):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the child, whatever it does, and wait until it is gone: it writes no more."""
        self._channel.close()
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
            self._control.settimeout(_END_SECONDS)
            self._control.recv(65_536)
        self._control.close()
        if self._room is not None:
            self._room.release()
            self._room = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None or not self._stays_open:
            self.close()

    def _fault(self) -> SandboxError | OSError:
        """Return why the child ended."""
        try:
            self._control.settimeout(_END_SECONDS)
            end = json.loads(self._control.recv(65_536))
        except (OSError, ValueError):
            return ProgramCrashed("the fork server is gone")
        fault = _fault(_End(**end), self._limits)
        logger.warning(
            "a child that read a file ended: %s (status %d, %.1f s, %d MB) %s",
            type(fault).__name__, end["status"], end["cpu"], end["memory"] // 1024**2, end["errors"],
        )  # fmt: skip
        return fault


@dataclass(frozen=True, slots=True)
class _End:
    """How a child ended: the status of wait(2), seconds of processor, bytes of memory, what it wrote on stderr."""

    status: int
    cpu: float
    memory: int
    errors: str


def _fault(end: _End, limits: Limits) -> SandboxError | OSError:
    """Return the fault behind the end of a child."""
    errors = end.errors[-500:]
    code = os.WEXITSTATUS(end.status) if os.WIFEXITED(end.status) else None
    killed = os.WTERMSIG(end.status) if os.WIFSIGNALED(end.status) else None
    if killed == signal.SIGXCPU or (killed == signal.SIGKILL and end.cpu >= limits.cpu_seconds):
        return TimeExceeded(errors, seconds=limits.cpu_seconds)
    if killed == signal.SIGXFSZ or code == child.FILE_TOO_LARGE:
        return OutputExceeded(errors)
    if code == child.NO_ROOM:
        return OSError(errno.ENOSPC, "no room in the folder of a child")
    is_exhausted = any(word in end.errors for word in _EXHAUSTED)
    if killed == signal.SIGKILL or code == child.OUT_OF_MEMORY or (end.status and is_exhausted):
        return MemoryExceeded(errors)
    return ProgramCrashed(errors)


_rooms: dict[int, threading.Semaphore] = {}
_warned: set[str] = set()


def start(
    target: str,
    *,
    file: BinaryIO,
    arguments: Mapping[str, Any],
    limits: Limits,
    folder: Path | None = None,
) -> Sandbox:
    """Start a child that calls ``target`` (``module:function``) with a ``sandbox.child.Job``; ``file`` is at any place.

    It works in a folder that is removed with it, or in ``folder``, where what it writes stays: such a child takes no
    place among those that read files.

    Raises:
        SandboxUnavailable: too many children are running, or none can be started.
        SandboxError: the child ended at once.
        OSError: the disk of the folder has no room (``ENOSPC``), now or when the child writes.
    """
    disk = folder or Path(tempfile.gettempdir())
    if not has_room(disk):
        raise OSError(errno.ENOSPC, f"no room in {disk} for a child")
    room = _reading_slot() if folder is None else None
    with contextlib.ExitStack() as undo:
        if room is not None:
            undo.callback(room.release)
        ours, theirs = socket.socketpair()
        undo.callback(ours.close)
        control, their_control = socket.socketpair()
        undo.callback(control.close)
        request = {
            "target": target,
            "arguments": arguments,
            "limits": asdict(limits),
            "language": get_language() or "fr",
            "time_zone": get_current_timezone_name(),
            "folder": str(folder.resolve()) if folder else "",
        }
        with theirs, their_control:
            server.start_child(request, [theirs.fileno(), their_control.fileno(), file.fileno()])
        undo.pop_all()
    channel = Channel(ours, seconds=limits.wall_seconds, room=limits.output_bytes)
    running = Sandbox(channel, control, limits, room)
    try:
        _tell_walls(running.receive()[0]["walls"])
    except BaseException:
        running.close()
        raise
    return running


def _reading_slot() -> threading.Semaphore:
    """Take the place of a child that reads a file, to be released when it ended.

    Raises:
        SandboxUnavailable: too many children are running.
    """
    room = _rooms.setdefault(settings.SANDBOX_CHILDREN, threading.BoundedSemaphore(settings.SANDBOX_CHILDREN))
    if not room.acquire(timeout=settings.SANDBOX_WAIT_SECONDS):
        raise SandboxUnavailable("too many children are running")
    return room


def _tell_walls(walls: Mapping[str, Any]) -> None:
    """Log once each wall that this kernel refuses."""
    for name in ("system_calls", "landlock", "network"):
        if not walls[name] and name not in _warned:
            _warned.add(name)
            logger.warning("files are read without the wall %r, which this kernel refuses", name)
