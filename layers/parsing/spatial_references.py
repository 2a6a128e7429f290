"""Spatial references that Django gives to its GDAL: EPSG codes and WKT, which name nothing to open.

Django reads a text by ``OSRSetFromUserInput`` of the system's GDAL, which takes an unknown one for the path of a file
or an address and opens it. Django forbids that from GDAL 3.9 on, and can only warn before (``gis.W001``; Debian 12 has
3.6). The portal needs codes alone, so this function is called with no GDAL. Files of strangers, whose references may
be anything, are read by another GDAL in a child without network (``sandbox``).
"""

from __future__ import annotations

import re
import tempfile
import threading

from django.contrib.gis.gdal import AxisOrder, CoordTransform, GDALException, SpatialReference, SRSException

from layers.crs import LAMBERT_93, STORAGE

_CODE = re.compile(r"\s*EPSG:(\d{1,9})\s*", re.IGNORECASE)
_WKT = re.compile(r"\s*[A-Z][A-Z0-9_]*\s*[\[(]\s*\"", re.IGNORECASE)
# A definition that GDAL reads if it opens the file: the check must not take a fault of the text for a refusal.
_DEFINITION = (
    'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.257]],PRIMEM["x",0],UNIT["degree",0.01745329251994328]]'
)


def restrict_spatial_references() -> None:
    """Make Django read EPSG codes and WKT, and refuse any other text, whatever its GDAL."""
    # Django has no setting for it; mypy takes an assignment for a fault.
    setattr(SpatialReference, "import_user_input", _import_code_or_wkt)  # noqa: B010  (as above)


def _import_code_or_wkt(reference: SpatialReference, user_input: str | bytes) -> None:
    text = user_input.decode() if isinstance(user_input, bytes) else user_input
    if match := _CODE.fullmatch(text):
        reference.import_epsg(int(match[1]))
    elif _WKT.match(text):
        reference.import_wkt(text)
    else:
        raise GDALException(
            f"{text[:80]!r} is neither an EPSG code nor WKT: no other spatial reference is read"
        )


def opens_files() -> bool:
    """Whether Django reads a spatial reference that is the path of a file: it would fetch an address too."""
    with tempfile.NamedTemporaryFile("w", suffix=".prj") as file:
        file.write(_DEFINITION)
        file.flush()
        try:
            SpatialReference(file.name)
        except (GDALException, SRSException):
            return False
    return True


# GDAL reads two definitions of the EPSG to make a transformation, in 2 ms; threads do not share one.
_transformations = threading.local()


def to_lambert_93() -> CoordTransform:
    """Return the transformation from EPSG:4326 (x = longitude) to Lambert-93 of this thread."""
    if not hasattr(_transformations, "to_metres"):
        ends = (SpatialReference(crs.srid, axis_order=AxisOrder.TRADITIONAL) for crs in (STORAGE, LAMBERT_93))
        _transformations.to_metres = CoordTransform(*ends)
    transformation: CoordTransform = _transformations.to_metres
    return transformation
