"""A provider of identities on this machine: the mock's, at a free port, whose answers a test may tamper with."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlsplit

import flask
import oidc_provider_mock
import requests
from django.http import HttpResponse
from django.test import Client
from werkzeug.serving import make_server

from gisportal.accounts.single_sign_on.definitions import IdentityProvider

ID = "agents"
SIGN_IN = f"/compte/connexion-unique/{ID}/"
_LEAVE = re.compile(r'href="([^"]+)" data-leave')
Tamper = Callable[[str, flask.Response], flask.Response]


class MockProvider:
    """The provider. ``tamper`` is given the path and the answer of each request, and returns the one to send."""

    def __init__(self) -> None:
        application = oidc_provider_mock.app()
        application.debug = False
        application.after_request(lambda response: self.tamper(flask.request.path, response))
        self.tamper: Tamper = lambda _path, response: response
        self._server = make_server("localhost", 0, application.wsgi_app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://localhost:{self._server.server_port}"

    def start(self) -> None:
        """Answer requests, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Answer none any more."""
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def describe(self, **values: object) -> IdentityProvider:
        """Return the provider as an administrator describes it."""
        known = {"id": ID, "name": "Mairie", "server_url": self.url, "client_id": "portail", "secret": "x"}
        return IdentityProvider(**(known | values))  # type: ignore[arg-type]  # values of each key

    def knows(self, subject: str, **claims: object) -> None:
        """Let the provider say this of somebody."""
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10).raise_for_status()


@contextmanager
def running_provider() -> Iterator[MockProvider]:
    """Run a provider for the time of a block."""
    provider = MockProvider()
    provider.start()
    yield provider
    provider.stop()


def address_of_leaving(page: HttpResponse) -> str:
    """Return where a page sends the browser."""
    found = _LEAVE.search(page.content.decode())
    assert found is not None, page.content.decode()
    return unescape(found[1])


def leave(client: Client, address: str = SIGN_IN, **form: str) -> str:
    """Press the button of the provider and return where the browser goes."""
    return address_of_leaving(client.post(address, form))


def authorize(address: str, subject: str) -> str:
    """Sign in at the provider; return where it sends the browser back, host left out."""
    response = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(response.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_in(client: Client, subject: str, **form: str) -> HttpResponse:
    """Sign in by the provider; return the portal's answer to the browser that comes back."""
    return client.get(authorize(leave(client, **form), subject))  # type: ignore[return-value]  # the client's own class
