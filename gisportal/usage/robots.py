"""Who says to be a robot. What declares itself is believed, and nobody is watched to find the rest."""

from __future__ import annotations

import re

from django.http import HttpRequest

# What robots write of themselves in ``User-Agent``: a name that says so, or the page that explains them (``+https://``).
_DECLARED = re.compile(r"bot\b|bot[/;_-]|crawl|spider|slurp|\+https?://", re.IGNORECASE)


def is_robot(request: HttpRequest) -> bool:
    """Whether a request says that nobody asks it: a robot (RFC 9110, 10.1.2 and 10.1.5), or a page read in advance."""
    headers = request.headers
    return (
        "From" in headers
        or "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", ""))
        or _DECLARED.search(headers.get("User-Agent", "")[:400]) is not None
    )
