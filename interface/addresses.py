"""Addresses of pages and documents: by role, of those that other applications answer, whose names are not known here.

``LINKED_VIEWS`` names the view of each role. An address is looked up once for its arguments: Django goes through the
table of routes each time.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(role: str, *arguments: object) -> str:
    """Return the path of a page or file by its role: « search », « sign-in », « tile »…"""
    return address_of(settings.LINKED_VIEWS[role], *arguments)


def address_of(view: str, *arguments: object) -> str:
    """Return the path of a view by its name, for texts and whole numbers."""
    return _address(view, arguments, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=8192)
def _address(view: str, arguments: tuple[object, ...], _urlconf: str | None, _prefix: str) -> str:
    return reverse(view, args=arguments)
