"""Where QGIS reads a layer: the provider, and the parameters that it calls a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from layers.access import Scope
from layers.definitions import Field
from layers.formats.xml_names import xml_name
from wfs.names import type_name

# The provider of QGIS and the name of the address that it reads, by the value of ``source``.
SOURCES: Mapping[str, tuple[str, str]] = {"wfs": ("WFS", "wfs:service"), "api": ("OAPIF", "ogc:landing")}


@dataclass(frozen=True, slots=True)
class QgisSource:
    """A provider of QGIS at an absolute address."""

    provider: str
    address: str

    def text(self, scope: Scope) -> str:
        """Return the source of a layer as QGIS writes it: in Lambert-93, features of the window alone."""
        said = {"typename": scope.slug, "url": self.address, "restrictToRequestBBOX": "1"}
        if self.provider == "WFS":
            said |= {"typename": type_name(scope.slug), "version": "2.0.0", "pagingEnabled": "true"}
        if scope.definition.geometry.is_located:
            said["srsname"] = "EPSG:2154"
        return " ".join(f"{name}='{value}'" for name, value in sorted(said.items()))

    def field_name(self, field: Field) -> str:
        """Return what a field is called in QGIS."""
        return xml_name(field.name) if self.provider == "WFS" else field.name
