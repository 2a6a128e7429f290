"""Slow down guesses, not owners: attempts to prove an identity are counted first, and failures add waits.

Attempts are counted by (account, network), by network and by account, for existing and unknown names alike. The last
two stop one machine that tries many names, and many machines that try one. A known device (cookie), and a network
where the account signed in within a day, are counted apart, by themselves alone, whatever strangers do. A limit says
how many attempts are free in a window of an hour; every further one makes the next ones wait, twice as long each
time, up to a quarter of an hour. A success is not counted.

``LockoutBackend``, the first of the authentication backends, counts passwords before any hash: every form, the
administration and HTTP Basic call ``django.contrib.auth.authenticate``. Other proofs (codes, links by e-mail) call
``count_attempt`` before the check, and ``attempt_succeeded`` after.

Attempts are counted in Redis with the requests, or by each process for its share; while Redis does not answer, by
each process. Requests may pass uncounted for a while, guesses may not.

Devices where somebody signed in have a signed cookie (OWASP, "Device cookies"): failures there are counted by that
device alone, so that nobody shuts its owner out by guessing elsewhere. It opens no session. Each sign-in writes
another number, so that a copied cookie cannot restart at zero. Accounts are digests keyed with the portal's secret:
the cookie reveals no name.
"""

from __future__ import annotations

import heapq
import logging
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage

from gisportal.accounts.models import User
from gisportal.accounts.rate_limits import RETRY_SECONDS, redis_storage
from gisportal.client_address import client_network
from gisportal.problems import answer
from layers.errors import TooManyAttempts

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 3_600

FIRST_WAIT_SECONDS = 15
LONGEST_WAIT_SECONDS = 900
# Counts that a process remembers. Above, the quarter with the fewest attempts is forgotten: counts are never shared,
# for somebody would wait for what others did, and who guesses most is remembered longest.
MAX_COUNTS = 4_000
# What the count of a wait weighs: the waits of guessers are the last things forgotten.
_WAIT = 1_000


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """What attempts are counted by, and how many are free in a window."""

    name: str
    free: int


class AttemptCounter:
    """Counts attempts under their limits in a storage of ``limits``; ``processes`` of them share what is free."""

    def __init__(
        self,
        storage: MemoryStorage | RedisStorage,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared = storage
        self._alone = storage if isinstance(storage, MemoryStorage) else MemoryStorage()
        self._processes = max(processes, 1)
        self._clock = clock
        self._paused_until = -math.inf

    def take(self, limits: tuple[AttemptLimit, ...]) -> int:
        """Count an attempt under each limit; return 0 when it may go on, else how many seconds it waits."""
        return self._in_storage(lambda storage: self._take(storage, limits))

    def give_back(self, limits: tuple[AttemptLimit, ...]) -> None:
        """Take back an attempt that succeeded, and the wait that it began."""

        def returned(storage: MemoryStorage | RedisStorage) -> int:
            for limit in limits:
                key = _key(limit.name)
                if storage.get(key) > 0:
                    storage.incr(key, WINDOW_SECONDS, -1)
                storage.clear(_wait(key))
            return 0

        self._in_storage(returned)

    def forget(self, limit: AttemptLimit) -> None:
        """Delete the attempts under a limit, after a success."""

        def forgotten(storage: MemoryStorage | RedisStorage) -> int:
            storage.clear(_key(limit.name))
            storage.clear(_wait(_key(limit.name)))
            return 0

        self._in_storage(forgotten)

    def mark(self, name: str, seconds: int) -> None:
        """Mark a name for some seconds."""

        def marked(storage: MemoryStorage | RedisStorage) -> int:
            _make_room(storage)
            return storage.incr(_key(name), seconds)

        self._in_storage(marked)

    def is_marked(self, name: str) -> bool:
        """Whether a name is marked."""
        return self._in_storage(lambda storage: storage.get(_key(name))) > 0

    def _take(self, storage: MemoryStorage | RedisStorage, limits: tuple[AttemptLimit, ...]) -> int:
        waits = max((_seconds_left(storage, _wait(_key(limit.name))) for limit in limits), default=0)
        if waits:
            return waits
        for limit in limits:
            waits = max(waits, self._count(storage, limit))
        return waits

    def _count(self, storage: MemoryStorage | RedisStorage, limit: AttemptLimit) -> int:
        """Count one attempt under a limit: of simultaneous ones after the free ones, one goes on."""
        key = _key(limit.name)
        _make_room(storage)
        over = storage.incr(key, WINDOW_SECONDS) - math.ceil(limit.free / self._processes)
        if over <= 0:
            return 0
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(over - 1, 10), LONGEST_WAIT_SECONDS)
        is_first = storage.incr(_wait(key), wait, _WAIT) == _WAIT
        return 0 if is_first else max(_seconds_left(storage, _wait(key)), 1)

    def _in_storage(self, work: Callable[[MemoryStorage | RedisStorage], int]) -> int:
        """Do the work in what the processes share, or in this process alone while that does not answer."""
        if self._clock() >= self._paused_until:
            try:
                return work(self._shared)
            except StorageError as error:
                self._paused_until = self._clock() + RETRY_SECONDS
                # Only its class: messages may quote ``REDIS_URL``.
                name = type(error.storage_error).__name__
                logger.error("Attempts are counted by each process, Redis fails: %s", name)
        return work(self._alone)


def _key(name: str) -> str:
    """Return the digest of what is counted, keyed with the portal's secret: no name or address is stored."""
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()


def _wait(key: str) -> str:
    return f"wait:{key}"


def _seconds_left(storage: MemoryStorage | RedisStorage, key: str) -> int:
    return max(math.ceil(storage.get_expiry(key) - time.time()), 0)


def _make_room(storage: MemoryStorage | RedisStorage) -> None:
    """Delete the counts with the fewest attempts when this process has too many."""
    counts = storage.storage
    if isinstance(storage, MemoryStorage) and len(counts) >= MAX_COUNTS:
        fewest = heapq.nsmallest(len(counts) // 4, list(counts.items()), key=lambda item: item[1])
        for key, _count in fewest:
            storage.clear(key)


# Counts in Redis are keyed by this text: it stays, wherever this module moves.
_SALT = "gisportal.accounts.attempts"

MAX_AGE_SECONDS = 180 * 24 * 3_600
# Accounts that one browser is known for: a desk that colleagues share.
MAX_ACCOUNTS = 6

_DEVICE_SALT = "gisportal.accounts.devices"

# The digest of an account: the number of the device for it, and when it signed in.
DeviceAccounts = dict[str, tuple[str, int]]


def device_of(request: HttpRequest, username: str) -> str:
    """Return the number of the device that a request comes from, if this account signed in there; else nothing."""
    number, _since = _device_accounts(request).get(_account(username), ("", 0))
    return number


def remember_device(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Write in the answer that an account signed in on this device."""
    accounts = _device_accounts(request)
    accounts.pop(_account(username), None)
    accounts[_account(username)] = (secrets.token_hex(8), int(time.time()))
    latest = dict(list(accounts.items())[-MAX_ACCOUNTS:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(latest, salt=_DEVICE_SALT),
        max_age=MAX_AGE_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _account(username: str) -> str:
    return salted_hmac(_DEVICE_SALT, username, algorithm="sha256").hexdigest()[:20]


def _device_accounts(request: HttpRequest) -> DeviceAccounts:
    """Return the accounts that signed in on a device, the latest last; none when the cookie is not ours."""
    try:
        read: dict[str, Any] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_DEVICE_SALT
        )
    except signing.BadSignature:
        return {}
    oldest = time.time() - MAX_AGE_SECONDS
    return {account: (number, since) for account, (number, since) in read.items() if since > oldest}


# Kinds of proof, keys of ``ATTEMPT_LIMITS``.
PASSWORD = "password"  # noqa: S105  (a kind of proof)
CODE = "code"
RESET = "reset"
LINK = "link"
# How long a network where an account signed in is known for it: tools that send a password have no cookie.
_TRUSTED_NETWORK_SECONDS = 24 * 3_600


def count_attempt(request: HttpRequest, kind: str, subject: str = "") -> None:
    """Count an attempt before it is judged; ``kind`` is a key of ``ATTEMPT_LIMITS``, ``subject`` the account it is on.

    ``subject`` is a user name, an e-mail address, or nothing when the attempt is on no account.

    Raises:
        TooManyAttempts: this one is not to be judged.
    """
    limits, is_trusted = _limits(request, kind, subject)
    waits = _counter(is_trusted=is_trusted).take(limits)
    if waits:
        raise TooManyAttempts(waiting_words(waits), retry_after=waits)
    request.__dict__.setdefault("counted_attempts", {})[kind, subject] = limits, is_trusted


def attempt_succeeded(request: HttpRequest, kind: str, subject: str = "") -> None:
    """Delete the failures of an account on this device or network, and mark the network as known for a day."""
    network = client_network(request)
    limits, is_trusted = request.__dict__.get("counted_attempts", {}).pop((kind, subject), ((), False))
    _counter(is_trusted=is_trusted).give_back(limits)
    if subject:
        _counter(is_trusted=True).mark(_trusted_network(kind, subject, network), _TRUSTED_NETWORK_SECONDS)
        for is_trusted, limit in (
            (False, _of_pair(kind, subject, network)),
            (True, _of_pair(kind, subject, network)),
            (True, _of_device(kind, device_of(request, subject))),
        ):
            _counter(is_trusted=is_trusted).forget(limit)


def trust_device(request: HttpRequest, username: str) -> None:
    """Know the device from the answer on: its holder proved to be the account, by all factors or by its mailbox."""
    request.signed_in_as = username  # type: ignore[attr-defined]  # no typed place in Django


def waiting_words(seconds: int) -> str:
    """Return the words of a wait: the same whether the account exists or not."""
    wait = f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"
    return (
        _(
            "Trop de tentatives : réessayez dans %s. Un appareil où ce compte s’est déjà connecté n’attend pas "
            "pour les essais des autres."
        )
        % wait
    )


class LockoutBackend:
    """Counts attempts at passwords, before any hash; it identifies nobody."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> None:
        """Let the other backends judge, or stop them.

        Raises:
            PermissionDenied: too many attempts; the request then holds the fault, ``request.lockout``.
        """
        if request is None or username is None or password is None:
            return
        try:
            count_attempt(request, PASSWORD, username)
        except TooManyAttempts as error:
            request.lockout = error  # type: ignore[attr-defined]  # no typed place in Django
            raise PermissionDenied from error


def lockout_of(request: HttpRequest) -> TooManyAttempts | None:
    """Return why a password was not judged, if it was not."""
    return getattr(request, "lockout", None)


class LockoutMiddleware:
    """Answers 429 in place of the form whose password was not judged, and knows again the device of who signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _counter(is_trusted=False)  # a wrong REDIS_URL stops the start

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        error = lockout_of(request)
        if error is not None:
            return answer(request, error)
        username: str = getattr(request, "signed_in_as", "")
        if username:
            remember_device(request, response, username)
        return response


@receiver(user_logged_in, dispatch_uid="gisportal.accounts.lockout")
def _note_sign_in(request: HttpRequest | None, user: User, **_named: Any) -> None:
    """Delete the failures of the account just signed in, all factors included; the answer makes the device known."""
    if request is not None:
        attempt_succeeded(request, PASSWORD, user.get_username())
        trust_device(request, user.get_username())


def reset_attempts() -> None:
    """Delete every attempt that this process counted."""
    _attempt_counter.cache_clear()


def _limits(request: HttpRequest, kind: str, subject: str) -> tuple[tuple[AttemptLimit, ...], bool]:
    """Return what an attempt is counted by, and whether it comes from where the account already signed in."""
    network, free = client_network(request), settings.ATTEMPT_LIMITS[kind]
    if subject:
        device = device_of(request, subject)
        if device:
            return (_of_device(kind, device),), True
        if _counter(is_trusted=True).is_marked(_trusted_network(kind, subject, network)):
            return (_of_pair(kind, subject, network),), True
    of_network = AttemptLimit(f"{kind} network {network}", free["network"])
    if not subject:
        return (of_network,), False
    of_account = AttemptLimit(f"{kind} account {subject}", free["account"])
    return (of_network, of_account, _of_pair(kind, subject, network)), False


def _of_pair(kind: str, subject: str, network: str) -> AttemptLimit:
    return AttemptLimit(f"{kind} pair {network} {subject}", settings.ATTEMPT_LIMITS[kind]["pair"])


def _of_device(kind: str, device: str) -> AttemptLimit:
    return AttemptLimit(f"{kind} device {device}", settings.ATTEMPT_LIMITS[kind]["pair"])


def _trusted_network(kind: str, subject: str, network: str) -> str:
    """Return the name under which a network is known: who proved a password alone is not known for codes."""
    return f"known {kind} {network} {subject}"


def _counter(*, is_trusted: bool) -> AttemptCounter:
    """Return the counter of known devices and networks, or that of all others: a crowd of these takes no room there."""
    return _attempt_counter(settings.REDIS_URL, settings.SERVER_PROCESSES, is_trusted)


@cache
def _attempt_counter(redis_url: str, processes: int, is_trusted: bool) -> AttemptCounter:
    """Return the counter of known devices and networks, or of all others, in this process or in Redis."""
    if redis_url:
        return AttemptCounter(redis_storage(redis_url), processes=1)
    return AttemptCounter(MemoryStorage(), processes=processes)
