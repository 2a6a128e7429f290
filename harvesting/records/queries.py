"""Select public records, sort them in a total order, and page them by key.

Records are those that everybody sees, some hundreds of values in memory: no statement depends on the query.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.utils.translation import gettext as _

from harvesting.records.parsing import RecordQuery
from interface.text import fold
from layers.errors import InvalidCursor
from layers.parsing import SortKey
from layers.parsing.datetimes import Interval, edge_of
from metadata.records import Record

DATASET = "dataset"
Key = tuple[str, ...]
_SORTED: dict[str, Callable[[Record], str]] = {
    "id": lambda record: record.dataset_id,
    "type": lambda _record: DATASET,
    "title": lambda record: fold(record.title),
    "created": lambda record: _instant(record.created),
    "updated": lambda record: _instant(record.modified or record.created),
}


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The records of a page, how many match in all, and the cursor of the next one; ``""`` after the last."""

    records: list[Record]
    matched: int
    next: str = ""


def select_records(records: Sequence[Record], query: RecordQuery, *, origin: str) -> RecordPage:
    """Return the page of the records that a query selects; ``origin`` is the scheme and host of their identifiers.

    Raises:
        InvalidCursor: the cursor is not a token of this order.
    """
    order = (*query.sort, *(() if any(key.name == "id" for key in query.sort) else (SortKey("id"),)))
    matching = [record for record in records if _matches(record, query, origin)]
    matching.sort(key=cmp_to_key(lambda one, other: _compare(order, _key(order, one), _key(order, other))))
    start = _position(matching, order, query)
    page = matching[start : start + query.limit]
    is_followed = start + query.limit < len(matching)
    return RecordPage(page, len(matching), _cursor(order, _key(order, page[-1])) if is_followed else "")


def external_ids(record: Record, origin: str) -> list[str]:
    """Return the identifiers of a record in other catalogues: its ``dct:identifier``, and that of a former portal."""
    return [f"{origin}{record.path}", *((record.former_id,) if record.former_id else ())]


def _matches(record: Record, query: RecordQuery, origin: str) -> bool:
    return (
        (not query.ids or record.dataset_id in query.ids)
        and (not query.types or DATASET in query.types)
        and (not query.external_ids or not query.external_ids.isdisjoint(external_ids(record, origin)))
        and _has_words(record, query.terms)
        and _is_within(record, query.bbox)
        and _is_during(record, query.interval)
    )


def _has_words(record: Record, terms: Sequence[str]) -> bool:
    """Whether the words of one of the terms follow one another in a text of the record, without accents nor case."""
    if not terms:
        return True
    texts = (
        record.title, record.title_en, record.abstract, record.abstract_en, *record.keywords, *record.keywords_en
    )  # fmt: skip
    folded = [_spaced(text) for text in texts]
    return any(_spaced(term) in text for term in terms for text in folded)


def _spaced(text: str) -> str:
    """Return the words of a text, one space between them."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())


def _is_within(record: Record, bbox: GEOSGeometry | None) -> bool:
    if bbox is None:
        return True
    return record.bounds is not None and bool(bbox.intersects(Polygon.from_bbox(record.bounds)))


def _is_during(record: Record, interval: Interval | None) -> bool:
    """Whether the dates of the data meet an interval; a record without dates does (OGC 17-069r4, 7.15.4)."""
    if interval is None or record.period is None:
        return True
    first, last = edge_of(record.period[0], is_end=False), edge_of(record.period[1], is_end=True)
    starts = edge_of(interval.start, is_end=False) if interval.start is not None else first
    ends = edge_of(interval.end, is_end=True) if interval.end is not None else last
    return starts <= last and first <= ends


def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _key(order: Sequence[SortKey], record: Record) -> Key:
    return tuple(_SORTED[key.name](record) for key in order)


def _compare(order: Sequence[SortKey], one: Key, other: Key) -> int:
    for key, left, right in zip(order, one, other, strict=True):
        if left != right:
            return 1 if (left > right) != key.is_descending else -1
    return 0


def _cursor(order: Sequence[SortKey], key: Key) -> str:
    text = json.dumps([",".join(map(str, order)), *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(matching: Sequence[Record], order: Sequence[SortKey], query: RecordQuery) -> int:
    """Return the index of the first record after the cursor: of the one before may be gone since."""
    if not query.cursor:
        return 0
    after = _read_cursor(query.cursor, order)
    following = (
        index for index, record in enumerate(matching) if _compare(order, _key(order, record), after) > 0
    )
    return next(following, len(matching))


def _read_cursor(text: str, order: Sequence[SortKey]) -> Key:
    try:
        padded = text + "=" * (-len(text) % 4)
        names, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        names, values = None, []
    is_of_order = names == ",".join(map(str, order)) and len(values) == len(order)
    if not is_of_order or not all(isinstance(value, str) for value in values):
        raise InvalidCursor(
            _(
                "Ce jeton de page ne vient pas de cette liste ou de ce tri : reprenez depuis la première page."
            ),
            parameter="cursor",
        )
    return tuple(values)
