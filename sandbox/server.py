"""The fork server: one small process beside each process of the portal, which forks a child for each file.

It starts with a clean environment (no secret, no address of the database) and a single thread, so that forking is
safe whatever threads the portal has; it imports what reads a format once, so that a child costs some milliseconds. It
opens no file of a stranger itself. When the portal's process ends, however it does, its socket closes: the server
kills the children, removes their folders and ends. When the server itself is killed, the kernel kills the children.

Run as ``python -I sandbox/server.py DESCRIPTOR ROOT FOLDER``.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

PREFIX = "gisportal-sandbox-"
_STALE_SECONDS = 60
_LONGEST_REQUEST = 256 * 1024
_ERROR_BYTES = 4_000


class _Absent(MetaPathFinder):
    """Block imports of packages that no reader uses: they cost seconds and megabytes at each start.

    A None in ``sys.modules`` would do for Python; compiled modules take it for the package (Arrow, for instants).
    """

    _names = frozenset({"pandas", "geopandas"})

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Refuse the packages; leave other imports to the next finder."""
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(fullname, name=fullname)


@dataclass(slots=True)
class _Child:
    """A running child. ``control`` carries a cancellation, and how the child ended.

    ``folder`` is removed with it; None: it works in a folder of who started it.
    """

    pid: int
    control: socket.socket
    errors: int
    folder: Path | None


class Server:
    """Forks children on request, and reports how each ended."""

    def __init__(self, requests: socket.socket, folder: Path, run: Any) -> None:
        self._requests = requests
        self._folder = folder
        self._run = run
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        awake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(wake)
        self._selector.register(awake, selectors.EVENT_READ)
        self._selector.register(requests, selectors.EVENT_READ)
        self._awake = awake

    def serve(self) -> None:
        """Work until the portal's process is gone."""
        while True:
            for key, _events in self._selector.select():
                if key.fileobj is self._requests:
                    if not self._accept():
                        return
                elif key.fileobj == self._awake:
                    os.read(self._awake, 512)
                elif isinstance(key.data, _Child) and key.data.pid in self._children:
                    os.kill(key.data.pid, signal.SIGKILL)
                    self._selector.unregister(key.data.control)
            self._reap()

    def close(self) -> None:
        """Kill the children that are left and remove the folder."""
        for child in self._children.values():
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> bool:
        """Start the child of the next request; False when there will be none."""
        text, descriptors, _flags, _address = socket.recv_fds(self._requests, _LONGEST_REQUEST, 3)
        if not text:
            return False
        channel, control, file = descriptors
        try:
            self._fork(json.loads(text), channel, socket.socket(fileno=control), file)
        except Exception:  # an import may raise anything: who asked sees its channel close, others go on
            traceback.print_exc()
        finally:
            os.close(channel)
            os.close(file)
        return True

    def _fork(self, request: Mapping[str, Any], channel: int, control: socket.socket, file: int) -> None:
        with contextlib.ExitStack() as undo:
            undo.callback(control.close)
            # Imported here, once: the children find it in memory.
            importlib.import_module(request["target"].partition(":")[0])
            own = None if request["folder"] else Path(tempfile.mkdtemp(dir=self._folder))
            if own is not None:
                undo.callback(shutil.rmtree, own, ignore_errors=True)
            folder = own or Path(request["folder"])
            errors, writable = os.pipe()
            undo.callback(os.close, errors)
            os.set_blocking(writable, False)
            undo.callback(os.close, writable)
            pid = os.fork()
            if pid == 0:
                _renumber(channel, file)
                self._run(request, folder, writable)
            undo.pop_all()
        os.close(writable)
        child = self._children[pid] = _Child(pid, control, errors, own)
        self._selector.register(control, selectors.EVENT_READ, child)

    def _reap(self) -> None:
        """Collect the children that ended, report how, and remove their folders."""
        while self._children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            child = self._children.pop(pid)
            with contextlib.suppress(KeyError):
                self._selector.unregister(child.control)
            if child.folder is not None:
                shutil.rmtree(child.folder, ignore_errors=True)
            end = {
                "status": status,
                "cpu": usage.ru_utime + usage.ru_stime,
                "memory": usage.ru_maxrss * 1024,
                "errors": os.read(child.errors, 65_536).decode("utf-8", "replace")[-_ERROR_BYTES:],
            }
            with contextlib.suppress(OSError):
                child.control.sendall(json.dumps(end).encode())
            child.control.close()
            os.close(child.errors)


def _renumber(channel: int, file: int) -> None:
    """Put channel and file where the child looks for them, out of the way of each other first."""
    spare = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 64) for descriptor in (channel, file)]
    for target, descriptor in enumerate(spare, start=3):
        os.dup2(descriptor, target)


def _own_folder(parent: Path) -> tuple[Path, int]:
    """Make the folder (0700) of this server and lock it; remove those whose server was killed."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    for other in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            _remove_stale(other)
    return folder, lock


def _remove_stale(folder: Path) -> None:
    state = folder.lstat()
    if state.st_uid != os.getuid() or time.time() - state.st_mtime < _STALE_SECONDS or folder.is_symlink():
        return
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def main() -> None:
    """Prepare the translations and what children run, and serve."""
    descriptor, root, parent = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.insert(0, root)
    sys.meta_path.insert(0, _Absent())
    conf = importlib.import_module("django.conf")
    conf.settings.configure(
        USE_I18N=True,
        LANGUAGE_CODE="fr",
        LANGUAGES=[("fr", "fr"), ("en", "en")],
        LOCALE_PATHS=[f"{root}/locale"],
    )
    importlib.import_module("django").setup()
    child = importlib.import_module("sandbox.child")
    for language in ("fr", "en"):
        child.translation.activate(language)
        child.translation.gettext("nom")
    folder, _lock = _own_folder(parent)
    server = Server(socket.socket(fileno=descriptor), folder, child.run)
    try:
        server.serve()
    finally:
        server.close()


if __name__ == "__main__":
    main()
