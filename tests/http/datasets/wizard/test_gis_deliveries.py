"""Files of GIS, by the command and by the page: the same rows online, whichever way they came."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from datasets.models import Delivery, Upload
from datasets.registry import definition_of
from tests.deliveries import theme
from tests.gis_files import FILES, GisFile
from tests.people import ADMINISTRATOR
from tests.uploads import work

# One file a reader, for the page costs more; what it shows of a reading is the same for all.
BY_PAGE = {
    "geoparquet", "curve polygons", "heights and measures", "windows without a word", "dbase", "mapinfo tab",
    "second layer of a geodatabase", "third of several shapefiles", "folders of kml", "drawing", "latitude first",
    "pair with a slash", "degrees, minutes, seconds", "hexadecimal",
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("communes", "media")


def _rows(delivery: Delivery) -> list[tuple[Any, ...]]:
    """Return the values of every row, with the geometry and its commune."""
    definition = definition_of(delivery)
    paths = [field.path for field in definition.fields]
    names = [*paths, "geom"] if definition.geometry.is_located else paths
    return list(definition.model._default_manager.order_by("id").values_list(*names))


def _by_command(path: Path, file: GisFile, slug: str) -> Delivery:
    words = ["--layer", file.layer] if file.layer else []
    call_command("import_dataset", str(path), "--slug", slug, *words, stdout=StringIO())
    return Delivery.objects.get(dataset__layer__slug=slug)


def _by_page(client: Client, path: Path, file: GisFile, slug: str) -> Delivery:
    """Give the file, take the layer, and send the form of the columns as it is."""
    sent = SimpleUploadedFile(path.name, path.read_bytes())
    address = client.post("/jeux/nouveau/", {"file": sent}).headers["Location"].removesuffix("etat/")
    work()
    if file.layer:
        client.post(f"{address}lecture/", {"part": file.layer})
        work()
    page = client.get(address).content.decode()
    said = _form(page) | {"jeu-title": file.name, "jeu-slug": slug, "jeu-theme": str(theme().pk)}
    client.post(address, said)
    work()
    found = Upload.objects.get(pk=address.split("/")[-2])
    assert found.delivery is not None, found.fault
    return found.delivery


def _form(page: str) -> dict[str, str]:
    """Return what a browser would send of the form of the columns."""
    form = page[page.index("colonnes-TOTAL_FORMS") :]
    sent = {"colonnes-INITIAL_FORMS": "0"}
    sent["colonnes-TOTAL_FORMS"] = re.findall(r'TOTAL_FORMS" value="(\d+)"', page)[0]
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else "on" if 'type="checkbox"' in tag else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_files_of_gis_are_the_same_by_command_and_by_page(tmp_path: Path, subtests: pytest.Subtests) -> None:
    theme()
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    for number, file in enumerate(FILES):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = file.make(folder)
        with subtests.test(file.name):
            by_command = _by_command(path, file, f"commande-{number}")
            rows = _rows(by_command)
            assert by_command.report["errors"] == 0, list(
                by_command.report_lines.values_list("reason", flat=True)
            )
            assert len(rows) == file.rows
            if file.name in BY_PAGE:
                assert _rows(_by_page(client, path, file, f"page-{number}")) == rows
            if file.geometry:
                placed = [row[-1] for row in rows if row[-1]]
                assert placed
                assert all(
                    2.2 < shape.centroid.x < 2.3 and 48.8 < shape.centroid.y < 48.9 for shape in placed
                )
            if file.size:
                assert abs(placed[0].transform(2154, clone=True).area - file.size) < 0.01 * file.size
