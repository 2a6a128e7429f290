"""Real files of producers, read and understood by their defaults."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from datasets.errors import UnreadableFile
from datasets.inference.schema import InferredSchema, infer_schema
from datasets.readers.opening import open_source
from datasets.vocabulary import ColumnType, GeometryKind

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
COMMUNES = {
    "92012": "Boulogne-Billancourt",
    "92022": "Chaville",
    "92040": "Issy-les-Moulineaux",
    "92047": "Marnes-la-Coquette",
    "92048": "Meudon",
    "92072": "Sèvres",
    "92075": "Vanves",
    "92077": "Ville-d’Avray",
}
TEXT, WHOLE, NUMBER = ColumnType.STRING, ColumnType.INTEGER, ColumnType.NUMBER
POINT = GeometryKind.POINT
ISSY = {"recordid": TEXT, "record_timestamp": ColumnType.DATETIME}
IRVE = {
    "siren_amenageur": TEXT,
    "num_pdl": TEXT,
    "nbre_pdc": WHOLE,
    "puissance_nominale": NUMBER,
    "gratuit": ColumnType.BOOLEAN,
    "date_maj": ColumnType.DATE,
}


class Expected(NamedTuple):
    """What a file should be understood as; ``types`` are those worth saying."""

    rows: int
    key: tuple[str, ...]
    commune: str
    title: str
    types: dict[str, ColumnType]
    geometry: GeometryKind = GeometryKind.NONE
    recipe: tuple[str, tuple[int, ...]] = ("none", ())
    known: str = ""


FILES = {
    "airparif_consommation_energie_communes_gpso_2017.csv": Expected(
        8,
        ("code_insee", "annee"),
        "code_insee",
        "",
        {"annee": WHOLE, "code_insee": TEXT, "conso_reel_mwh": NUMBER},
    ),
    "airparif_consommation_epci_idf.csv": Expected(
        6625,
        ("annee", "epci", "secteur", "energie"),
        "",
        "nom_epci",
        {"colonne_1": WHOLE, "epci": TEXT, "consommation": NUMBER},
    ),
    "arbres_gpso_selection.csv": Expected(
        17, (), "code_insee", "nom", {"lat": NUMBER, "code_insee": TEXT}, POINT, ("lonlat", (6, 5))
    ),
    "communes_gpso.geojson": Expected(
        8,
        ("code",),
        "code",
        "nom",
        {"code": TEXT, "siren": TEXT, "population": WHOLE, "departement": TEXT},
        GeometryKind.SURFACE,
        ("wkb", ()),
    ),
    "ept_gpso.json": Expected(8, ("code",), "code", "nom", {"siren": TEXT, "populationtotale": WHOLE}),
    "immatriculations_critair_idf_2017_2020.csv": Expected(
        72, ("date", "crit_air"), "", "", {"date": TEXT, "nombre": WHOLE}
    ),
    "irve_bbox_ouest_paris_qualicharge.csv": Expected(
        1011,
        ("id_pdc_itinerance",),
        "code_insee_commune",
        "nom_station",
        IRVE,
        POINT,
        ("lonlat", (40, 41)),
        "etalab/schema-irve-statique 2.3.1",
    ),
    "irve_gpso_qualicharge.csv": Expected(
        76,
        ("id_pdc_itinerance",),
        "code_insee_commune",
        "nom_station",
        IRVE,
        POINT,
        ("lonlat", (41, 42)),
        "etalab/schema-irve-statique 2.3.1",
    ),
    "issy_aires_de_jeux.geojson": Expected(
        16, ("recordid",), "code_insee", "nom", ISSY | {"age_min": WHOLE}, POINT, ("wkb", ())
    ),
    "issy_arbres_remarquables.geojson": Expected(
        50, ("recordid",), "code_insee", "nom_vernaculaire", ISSY, POINT, ("wkb", ())
    ),
    "issy_conteneurs_verre.geojson": Expected(
        63, ("recordid",), "ville", "titre", ISSY | {"codepostal": TEXT}, POINT, ("wkb", ())
    ),
    "issy_lieux_culte_culture.geojson": Expected(
        25, ("recordid",), "ville", "titre", ISSY | {"codepostal": TEXT}, POINT, ("wkb", ())
    ),
    "issy_parcs_squares_jardins.geojson": Expected(
        18, ("recordid",), "ville", "titre", ISSY, POINT, ("wkb", ())
    ),
    "issy_sculptures.geojson": Expected(27, ("recordid",), "ville", "titre", ISSY, POINT, ("wkb", ())),
    "parcs_gpso_selection.csv": Expected(
        46, (), "code_insee", "nom", {"lon": NUMBER, "aire_de_jeux": TEXT}, POINT, ("lonlat", (4, 3))
    ),
    "patrimoine_gpso_selection.csv": Expected(
        61, (), "code_insee", "nom", {"ref_merimee": TEXT, "datation": TEXT}, POINT, ("lonlat", (8, 7))
    ),
    "population_municipale_gpso.csv": Expected(
        48, ("code", "annee"), "code", "nom", {"code": TEXT, "annee": WHOLE, "population_municipale": WHOLE}
    ),
    "velib_stations_gpso.geojson": Expected(
        74,
        ("identifiant_station",),
        "code_insee",
        "nom_de_la_station",
        {"identifiant_station": TEXT, "capacite_de_la_station": WHOLE},
        POINT,
        ("wkb", ()),
    ),
}


# Tables of symbols for people who draw, no data: refused with what to give instead.
REFUSED = ("cnig_plu_symboles.json",)


def _understood(name: str) -> tuple[int, InferredSchema]:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside this checkout")
    with open_source(path) as source:
        result = infer_schema(source, communes=COMMUNES)
        return sum(1 for _row in source.rows()), result


@pytest.mark.parametrize("name", FILES)
def test_real_file_is_read_whole_and_understood_by_default(name: str) -> None:
    rows, result = _understood(name)

    schema = result.schema
    expected = FILES[name]
    types = {field.name: field.type for field in schema.fields if field.name in expected.types}
    assert (
        Expected(
            rows,
            schema.key,
            schema.commune,
            schema.title_field,
            types,
            schema.geometry,
            (result.recipe.kind, result.recipe.columns),
            schema.published_schema,
        )
        == expected
    )
    assert result.recipe.srid == 4326


def test_every_shared_data_file_has_an_expectation() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data are not beside this checkout")

    known = {*FILES, *REFUSED}
    assert {path.name for path in SHARED.iterdir() if path.suffix != ".md"} <= known


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_is_no_table_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="ni une liste d’objets"):
        _understood(name)
