"""Addresses of pages and documents that other applications answer, by role: ``interface`` does not know their names.

``LINKED_VIEWS`` names the view of each role.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def address(role: str, *arguments: object) -> str:
    """Return the path of a page or file by its role: « search », « sign-in », « tile »…"""
    return reverse(settings.LINKED_VIEWS[role], args=arguments)
