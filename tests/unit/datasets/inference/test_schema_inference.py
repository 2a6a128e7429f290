"""What a file is guessed to be: types, names, key, commune, title."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest

from datasets.inference import schema
from datasets.inference.accents import mended_title
from datasets.inference.names import column_name, field_name
from datasets.inference.schema import InferredSchema, infer_schema
from datasets.readers.opening import open_source
from datasets.vocabulary import ColumnType

COMMUNES = {"92040": "Issy-les-Moulineaux", "92072": "Sèvres", "92077": "Ville-d’Avray"}


def _guess(
    folder: Path, content: str, *, communes: dict[str, str] | None = COMMUNES, name: str = "a.csv"
) -> InferredSchema:
    path = folder / name
    path.write_text(content)
    with open_source(path) as source:
        return infer_schema(source, communes=communes)


def _column(folder: Path, title: str, *values: str) -> InferredSchema:
    rows = "\n".join(f"{value};{number}" for number, value in enumerate(values))
    return _guess(folder, f"{title};rang\n{rows}\n")


@pytest.mark.parametrize(
    ("title", "values", "expected"),
    [
        ("hauteur", ["1", "2"], ColumnType.INTEGER),
        ("hauteur", ["1 234", "-5", "12\u202f000"], ColumnType.INTEGER),
        ("hauteur", ["1,5", "2", "", "N/A"], ColumnType.NUMBER),
        ("hauteur", ["1.5", "1e3"], ColumnType.NUMBER),
        ("hauteur", ["1,234.5"], ColumnType.STRING),
        ("pose", ["2024-01-31", "2024-02-29"], ColumnType.DATE),
        ("pose", ["31/01/2024", "1/2/2024"], ColumnType.DATE),
        ("pose", ["2024-01-31T10:00:00Z", "2024-02-01"], ColumnType.DATETIME),
        ("pose", ["31/02/2024", "01/02/2024"], ColumnType.STRING),
        ("pose", ["20240131", "20240201"], ColumnType.STRING),
        ("date de pose", ["20240131", "20240201"], ColumnType.DATE),
        ("date de pose", ["45123", "45124"], ColumnType.DATE),
        ("date de pose", ["45123.5", "45124"], ColumnType.DATETIME),
        ("date_maj", ["1700000000000", "1700000001000"], ColumnType.DATETIME),
        ("ouverture", ["1700000000000", "1700000001000"], ColumnType.DATETIME),
        ("ouverture", ["1700000000000"] * 3, ColumnType.DATETIME),
        ("abonne", ["1700000000001", "1700000000002", "1700000000007"], ColumnType.INTEGER),
        ("article", ["1234567890128", "1400000000007", "1100000000006"], ColumnType.INTEGER),
        ("badge", ["1700000000000", "1700000001000"], ColumnType.STRING),
        ("date_maj", ["1700000000001", "1700000000002", "1700000000003"], ColumnType.DATETIME),
        ("last_reported", ["1700000000", "1700000001"], ColumnType.DATETIME),
        ("date_pose", ["473385600000", "-157766400000", "1700000000000"], ColumnType.DATETIME),
        ("date_pose", ["202401311430", "202402011200"], ColumnType.INTEGER),
        ("budget", ["1700000000", "1700000001"], ColumnType.INTEGER),
        ("nir", ["1850578006084", "1921175112003"], ColumnType.STRING),
        ("releve", ["45123", "45124"], ColumnType.INTEGER),
        ("altitude", ["45123", "45124"], ColumnType.INTEGER),
        ("pose", ["3 mars 2024", "1er août 2024"], ColumnType.DATE),
        ("pose", ["31 avril 2024"], ColumnType.STRING),
        ("pose", ["01/02/24"], ColumnType.STRING),
        ("accessible", ["x", "", "X"], ColumnType.BOOLEAN),
        ("prix", ["1 234,50 €", "12 €", "3"], ColumnType.NUMBER),
        ("part", ["12 %", "12,5 %"], ColumnType.NUMBER),
        ("part", ["12 %", "0,5"], ColumnType.STRING),
        ("hauteur", ["12", "#REF!", "non renseigné"], ColumnType.INTEGER),
        ("mois", ["2024/01", "2024/02"], ColumnType.STRING),
        ("actif", ["oui", "non", ""], ColumnType.BOOLEAN),
        ("actif", ["VRAI", "FAUX"], ColumnType.BOOLEAN),
        ("actif", ["True", "False"], ColumnType.BOOLEAN),
        ("actif", ["0", "1"], ColumnType.BOOLEAN),
        ("actif", ["OUI", ""], ColumnType.BOOLEAN),
        ("actif", ["1", "1"], ColumnType.INTEGER),
        ("nb_places", ["0", "1"], ColumnType.INTEGER),
        ("actif", ["oui", "peut-être"], ColumnType.STRING),
        ("dossier", ["0123", "4567"], ColumnType.STRING),
        ("code_insee", ["92040", "92072"], ColumnType.STRING),
        ("zone", ["92040", "92072"], ColumnType.STRING),
        ("codePostal", ["92130", "92310"], ColumnType.STRING),
        ("Téléphone", ["0141234567"], ColumnType.STRING),
        ("identifiant station", ["21017", "21028"], ColumnType.STRING),
        ("gestionnaire", ["219200409", "219200722", "200057974"], ColumnType.STRING),
        ("nombre de codes", ["1", "2"], ColumnType.INTEGER),
        ("montant", ["123456789", "123456788", "5"], ColumnType.INTEGER),
        ("vide", ["", ""], ColumnType.STRING),
        ("compte", ["1234567890123456789"], ColumnType.NUMBER),
    ],
)
def test_type_is_read_in_the_values(
    tmp_path: Path, title: str, values: list[str], expected: ColumnType
) -> None:
    assert _column(tmp_path, title, *values).schema.fields[0].type == expected


def test_milliseconds_of_a_typed_file_are_dates(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"maj": 1700000000000 + n}, "geometry": None} for n in range(3)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    result = _guess(tmp_path, content, name="a.geojson")
    assert result.schema.by_name["maj"].type == ColumnType.DATETIME
    assert [finding.code for finding in result.findings] == ["numbered_dates"]


def test_column_that_is_nearly_numeric_stays_text_and_shows_the_odd_value(tmp_path: Path) -> None:
    result = _column(tmp_path, "hauteur", *(str(number) for number in range(30)), "environ 12")

    assert result.schema.fields[0].type == ColumnType.STRING
    assert [(item.code, item.field, item.value) for item in result.findings] == [
        ("nearly", "hauteur", "environ 12")
    ]


@pytest.mark.parametrize(
    ("title", "name", "column"),
    [
        ("Capacité de la station", "capacite_de_la_station", "f1_capacite_de_la_station"),
        ("Année", "annee", "f1_annee"),
        ("Œuvre & cœur", "oeuvre_et_coeur", "f1_oeuvre_et_coeur"),
        ("N° de voie", "n_de_voie", "f1_n_de_voie"),
        ("select", "select", "f1_select"),
        ("commune", "commune_source", "f1_commune"),
        ("2024", "colonne_2024", "f1_2024"),
        ('"; DROP TABLE x; --', "drop_table_x", "f1_drop_table_x"),
        ("Q'té (m²)", "q_te_m2", "f1_q_te_m2"),
        ("数量", "数量", "f1"),
        ("!!!", "colonne", "f1"),
        ("é" * 100, "e" * 63, "f1_" + "e" * 56),
    ],
)
def test_names_are_readable_and_columns_plain(title: str, name: str, column: str) -> None:
    assert field_name(title) == name
    assert column_name(1, title) == column


@pytest.mark.parametrize(
    ("title", "mended"),
    [
        ("Ann__e", "Année"),
        ("ANN_E", "ANNÉE"),
        ("Ann�e", "Année"),
        ("Libell_", "Libellé"),
        ("Date_de_cr__ation", "Date_de_création"),
        ("_tat du r_seau", "État du réseau"),
        ("code_insee", "code_insee"),
        ("nb__places", "nb__places"),
        ("type_", "type_"),
        ("libell_1", "libell_1"),
        ("entre_e", "entre_e"),
    ],
)
def test_accents_that_a_title_lost_come_back_in_known_words(title: str, mended: str) -> None:
    assert mended_title(title) == mended


def test_a_mended_title_names_the_field_and_its_role(tmp_path: Path) -> None:
    rows = "".join(f"{2020 + n // 2};{'ab'[n % 2]};{n}\n" for n in range(8))
    result = _guess(tmp_path, f"Ann__e;Cat_gorie;kwh\n{rows}")
    year = result.schema.fields[0]
    assert (year.name, year.title, year.source) == ("annee", "Année", "Ann__e")
    assert result.schema.key == ("annee", "categorie")
    assert [finding.code for finding in result.findings] == ["mended_title", "mended_title"]


def test_names_differ_where_titles_differ_only_by_signs(tmp_path: Path) -> None:
    fields = _guess(tmp_path, "a b;a-b;A_B\n1;2;3\n").schema.fields

    assert [field.name for field in fields] == ["a_b", "a_b_2", "a_b_3"]
    assert len({field.column for field in fields}) == 3
    assert [field.source for field in fields] == ["a b", "a-b", "A_B"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("nom;id\na;1\nb;2\n", ("id_source",)),
        ("code;identifiant\na;1\nb;2\n", ("identifiant",)),
        ("objectid;ref\n1;a\n2;b\n", ("ref",)),
        ("IDBASE;numero\n11;1\n12;2\n", ("idbase",)),
        ("gml_id;recordid\nx.1;a\nx.2;b\n", ("recordid",)),
        ("idmesure;poids\n1,5;a\n2,5;b\n", ()),
        ("id;nom\n1;a\n1;b\n", ()),
        ("id;nom\n1;a\n;b\n", ()),
        ("nom;hauteur\na;1\nb;2\n", ()),
        ("id;nom\n1;a\n", ()),
        ("annee;secteur;kwh\n2020;a;1\n2020;b;2\n2021;a;1\n2021;b;2\n", ("annee", "secteur")),
        ("code_insee;annee;n\n92040;2024;5\n92072;2024;6\n", ("code_insee", "annee")),
    ],
)
def test_key_is_what_identifies_a_row_or_nothing(tmp_path: Path, content: str, key: tuple[str, ...]) -> None:
    assert _guess(tmp_path, content).schema.key == key


# Columns that number the rows of the file, or that its writer generated, with what else identifies the row.
NUMBERED = {
    "id, and a code of one shape": ("id;uai;nom", "{n};092{m:04}A;Ecole", ("uai",)),
    "numero, and a reference": ("numero;reference", "{n};R{m}", ("reference",)),
    "id from zero, and a name": ("id;nom;voie", "{z};Banc {m};rue", ("nom",)),
    "feature of a WFS": ("id;station_code", "stations.{n};S{m}", ("station_code",)),
    "generated by GeoServer": ("id;station_code", "stations.fid-6b{m:x}_18c3_-7f{n};S{m}", ("station_code",)),
    "decimals of a spreadsheet": ("identifiant;matricule", "{n}.0;M{m}", ("matricule",)),
    "table of figures": ("id;annee;secteur;kwh", "{n};{year};{sector};{m}", ("annee", "secteur")),
    "nothing else": ("id;hauteur", "{n};12", ("id_source",)),
    "a name given twice": ("id;nom", "{n};Banc", ("id_source",)),
}


@pytest.mark.parametrize("case", NUMBERED)
def test_numbers_of_rows_are_no_key_where_another_column_identifies(tmp_path: Path, case: str) -> None:
    titles, row, key = NUMBERED[case]
    numbers = [
        {"n": n + 1, "z": n, "m": n * 7, "year": 2020 + n // 2, "sector": "ab"[n % 2]} for n in range(8)
    ]
    content = "\n".join([titles, *(row.format(**number) for number in numbers)])
    assert _guess(tmp_path, content).schema.key == key


@pytest.mark.parametrize(("numbers", "codes"), [((1, 2, 3), ["key_numbers_rows"]), ((11, 14, 12), [])])
def test_a_key_that_numbers_the_rows_is_reported(
    tmp_path: Path, numbers: tuple[int, ...], codes: list[str]
) -> None:
    content = "id;hauteur\n" + "".join(f"{number};5\n" for number in numbers)
    assert [finding.code for finding in _guess(tmp_path, content).findings] == codes


@pytest.mark.parametrize(
    ("content", "commune"),
    [
        ("com;n\n92040;1\n92072;2\n", "com"),
        ("ville;insee\nSèvres;92072\nIssy-les-Moulineaux;92040\n", "insee"),
        ("ville;n\nSEVRES;1\nIssy les Moulineaux;2\nVille-d'Avray;3\n", "ville"),
        ("commune;insee\nSèvres;75114\nParis;75115\nLyon;92040\n", "insee"),
        ("ville;n\nLyon;1\nNice;2\n", ""),
        ("nombre;n\n92040;1\n5;2\n7;3\n", ""),
    ],
)
def test_commune_is_found_by_code_then_by_name(tmp_path: Path, content: str, commune: str) -> None:
    assert _guess(tmp_path, content).schema.commune == commune


def test_commune_is_found_by_title_when_no_list_is_given(tmp_path: Path) -> None:
    result = _guess(tmp_path, "n;code_insee\n1;92040\n2;2A004\n", communes=None)

    assert result.schema.commune == "code_insee"


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("lieu;nom_station", "nom_station"),
        ("libelle;nom", "nom"),
        ("prenom;ville", ""),
        ("Nom de la rue;x", "nom_de_la_rue"),
    ],
)
def test_title_field_is_a_text_titled_as_a_name(tmp_path: Path, titles: str, expected: str) -> None:
    assert _guess(tmp_path, titles + "\na;b\nc;d\n").schema.title_field == expected


def test_few_repeated_values_make_a_facet(tmp_path: Path) -> None:
    rows = "".join(f"{'ab'[number % 2]};texte {number};{number % 2}\n" for number in range(20))

    fields = _guess(tmp_path, "etat;note;actif\n" + rows).schema.by_name

    assert {name for name, field in fields.items() if field.is_facet} == {"etat", "actif"}


def test_identifier_that_comes_twice_beyond_the_sample_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("idbase;nom\n" + "".join(f"{number};a\n" for number in [*range(60), 7]))
    with open_source(path) as source:
        result = infer_schema(source, sample=50)

    assert result.schema.key == ()
    assert [(item.code, item.field, item.value) for item in result.findings] == [
        ("key_repeats", "idbase", "7")
    ]


def test_whole_file_is_not_read_for_a_key_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("idbase;nom\n" + "".join(f"{number};a\n" for number in [*range(60), 7]))
    with open_source(path) as source, patch.object(schema, "first_repeated", side_effect=AssertionError):
        assert infer_schema(source, sample=50, checks_key=False).schema.key == ("idbase",)


def test_identifier_unique_in_the_whole_file_is_the_key(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("idbase;nom\n" + "".join(f"{number};a\n" for number in range(60)))
    with open_source(path) as source:
        assert infer_schema(source, sample=50).schema.key == ("idbase",)


def test_title_of_the_dataset_comes_from_the_file_name(tmp_path: Path) -> None:
    assert _guess(tmp_path, "a;b\n1;2\n", name="aires_de-jeux.csv").title == "Aires de jeux"


def test_file_with_titles_only_is_guessed_and_said(tmp_path: Path) -> None:
    result = _guess(tmp_path, "id;nom\n")

    assert [field.name for field in result.schema.fields] == ["id_source", "nom"]
    assert [finding.code for finding in result.findings] == ["no_row"]


def test_guess_reads_no_more_than_its_sample(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2\n" * 1 + "3;4\n" * 50 + "x;y\n")
    with open_source(path) as source:
        result = infer_schema(source, sample=50)

    assert {field.type for field in result.schema.fields} == {ColumnType.INTEGER}


@pytest.mark.parametrize(
    ("title", "value", "expected"),
    [
        ("batterie (%)", "35", ("batterie", "%")),
        ("Surface [m²]", "12.5", ("Surface", "m²")),
        ("longueur (en km)", "3", ("longueur", "km")),
        ("dernier_signalement", "2024-01-01", ("dernier signalement", "")),
        ("niveau_batterie", "35", ("niveau batterie", "")),
        ("effectif (2024)", "35", ("effectif (2024)", "")),
        ("nom (m)", "Square", ("nom (m)", "")),
    ],
)
def test_a_title_is_read_by_people_and_says_its_unit(
    tmp_path: Path, title: str, value: str, expected: tuple[str, str]
) -> None:
    field = _guess(tmp_path, f"{title};x\n{value};a\n{value};b\n").schema.fields[0]
    assert (field.title, field.unit) == expected
