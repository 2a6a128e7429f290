"""``import_ban``: the CSV of the Base adresse nationale, compressed or not, row by row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError

from reference_data.models import Address
from tests.factories import MEUDON, SEVRES
from tests.official_files import csv, load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]

ADDRESS = {
    "id": "92048_0920_00012_bis", "id_fantoir": "92048_0920", "numero": "12", "rep": "bis",
    "nom_voie": "Rue de l’Étang", "code_postal": "92190", "code_insee": MEUDON, "nom_commune": "Meudon",
    "code_insee_ancienne_commune": "", "nom_ancienne_commune": "", "x": "642222.85", "y": "6857073.06",
    "lon": "2.2125", "lat": "48.8125", "type_position": "entrée", "alias": "", "nom_ld": "",
    "libelle_acheminement": "MEUDON", "nom_afnor": "RUE DE L ETANG", "source_position": "commune",
    "source_nom_voie": "commune", "certification_commune": "1", "cad_parcelles": "92048000AB0012|92048000AB0013",
}  # fmt: skip
SECOND = {"id": "92048_0920_00014", "numero": "14", "rep": ""}
COMPUTED = {"id", "x", "y", "lon", "lat", "certification_commune", "cad_parcelles", "numero"}


def file_of(folder: Path, *changes: dict[str, str]) -> Path:
    return csv(folder / "adresses-92.csv", *(ADDRESS | change for change in changes))


def test_every_column_of_the_layout_is_stored_or_computed(tmp_path: Path) -> None:
    load("import_ban", file_of(tmp_path, {}))
    address = Address.objects.get()
    stored = {name: getattr(address, name) for name in ADDRESS if name not in COMPUTED}
    assert stored == {name: text for name, text in ADDRESS.items() if name not in COMPUTED}
    assert (address.id_ban, address.numero, address.certification_commune) == (ADDRESS["id"], 12, True)
    assert address.cad_parcelles == ["92048000AB0012", "92048000AB0013"]
    assert (address.lon, address.lat) == (2.2125, 48.8125)
    assert abs(address.x - float(ADDRESS["x"])) < 5_000
    assert address.adresse == "12 bis Rue de l’Étang"
    assert address.commune_id == MEUDON


@pytest.mark.parametrize(("number", "title"), [("0", "Rue de l’Étang"), ("7", "7 Rue de l’Étang")])
def test_an_address_is_titled_by_number_and_street(tmp_path: Path, number: str, title: str) -> None:
    load("import_ban", file_of(tmp_path, {"numero": number, "rep": ""}))
    assert Address.objects.get().adresse == title


def test_a_compressed_file_is_read_and_a_second_load_writes_nothing(tmp_path: Path) -> None:
    packed = tmp_path / "adresses-92.csv.gz"
    packed.write_bytes(gzip.compress(file_of(tmp_path, {}, SECOND).read_bytes()))
    assert "2 créés" in load("import_ban", packed)
    assert "0 créés, 0 mis à jour, 2 inchangés, 0 retirés" in load("import_ban", packed)


def test_what_a_commune_has_no_more_is_removed_and_other_communes_stay(tmp_path: Path) -> None:
    many = [{"id": f"92048_0920_{number:05d}", "numero": str(number)} for number in range(10)]
    load("import_ban", file_of(tmp_path, *many, {"id": "92072_0001_00001", "code_insee": SEVRES}))
    assert "1 retirés" in load("import_ban", file_of(tmp_path, *many[1:]))
    assert Address.objects.filter(code_insee=SEVRES).exists()
    assert not Address.objects.filter(numero=0).exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"numero": "douze"}, "ligne 3, numero « douze » : nombre attendu"),
        ({"code_insee": "Meudon"}, "ligne 3, code_insee « Meudon » : code INSEE"),
        ({"code_postal": "9219"}, "ligne 3, code_postal « 9219 » : code postal attendu"),
        ({"lon": ""}, "ligne 3, lon « » : valeur obligatoire absente"),
        ({"lat": "148.8"}, "ligne 3, lat « 148.8 » : degrés attendus"),
        (
            {"lon": "48.8125", "lat": "2.2125"},
            "ligne 3, lon « 48.8125 » : longitude et latitude semblent inversées",
        ),
        ({"id": ADDRESS["id"]}, "même identifiant que la ligne 2"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    path = file_of(tmp_path, {}, SECOND | change, {"id": "92048_0920_00016"})
    assert reason in load("import_ban", path).replace("«  »", "« »")
    assert Address.objects.count() == 2


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = csv(tmp_path / "voies.csv", {"id": "92048_0920", "nom_voie": "Rue du Bac", "code_insee": MEUDON})
    with pytest.raises(CommandError, match=r"BAN, adresses.*numero, nom_commune, lon, lat"):
        load("import_ban", path)


def test_a_trial_writes_nothing(tmp_path: Path) -> None:
    assert "1 créés" in load("import_ban", file_of(tmp_path, {}), dry_run=True)
    assert not Address.objects.exists()
