"""Read the parameters of a query of records (OGC API – Records 20-004r1, record-core-query-parameters and sorting)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing import SortKey, single_values
from layers.parsing.datetimes import Interval, parse_interval
from layers.parsing.geometry import parse_bbox
from layers.parsing.query import MAX_IDS, MAX_TEXT, Parameters, parse_limit, parse_sort

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
PARAMETERS = ("bbox", "datetime", "limit", "q", "type", "ids", "externalIds", "sortby", "cursor")
SORTABLES = ("id", "type", "title", "created", "updated")


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A query of records: every condition that is there narrows the answer.

    ``bbox`` is in longitude and latitude (CRS84). ``terms`` are alternatives, of which one is in the texts of a record.
    """

    bbox: GEOSGeometry | None = None
    interval: Interval | None = None
    terms: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    external_ids: frozenset[str] = frozenset()
    sort: tuple[SortKey, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


def parse_records(parameters: Parameters, *, allowed: Collection[str] = ()) -> RecordQuery:
    """Read the parameters of ``items``; ``allowed`` are those that the resource reads itself.

    Raises:
        UnknownParameter: a parameter that nobody reads.
        InvalidParameter: one that is repeated, empty or malformed, with InvalidBbox and InvalidDatetime.
    """
    values = single_values(parameters, allowed=(*PARAMETERS, *allowed))
    bbox, interval = values.get("bbox"), values.get("datetime")
    return RecordQuery(
        bbox=parse_bbox(bbox) if bbox is not None else None,
        interval=parse_interval(interval, parameter="datetime") if interval is not None else None,
        terms=_terms(values["q"]) if "q" in values else (),
        types=_listed(values, "type"),
        ids=_listed(values, "ids"),
        external_ids=_listed(values, "externalIds"),
        sort=_sort(values["sortby"]) if "sortby" in values else (),
        limit=parse_limit(values["limit"], most=MAX_LIMIT) if "limit" in values else DEFAULT_LIMIT,
        cursor=_cursor(values["cursor"]) if "cursor" in values else "",
    )


def _terms(text: str) -> tuple[str, ...]:
    """Return the alternatives of ``q``, which commas separate (20-004r1, 7.4.6); none of an empty text."""
    if len(text) > MAX_TEXT:
        raise InvalidParameter(_("q dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return tuple(term.strip() for term in text.split(",") if term.strip())


def _listed(values: dict[str, str], name: str) -> frozenset[str]:
    if name not in values:
        return frozenset()
    texts = values[name].split(",")
    if "" in texts or len(texts) > MAX_IDS or max(map(len, texts)) > MAX_TEXT:
        raise InvalidParameter(
            _("%(name)s attend des valeurs séparées par des virgules ; reçu « %(value)s ».")
            % {"name": name, "value": values[name][:80]},
            parameter=name,
        )
    return frozenset(texts)


def _sort(text: str) -> tuple[SortKey, ...]:
    keys = parse_sort(text)
    unknown = next((key.name for key in keys if key.name not in SORTABLES), None)
    if unknown is not None:
        raise InvalidParameter(
            _("sortby ne trie pas sur « %(name)s ». Propriétés de tri : %(names)s.")
            % {"name": unknown[:60], "names": ", ".join(SORTABLES)},
            parameter="sortby",
        )
    return keys


def _cursor(text: str) -> str:
    if not text:
        raise InvalidParameter(
            _("cursor attend le jeton que donne le lien next ; reçu un texte vide."), parameter="cursor"
        )
    return text
