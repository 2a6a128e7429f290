"""Visits of harvesters: a view notes what it returns, the middleware of the counters adds the status, a thread writes.

A view calls ``note`` before it builds its answer, so that a failure is a visit too, and again once it knows the number
of datasets. It costs no statement: visits are written in batches (``gisportal/usage_counters.py``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from harvesting.models import HarvestVisit
from harvesting.vocabulary import Harvester, HarvestProtocol
from layers.visitor import visitor_of
from metadata.records import Record

# Days that visits are stored: the national portal keeps its own reports of harvests as long.
STORED_DAYS = 365
_NOTE = "harvest_note"
_USER_AGENTS = (
    (Harvester.UDATA, re.compile(r"\budata\b", re.IGNORECASE)),
    (Harvester.GEONETWORK, re.compile(r"geonetwork", re.IGNORECASE)),
    (Harvester.OWSLIB, re.compile(r"owslib|qgis", re.IGNORECASE)),
    (Harvester.OPENDATASOFT, re.compile(r"opendatasoft|huwise", re.IGNORECASE)),
    (Harvester.GOOGLE, re.compile(r"\bgoogle(bot|other)?\b", re.IGNORECASE)),
)
_ADD = """
INSERT INTO harvesting_harvestvisit
    (day, harvester, protocol, form, portal, status, requests, datasets, last_at)
SELECT v.day, v.harvester, v.protocol, v.form, v.portal, v.status, sum(v.requests), sum(v.requests * v.datasets),
    max(v.at)
FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::timestamptz[],
    %s::int[]) AS v (day, harvester, protocol, form, portal, status, datasets, at, requests)
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (day, harvester, protocol, form, portal, status) DO UPDATE
SET requests = harvesting_harvestvisit.requests + EXCLUDED.requests,
    datasets = harvesting_harvestvisit.datasets + EXCLUDED.datasets,
    last_at = greatest(harvesting_harvestvisit.last_at, EXCLUDED.last_at)
"""


@dataclass(frozen=True, slots=True)
class Note:
    """What a view returns: the protocol, the form (``rdf``, ``csv``…), and the number of datasets in the answer.

    ``slugs`` are the layers whose records are in it.
    """

    protocol: HarvestProtocol
    form: str
    datasets: int
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """A request of a harvester, with all that is recorded of it; ``at`` is its minute."""

    day: dt.date
    harvester: str
    protocol: str
    form: str
    portal: str
    status: int
    datasets: int
    at: dt.datetime


def note(
    request: HttpRequest,
    protocol: HarvestProtocol,
    form: str,
    datasets: int,
    /,
    records: Iterable[Record] = (),
) -> None:
    """Note that a request reads the catalogue; called again, the last number of datasets and their records count."""
    slugs = tuple(record.slug for record in records)
    setattr(request, _NOTE, Note(protocol, form[:20], datasets, slugs))


def harvested(request: HttpRequest, status: int) -> tuple[str, tuple[str, ...]]:
    """Return the name of the catalogue, and the layers whose records left: none with a refusal or headers alone."""
    noted: Note | None = getattr(request, _NOTE, None)
    if noted is None or status != 200 or request.method == "HEAD":
        return "", ()
    return noted.protocol.value, noted.slugs


def visit_of(request: HttpRequest, status: int, *, day: dt.date) -> Visit | None:
    """Return the visit that a request is, None for one that reads no catalogue. Only an answer 200 has datasets."""
    noted: Note | None = getattr(request, _NOTE, None)
    if noted is None:
        return None
    datasets = noted.datasets if status == 200 and request.method != "HEAD" else 0
    harvester = harvester_of(request.META.get("HTTP_USER_AGENT", "")[:400])
    minute = timezone.now().replace(second=0, microsecond=0)
    portal = visitor_of(request).portal
    return Visit(day, harvester.value, noted.protocol.value, noted.form, portal, status, datasets, minute)


@lru_cache(maxsize=500)
def harvester_of(user_agent: str) -> Harvester:
    """Return the family of a program by its ``User-Agent`` (RFC 9110, 10.1.5)."""
    families = (family for family, pattern in _USER_AGENTS if pattern.search(user_agent))
    return next(families, Harvester.OTHER)


def add_visits(counts: Mapping[Visit, int]) -> int:
    """Add visits to those of their day, in one statement; return the number of rows written."""
    if not counts:
        return 0
    columns = [
        (visit.day, visit.harvester, visit.protocol, visit.form, visit.portal, visit.status, visit.datasets,
         visit.at, count)
        for visit, count in sorted(counts.items())
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in zip(*columns, strict=True)])
        return int(cursor.rowcount)


def forget_visits(*, today: dt.date) -> int:
    """Delete the visits of more than ``STORED_DAYS`` days; return how many rows."""
    return HarvestVisit.objects.filter(day__lt=today - dt.timedelta(days=STORED_DAYS)).delete()[0]
