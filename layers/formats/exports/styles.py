"""A layer's style as QGIS writes it (QML), so that a file opens drawn as on the portal.

The colours are those of the design tokens in light; a strength mixes them with white, as the map does.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from layers.access import Scope
from layers.definitions import GeometryType
from layers.formats.exports.columns import ExportColumn
from layers.formats.styles.themes import rgb
from layers.styles.colours import mixed
from layers.styles.definitions import Category

_WHITE = 255
_FILL_ALPHA = 140
_SYMBOLS = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}


def qml(scope: Scope, columns: Sequence[ExportColumn]) -> str:
    """Return the style of a scope's layer, and the titles of its columns, as a QGIS style document."""
    kind = _kind(scope.definition.geometry)
    style = scope.style
    root = Element("qgis", {"version": "3.28.0", "styleCategories": "Symbology|Fields"})
    renderer = SubElement(
        root, "renderer-v2", {"symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    )
    symbols = Element("symbols")
    # A field that the visitor does not read is not in the file: one symbol then draws all.
    name = next((column.name for column in columns if column.field.name == style.field), "")
    if name and style.categories:
        renderer.set("type", "categorizedSymbol")
        renderer.set("attr", name)
        _categories(renderer, symbols, style.categories, kind, style.token)
    else:
        renderer.set("type", "singleSymbol")
        _symbol(symbols, "0", kind, _mixed(style.token, 1.0))
    renderer.append(symbols)
    aliases = SubElement(root, "aliases")
    for position, column in enumerate(columns):
        SubElement(
            aliases, "alias", {"field": column.name, "index": str(position), "name": str(column.field.title)}
        )
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _mixed(token: str, strength: float) -> tuple[int, int, int]:
    return rgb(mixed(token, strength))


def _categories(
    renderer: Element, symbols: Element, categories: Sequence[Category], kind: str, token: str
) -> None:
    found = SubElement(renderer, "categories")
    for position, category in enumerate(categories):
        SubElement(
            found,
            "category",
            {
                "symbol": str(position),
                "value": category.value,
                "label": str(category.title),
                "render": "true",
            },
        )
        _symbol(symbols, str(position), kind, _mixed(category.token, category.strength))
    # What has none of these values is drawn too.
    other = str(len(categories))
    SubElement(found, "category", {"symbol": other, "value": "", "label": "", "render": "true"})
    _symbol(symbols, other, kind, _mixed(token, 1.0))


def _symbol(symbols: Element, name: str, kind: str, colour: tuple[int, int, int]) -> None:
    symbol = SubElement(
        symbols, "symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    )
    layer = SubElement(symbol, "layer", {"class": _SYMBOLS[kind], "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(layer, "Option", {"type": "Map"})
    solid = ",".join(map(str, (*colour, _WHITE)))
    values = {
        "marker": {
            "name": "circle", "color": solid, "outline_color": "255,255,255,255", "size": "3", "size_unit": "MM",
        },
        "line": {"line_color": solid, "line_width": "0.7", "line_width_unit": "MM"},
        "fill": {
            "color": ",".join(map(str, (*colour, _FILL_ALPHA))), "outline_color": solid, "style": "solid",
            "outline_width": "0.4", "outline_width_unit": "MM",
        },
    }[kind]  # fmt: skip
    for option, value in values.items():
        SubElement(options, "Option", {"type": "QString", "name": option, "value": value})


def _kind(geometry: GeometryType) -> str:
    if geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
        return "marker"
    return "fill" if geometry.is_surface else "line"
