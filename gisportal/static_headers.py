"""Headers of static files, which are answered before the middlewares of pages.

Loaded with the settings: it imports nothing of Django. Where nginx serves them it says the same (``deploy``).
"""

from __future__ import annotations

from collections.abc import MutableMapping

# Nothing of a page's policy that a worker would have to obey: a file is only not embedded, and loads no plug-in.
STATIC_POLICY = "base-uri 'none'; frame-ancestors 'self'; object-src 'none'"


def add_static_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """Complete the headers of a file, as WhiteNoise asks."""
    headers["Content-Security-Policy"] = STATIC_POLICY
