"""``import_roads``: official layouts of the BD TOPO, row by row, repeatable, all or nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from shapely import LineString, Point, from_wkb

from reference_data.models import RoadSection
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.gis_writing import folder_of, zipped
from tests.official_files import geojson, gis_file
from tests.official_files import load as load_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]

SECTION: dict[str, Any] = {
    "cleabs": "TRONROUT0000000000000001",
    "nature": "Route à 1 chaussée",
    "nom_voie_ban_gauche": "Rue des Lilas",
    "nom_voie_ban_droite": "Rue des Lilas",
    "importance": "4",
    "fictif": "false",
    "position_par_rapport_au_sol": "0",
    "etat_de_l_objet": "En service",
    "nombre_de_voies": 2,
    "largeur_de_chaussee": 5.5,
    "sens_de_circulation": "Double sens",
    "urbain": True,
    "vitesse_moyenne_vl": 25,
    "bornes_debut_gauche": "1",
    "bornes_fin_gauche": "11BIS",
    "bornes_debut_droite": "2",
    "bornes_fin_droite": "12",
    "insee_commune_gauche": MEUDON,
    "insee_commune_droite": MEUDON,
    "geom": LineString([(2.205, 48.81), (2.206, 48.811)]),
}
SECOND = {"cleabs": "TRONROUT0000000000000002", "nom_voie_ban_gauche": "Rue du Moulin"}


def file_of(folder: Path, *changes: dict[str, Any]) -> Path:
    """Write sections in the columns of the BD TOPO, each with what differs from the example."""
    return geojson(folder / "troncons.geojson", *(SECTION | change for change in changes))


def load(path: Path, **options: Any) -> str:
    return load_file("import_roads", path, **options)


def names() -> list[str]:
    return [*RoadSection.objects.order_by("cleabs").values_list("nom_voie", flat=True)]


def test_every_column_of_the_layout_is_stored(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}))
    section = RoadSection.objects.get()
    expected = {name: value for name, value in SECTION.items() if name not in {"fictif", "geom"}}
    assert {name: getattr(section, name) for name in expected} == expected
    assert section.geom.coords == ((2.205, 48.81), (2.206, 48.811))
    assert section.commune_id == MEUDON


def lambert(*positions: tuple[float, float]) -> Any:
    """Return a set of one line with heights, in Lambert-93."""
    ewkt = f"MULTILINESTRING Z (({', '.join(f'{x} {y} 35' for x, y in positions)}))"
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsBinary(ST_Transform(ST_GeomFromText(%s, 4326), 2154))", [ewkt])
        return from_wkb(bytes(cursor.fetchone()[0]))


def test_the_layer_of_a_geopackage_in_lambert_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "bdtopo.gpkg"
    gis_file(path, "GPKG", SECTION | {"geom": Point(2.2, 48.8)}, layer="adresse")
    shape = {"geom": lambert((2.205, 48.81), (2.206, 48.811))}
    rows = [SECTION | change | shape for change in ({}, SECOND)]
    gis_file(
        path, "GPKG", *rows, layer="troncon_de_route", append=True, crs="EPSG:2154",
        geometry_type="MultiLineString Z",
    )  # fmt: skip
    assert "2 créés" in load(path)
    (x, y), _end = RoadSection.objects.earliest("pk").geom.coords
    assert (round(x, 6), round(y, 6)) == (2.205, 48.81)


def test_short_names_of_a_shapefile_are_those_of_the_layout(tmp_path: Path) -> None:
    short = {
        "cleabs": "ID", "nature": "NATURE", "nom_voie_ban_gauche": "NOM_BAN_G", "importance": "IMPORTANCE",
        "sens_de_circulation": "SENS", "insee_commune_gauche": "INSEECOM_G", "insee_commune_droite": "INSEECOM_D",
        "geom": "geom",
    }  # fmt: skip
    (parts := tmp_path / "parts").mkdir()
    row = {title: SECTION[name] for name, title in short.items()}
    shp = gis_file(parts / "TRONCON_DE_ROUTE.shp", "ESRI Shapefile", row, encoding="UTF-8")
    assert "1 créés" in load(zipped(tmp_path / "bdtopo.zip", folder_of(shp)))
    assert names() == ["Rue des Lilas"]


def test_a_second_load_writes_nothing(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}, SECOND))
    before = RoadSection.objects.values_list("pk", "updated_at")
    expected = list(before)
    assert "0 créés, 0 mis à jour, 2 inchangés, 0 retirés" in load(file_of(tmp_path, {}, SECOND))
    assert list(before.all()) == expected


def test_what_changed_is_updated_under_its_number(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}))
    pk = RoadSection.objects.get().pk
    assert "1 mis à jour" in load(file_of(tmp_path, {"nom_voie_ban_gauche": "Rue Neuve"}))
    assert RoadSection.objects.get().pk == pk
    assert names() == ["Rue Neuve"]


def test_what_a_commune_has_no_more_is_removed_and_other_communes_stay(tmp_path: Path) -> None:
    elsewhere = {"cleabs": "S1", "insee_commune_gauche": SEVRES, "insee_commune_droite": SEVRES}
    border = {"cleabs": "S2", "insee_commune_gauche": MEUDON, "insee_commune_droite": SEVRES}
    edge = {"cleabs": "S3", "insee_commune_gauche": MEUDON, "insee_commune_droite": "92023"}
    many = [{"cleabs": f"M{number}"} for number in range(9)]
    load(file_of(tmp_path, *many, elsewhere, border, edge))
    assert "2 retirés" in load(file_of(tmp_path, *many[:8]))
    left = {*RoadSection.objects.values_list("cleabs", flat=True)}
    assert left == {*(row["cleabs"] for row in many[:8]), "S1", "S2"}


def test_a_file_that_lost_many_rows_is_refused_unless_it_is_accepted(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}, SECOND))
    with pytest.raises(CommandError, match="TRONROUT0000000000000002"):
        load(file_of(tmp_path, {}))
    assert len(names()) == 2
    load(file_of(tmp_path, {}), accept_removals=True)
    assert len(names()) == 1


def test_rows_of_other_territories_are_left_out(tmp_path: Path) -> None:
    paris = {"cleabs": "P1", "insee_commune_gauche": "75115", "insee_commune_droite": "75115"}
    assert "Hors du territoire, laissées de côté : 1." in load(file_of(tmp_path, {}, paris))
    assert len(names()) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nature": "Autoroute"}, "ligne 2, nature « Autoroute » : valeur attendue parmi"),
        ({"insee_commune_droite": "Meudon"}, "ligne 2, insee_commune_droite « Meudon »"),
        ({"nombre_de_voies": 120}, "ligne 2, nombre_de_voies « 120 »"),
        ({"cleabs": ""}, "ligne 2, cleabs « » : valeur obligatoire absente"),
        ({"geom": Point(2.2, 48.8)}, "ligne 2 : géométrie de type Point au lieu de LineString"),
        ({"geom": None}, "ligne 2 : géométrie absente"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_loaded(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = file_of(tmp_path, {}, SECOND | change, SECOND | {"cleabs": "T3"})
    assert reason in load(path).replace("«  »", "« »")
    assert {*RoadSection.objects.values_list("cleabs", flat=True)} == {SECTION["cleabs"], "T3"}


def test_a_row_that_cannot_be_read_leaves_what_is_stored(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}, SECOND))
    load(file_of(tmp_path, {}, SECOND | {"importance": "9"}))
    assert names() == ["Rue des Lilas", "Rue du Moulin"]


def test_of_two_rows_of_one_key_the_first_is_loaded(tmp_path: Path) -> None:
    report = load(file_of(tmp_path, {}, {"nom_voie_ban_gauche": "Autre"}))
    assert "même identifiant que la ligne 1" in report
    assert names() == ["Rue des Lilas"]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    names_there = ("cleabs", "nature", "importance", "geom")
    path = geojson(tmp_path / "autre.geojson", {name: SECTION[name] for name in names_there})
    with pytest.raises(CommandError, match="sens_de_circulation, insee_commune_gauche, insee_commune_droite"):
        load(path)


def test_a_trial_writes_nothing(tmp_path: Path) -> None:
    report = load(file_of(tmp_path, {}), dry_run=True)
    assert "1 créés" in report
    assert "rien n’a été écrit" in report
    assert names() == []


def test_a_file_may_be_compressed(tmp_path: Path) -> None:
    plain = file_of(tmp_path, {})
    packed = tmp_path / "troncons.geojson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    load(packed)
    assert names() == ["Rue des Lilas"]


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    packed = tmp_path / "troncons.geojson.gz"
    packed.write_bytes(gzip.compress(json.dumps({"type": "FeatureCollection"}).encode())[:-6])
    with pytest.raises(CommandError, match="endommagé"):
        load(packed)
    with pytest.raises(CommandError, match="ne peut pas être ouvert"):
        load(tmp_path / "absent.gpkg")


def test_a_file_of_another_territory_alone_says_so(tmp_path: Path) -> None:
    paris = {"insee_commune_gauche": "75115", "insee_commune_droite": "75115"}
    with pytest.raises(CommandError, match="communes du territoire"):
        load(file_of(tmp_path, paris))


def test_a_boulogne_file_leaves_meudon(tmp_path: Path) -> None:
    load(file_of(tmp_path, {}))
    load(file_of(tmp_path, SECOND | {"insee_commune_gauche": BOULOGNE, "insee_commune_droite": BOULOGNE}))
    assert len(names()) == 2
