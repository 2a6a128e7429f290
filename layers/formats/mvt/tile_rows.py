"""The rows of a tile and their attributes: a SELECT that is compiled once for a query and bound to each tile.

Django takes as long to write the statement of a tile as PostgreSQL to read a thousand points. Its text and parameters
are cached, never a row; only the box of the tile changes.

A tile carries the fields of the style and the label; the sheet requests the rest of the clicked feature.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from layers.cache import BoundedCache
from layers.crs import LAMBERT_93, WEB_MERCATOR, Crs, box_ewkb
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, UnknownTile
from layers.formats.statements import Compiled, compile_columns
from layers.queries import Selection
from layers.sql.geometry import StoredGeometry, TransformedGeometry
from layers.sql.tile_matrix_sets import Bounds, TileAddress

# A tile holds no lists: one is written as JSON, which MapLibre reads back.
_VALUE = {False: "{}.{}", True: "to_json({}.{})::text"}
# Points on each side of the box of a tile that is brought to degrees: its sides are curves there.
_STEPS = 16
_CRS: dict[int, Crs] = {crs.srid: crs for crs in (WEB_MERCATOR, LAMBERT_93)}
_written: BoundedCache[_Written] = BoundedCache(500)
# From here on people point at single features: the commune and what the definition adds are carried too.
DETAIL_ZOOM = 14
# What clusters and marks say of themselves: a field of such a name would make a feature look like one.
RESERVED = frozenset({"cluster", "point_count"})
# A field has no colon in its name: what a cluster counts of a category is no field.
_COUNT_OF = "point_count:"
# PostgreSQL keeps so many bytes of a name; of a longer one, what is cut is told by a digest.
_LONGEST_NAME, _DIGEST = 63, 8


@dataclass(frozen=True, slots=True)
class TileRows:
    """Rows whose box intersects that of a tile, as ``(…) AS s(id, geometry, c0, c1, …)``, in the CRS of the tile."""

    compiled: Compiled
    fields: tuple[Field, ...]

    @property
    def source(self) -> str:
        """The FROM clause."""
        return self.compiled.source

    @property
    def parameters(self) -> tuple[Any, ...]:
        """Its bound parameters."""
        return self.compiled.parameters

    def attributes(self, alias: str = "s") -> str:
        """Return the columns under the names of their fields, each after a comma."""
        columns = zip(self.fields, self.compiled.columns, strict=True)
        return "".join(
            f", {_VALUE[field.type is FieldType.TEXTS].format(alias, column.name)} AS {column.title}"
            for field, column in columns
        )

    def column(self, name: str) -> str | None:
        """Return the column of a field; None when the rows do not have it."""
        columns = zip(self.fields, self.compiled.columns, strict=True)
        return next((column.name for field, column in columns if field.name == name), None)


@dataclass(frozen=True, slots=True)
class _Written:
    """A compiled source (None where no row can match) and the position of the box in it, if clear."""

    rows: TileRows | None
    position: int | None

    def at(self, box: PostGISAdapter) -> TileRows | None:
        """Return the rows of another box; None where it has no position, or no row can match."""
        if self.rows is None or self.position is None:
            return None
        parameters = list(self.rows.parameters)
        parameters[self.position] = box
        return replace(self.rows, compiled=replace(self.rows.compiled, parameters=tuple(parameters)))


class _Box(PostGISAdapter):
    """A box that GEOS did not write."""

    def __init__(self, bounds: Bounds, srid: int) -> None:
        self.ewkb = box_ewkb(bounds, srid)
        self.srid, self.is_geometry, self.geography = srid, True, False


def tile_rows(
    selection: Selection,
    address: TileAddress,
    fields: tuple[Field, ...],
    *,
    margin: float,
    is_ordered: bool = True,
) -> TileRows | None:
    """Return the rows of a selection around a tile and a ``margin`` (share of its side); None when none can match.

    They are in the order of the selection, in which a map draws them, unless they are to be grouped.
    """
    names = tuple(field.name for field in fields)
    key = (
        selection.scope.key,
        selection.version,
        selection.query.identity,
        names,
        address.matrix.id,
        selection.query.properties,
        is_ordered,
    )
    is_remembered = selection.parts is None  # how a join is written follows from what the box holds
    cached = _written.get(key) if is_remembered else None
    if cached is not None and address.matrix.srid == WEB_MERCATOR.srid:
        rows = cached.at(_Box(address.envelope(margin), WEB_MERCATOR.srid))
        if rows is not None:
            return rows
    box = _search_box(address, margin)
    if box is None:
        return None
    if not is_remembered:
        return _compile(selection, address, fields, box, is_ordered=is_ordered)
    written = _written.recall(
        key, lambda: _placed(_compile(selection, address, fields, box, is_ordered=is_ordered), box)
    )
    return written.at(PostGISAdapter(box)) or (
        written.rows and _compile(selection, address, fields, box, is_ordered=is_ordered)
    )


def all_rows(selection: Selection, fields: tuple[Field, ...]) -> TileRows | None:
    """Return the rows of a selection wherever they are, in Web Mercator and no order; None when none can match."""
    compiled = compile_columns(selection.queryset.order_by(), StoredGeometry("geom_3857"), fields)
    return TileRows(compiled, fields) if compiled is not None else None


def _compile(
    selection: Selection, address: TileAddress, fields: tuple[Field, ...], box: Polygon, *, is_ordered: bool
) -> TileRows | None:
    srid = address.matrix.srid
    is_stored = srid == WEB_MERCATOR.srid
    geometry = StoredGeometry("geom_3857") if is_stored else TransformedGeometry("geom", srid)
    column = "geom_3857" if is_stored else "geom"
    rows = selection.rows_in(**{f"{column}__bboverlaps": box})
    compiled = compile_columns(rows if is_ordered else rows.order_by(), geometry, fields)
    if compiled is None:
        return None
    if not is_stored:  # each row is transformed once, not at each mention
        once = f"(SELECT s.* FROM {compiled.source} OFFSET 0) AS s"  # noqa: S608 (a statement of the ORM)
        compiled = replace(compiled, source=once)
    return TileRows(compiled, fields)


def _placed(rows: TileRows | None, box: Polygon) -> _Written:
    """Find the box among the parameters; one that is not there once and only once has no position."""
    adapted = PostGISAdapter(box)
    positions = [
        position
        for position, value in enumerate(rows.parameters if rows else ())
        if isinstance(value, PostGISAdapter) and value == adapted
    ]
    return _Written(rows, positions[0] if len(positions) == 1 else None)


def _search_box(address: TileAddress, margin: float) -> Polygon | None:
    """Return the search box of the index, in EPSG:3857 for Web Mercator and in EPSG:4326 for other matrices.

    None for a tile outside the area of its CRS, where its coordinates mean nothing.
    """
    west, south, east, north = address.envelope(margin)
    crs = _CRS[address.matrix.srid]
    if crs.srid != WEB_MERCATOR.srid:
        left, bottom, right, top = crs.bounds
        west, south, east, north = max(west, left), max(south, bottom), min(east, right), min(north, top)
        if west >= east or south >= north:
            return None
    box = (
        Polygon.from_bbox((west, south, east, north))
        if crs == WEB_MERCATOR
        else _ring(west, south, east, north)
    )
    box.srid = crs.srid
    if crs == WEB_MERCATOR:
        return box
    box.transform(4326)
    around = Polygon.from_bbox(box.extent)
    around.srid = 4326
    return around


def _ring(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a box with points along its sides."""
    shares = [step / _STEPS for step in range(_STEPS)]
    xs = [west + (east - west) * share for share in shares]
    ys = [south + (north - south) * share for share in shares]
    corner = [(west, south)]
    ring = [(x, south) for x in xs] + [(east, y) for y in ys]
    ring += [(west + east - x, north) for x in xs] + [(west, south + north - y) for y in ys]
    return Polygon(ring + corner)


def count_name(code: object) -> str:
    """Return the property of a cluster that counts a category of the style, by the value of the category."""
    name = f"{_COUNT_OF}{code}"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    beginning = name.encode()[: _LONGEST_NAME - _DIGEST - 1].decode(errors="ignore")
    return f"{beginning}~{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]}"


def tile_fields(selection: Selection, zoom: int | None = None) -> tuple[Field, ...]:
    """Return the fields in the tiles of a zoom, besides the id; ``None`` gives those of any zoom.

    The requested properties, lists included; else the title and the fields of the style, and from ``DETAIL_ZOOM`` the
    commune and those added by the definition. Only fields that the visitor reads.

    Raises:
        UnknownTile: the layer is a table.
        InvalidParameter: ``properties`` names a field that is called as what a cluster says of itself.
    """
    definition = selection.scope.definition
    if not definition.geometry.is_located:
        raise UnknownTile(_("Cette couche n’a pas de géométrie : elle n’a pas de tuiles."), parameter="layer")
    if selection.query.properties is not None:
        return _checked(selection.fields)
    names = {definition.title_field, *_style_names(selection, zoom)}
    if zoom is None or zoom >= DETAIL_ZOOM:
        names |= {"commune", *definition.tile_fields}
    names -= RESERVED
    return tuple(f for f in selection.fields if f.name in names and f.type is not FieldType.TEXTS)


def _checked(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    for field in fields:
        if field.name in RESERVED:
            raise InvalidParameter(
                _("Une tuile ne porte pas le champ « %s » : ce mot y dit ce qu’un regroupement compte.")
                % field.name,
                parameter="properties",
            )
    return fields


def style_fields(selection: Selection, zoom: int) -> tuple[Field, ...]:
    """Return the least that a tile carries for its style to draw it: those of the style that the visitor reads."""
    names = _style_names(selection, zoom) - RESERVED
    return tuple(f for f in selection.fields if f.name in names and f.type is not FieldType.TEXTS)


def _style_names(selection: Selection, zoom: int | None) -> set[str]:
    """Return the names of the fields that the style draws with: those of labels where they are seen."""
    style = selection.scope.style
    has_labels = style.labels and (zoom is None or zoom >= math.floor(style.labels.zoom))
    return set(style.fields if has_labels else style.symbol_fields)
