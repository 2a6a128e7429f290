"""Projects and layer files of QGIS: the layers of a visitor, styled as on the map."""

from wfs.formats.qgis.documents import layer_file, project
from wfs.formats.qgis.sources import SOURCES, QgisSource

__all__ = ["SOURCES", "QgisSource", "layer_file", "project"]
