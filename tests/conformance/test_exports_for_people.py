"""Files that people open, read by pandas and set beside what the screen shows: titles, units, labels beside codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import MEUDON
from tests.world import TREES

COLUMNS = "nom_vernaculaire,commune,statut_foncier,hauteur,circonference,critere"
CODED = {"Commune": MEUDON, "Statut foncier": "public", "Critères": "dimensions;age"}
# A portal has no pandas, and its tests load none: another process reads the files.
_READ = """
import json, sys, pandas
options = {"dtype": str, "keep_default_na": False}
readers = {
    "csv": lambda path: pandas.read_csv(path, **options),
    "excel.csv": lambda path: pandas.read_csv(path, sep=";", encoding="utf-8-sig", **options),
    "xlsx": lambda path: pandas.read_excel(path, engine="calamine", **options),
}
frames = {name: readers[name](path) for name, path in json.loads(sys.argv[1]).items()}
print(json.dumps({name: frame.to_dict("records") for name, frame in frames.items()}))
"""


@pytest.fixture
def trees(catalogue: object) -> None:
    """A tree with everything, and one without."""
    named = {
        "hauteur": 12.5,
        "circonference": 250,
        "statut_foncier": "public",
        "critere": ["dimensions", "age"],
    }
    factories.tree("Érable ; « =2+2 »", at=MEUDON, **named)
    factories.tree("Nu", at=(2.5, 48.9))


def _written(client: Client, folder: Path, **asked: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each file, as pandas reads them."""
    paths = {}
    for extension in ("csv", "excel.csv", "xlsx"):
        question = {"properties": COLUMNS, "sortby": "nom_vernaculaire", **asked}
        response = client.get(f"/export/{TREES}.{extension}", question)
        path = folder / f"file.{extension}"
        path.write_bytes(b"".join(response.streaming_content))
        paths[extension] = str(path)
    read = subprocess.run(
        [sys.executable, "-c", _READ, json.dumps(paths)], capture_output=True, text=True, check=True
    )
    found: dict[str, list[dict[str, str]]] = json.loads(read.stdout)
    return found


def _as_shown(text: str) -> str:
    """Return a cell with the screen's own signs: a decimal comma, a comma between the values of a list."""
    return text.replace(".", ",").removesuffix(",0").replace(";", ", ")


def _screen(client: Client) -> tuple[list[str], list[list[str]]]:
    """Return the titles and the texts of the table on the screen, but for the names, which hold signs."""
    found: Any = client.get(
        f"/carte/tableau/{TREES}/", {"colonnes": COLUMNS, "tri": "nom_vernaculaire"}
    ).json()
    return [column["title"] for column in found["columns"]], [row[2:] for row in found["rows"]]


def test_files_for_people_say_what_the_screen_says_and_keep_the_codes(
    trees: None, client: Client, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    titles, shown = _screen(client)
    assert shown[0][:3] == ["Meudon", "Public", "12,5"]
    for extension, rows in _written(client, tmp_path, entetes="libelles").items():
        with subtests.test(extension):
            assert set(titles) <= set(rows[0])
            assert [[_as_shown(row[title]) for title in titles[1:]] for row in rows] == shown
            assert {title: rows[0][f"{title} (code)"] for title in CODED} == CODED


def test_files_of_programs_hold_names_and_codes_alone(trees: None, client: Client, tmp_path: Path) -> None:
    rows = _written(client, tmp_path)["csv"]
    assert set(rows[0]) == {"id", *COLUMNS.split(","), "longitude", "latitude"}
    assert rows == _written(client, tmp_path, entetes="codes")["csv"]
