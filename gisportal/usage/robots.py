"""Who says to be a robot. What declares itself is believed, and nobody is watched to find the rest."""

from __future__ import annotations

import re
from functools import lru_cache

from django.http import HttpRequest

# What robots write of themselves in ``User-Agent``: a name that says so, or the page that explains them (``+https://``).
_DECLARED = re.compile(r"bot\b|bot[/;_-]|crawl|spider|slurp|\+https?://", re.IGNORECASE)


def is_robot(request: HttpRequest) -> bool:
    """Whether a request says that nobody asks it: a robot (RFC 9110, 10.1.2 and 10.1.5), or a page read in advance."""
    asked = (
        request.META
    )  # ``request.headers`` is made anew for each request, for as much time as counting takes
    return (
        "HTTP_FROM" in asked
        or "prefetch" in asked.get("HTTP_SEC_PURPOSE", asked.get("HTTP_PURPOSE", ""))
        or _declares_robot(asked.get("HTTP_USER_AGENT", "")[:400])
    )


@lru_cache(maxsize=500)
def _declares_robot(user_agent: str) -> bool:
    return _DECLARED.search(user_agent) is not None
