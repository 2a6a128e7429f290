"""Guesses are slowed, owners are not: who tries to prove an identity is counted first, and waits after failures.

Attempts are counted by (account, network), by network and by account, of names that exist and of those that do not.
The last two stop one machine that tries many names, and many machines that try one. What already proved itself is
counted apart, by itself alone, whatever strangers do meanwhile: a device known by its cookie
(``gisportal.accounts.devices``), and a network where the account signed in within a day.

Passwords pass here by ``LockoutBackend``, the first of the authentication backends, before any of them is hashed: every
form, the administration and HTTP Basic call ``django.contrib.auth.authenticate``. Other proofs (codes, links by e-mail)
call ``count_attempt`` before they look, and ``attempt_succeeded`` after.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from limits.storage import MemoryStorage

from gisportal.accounts.attempts import AttemptCounter, AttemptLimit
from gisportal.accounts.devices import device_of, remember_device
from gisportal.accounts.models import User
from gisportal.accounts.rate_limits import redis_storage
from gisportal.client_address import client_network
from gisportal.problems import answer
from layers.errors import TooManyAttempts

# Kinds of proof, keys of ``ATTEMPT_LIMITS``.
PASSWORD = "password"  # noqa: S105  (a kind of proof)
CODE = "code"
RESET = "reset"
# How long a network where an account signed in is known for it: tools that send a password have no cookie.
_KNOWN_NETWORK_SECONDS = 24 * 3_600


def count_attempt(request: HttpRequest, kind: str, subject: str = "") -> None:
    """Count an attempt before it is judged; ``kind`` is a key of ``ATTEMPT_LIMITS``, ``subject`` the account it is on.

    ``subject`` is a user name, an e-mail address, or nothing when the attempt is on no account.

    Raises:
        TooManyAttempts: this one is not to be judged.
    """
    limits, is_known = _limits(request, kind, subject)
    waits = _counter(is_known=is_known).take(limits)
    if waits:
        raise TooManyAttempts(waiting_words(waits), retry_after=waits)
    request.__dict__.setdefault("counted_attempts", {})[kind, subject] = limits, is_known


def attempt_succeeded(request: HttpRequest, kind: str, subject: str = "") -> None:
    """Forget the failures of an account on this device or network, and know the network for a day."""
    network = client_network(request)
    limits, is_known = request.__dict__.get("counted_attempts", {}).pop((kind, subject), ((), False))
    _counter(is_known=is_known).give_back(limits)
    if subject:
        _counter(is_known=True).mark(_known_network(kind, subject, network), _KNOWN_NETWORK_SECONDS)
        for is_trusted, limit in (
            (False, _of_pair(kind, subject, network)),
            (True, _of_pair(kind, subject, network)),
            (True, _of_device(kind, device_of(request, subject))),
        ):
            _counter(is_known=is_trusted).forget(limit)


def trust_device(request: HttpRequest, username: str) -> None:
    """Know the device from the answer on: its holder proved to be the account, by all factors or by its mailbox."""
    request.signed_in_as = username  # type: ignore[attr-defined]  # no typed place in Django


def waiting_words(seconds: int) -> str:
    """Return what somebody who waits reads: the same whether the account exists or not."""
    wait = f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"
    return (
        _(
            "Trop de tentatives : réessayez dans %s. Un appareil où ce compte s’est déjà connecté n’attend pas "
            "pour les essais des autres."
        )
        % wait
    )


class LockoutBackend:
    """Counts who tries a password, before any is hashed; identifies nobody."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_others: Any,
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
        _counter(is_known=False)  # a wrong REDIS_URL stops the start

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
    """Forget the failures of who is signed in now, all factors included, and know the device from the answer on."""
    if request is not None:
        attempt_succeeded(request, PASSWORD, user.get_username())
        trust_device(request, user.get_username())


def reset_attempts() -> None:
    """Forget every attempt that this process counted."""
    _attempt_counter.cache_clear()


def _limits(request: HttpRequest, kind: str, subject: str) -> tuple[tuple[AttemptLimit, ...], bool]:
    """Return what an attempt is counted by, and whether it comes from where the account already signed in."""
    network, free = client_network(request), settings.ATTEMPT_LIMITS[kind]
    if subject:
        device = device_of(request, subject)
        if device:
            return (_of_device(kind, device),), True
        if _counter(is_known=True).is_marked(_known_network(kind, subject, network)):
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


def _known_network(kind: str, subject: str, network: str) -> str:
    """Return the name under which a network is known: who proved a password alone is not known for codes."""
    return f"known {kind} {network} {subject}"


def _counter(*, is_known: bool) -> AttemptCounter:
    """Return the counter of known devices and networks, or that of all others: a crowd of these takes no room there."""
    return _attempt_counter(settings.REDIS_URL, settings.SERVER_PROCESSES, is_known)


@cache
def _attempt_counter(redis_url: str, processes: int, is_known: bool) -> AttemptCounter:
    """Return the counter of known devices and networks, or of all others, in this process or in Redis."""
    if redis_url:
        return AttemptCounter(redis_storage(redis_url), processes=1)
    return AttemptCounter(MemoryStorage(), processes=processes)
