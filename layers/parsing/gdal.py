"""GDAL with the few drivers that our formats need, none of which fetches addresses or assembles other files.

GDAL chooses a driver by content. Drivers that follow addresses (WFS, OGC API…), run pipelines or open other files
(virtual layers) are not registered in this process: ``GDAL_SKIP`` is read when ``pyogrio`` is first imported, so it
is set just before and restored just after (child programs are not affected). Import ``pyogrio`` from here: reading
uploads and writing exports share one process.
"""

from __future__ import annotations

import os

from layers.lazy import without_pandas

__all__ = ["DataLayerError", "DataSourceError", "FeatureError", "FieldError", "GeometryError", "pyogrio"]

_SKIPPED = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,EDIGEO,EEDA,ESRIJSON,Elasticsearch,GDALG,GPSBabel,"
    "GTFS,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LVBAG,MBTiles,MEM,MVT,MapML,MiraMonVector,NGW,OAPIF,ODS,"
    "OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,SQLite,SXF,Selafin,"
    "TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)


_before = os.environ.get("GDAL_SKIP")
os.environ["GDAL_SKIP"] = _SKIPPED
with without_pandas():
    import pyogrio  # its import registers the drivers
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

if _before is None:
    del os.environ["GDAL_SKIP"]
else:
    os.environ["GDAL_SKIP"] = _before

pyogrio.set_gdal_config_options(
    {
        "GDAL_HTTP_TIMEOUT": 1,
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "GML_DOWNLOAD_SCHEMA": False,
        "GML_SKIP_RESOLVE_ELEMS": "ALL",
        "LIBKML_RESOLVE_STYLE": False,
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_GEOJSON_MAX_OBJ_SIZE": 100,
        # The driver's own way to Arrow writes wrong bytes for features without geometry (GDAL 3.12).
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": True,
        "SHAPE_RESTORE_SHX": True,
        # The spatial index of a large GeoPackage is sorted on disk beyond this, and by the writer's own thread: left to
        # itself GDAL takes a tenth of the machine.
        "OGR_GPKG_ALLOW_THREADED_RTREE": "NO",
        "OGR_GPKG_MAX_RAM_USAGE_RTREE": str(16 * 1024 * 1024),
    }
)
