"""``import_cadastre``: GeoJSON of Etalab's cadastre, compressed, row by row."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from shapely import Polygon, box

from reference_data.models import Parcel
from tests.factories import MEUDON, SEVRES
from tests.official_files import geojson, load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]

PARCEL: dict[str, Any] = {
    "id": "920480000C0439",
    "commune": MEUDON,
    "prefixe": "000",
    "section": "C",
    "numero": "439",
    "contenance": 812,
    "arpente": False,
    "created": "2005-05-03",
    "updated": "2014-11-06",
    "geom": box(2.2125, 48.8125, 2.2129, 48.8127),
}
SECOND = {"id": "92048123AB0001", "prefixe": "123", "section": "AB", "numero": "1"}


def file_of(folder: Path, *changes: dict[str, Any]) -> Path:
    """Write parcels as Etalab does."""
    plain = geojson(folder / "cadastre-92048-parcelles.json", *(PARCEL | change for change in changes))
    packed = folder / "cadastre-92048-parcelles.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    return packed


def test_every_column_of_the_layout_is_stored(tmp_path: Path) -> None:
    load("import_cadastre", file_of(tmp_path, {}))
    parcel = Parcel.objects.get()
    same = ("prefixe", "section", "numero", "contenance", "arpente")
    assert {name: getattr(parcel, name) for name in same} == {name: PARCEL[name] for name in same}
    assert (parcel.idu, parcel.code_insee) == (PARCEL["id"], MEUDON)
    assert (parcel.created, parcel.updated) == (dt.date(2005, 5, 3), dt.date(2014, 11, 6))
    assert parcel.geom.geom_type == "MultiPolygon"
    assert parcel.commune_id == MEUDON


def test_a_parcel_is_titled_by_section_and_number_after_the_prefix_of_a_former_commune(
    tmp_path: Path,
) -> None:
    load("import_cadastre", file_of(tmp_path, {}, SECOND))
    assert [*Parcel.objects.order_by("idu").values_list("reference", flat=True)] == ["C 439", "123 AB 1"]


def test_a_second_load_writes_nothing(tmp_path: Path) -> None:
    load("import_cadastre", file_of(tmp_path, {}, SECOND))
    assert "0 créés, 0 mis à jour, 2 inchangés" in load("import_cadastre", file_of(tmp_path, {}, SECOND))


def test_a_divided_parcel_is_replaced_and_other_communes_stay(tmp_path: Path) -> None:
    sevres = {"id": "92072000AA0001", "commune": SEVRES, "section": "AA", "numero": "1"}
    many = [
        {"id": f"92048000AA{number:04d}", "section": "AA", "numero": str(number)} for number in range(1, 9)
    ]
    load("import_cadastre", file_of(tmp_path, *many, sevres))
    assert "1 créés, 0 mis à jour, 7 inchangés, 1 retirés" in load(
        "import_cadastre", file_of(tmp_path, *many[1:], SECOND)
    )
    assert Parcel.objects.filter(code_insee=SEVRES).exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "92048000AB01"}, "ligne 2, id « 92048000AB01 » : identifiant de quatorze caractères attendu"),
        ({"numero": "2"}, "ligne 2, id « 92048123AB0001 » : 92048123AB0002 attendu"),
        ({"contenance": -4}, "ligne 2, contenance « -4 »"),
        ({"created": "hier"}, "ligne 2, created « hier » : date attendue"),
        (
            {"geom": Polygon([(2.21, 48.81), (2.22, 48.82), (2.22, 48.81), (2.21, 48.82)])},
            "ligne 2 : géométrie non valide : Self-intersection",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_loaded(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    assert reason in load("import_cadastre", file_of(tmp_path, {}, SECOND | change))
    assert Parcel.objects.get().idu == PARCEL["id"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "sections.json", {"id": "920480000C", "commune": MEUDON, "geom": PARCEL["geom"]}
    )
    with pytest.raises(CommandError, match="prefixe, section, numero"):
        load("import_cadastre", path)
