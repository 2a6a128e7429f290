"""Which attributes a tile carries, by zoom.

A tile is drawn by thousands and read one feature at a time: it carries what the style and the label need, and the sheet
asks for the rest of the feature that is clicked.
"""

from __future__ import annotations

import hashlib
import math

from django.utils.translation import gettext as _

from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, UnknownTile
from layers.queries import Selection

# From here on people point at single features: the commune and what the definition adds are carried too.
DETAIL_ZOOM = 14
# What clusters and marks say of themselves: a field of such a name would make a feature look like one.
RESERVED = frozenset({"cluster", "point_count"})
# A field has no colon in its name: what a cluster counts of a category is no field.
_COUNT_OF = "point_count:"
# PostgreSQL keeps so many bytes of a name; of a longer one, what is cut is told by a digest.
_LONGEST_NAME, _DIGEST = 63, 8


def count_name(code: object) -> str:
    """Return the property of a cluster that counts a category of the style, by the value of the category."""
    name = f"{_COUNT_OF}{code}"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    kept = name.encode()[: _LONGEST_NAME - _DIGEST - 1].decode(errors="ignore")
    return f"{kept}~{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]}"


def tile_fields(selection: Selection, zoom: int | None = None) -> tuple[Field, ...]:
    """Return what the tiles of a zoom carry beside the id; ``None`` is what those of some zoom do.

    The properties asked, lists included, or else title and what the style draws with, and from ``DETAIL_ZOOM`` commune
    and what the definition adds. Only those that the visitor reads.

    Raises:
        UnknownTile: the layer is a table.
        InvalidParameter: ``properties`` names a field that is called as what a cluster says of itself.
    """
    definition = selection.scope.definition
    if not definition.geometry.is_located:
        raise UnknownTile(_("Cette couche n’a pas de géométrie : elle n’a pas de tuiles."), parameter="layer")
    if selection.query.properties is not None:
        return _checked(selection.fields)
    wanted = {definition.title_field, *_drawn(selection, zoom)}
    if zoom is None or zoom >= DETAIL_ZOOM:
        wanted |= {"commune", *definition.tile_fields}
    wanted -= RESERVED
    return tuple(f for f in selection.fields if f.name in wanted and f.type is not FieldType.TEXTS)


def _checked(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    for field in fields:
        if field.name in RESERVED:
            raise InvalidParameter(
                _("Une tuile ne porte pas le champ « %s » : ce mot y dit ce qu’un regroupement compte.")
                % field.name,
                parameter="properties",
            )
    return fields


def drawn_fields(selection: Selection, zoom: int) -> tuple[Field, ...]:
    """Return the least that a tile carries for its style to draw it: those of the style that the visitor reads."""
    wanted = _drawn(selection, zoom) - RESERVED
    return tuple(f for f in selection.fields if f.name in wanted and f.type is not FieldType.TEXTS)


def _drawn(selection: Selection, zoom: int | None) -> set[str]:
    """Return the names of the fields that the style draws with: those of labels where they are seen."""
    style = selection.scope.style
    has_labels = style.labels and (zoom is None or zoom >= math.floor(style.labels.zoom))
    return set(style.fields if has_labels else style.symbol_fields)
