"""The servers people would install instead, over the same tables: their configuration, started and stopped here."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any
from urllib.parse import quote

from django.conf import settings

from bench import seed
from bench.client import body_of
from bench.server import WORKERS, free_port

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


def mapserver_configuration(folder: Path) -> str:
    """Return MapServer's own configuration: the one mapfile it serves."""
    return f'CONFIG\n  MAPS\n    bench "{folder}/points.map"\n  END\nEND\n'


def nginx(folder: Path, port: int) -> str:
    """Return nginx's configuration: one address before the FastCGI socket, every temporary file in the folder."""
    modules = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; pid {folder}/nginx.pid; worker_processes 1;
events {{ }}
http {{
  access_log off;
{modules}  server {{
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


def pygeoapi_configuration(port: int) -> dict[str, Any]:
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


_PATIENCE_SECONDS = 60.0
_PROGRAMS = "/usr/sbin:/usr/bin:/usr/lib/cgi-bin"


class Absent(Exception):
    """A peer that this machine does not have; the words say what is missing."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that answers: the address of a page of a box ``west,south,east,north``, and of the whole table.

    ``page_bound`` and ``full_layer_bound`` are how many times longer than ours its answers must take; no address of the
    whole, no comparison of it.
    """

    name: str
    port: int
    page: Callable[[str, int], str]
    page_bound: float
    full_layer: str = ""
    full_layer_bound: float = 0.0


def mapserver(folder: Path, running: ExitStack) -> Peer:
    """Start MapServer behind nginx.

    Raises:
        Absent: MapServer or nginx is not installed.
    """
    port, program = fastcgi(mapfile(libpq_words()), folder, running)
    base = "/ows?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=points&OUTPUTFORMAT=geojson"
    wait(port, f"{base}&COUNT=1", folder)
    return Peer(
        f"MapServer {version_of_mapserver(program)}",
        port,
        lambda box, limit: f"{base}&COUNT={limit}&BBOX={_latitude_first(box)},urn:ogc:def:crs:EPSG::4326",
        page_bound=2.0,
        full_layer=base,
        full_layer_bound=2.0,
    )


def tipg(folder: Path, running: ExitStack) -> Peer:
    """Start tipg.

    Raises:
        Absent: the environment of the peers has no tipg.
    """
    port, version = tipg_server({"TIPG_MAX_FEATURES_PER_QUERY": str(seed.POINTS)}, folder, running)
    properties = ",".join(COLUMNS)
    base = f"/collections/public.{TABLE}/items?f=geojson&properties={properties}"
    wait(port, f"{base}&limit=1", folder)
    return Peer(
        f"tipg {version}", port, lambda box, limit: f"{base}&limit={limit}&bbox={box}", page_bound=6.0
    )


def pygeoapi(folder: Path, running: ExitStack) -> Peer:
    """Start pygeoapi.

    Raises:
        Absent: the environment of the peers has no pygeoapi, or not what its provider needs (psycopg2).
    """
    python, version = python_with("pygeoapi")
    port = free_port()
    configuration, document = folder / "pygeoapi.yml", folder / "openapi.yml"
    configuration.write_text(json.dumps(pygeoapi_configuration(port)))  # JSON is YAML
    variables = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(document)}
    described = subprocess.run(  # noqa: S603 (its own command, files of ours)
        [python.with_name("pygeoapi"), "openapi", "generate", configuration, "--output-file", document],
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    if described.returncode:
        raise Absent(f"pygeoapi does not describe its collections: {described.stderr.strip()[-200:]}")
    running.enter_context(
        running_program(uvicorn(python, "pygeoapi.starlette_app:APP", port), variables, folder)
    )
    base = "/collections/points/items?f=json"
    wait(port, f"{base}&limit=1", folder)
    return Peer(
        f"pygeoapi {version}", port, lambda box, limit: f"{base}&limit={limit}&bbox={box}", page_bound=6.0
    )


def fastcgi(mapfile: str, folder: Path, running: ExitStack) -> tuple[int, str]:
    """Start two processes of MapServer on a mapfile behind nginx, and return the port and the program.

    Raises:
        Absent: MapServer or nginx is not installed.
    """
    web, program = (shutil.which(name, path=_PROGRAMS) for name in ("nginx", "mapserv"))
    if web is None or program is None:
        raise Absent("cgi-mapserver and nginx-light are not installed")
    port = free_port()
    (folder / "points.map").write_text(mapfile)
    (folder / "mapserver.conf").write_text(mapserver_configuration(folder))
    (folder / "nginx.conf").write_text(nginx(folder, port))
    # A FastCGI program takes its connections from its standard input.
    waiting = running.enter_context(socket.socket(socket.AF_UNIX))
    waiting.bind(str(folder / "mapserv.sock"))
    waiting.listen(64)
    variables = {"MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf")}
    for _process in range(WORKERS):
        running.enter_context(running_program([program], variables, folder, stdin=waiting.fileno()))
    command = [web, "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log"), *_account()]
    running.enter_context(running_program(command, {}, folder))
    return port, program


def version_of_mapserver(program: str) -> str:
    """Return the version that MapServer tells."""
    output = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stdout  # noqa: S603 (found above)
    return output.split()[2]


def tipg_server(variables: Mapping[str, str], folder: Path, running: ExitStack) -> tuple[int, str]:
    """Start tipg on the tables of the benchmark, and return the port and the version.

    Raises:
        Absent: the environment of the peers has no tipg.
    """
    python, version = python_with("tipg")
    port = free_port()
    database = settings.DATABASES["default"]
    secret = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    host = quote(database["HOST"], safe="") or "localhost"
    url = f"postgresql://{database['USER']}{secret}@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    environ = {"DATABASE_URL": url, "TIPG_DB_SCHEMAS": '["public"]', **variables}
    running.enter_context(running_program(uvicorn(python, "tipg.main:app", port), environ, folder))
    return port, version


PEERS: Mapping[str, Callable[[Path, ExitStack], Peer]] = {
    "MapServer": mapserver,
    "tipg": tipg,
    "pygeoapi": pygeoapi,
}


def uvicorn(python: Path, application: str, port: int) -> list[str]:
    """Return the command of two processes of uvicorn."""
    quiet = ["--log-level", "error", "--no-access-log"]
    return [
        str(python), "-m", "uvicorn", application, "--port", str(port), "--workers", str(WORKERS), *quiet,
    ]  # fmt: skip


@contextmanager
def running_program(
    command: list[str], variables: Mapping[str, str], folder: Path, *, stdin: int = subprocess.DEVNULL
) -> Iterator[None]:
    """Run a program, and what it starts, for the time of the block; what it says goes to ``peer.log``."""
    with (folder / "peer.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (programs named above)
            command,
            env={**os.environ, **variables},
            stdin=stdin,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a program and what it started to end; MapServer, which waits for its next request, is not asked twice."""
    for signal, patience in ((SIGTERM, 5), (SIGKILL, 30)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)


def wait(port: int, path: str, folder: Path) -> None:
    """Wait for the first answer; without one, end with what the peer said."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):  # an HTTP error is one
            body_of(port, path)
            return
        time.sleep(0.2)
    log = (folder / "peer.log").read_text(errors="replace")[-2000:]
    raise SystemExit(f"bench: no answer to {path}\n{log}")


def _account() -> list[str]:
    """Keep nginx's worker under the account that owns the socket: root's would become another's."""
    return ["-g", "user root;"] if os.geteuid() == 0 else []


def _latitude_first(box: str) -> str:
    west, south, east, north = box.split(",")
    return f"{south},{west},{north},{east}"


def python_with(package: str) -> tuple[Path, str]:
    """Return the interpreter of the peers' environment and the version of a package it has.

    Raises:
        Absent: no environment, or not this package.
    """
    folder = os.environ.get("BENCH_PEERS", "")
    python = Path(folder) / "bin" / "python"
    if not folder or not python.is_file():
        raise Absent("BENCH_PEERS names no virtual environment")
    answer = subprocess.run(  # noqa: S603 (an interpreter that the environment names, constants)
        [python, "-c", f"from importlib.metadata import version; print(version('{package}'))"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise Absent(f"{package} is not in the environment that BENCH_PEERS names")
    return python, answer.stdout.strip()


def libpq_words() -> str:
    """Return how libpq reaches the benchmark's database."""
    database = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return " ".join(f"{word}={database[name]}" for word, name in names.items() if database[name])
