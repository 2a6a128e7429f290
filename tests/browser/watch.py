"""What must not happen while a page is open: an error said or thrown, a request that fails, is refused or leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# What a map says of points that it draws nothing for.
MISSING_PICTURE = 'Image "'


@dataclass
class Watch:
    """What went wrong while a page was open. ``expected`` holds the statuses a test asks for on purpose."""

    origin: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Note console errors, uncaught exceptions, failed, refused and external requests."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, said: ConsoleMessage) -> None:
        is_expected = any(f"status of {status}" in said.text for status in self.expected)
        is_missing = said.type == "warning" and said.text.startswith(MISSING_PICTURE)
        if (said.type == "error" and not is_expected) or is_missing:
            self.faults.append(f"console: {said.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws"} and parts.netloc != self.origin:
            self.faults.append(f"external request: {request.url}")

    def _failed(self, request: Request) -> None:
        # A tile that left the view, or a list asked again, is aborted by the page itself.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status}: {response.url}")
