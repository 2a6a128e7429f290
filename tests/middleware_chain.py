"""One chain of middleware for the clients of all tests: each client would build its own, as long as an answer takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.signals import setting_changed
from django.test.client import ClientHandler
from django.test.testcases import LiveServerThread

# What a handler builds from the settings.
_BUILT = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
# What most tests change, and no middleware reads.
_NOT_READ = frozenset({"MEDIA_ROOT"})


@contextmanager
def one_chain() -> Iterator[None]:
    """Give the clients of the block the chain that the first of them builds, and another once a setting changes."""
    built: dict[str, Any] = {}
    build = ClientHandler.load_middleware

    def load(handler: ClientHandler, is_async: bool = False) -> None:
        if not built:
            build(handler, is_async)
            built.update({name: getattr(handler, name) for name in _BUILT})
        vars(handler).update(built)

    def forget(*, setting: str, **_change: object) -> None:
        if setting not in _NOT_READ:
            built.clear()

    setting_changed.connect(forget)
    with patch.object(ClientHandler, "load_middleware", load):
        yield
    setting_changed.disconnect(forget)


@contextmanager
def known_ports() -> Iterator[None]:
    """Let the port of a server that tests start in a thread be one of the portal's, for the chain to let it through."""
    create = LiveServerThread._create_server

    def create_known(thread: LiveServerThread, connections_override: Any = None) -> Any:
        server = create(thread, connections_override)
        port = server.server_address[1]
        settings.PORTAL_AUTHORITIES += [f"localhost:{port}", f"127.0.0.1:{port}"]
        return server

    with patch.object(LiveServerThread, "_create_server", create_known):
        yield
