"""A process of the web server answers before it has imported what few requests need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Libraries of charts, files, rasters, fonts and drawings: 0.05 to 0.4 s and 5 to 50 MB each.
HEAVY = (
    "altair", "branca", "folium", "fontTools", "geopandas", "jinja2", "jsonschema", "mapclassify", "morecantile",
    "pandas", "pikepdf", "pyarrow", "pydantic", "pyogrio", "pyproj", "rasterio", "redis",
    "rio_cogeo", "rio_tiler", "segno", "vl_convert", "weasyprint", "xlsxwriter", "xyzservices",
)  # fmt: skip
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/absent"
# What the process does until it answers, and an answer; each heavy library is written with the module of ours that
# imported it.
PROGRAM = """
import os, sys
root, heavy = sys.argv[1], set(sys.argv[2:])
sys.path.insert(0, root)

def importer(frame):
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(root) and "/.venv/" not in file:
            return f"{os.path.relpath(file, root)}:{frame.f_lineno}"
        frame = frame.f_back
    return "no module of ours"

class Importers:
    def find_spec(self, name, path=None, target=None):
        if name in heavy:
            print(f"{name} is imported by {importer(sys._getframe(1))}")

sys.meta_path.insert(0, Importers())
from wsgiref.util import setup_testing_defaults
import gisportal.asgi
from gisportal.warm_up import warm_up
from gisportal.wsgi import application
warm_up()
request = {"HTTP_HOST": "localhost", "PATH_INFO": "/healthz", "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1"}
setup_testing_defaults(request)
application(request, lambda status, headers: print(status))
"""


def run(program: str, *arguments: str) -> list[str]:
    """Return the lines that a program prints, in a process of its own with the portal's settings and no database."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gisportal.settings.test", "DATABASE_URL": NOWHERE},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_a_process_answers_without_libraries_that_few_requests_need() -> None:
    assert run(PROGRAM, str(ROOT), *HEAVY) == ["200 OK"]


def test_gdal_loads_no_pandas() -> None:
    assert run("import sys, layers.parsing.gdal; print({'pandas', 'geopandas'} & set(sys.modules))") == [
        "set()"
    ]
