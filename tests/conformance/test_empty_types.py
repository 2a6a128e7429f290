"""Types of fields that are empty in the first rows, or in all of them: what each client finds, by each way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryKind
from layers.models import Commune
from tests.conformance.clients import gdal_each, qgis_each, why_no_qgis
from tests.deliveries import dataset, field, published
from tests.factories import MEUDON, MIDDLES

SLUG = "releves"
KINDS = {
    "entier": "int",
    "grand": "int",
    "decimal": "number",
    "vrai": "bool",
    "jour": "date",
    "instant": "datetime",
}
LAST = {
    "texte": "à la fin",
    "entier": "7",
    "grand": "30000000000",
    "decimal": "2,5",
    "vrai": "oui",
    "jour": "2024-05-31",
    "instant": "2024-05-31T10:20:30Z",
}
SCHEMA = DatasetSchema(
    fields=(field("code"), field("texte"), *(field(name, kind) for name, kind in KINDS.items())),
    geometry=GeometryKind.POINT,
    key=("code",),
    title_field="code",
)
TITLES = ("code", "texte", *KINDS, "lon", "lat")


@pytest.fixture
def url(live_server: LiveServer, catalogue: dict[str, Commune], media: Path) -> str:
    """The address of a server of one layer: eleven rows without a value, and a last one with all of them."""
    at = [str(part) for part in MIDDLES[MEUDON]]
    nothing = [""] * len(LAST)
    lines = [[f"R{rank:02}", *(nothing if rank < 11 else LAST.values()), *at] for rank in range(12)]
    recipe = GeometryRecipe("lonlat", (len(TITLES) - 2, len(TITLES) - 1))
    published(dataset(SLUG, SCHEMA), *lines, schema=SCHEMA, titles=TITLES, recipe=recipe)
    return live_server.url


# GDAL's OGC API driver reads an integer into four bytes where its values fit; QGIS 3.40 reads no types from that API.
FOUND_BY_GDAL = {
    "texte": "object", "entier": "int64", "grand": "int64", "decimal": "float64", "vrai": "bool",
    "jour": "datetime64[D]", "instant": "datetime64[ms]",
}  # fmt: skip
FOUND_BY_QGIS = {
    "texte": "string", "entier": "long", "grand": "long", "decimal": "double", "vrai": "boolean",
    "jour": "date", "instant": "dateTime",
}  # fmt: skip


def by_gdal(url: str) -> dict[str, dict[str, str]]:
    """Return the types that GDAL declares, by way in."""
    wfs = {"layer": f"portail:{SLUG}"}
    asked: dict[str, dict[str, Any]] = {
        "OAPIF": {"source": f"OAPIF:{url}/api", "layer": SLUG},
        "GeoJSON": {"source": f"{url}/api/collections/{SLUG}/items?limit=100"},
        "WFS 1.1": {"source": f"WFS:{url}/wfs?VERSION=1.1.0", **wfs},
        "WFS 2.0": {"source": f"WFS:{url}/wfs?VERSION=2.0.0", **wfs},
    }
    answers = dict(zip(asked, gdal_each(list(asked.values())), strict=True))
    return {way: {name: answer["declared"][name] for name in LAST} for way, answer in answers.items()}


def by_qgis(url: str, home: Path) -> list[dict[str, str]]:
    """Return the types that QGIS finds by WFS, by version."""
    uris = [
        {"typename": f"portail:{SLUG}", "version": version, "srsname": "EPSG:2154"}
        for version in ("1.1.0", "2.0.0")
    ]
    answers = qgis_each(f"{url}/wfs", [{"provider": "WFS", "uri": uri} for uri in uris], home=home)
    return [{name: answer["types"][name].removeprefix("xsd:") for name in LAST} for answer in answers]


def test_clients_find_the_type_of_every_field(url: str, tmp_path: Path, subtests: Any) -> None:
    short = FOUND_BY_GDAL | {"entier": "int32"}
    with subtests.test("GDAL"):
        assert by_gdal(url) == {
            "OAPIF": short,
            "GeoJSON": short,
            "WFS 1.1": FOUND_BY_GDAL,
            "WFS 2.0": FOUND_BY_GDAL,
        }
    if not why_no_qgis():
        with subtests.test("QGIS"):
            assert by_qgis(url, tmp_path) == [FOUND_BY_QGIS] * 2
