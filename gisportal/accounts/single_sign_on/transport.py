"""Requests of the server to a provider: to the hosts of its description alone, for a few seconds, never redirected."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from gisportal.accounts.single_sign_on.definitions import is_safe_address

# A configuration, a set of keys or what is said of somebody: more is not one of them.
MAX_BYTES = 512 * 1024


class ForeignAddress(requests.RequestException):
    """An address that the description of the provider does not allow."""


class ProviderSession(requests.Session):
    """A session that asks these hosts alone, behind TLS unless they are this machine."""

    def __init__(self, hosts: frozenset[str]) -> None:
        super().__init__()
        self._hosts = hosts

    def request(
        self, method: str | bytes, url: str | bytes, *arguments: Any, **named: Any
    ) -> requests.Response:
        """Ask, and read the answer up to ``MAX_BYTES``.

        Raises:
            ForeignAddress: the host is not one of the provider's, or is asked in clear.
            RequestException: it does not answer in time, redirects, or says too much.
        """
        address = url if isinstance(url, str) else url.decode()
        if urlsplit(address).netloc not in self._hosts or not is_safe_address(address):
            raise ForeignAddress(f"{urlsplit(address).netloc} is not a host of the provider")
        named |= {
            "timeout": settings.SOCIALACCOUNT_REQUESTS_TIMEOUT,
            "allow_redirects": False,
            "stream": True,
        }
        response = super().request(method, url, *arguments, **named)
        content = b"".join(_bounded(response))
        response._content = content  # what ``requests`` itself does when it reads a body
        if response.is_redirect:
            raise requests.TooManyRedirects(f"{address} redirects")
        return response


def _bounded(response: requests.Response) -> Any:
    size = 0
    for part in response.iter_content(16 * 1024):
        size += len(part)
        if size > MAX_BYTES:
            response.close()
            raise requests.RequestException("the answer of the provider is too long")
        yield part
