"""Requests counted in windows of a minute, together by all the server processes of a machine.

The counts are in a file that lives in memory and that each process maps: a table of fixed slots, so its size does not
depend on how many ask. An asker is written as a digest keyed with the portal's secret and with a number drawn when the
file is begun: nothing in it tells who asked. A slot is changed under a lock of the kernel (``fcntl``), which lets go of
it when its holder dies. Costs: about ten microseconds a request, no round trip, no service.

What happens when things go wrong lets requests through: no file, each process counts alone and says so in the log; a
lock that does not come in some milliseconds, the request is counted without it; more askers than slots, those with the
fewest requests are forgotten first, so that nobody starts again by sending from many addresses.
"""

from __future__ import annotations

import atexit
import errno
import fcntl
import hashlib
import logging
import math
import mmap
import os
import secrets
import stat
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
BUCKETS = 4_096
BUCKET_SLOTS = 8
# Digest of the asker, start of the window (clock of the machine, seconds), requests in it.
_SLOT = struct.Struct("<16sdQ")
_BUCKET = struct.Struct("<" + "16sdQ" * BUCKET_SLOTS)
# Named anew when the table changes: processes of two versions of the code then count apart.
_TABLE_NAME = b"requests counted, table 1"
# The number drawn at the beginning comes first, alone on its page.
_NUMBER_BYTES = 32
_TABLE = mmap.PAGESIZE
SIZE = _TABLE + BUCKETS * _BUCKET.size
# A holder has the lock for microseconds: who waits longer waits for a process that was stopped.
_TRIES = 40
_PAUSE_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an asker stands: what the policy allows in a window, what is left of it, seconds until it starts again."""

    policy: str
    quota: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say so."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(self.remaining, 0)};t={self.reset}',
        }


class Windows:
    """Requests of each asker in its current window; safe between threads and between processes, bounded."""

    def __init__(
        self,
        memory: mmap.mmap,
        descriptor: int | None,
        *,
        secret: bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count in ``memory``, of ``SIZE`` bytes; ``descriptor`` is its file, None when no other process has it."""
        self._memory = memory
        self._descriptor = descriptor
        self._clock = clock
        self._threads = threading.Lock()
        self._key = hashlib.blake2b(memory[:_NUMBER_BYTES], key=secret[:64], digest_size=32).digest()

    def count(self, asker: str, *, policy: str, quota: int) -> Standing:
        """Count a request and return the standing after it; below zero, the request is one too many."""
        digest = hashlib.blake2b(asker.encode(), key=self._key, digest_size=16).digest()
        place = _TABLE + int.from_bytes(digest[:4], "little") % BUCKETS * _BUCKET.size
        with self._threads:
            is_held = self._is_taken(place)
            try:
                now = self._clock()
                slot, start, used = self._slot(digest, place, now)
                _SLOT.pack_into(self._memory, slot, digest, start, used + 1)
            finally:
                if is_held:
                    self._release(place)
        return Standing(policy, quota, quota - used - 1, math.ceil(start + WINDOW_SECONDS - now))

    def _slot(self, digest: bytes, place: int, now: float) -> tuple[int, float, int]:
        """Return where the asker is counted, when its window started and the requests in it; a new one gets a place."""
        values = _BUCKET.unpack_from(self._memory, place)
        digests, starts, counts = values[::3], values[1::3], values[2::3]
        if digest not in digests:
            weights = [
                count if _is_open(start, now) else -1 for start, count in zip(starts, counts, strict=True)
            ]
            return place + weights.index(min(weights)) * _SLOT.size, now, 0
        index = digests.index(digest)
        start, count = (starts[index], counts[index]) if _is_open(starts[index], now) else (now, 0)
        return place + index * _SLOT.size, start, count

    def _is_taken(self, place: int) -> bool:
        """Keep other processes from the bucket at ``place``, unless one keeps us waiting."""
        if self._descriptor is None:
            return False
        for _try in range(_TRIES):
            try:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _BUCKET.size, place)
            except OSError as error:
                if error.errno not in {errno.EACCES, errno.EAGAIN}:
                    return False
                time.sleep(_PAUSE_SECONDS)
            else:
                return True
        return False

    def _release(self, place: int) -> None:
        if self._descriptor is not None:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, _BUCKET.size, place)


def _is_open(start: float, now: float) -> bool:
    """Whether a window is not over; one that starts later is of before the machine started."""
    return start <= now < start + WINDOW_SECONDS


def counted_together(folder: Path, secret: bytes, clock: Callable[[], float] = time.monotonic) -> Windows:
    """Return the windows that every process of this portal on this machine shares, through a file in ``folder``.

    ``secret`` is the portal's: the file's name and what is in it follow from it. When the file cannot be had, the
    windows are those of this process, and a line of the log says so.
    """
    name = hashlib.blake2b(_TABLE_NAME, key=secret[:64], digest_size=8).hexdigest()
    path = folder / f"gisportal-{os.geteuid()}-{name}"
    try:
        descriptor = _opened(path)
    except OSError as error:
        logger.error("Requests are counted by each process alone: %s", error)
        return counted_alone(secret, clock)
    atexit.register(_leave, path, descriptor, os.getpid())
    return Windows(mmap.mmap(descriptor, SIZE), descriptor, secret=secret, clock=clock)


def counted_alone(secret: bytes, clock: Callable[[], float] = time.monotonic) -> Windows:
    """Return windows of this process."""
    memory = mmap.mmap(-1, SIZE)
    memory[:_NUMBER_BYTES] = secrets.token_bytes(_NUMBER_BYTES)
    return Windows(memory, None, secret=secret, clock=clock)


def _opened(path: Path) -> int:
    """Open the file, begun again when no other process has it.

    Raises:
        OSError: it cannot be opened or has no room, or it is somebody else's.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if _is_held(path, descriptor):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_held(path: Path, descriptor: int) -> bool:
    """Take part in the file, unless the last process that did removed it meanwhile."""
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
        raise PermissionError(errno.EPERM, "not a private file of ours", str(path))
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _begin(descriptor)
    # Held for as long as this process lives: what tells the others that they are not alone.
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return os.fstat(descriptor).st_nlink > 0


def _begin(descriptor: int) -> None:
    """Empty the table, reserve its room (a page that is missing later would kill the process), draw the number."""
    os.ftruncate(descriptor, 0)
    os.posix_fallocate(descriptor, 0, SIZE)
    os.pwrite(descriptor, secrets.token_bytes(_NUMBER_BYTES), 0)


def _leave(path: Path, descriptor: int, process: int) -> None:
    """Remove the file when the last process ends; one that was forked meanwhile is not the one that opened it."""
    with suppress(OSError):
        if process == os.getpid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
