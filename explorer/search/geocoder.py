"""Addresses, from a service with the interface of the Base Adresse Nationale (``/search/``, ``/reverse/``).

The server alone requests them, only at ``PORTAL_GEOCODER_URL``: a redirection elsewhere is refused. An answer is
bounded in time and size, cached for a while, and validated: unreadable parts are left out. A failing service is left
alone for some seconds, so that a breakdown slows one search and not all of them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
REMEMBERED_S = 600
LEFT_ALONE_S = 20
ASKED = 15  # the most the service gives; what is outside the territory is then taken away
MIN_TEXT = 3  # the service refuses less
_DOWN = "geocoder-down"
_MUNICIPALITY = "municipality"


class NoAnswer(Exception):
    """The service did not answer, or not in its own words."""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A place with a postal name, in degrees (EPSG:4326). ``commune`` is an INSEE code."""

    label: str
    longitude: float
    latitude: float
    commune: str
    kind: str


@dataclass(frozen=True, slots=True)
class AddressResults:
    """What was found: ``elsewhere`` counts the answers outside the territory, which are not shown."""

    found: tuple[PostalAddress, ...] = ()
    elsewhere: int = 0
    is_down: bool = False


def is_configured() -> bool:
    """Whether the portal has a geocoder."""
    return bool(settings.PORTAL_GEOCODER_URL)


def search_addresses(
    text: str, *, around: tuple[float, float] | None, communes: Collection[str], limit: int
) -> AddressResults:
    """Look for an address in ``communes`` (INSEE codes), the nearest to ``around`` (longitude, latitude) first."""
    if len(text) < MIN_TEXT:
        return AddressResults()
    parameters = {"q": text, "limit": str(ASKED)}
    if around:
        parameters |= {"lon": f"{around[0]:.4f}", "lat": f"{around[1]:.4f}"}
    try:
        answer = [one for one in _ask("search", parameters) if one.kind != _MUNICIPALITY]
    except NoAnswer:
        return AddressResults(is_down=True)
    inside = [address for address in answer if address.commune in communes]
    return AddressResults(tuple(inside[:limit]), len(answer) - len(inside))


def address_at(longitude: float, latitude: float) -> PostalAddress | None:
    """Return the address nearest to a position in degrees; None when there is none, or no answer."""
    if not is_configured():
        return None
    try:
        return next(iter(_ask("reverse", {"lon": f"{longitude:.6f}", "lat": f"{latitude:.6f}"})), None)
    except NoAnswer:
        return None


def _ask(resource: str, parameters: Mapping[str, str]) -> list[PostalAddress]:
    address = f"{settings.PORTAL_GEOCODER_URL}/{resource}/?{urlencode(parameters)}"
    key = "geocoder-" + hashlib.sha256(address.encode()).hexdigest()
    remembered: list[PostalAddress] | None = cache.get(key)
    if remembered is not None:
        return remembered
    if cache.get(_DOWN):
        raise NoAnswer
    try:
        result = _found(address)
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        # Neither the question nor the answer goes to the log: it may be where somebody lives.
        logger.warning("geocoder: no usable answer (%s)", type(error).__name__)
        cache.set(_DOWN, True, LEFT_ALONE_S)
        raise NoAnswer from error
    cache.set(key, result, REMEMBERED_S)
    return result


def _found(address: str) -> list[PostalAddress]:
    try:
        return _read(_fetch(address))
    except HTTPError as error:
        if error.code != HTTPStatus.BAD_REQUEST:
            raise
        return []  # words the service makes nothing of: not a breakdown


class _SameService(HTTPRedirectHandler):
    """Follows the service within itself (a slash more or less), and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not newurl.startswith(f"{settings.PORTAL_GEOCODER_URL}/"):
            raise HTTPError(req.full_url, code, "redirected elsewhere", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(address: str) -> bytes:
    """Return the body, within ``GEOCODER_TIMEOUT_S`` for each silence and twice that for the whole answer.

    Raises:
        OSError: no connection, a refusal, or too slow.
        ValueError: over ``MAX_BYTES``.
    """
    timeout: float = settings.GEOCODER_TIMEOUT_S
    deadline = time.monotonic() + 2 * timeout
    body = bytearray()
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310  (http or https by the settings)
    with build_opener(_SameService).open(request, timeout=timeout) as response:
        while chunk := response.read1(MAX_BYTES):
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError("the answer is too large")
            if time.monotonic() > deadline:
                raise TimeoutError("the answer is too slow")
    return bytes(body)


def _read(body: bytes) -> list[PostalAddress]:
    document = json.loads(body)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ValueError("not a collection of features")
    return [address for feature in features[: 2 * ASKED] if (address := _address(feature)) is not None]


def _address(feature: Any) -> PostalAddress | None:
    """Read one feature of the answer (properties ``label``, ``citycode``, ``type``); None when it cannot be shown."""
    try:
        longitude, latitude = (float(number) for number in feature["geometry"]["coordinates"])
        label, commune = str(feature["properties"]["label"]), str(feature["properties"].get("citycode", ""))
        kind = str(feature["properties"].get("type", ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    # NaN and Infinity, which Python reads as JSON, are refused by the comparison.
    if not (math.isfinite(longitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
        return None
    return PostalAddress(label[:200], longitude, latitude, commune[:5], kind[:20])
