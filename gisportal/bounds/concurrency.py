"""Requests under way in this process, where a row of the list of bounds counts them."""

from __future__ import annotations

import threading
from collections import Counter

from django.utils.translation import gettext as _

from gisportal.bounds.definitions import ConcurrencyLimit
from layers.errors import Busy, TooManyRequests

_RETRY_AFTER_S = 5


class ConcurrencyCounter:
    """Who holds places in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def enter(self, concurrency: ConcurrencyLimit, client_key: str) -> None:
        """Take a slot.

        Raises:
            TooManyRequests: this client has as many as one may.
            Busy: all are taken.
        """
        own, all_of_them = (concurrency.name, client_key), (concurrency.name, "")
        with self._lock:
            # What is nobody's work is counted with the rest alone.
            if client_key and self._counts[own] >= concurrency.per_client:
                raise TooManyRequests(
                    _("Vos autres demandes de ce genre sont en cours : recommencez dans %d secondes.")
                    % _RETRY_AFTER_S,
                    retry_after=_RETRY_AFTER_S,
                )
            if self._counts[all_of_them] >= concurrency.total:
                raise Busy(
                    _("Le portail traite déjà plusieurs demandes de ce genre : recommencez dans %d secondes.")
                    % _RETRY_AFTER_S,
                    retry_after=_RETRY_AFTER_S,
                )
            self._counts[all_of_them] += 1
            if client_key:
                self._counts[own] += 1

    def leave(self, concurrency: ConcurrencyLimit, client_key: str) -> None:
        """Free a slot."""
        with self._lock:
            for key in {(concurrency.name, client_key), (concurrency.name, "")}:
                self._counts[key] -= 1
                if self._counts[key] <= 0:
                    del self._counts[key]


CONCURRENCY = ConcurrencyCounter()
