"""Requests of the server to a provider: to the hosts of its description alone, for a few seconds, never redirected."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError, ReadTimeoutError

from gisportal.accounts.single_sign_on.definitions import is_safe_address

# A configuration, a set of keys or what is said of somebody: more is not one of them.
MAX_BYTES = 512 * 1024
_CHUNK = 16 * 1024


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
        deadline = time.monotonic() + settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
        named |= {
            "timeout": settings.SOCIALACCOUNT_REQUESTS_TIMEOUT,
            "allow_redirects": False,
            "stream": True,
        }
        response = super().request(method, url, *arguments, **named)
        content = b"".join(_bounded(response, deadline))
        response._content = content  # what ``requests`` itself does when it reads a body
        if response.is_redirect:
            raise requests.TooManyRedirects(f"{address} redirects")
        return response


def _bounded(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """Yield the body as it comes: a timeout of the socket bounds each silence, ``deadline`` the whole.

    Raises:
        requests.Timeout: the body has not ended at ``deadline`` (``time.monotonic``).
        requests.RequestException: it is longer than ``MAX_BYTES``, or cut.
    """
    size = 0
    try:
        while part := response.raw.read1(_CHUNK, decode_content=True):
            size += len(part)
            if size > MAX_BYTES:
                raise requests.RequestException("the answer of the provider is too long")
            if time.monotonic() > deadline:
                raise requests.Timeout("the answer of the provider is too slow")
            yield part
    except ReadTimeoutError as error:
        raise requests.Timeout("the answer of the provider stopped") from error
    except HTTPError as error:
        raise requests.ConnectionError("the answer of the provider is cut") from error
    finally:
        response.close()
