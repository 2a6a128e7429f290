"""``import_servitudes``: perimeters of the packages of the CNIG standard SUP, category by category."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.management import CommandError
from shapely import box

from gisportal.demo.sample_rows import read_territory
from gisportal.demo.servitudes import easements
from gisportal.demo.streets import network
from reference_data.models import Easement
from tests.official_files import geojson, load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]

PERIMETER: dict[str, Any] = {
    "idAss": "AC1-130013907-12-1-1",
    "idGen": "AC1-130013907-12-1",
    "nomAss": "Église Saint-Martin",
    "typeAss": "Monument historique",
    "modeGeoAss": "Zone tampon",
    "paramCalc": 500,
    "srcGeoAss": "Cadastre",
    "dateSrcAss": "20190628",
    "geom": box(2.2125, 48.8125, 2.2129, 48.8127),
}
SECOND = {"idAss": "AC1-130013907-13-1-1", "modeGeoAss": "Egal au générateur", "paramCalc": None}


def file_of(folder: Path, *changes: dict[str, Any]) -> Path:
    return geojson(folder / "AC1_ASSIETTE_SUP_S.json", *(PERIMETER | change for change in changes))


def test_every_column_of_the_table_is_stored_whatever_its_case(tmp_path: Path) -> None:
    load("import_servitudes", file_of(tmp_path, {}))
    easement = Easement.objects.get()
    expected = {name.lower(): value for name, value in PERIMETER.items() if name != "geom"}
    assert {name: getattr(easement, name) for name in expected} == expected
    assert easement.suptype == "AC1"


def test_the_sample_packages_are_the_easements_of_the_demonstration() -> None:
    report = load(
        "import_servitudes", settings.BASE_DIR / "fixtures" / "servitudes" / "servitudes-exemple.zip"
    )
    sample = {it.idass: it for it in easements(network(read_territory().shapes))}
    assert report.count("0 refusées") == len({it.category for it in sample.values()})
    stored = {it.idass: it for it in Easement.objects.all()}
    assert {key: (it.nomass, it.typeass, it.modegeoass, it.paramcalc) for key, it in stored.items()} == {
        key: (it.name, it.kind, it.method, it.radius) for key, it in sample.items()
    }
    far = [key for key, it in stored.items() if abs(it.geom.area / sample[key].shape.area - 1) > 0.001]
    assert far == []


def test_a_circle_is_within_five_hundred_metres_of_its_monument_and_told_from_a_decided_outline() -> None:
    circle, outline = easements([])[0], easements([])[1]
    centre = Point(*circle.generator.coords[0], srid=4326)
    metres = [
        centre.transform(2154, clone=True).distance(Point(*corner, srid=4326).transform(2154, clone=True))
        for corner in circle.shape.exterior.coords
    ]
    assert 495 < min(metres) <= max(metres) < 505
    assert (circle.method.value, circle.radius) == ("Zone tampon", 500)
    assert (outline.kind, outline.method.value, outline.radius) == (
        "Périmètre des abords",
        "Digitalisation",
        None,
    )


def test_words_of_the_first_revisions_are_read(tmp_path: Path) -> None:
    load("import_servitudes", file_of(tmp_path, SECOND))
    assert Easement.objects.get().modegeoass == "Égale au générateur"


def test_what_a_category_has_no_more_is_removed_and_other_categories_stay(tmp_path: Path) -> None:
    many = [{"idAss": f"AC1-130013907-{number}-1-1"} for number in range(10)]
    load("import_servitudes", file_of(tmp_path, *many, {"idAss": "PT1-130013907-1-1-1"}))
    assert "1 retirés" in load("import_servitudes", file_of(tmp_path, *many[1:]))
    assert Easement.objects.filter(suptype="PT1").count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"idAss": "12"}, "ligne 2, idass « 12 » : identifiant attendu"),
        ({"modeGeoAss": "À la main"}, "ligne 2, modegeoass « À la main » : valeur attendue parmi"),
        ({"dateSrcAss": "2019"}, "ligne 2, datesrcass « 2019 » : date attendue : AAAAMMJJ"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    assert reason in load("import_servitudes", file_of(tmp_path, {}, SECOND | change))
    assert Easement.objects.count() == 1


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = geojson(tmp_path / "zones.json", {"idAss": "AC1-1-1-1-1", "geom": PERIMETER["geom"]})
    with pytest.raises(CommandError, match="idgen, nomass, typeass, modegeoass"):
        load("import_servitudes", path)
