"""What the peers are told: the same table, the same attributes, seven digits, settings of their own manuals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from bench import seed

TABLE = "bench_point"
# The ten attributes that our layer publishes, by their columns.
COLUMNS = (
    "nom", "description", "categorie", "effectif", "surface_m2", "taux", "est_accessible", "date_pose", "releve_le",
    "commune_id",
)  # fmt: skip


def mapfile(connection: str) -> str:
    """Return MapServer's mapfile: WFS with GeoJSON streamed by GDAL, connections kept, types read from the table.

    Its OGC API Features on the same mapfile takes twice as long for the whole table, so WFS is what is measured.
    """
    west, south, east, north = seed.BOX
    return f"""
MAP
  NAME "bench"
  EXTENT {west} {south} {east} {north}
  PROJECTION "init=epsg:4326" END
  OUTPUTFORMAT
    NAME "geojson"
    DRIVER "OGR/GEOJSON"
    MIMETYPE "application/geo+json"
    FORMATOPTION "STORAGE=stream"
    FORMATOPTION "FORM=SIMPLE"
    FORMATOPTION "LCO:COORDINATE_PRECISION=7"
  END
  WEB METADATA
    "ows_title" "bench" "ows_enable_request" "*" "ows_onlineresource" "http://127.0.0.1/ows"
    "wfs_getfeature_formatlist" "geojson" "ows_srs" "EPSG:4326"
  END END
  LAYER
    NAME "points"
    TYPE POINT
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "{connection}"
    DATA "geom FROM {TABLE} USING UNIQUE id USING SRID=4326"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "init=epsg:4326" END
    METADATA
      "ows_title" "points" "wfs_srs" "EPSG:4326" "gml_featureid" "id" "gml_types" "auto"
      "gml_include_items" "id,{",".join(COLUMNS)}"
    END
  END
END
"""


def mapserver(folder: Path) -> str:
    """Return MapServer's own configuration: the one mapfile it serves."""
    return f'CONFIG\n  MAPS\n    bench "{folder}/points.map"\n  END\nEND\n'


def nginx(folder: Path, port: int) -> str:
    """Return nginx's configuration: one address before the FastCGI socket, every temporary file in the folder."""
    kept = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; pid {folder}/nginx.pid; worker_processes 1;
events {{ }}
http {{
  access_log off;
{kept}  server {{
    listen 127.0.0.1:{port};
    location /ows {{
      fastcgi_pass unix:{folder}/mapserv.sock;
      fastcgi_buffers 16 64k;
      fastcgi_param QUERY_STRING map=bench&$query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_param SERVER_PORT {port};
      fastcgi_param SCRIPT_NAME /ows;
    }}
  }}
}}
"""


def pygeoapi(port: int) -> dict[str, Any]:
    """Return pygeoapi's configuration: one collection on the table."""
    west, south, east, north = seed.BOX
    words, site = {"en": "bench"}, "http://127.0.0.1"
    described = {"title": words, "description": words, "keywords": {"en": ["bench"]}}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"{site}:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": seed.POINTS},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**described, "terms_of_service": "-", "url": site},
            "license": {"name": "-", "url": site},
            "provider": {"name": "-", "url": site},
            "contact": {"name": "-"},
        },
        "resources": {
            "points": {
                "type": "collection",
                **described,
                "links": [],
                "extents": {"spatial": {"bbox": [west, south, east, north]}},
                "providers": [_provider()],
            }
        },
    }


def _provider() -> dict[str, Any]:
    """Return where pygeoapi reads, and which attributes."""
    database = settings.DATABASES["default"]
    return {
        "type": "feature",
        "name": "PostgreSQL",
        "table": TABLE,
        "id_field": "id",
        "geom_field": "geom",
        "properties": ["id", *COLUMNS],
        "data": {
            "host": database["HOST"],
            "port": int(database["PORT"] or 5432),
            "dbname": database["NAME"],
            "user": database["USER"],
            "password": database["PASSWORD"],
            "search_path": ["public"],
        },
    }
