"""Clients that read of an answer less than the standards let them."""

from __future__ import annotations

from django.http import HttpRequest

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def is_qgis(request: HttpRequest) -> bool:
    """Whether a request is from QGIS, which names itself ``QGIS/34006/…`` in ``User-Agent``."""
    return "QGIS/" in request.headers.get("User-Agent", "")


def is_written_by_qgis(request: HttpRequest) -> bool:
    """Whether a request is a change of features that a person makes in QGIS."""
    return request.method in _WRITES and is_qgis(request)
