"""Features as GML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from layers.definitions import Field
from layers.formats.exports.columns import columns_of, compile_rows
from layers.formats.exports.xml import elements
from layers.queries import Selection
from layers.sql.copy import copy_rows
from wfs.formats.elements import DECLARATION
from wfs.names import GEOMETRY, NAMESPACE, PREFIX, local_name, xml_name
from wfs.requests import GetFeature, GetPropertyValue, SrsName

PageLinks = Callable[[int, str], str]


@dataclass
class Written:
    """An answer."""

    body: IO[bytes]
    media_type: str
    size: int
    file_name: str = ""


def _rows(selection: Selection, srs: SrsName, start: int, count: int) -> list[bytes]:
    compiled = compile_rows(selection, srs.crs)
    if compiled is None:
        return []
    name = f"{PREFIX}:{local_name(selection.scope.slug)}"
    form = 1 | 4 | (16 if srs.crs.is_yx else 0)
    parts = [
        f"""'<wfs:member><{name} gml:id="{local_name(selection.scope.slug)}.' || s.id || '">'""",
        *[
            part
            for column, part in zip(
                columns_of(selection)[1:],
                list(
                    elements(columns_of(selection), lambda column: f"{PREFIX}:{xml_name(column.field.name)}")
                )[1:],
                strict=True,
            )
        ],
    ]
    if selection.scope.definition.geometry.is_located:
        parts.append(
            f"coalesce('<{PREFIX}:{GEOMETRY}>' || ST_AsGML(3, s.geometry, 7, {form}, 'gml', '{local_name(selection.scope.slug)}.' || s.id || '.geom') || '</{PREFIX}:{GEOMETRY}>', '')"
        )
    parts.append(f"'</{name}></wfs:member>'")
    sql = f"SELECT {' || '.join(parts)} FROM {compiled.source} LIMIT {count} OFFSET {start}"
    return [bytes(row) for row in copy_rows(sql, compiled.parameters)]


def write_features(
    selections: Sequence[Selection], *, request: GetFeature, srs: Sequence[SrsName], links: PageLinks
) -> Written:
    """Return a collection."""
    rows: list[bytes] = []
    matched = sum(selection.count() for selection in selections)
    for selection, system in zip(selections, srs, strict=True):
        rows += _rows(selection, system, request.start_index, request.limit - len(rows))
    following = request.start_index + len(rows)
    next_link = links(following, "").replace("&", "&amp;") if following < matched and rows else ""
    opening = _opening(matched, len(rows), next_link)
    content = opening + b"".join(rows) + b"</wfs:FeatureCollection>"
    return Written(BytesIO(content), request.output.media_type, len(content))


def _opening(matched: int, returned: int, next_link: str = "") -> bytes:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    more = f' next="{next_link}"' if next_link else ""
    return (
        f'{DECLARATION}<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        f'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:{PREFIX}="{NAMESPACE}" timeStamp="{now}" '
        f'numberMatched="{matched}" numberReturned="{returned}"{more}>'
    ).encode()


def hits(selections: Sequence[Selection], *, request: GetFeature) -> bytes:
    """Return a collection without its features."""
    return _opening(sum(selection.count() for selection in selections), 0) + b"</wfs:FeatureCollection>"


def single_feature(selection: Selection, *, request: GetFeature, srs: SrsName) -> bytes | None:
    """Return one feature."""
    rows = _rows(selection, srs, 0, 1)
    if not rows:
        return None
    content = rows[0].decode().removeprefix("<wfs:member>").removesuffix("</wfs:member>")
    head, mark, rest = content.partition(" ")
    spaces = f' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:{PREFIX}="{NAMESPACE}"'
    return (DECLARATION + head + spaces + mark + rest).encode()


def value_collection(
    selections: Sequence[Selection],
    *,
    request: GetPropertyValue,
    fields: Sequence[Field | None],
    srs: Sequence[SrsName],
    links: PageLinks,
) -> Written:
    """Return the values of a property."""
    return write_features(selections, request=request.features, srs=srs, links=links)
