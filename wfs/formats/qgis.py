"""Projects and layer files of QGIS: the layers of a visitor, styled as on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import Field, GeometryType
from layers.formats.xml_names import xml_name
from styles.qml.documents import qml_element
from styles.styled_layers import styled_layer
from wfs.names import type_name

Bounds = tuple[float, float, float, float]
# The provider of QGIS and the name of the address that it reads, by the value of ``source``.
SOURCES: Mapping[str, tuple[str, str]] = {"wfs": ("WFS", "wfs:service"), "api": ("OAPIF", "ogc:landing")}


@dataclass(frozen=True, slots=True)
class QgisSource:
    """A provider of QGIS at an absolute address."""

    provider: str
    address: str

    def text(self, scope: Scope) -> str:
        """Return the source of a layer as QGIS writes it: in Lambert-93, features of the window alone."""
        parts = {"typename": scope.slug, "url": self.address, "restrictToRequestBBOX": "1"}
        if self.provider == "WFS":
            parts |= {"typename": type_name(scope.slug), "version": "2.0.0", "pagingEnabled": "true"}
        if scope.definition.geometry.is_located:
            parts["srsname"] = "EPSG:2154"
        return " ".join(f"{name}='{value}'" for name, value in sorted(parts.items()))

    def field_name(self, field: Field) -> str:
        """Return what a field is called in QGIS."""
        return xml_name(field.name) if self.provider == "WFS" else field.name


_DOCTYPE = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
# What a style says in the attributes of its root, and a layer of a project in its own.
_DRAWING = frozenset({"labelsEnabled", "hasScaleBasedVisibilityFlag", "minScale", "maxScale"})
_SHAPES = {
    GeometryType.NONE: "No geometry",
    GeometryType.POINT: "Point",
    GeometryType.MULTI_POINT: "Point",
    GeometryType.LINE: "Line",
    GeometryType.MULTI_LINE: "Line",
    GeometryType.SURFACE: "Polygon",
    GeometryType.MULTI_SURFACE: "Polygon",
}


def project(scopes: Sequence[Scope], source: QgisSource, bounds: Mapping[str, Bounds | None]) -> bytes:
    """Return a project in Lambert-93 that opens on all of these layers, in a tree of groups by theme."""
    title = _("Portail de données géographiques")
    root = Element("qgis", {"projectname": title, "version": "3.40.0-Bratislava"})
    SubElement(root, "title").text = title
    _system(SubElement(root, "projectCrs"))
    # Without this word QGIS leaves the system of a project aside.
    system = SubElement(SubElement(root, "properties"), "SpatialRefSys")
    SubElement(system, "ProjectionsEnabled", {"type": "int"}).text = "1"
    _tree(SubElement(root, "layer-tree-group"), scopes, source)
    _canvas(root, [box for box in bounds.values() if box is not None])
    layers = SubElement(root, "projectlayers")
    for scope in scopes:
        layers.append(_map_layer(scope, source))
    return _DOCTYPE + _text(root)


def layer_file(scope: Scope, source: QgisSource) -> bytes:
    """Return one layer, to be added to any project."""
    root = Element("qlr")
    _leaf(SubElement(root, "layer-tree-group"), scope, source)
    SubElement(root, "maplayers").append(_map_layer(scope, source))
    return b"<!DOCTYPE qgis-layer-definition>\n" + _text(root)


def _text(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8")
    return written


def _tree(root: Element, scopes: Sequence[Scope], source: QgisSource) -> None:
    groups: dict[str, Element] = {}
    for scope in scopes:
        theme = scope.layer.theme
        if theme.slug not in groups:
            attributes = {"name": theme.title, "checked": "Qt::Checked", "expanded": "1"}
            groups[theme.slug] = SubElement(root, "layer-tree-group", attributes)
        _leaf(groups[theme.slug], scope, source)


def _leaf(parent: Element, scope: Scope, source: QgisSource) -> None:
    SubElement(
        parent,
        "layer-tree-layer",
        {
            "id": _identifier(scope),
            "name": scope.layer.title,
            "providerKey": source.provider,
            "source": source.text(scope),
            "checked": "Qt::Checked",
            "expanded": "0",
        },
    )


def _map_layer(scope: Scope, source: QgisSource) -> Element:
    """Return a layer with its style and the titles of its fields."""
    layer = Element("maplayer", {"type": "vector", "geometry": _SHAPES[scope.definition.geometry]})
    SubElement(layer, "id").text = _identifier(scope)
    SubElement(layer, "datasource").text = source.text(scope)
    SubElement(layer, "layername").text = scope.layer.title
    SubElement(layer, "abstract").text = scope.layer.abstract
    if scope.definition.geometry.is_located:
        _system(SubElement(layer, "srs"))
    SubElement(layer, "provider", {"encoding": "UTF-8"}).text = source.provider
    styled = qml_element(styled_layer(scope, [(field, source.field_name(field)) for field in scope.fields]))
    layer.attrib |= {name: value for name, value in styled.attrib.items() if name in _DRAWING}
    layer.extend(styled)
    return layer


def _identifier(scope: Scope) -> str:
    return f"portail_{scope.slug.replace('-', '_')}"


def _system(parent: Element) -> None:
    """Write Lambert-93 for QGIS, which uses the authority's name when its own number is there too."""
    system = SubElement(parent, "spatialrefsys")
    SubElement(system, "srsid").text = "145"
    SubElement(system, "srid").text = "2154"
    SubElement(system, "authid").text = "EPSG:2154"


def _canvas(root: Element, bounds: Sequence[Bounds]) -> None:
    """Write the window that shows all the layers."""
    if not bounds:
        return
    west, south = min(each[0] for each in bounds), min(each[1] for each in bounds)
    east, north = max(each[2] for each in bounds), max(each[3] for each in bounds)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    corners = box.transform(2154, clone=True).extent
    canvas = SubElement(root, "mapcanvas", {"name": "theMapCanvas"})
    SubElement(canvas, "units").text = "meters"
    extent = SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True):
        SubElement(extent, name).text = f"{value:.2f}"
    _system(SubElement(canvas, "destinationsrs"))
