"""The child: shut in before it reads one byte of the file, for good.

What the kernel refuses (an old one, or the profile of a container) is told to whoever started the child, which logs
it: see ``Walls`` and docs/adr/0018-hostile-files.md.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.utils import timezone, translation

from sandbox.channel import Channel, ChannelClosed
from sandbox.errors import DISK_FAULTS
from sandbox.limits import Limits, has_room
from sandbox.walls import deny_system_calls, show_only

OUT_OF_MEMORY, FILE_TOO_LARGE, CRASHED, NO_ROOM = 41, 42, 43, 44
"""Statuses a child exits with."""

CHANNEL, FILE = 3, 4
"""Descriptors of a child: its end of the channel, and the file that it reads."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_ADDRESS_ROOM = 512 * 1024 * 1024  # reserved and never touched: thread stacks, arenas


@dataclass(frozen=True, slots=True)
class Walls:
    """What stands around a child: system calls denied, version of Landlock (0: none), no network, by which means."""

    system_calls: bool
    landlock: int
    network: bool


@dataclass(slots=True)
class Job:
    """What a child works on: its file, its arguments, and the channel to answer on."""

    file: BinaryIO
    arguments: Mapping[str, Any]
    channel: Channel


def run(request: Mapping[str, Any], folder: Path, errors: int) -> NoReturn:
    """Be the child: take channel and file from their descriptors, shut in, work, and exit. Never returns."""
    status = CRASHED
    try:
        os.dup2(errors, 2)
        os.closerange(FILE + 1, 4096)
        walls = _shut_in(Limits(**request["limits"]), folder)
        channel = Channel(socket.socket(fileno=CHANNEL))
        channel.send({"walls": asdict(walls)})
        module, _colon, function = request["target"].partition(":")
        with (
            translation.override(request["language"]),
            timezone.override(request["time_zone"]),
            os.fdopen(FILE, "rb") as file,
        ):
            getattr(importlib.import_module(module), function)(Job(file, request["arguments"], channel))
        status = 0
    except ChannelClosed:
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    except Exception as error:  # whatever it is, it ends here: this is the whole of a process
        status = _status_of(error)
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _status_of(error: Exception) -> int:
    """Return the status of a child that ends by an error: over its own bound, on a disk without room, or a crash."""
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return FILE_TOO_LARGE
    is_refused = isinstance(error, OSError) and error.errno in DISK_FAULTS
    return NO_ROOM if is_refused or not has_room(Path.cwd()) else CRASHED


def _shut_in(limits: Limits, folder: Path) -> Walls:
    """Set every bound on this process and return what the kernel granted."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    for name in ("TMPDIR", "CPL_TMPDIR", "SQLITE_TMPDIR"):
        os.environ[name] = str(folder)
    tempfile.tempdir = str(folder)
    os.chdir(folder)
    os.umask(0o077)
    _set_limits(limits)
    _drop_capabilities(libc)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlock = show_only(libc, folder)
    has_filter = deny_system_calls(libc)
    has_no_network = has_filter or libc.unshare(_NEW_USER | _NEW_NET) == 0
    return Walls(has_filter, landlock, has_no_network)


def _set_limits(limits: Limits) -> None:
    """Set the limits of the kernel; memory is counted from what the program takes already."""
    pages = Path("/proc/self/statm").read_text().split()
    size, data_size = (int(pages[index]) * resource.getpagesize() for index in (0, 5))
    file_size = os.fstat(FILE).st_size  # libraries map it
    for kind, most in (
        (resource.RLIMIT_DATA, data_size + limits.memory),
        (resource.RLIMIT_AS, size + limits.memory + file_size + _ADDRESS_ROOM),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # The second limit kills, should the first not end the program.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up what root may and others may not; nothing to give up for others."""
    libc.capset(struct.pack("<Ii", _CAPABILITY_VERSION, 0), bytes(24))
