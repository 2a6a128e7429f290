"""Requests counted in windows of a minute with the ``limits`` package: in Redis or Valkey, else in the server process.

In Redis all processes of all machines count together, and the quota is exact. Without it each process counts alone
and enforces its share of the quota, which its headers state: N processes together allow what the settings say.

Callers are keyed digests: no key holds a token, an account or an address. When Redis does not answer, requests pass
uncounted, a line of the log says so, and it is tried again ``RETRY_SECONDS`` later.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage

from gisportal.client_address import client_network
from gisportal.problems import answer
from gisportal.protocols import is_machine, quota_of
from layers.errors import LayersError, TooManyRequests, WrongCredentials
from layers.lazy import lazy_module
from layers.visitor import visitor_of

if TYPE_CHECKING:
    import redis.backoff
    import redis.retry
else:
    redis = lazy_module("redis", "backoff", "retry")

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
# Counts in Redis are keyed by this text: it stays, wherever this module moves.
_SALT = "gisportal.accounts.rate_limits"
# How long a request waits for Redis, to connect and again for each answer, and how long it is then left alone.
TIMEOUT_SECONDS = 0.2
RETRY_SECONDS = 10
# Callers that a process tells apart. Further ones share 4,096 counts until others expire: memory is bounded (2 MB), so
# is the time ``limits`` takes to look for what expired, and nobody starts again at zero by sending from many addresses.
MAX_CALLERS = 2_000
_SHARED_DIGITS = 3


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """Where a caller stands: what the policy allows in a window, what is left of it, seconds until it starts again."""

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


class RequestCounter:
    """Counts the requests of each caller in a storage of ``limits``; ``processes`` of them share a quota."""

    def __init__(
        self,
        storage: MemoryStorage | RedisStorage,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._processes = max(processes, 1)
        self._clock = clock
        self._paused_until = -math.inf

    def count(
        self, caller: str, *, policy: str, quota: int, seconds: int = WINDOW_SECONDS
    ) -> QuotaStatus | None:
        """Count a request; return the standing after it, below zero when it is one too many, None if not counted."""
        if self._clock() < self._paused_until:
            return None
        key = self._key(f"{policy}:{caller}")
        try:
            used = self._storage.incr(key, seconds)
            left = self._storage.get_expiry(key) - time.time()
        except StorageError as error:
            self._pause(error.storage_error)
            return None
        share = math.ceil(quota / self._processes)
        return QuotaStatus(policy, share, share - used, max(math.ceil(left), 1))

    def _key(self, caller: str) -> str:
        """Return the digest of a caller, keyed with the portal's secret."""
        digest = salted_hmac(_SALT, caller, algorithm="sha256").hexdigest()
        counts = self._storage.storage if isinstance(self._storage, MemoryStorage) else {}
        is_full = len(counts) >= MAX_CALLERS and digest not in counts
        return digest[:_SHARED_DIGITS] if is_full else digest

    def _pause(self, error: Exception) -> None:
        """Leave Redis alone for a while, and say why once: only the class, for messages may quote ``REDIS_URL``."""
        now = self._clock()
        if now >= self._paused_until:
            self._paused_until = now + RETRY_SECONDS
            logger.error("Requests are not counted, Redis fails: %s", type(error).__name__)


class ProcessCounts(MemoryStorage):
    """Counts in the process, without the thread that ``limits`` starts at nearly every count to remove expired ones.

    A count removes them once a second: a thread costs a request as much as its rights do.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._due = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a count, which starts again ``expiry`` seconds after its first; return it."""
        now = time.time()
        with self._lock:
            if now >= self._due:
                self._due = now + 1
                self._drop([expired for expired, until in self.expirations.items() if until <= now])
            elif self.expirations.get(key, now + 1) <= now:
                self._drop([key])
            self.storage[key] += amount
            self.expirations.setdefault(key, now + expiry)
            return self.storage[key]

    def _drop(self, keys: list[str]) -> None:
        for key in keys:
            self.storage.pop(key, None)
            self.expirations.pop(key, None)


@cache
def request_counter(redis_url: str, processes: int) -> RequestCounter:
    """Return the counter of this process: in Redis, or alone as one of ``processes`` when ``redis_url`` is empty.

    Raises:
        ValueError: ``redis_url`` has a parameter that Redis' client refuses.
    """
    if not redis_url:
        return RequestCounter(ProcessCounts(), processes=processes)
    return RequestCounter(redis_storage(redis_url))


def redis_storage(redis_url: str) -> RedisStorage:
    """Return the counts that all processes share; no connection is opened yet."""
    pool = connection_pool(redis_url)
    return RedisStorage("redis://", connection_pool=pool, key_prefix="gisportal", wrap_exceptions=True)


def connection_pool(redis_url: str) -> redis.ConnectionPool:
    """Return connections to Redis that give up soon: its client would try again for seconds."""
    return redis.ConnectionPool.from_url(
        redis_url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
    )


WRONG_CREDENTIALS = "wrong-credentials"


class ThrottleMiddleware:
    """Refuses requests over the quota, and adds the rate limit headers on machine protocols."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # Made at the start, which a wrong REDIS_URL stops; no connection is opened yet.
        request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        quota = quota_of(request)
        if quota is None:
            return self.get_response(request)
        visitor = visitor_of(request)
        standing = count_request(
            visitor.client_key, quota or ("anonymous" if visitor.is_anonymous else "signed-in")
        )
        if standing is None or standing.remaining >= 0:
            response = self.get_response(request)
        else:
            response = _refusal(request, standing)
        return _with_standing(request, response, standing)


def refusal_of_credentials(request: HttpRequest, error: LayersError) -> HttpResponse:
    """Count a request whose credentials are refused, and return its answer: the fault, or a 429 after too many."""
    if not isinstance(error, WrongCredentials):
        return answer(request, error)
    standing = count_request(client_network(request), WRONG_CREDENTIALS)
    response = answer(request, error)
    if standing is not None and standing.remaining < 0:
        response = _refusal(request, standing)
    _with_standing(request, response, standing)
    return response


def is_within_limit(caller: str, *, policy: str, quota: int, seconds: int) -> bool:
    """Count what an application bounds by itself (``settings.IS_WITHIN_LIMIT``); return whether the quota allows it."""
    counter = request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)
    standing = counter.count(caller, policy=policy, quota=quota, seconds=seconds)
    return standing is None or standing.remaining >= 0


def count_request(caller: str, policy: str) -> QuotaStatus | None:
    """Count the request, unless the limit of its kind is 0; None when it is not counted."""
    quota: int = settings.RATE_LIMITS[policy]
    if not quota:
        return None
    counter = request_counter(settings.REDIS_URL, settings.SERVER_PROCESSES)
    return counter.count(caller, policy=policy, quota=quota)


def _refusal(request: HttpRequest, standing: QuotaStatus) -> HttpResponse:
    if standing.policy == WRONG_CREDENTIALS:
        detail = _(
            "Plus de %(quota)d demandes aux identifiants refusés en une minute : revenez dans %(seconds)d s."
        )
    else:
        detail = _("Plus de %(quota)d demandes en une minute : revenez dans %(seconds)d s.")
    numbers = {"quota": standing.quota, "seconds": standing.reset}
    return answer(request, TooManyRequests(detail % numbers, retry_after=standing.reset))


def _with_standing(
    request: HttpRequest, response: HttpResponseBase, standing: QuotaStatus | None
) -> HttpResponseBase:
    """Return the response with the headers that say where its client stands, on machine protocols."""
    if standing is not None and is_machine(request):
        for name, value in standing.headers.items():
            response[name] = value
    return response
