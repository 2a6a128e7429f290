"""Requests in XML: how much a request of WFS may hold, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layers.parsing.xml import MAX_BYTES, Element
from layers.parsing.xml import parse_xml as parse_bounded_xml
from wfs.parsing.bounds import check_queries

# Those of a transaction of somebody who has an account: a thousand features of a hundred properties.
MAX_WRITTEN_ITEMS = 150_000
_WRITING = "Transaction"
# What asks a question with each of its elements.
_QUERY = "Query"
_ASKING = frozenset({"GetFeature", "GetPropertyValue"})


def parse_xml(
    data: bytes | str,
    *,
    limit: int = MAX_BYTES,
    parameter: str = "",
    encoding: str = "",
    is_account: bool = False,
    prefixes: Mapping[str, str] | None = None,
) -> Element:
    """Read a request or a filter as ``layers.parsing.xml`` does; ``is_account``: a transaction may be larger.

    Raises:
        BodyTooLarge, UnreadableRequest: as ``layers.parsing.xml.parse_xml``.
        InvalidParameter: more queries than a request asks.
    """
    return parse_bounded_xml(
        data,
        limit=limit,
        parameter=parameter,
        encoding=encoding,
        most={_WRITING: MAX_WRITTEN_ITEMS} if is_account else None,
        check=_check_queries,
        prefixes=prefixes or {},
    )


def _check_queries(parents: Sequence[Element], name: str) -> None:
    if len(parents) == 1 and name == _QUERY and parents[0].name in _ASKING:
        check_queries(len(parents[0].children) + 1, parameter=name)
