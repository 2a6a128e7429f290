"""Requests under way in this process, where a row of the list of bounds counts them."""

from __future__ import annotations

import threading
from collections import Counter

from django.utils.translation import gettext as _

from gisportal.bounds.definitions import Places
from layers.errors import Busy, TooManyRequests

_RETRY_AFTER_S = 5


class PlaceCounter:
    """Who holds places in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[tuple[str, str]] = Counter()

    def enter(self, places: Places, asker: str) -> None:
        """Take a place.

        Raises:
            TooManyRequests: this asker has as many as one may.
            Busy: all are taken.
        """
        own, all_of_them = (places.name, asker), (places.name, "")
        with self._lock:
            # What is nobody's work is counted with the rest alone.
            if asker and self._held[own] >= places.each:
                raise TooManyRequests(
                    _("Vos autres demandes de ce genre sont en cours : recommencez dans %d secondes.")
                    % _RETRY_AFTER_S,
                    retry_after=_RETRY_AFTER_S,
                )
            if self._held[all_of_them] >= places.together:
                raise Busy(
                    _("Le portail traite déjà plusieurs demandes de ce genre : recommencez dans %d secondes.")
                    % _RETRY_AFTER_S,
                    retry_after=_RETRY_AFTER_S,
                )
            self._held[all_of_them] += 1
            if asker:
                self._held[own] += 1

    def leave(self, places: Places, asker: str) -> None:
        """Give a place back."""
        with self._lock:
            for key in {(places.name, asker), (places.name, "")}:
                self._held[key] -= 1
                if self._held[key] <= 0:
                    del self._held[key]


PLACES = PlaceCounter()
