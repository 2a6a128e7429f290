"""Cells and files of charge points: what is forgiven, what is refused, and in which words."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from amenities.errors import UnreadableStationFile
from amenities.parsing import values as read
from amenities.parsing.irve import COLUMNS, read_table
from amenities.services import arranged
from layers.errors import InvalidValue
from layers.parsing import cells

EXAMPLE = {
    "nom_amenageur": "Ville d’essai",
    "siren_amenageur": "130025265",
    "contact_amenageur": "contact@exemple.fr",
    "nom_operateur": "Opérateur d’essai",
    "contact_operateur": "aide@exemple.fr",
    "telephone_operateur": "tel:+33-1-00-00-00-00",
    "nom_enseigne": "Réseau d’essai",
    "id_station_itinerance": "FRXXXP0001",
    "id_station_local": "S1",
    "nom_station": "Mairie",
    "implantation_station": "Voirie",
    "adresse_station": "1 place de la Mairie",
    "code_insee_commune": "92048",
    "coordonneesXY": "[2.2352, 48.8123]",
    "nbre_pdc": "2",
    "id_pdc_itinerance": "FRXXXE00011",
    "id_pdc_local": "P1",
    "puissance_nominale": "22.0",
    "prise_type_ef": "False",
    "prise_type_2": "True",
    "prise_type_combo_ccs": "False",
    "prise_type_chademo": "False",
    "prise_type_autre": "False",
    "gratuit": "",
    "paiement_acte": "True",
    "paiement_cb": "",
    "paiement_autre": "",
    "tarification": "",
    "condition_acces": "Accès libre",
    "reservation": "False",
    "horaires": "24/7",
    "accessibilite_pmr": "Accessibilité inconnue",
    "restriction_gabarit": "Inconnu",
    "station_deux_roues": "False",
    "raccordement": "",
    "num_pdl": "",
    "date_mise_en_service": "2021-12-30",
    "observations": "",
    "date_maj": "2024-05-02",
    "cable_t2_attache": "",
}


def irve(
    *rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8", without: tuple[str, ...] = ()
) -> bytes:
    """Return a file of charge points: ``EXAMPLE`` changed by each of ``rows``, without some columns."""
    names = [name for name in {**EXAMPLE, **{key: "" for row in rows for key in row}} if name not in without]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**EXAMPLE, **row} for row in rows)
    return text.getvalue().encode(encoding)


def test_the_schema_has_forty_columns() -> None:
    assert len(COLUMNS) == 40 and set(COLUMNS) == set(EXAMPLE)


@pytest.mark.parametrize("text", ["true", "True", "VRAI", "oui", "1", "Yes"])
def test_true_is_read_however_it_is_written(text: str) -> None:
    assert cells.boolean(text) is True


@pytest.mark.parametrize("text", ["false", "False", "FAUX", "non", "0", "No"])
def test_false_is_read_however_it_is_written(text: str) -> None:
    assert cells.boolean(text) is False


@pytest.mark.parametrize("text", ["peut-être", "2", "-"])
def test_another_word_is_no_boolean(text: str) -> None:
    with pytest.raises(InvalidValue, match="booléen"):
        cells.boolean(text)


@pytest.mark.parametrize("text", ["22", "22.0", "22,0", "22 kW", "22kw"])
def test_power_is_read_with_comma_or_unit(text: str) -> None:
    assert read.power(text) == 22.0


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "-1", "7 ou 22", "", "0x16"])
def test_what_is_no_finite_positive_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        cells.number(text)


@pytest.mark.parametrize(
    "text", ["2024-05-02", "02/05/2024", "2024/05/02", "2024-05-02T10:00:00+02:00", "2024-05-02 10:00"]
)
def test_dates_are_read_in_iso_and_french(text: str) -> None:
    assert cells.date(text) == dt.date(2024, 5, 2)


@pytest.mark.parametrize("text", ["2024-13-01", "31/02/2024", "hier", "05/02/24"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="date"):
        cells.date(text)


@pytest.mark.parametrize(
    "text", ["[2.2352, 48.8123]", "[2.2352,48.8123]", "2.2352, 48.8123", "[2,2352;48,8123]"]
)
def test_positions_are_longitude_then_latitude(text: str) -> None:
    assert read.position(text) == (2.2352, 48.8123)


def test_swapped_coordinates_are_said_rather_than_guessed() -> None:
    with pytest.raises(InvalidValue, match="inversées"):
        read.position("[48.8123, 2.2352]")


@pytest.mark.parametrize("text", ["[2.2]", "[200, 48]", "[a, b]", "[2.1, 48.8, 30]", "[nan, 48]"])
def test_other_positions_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="coordonnées"):
        read.position(text)


@pytest.mark.parametrize("text", ["FR*XXX*P0001", "frxxxp0001", "FR-XXX-P0001", " FRXXXP0001"])
def test_roaming_ids_lose_their_separators(text: str) -> None:
    assert read.roaming_id(text) == "FRXXXP0001"


def test_outside_roaming_is_read_without_accents() -> None:
    assert read.roaming_id("NON CONCERNE") == "Non concerné"


def test_an_enumeration_forgives_case_and_accents() -> None:
    assert cells.one_of(["Accès libre", "Accès réservé"])("ACCES  libre") == "Accès libre"


def test_an_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(InvalidValue, match="Direct, Indirect"):
        cells.one_of(["Direct", "Indirect"])("Autre")


def test_a_code_insee_gets_its_zero_back() -> None:
    assert cells.code_insee("1004") == "01004"


def test_tel_is_dropped_from_a_telephone() -> None:
    assert read.telephone("tel:+33-1-00-00-00-00") == "+33-1-00-00-00-00"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_read(delimiter: str) -> None:
    assert len(read_table(irve({}, delimiter=delimiter)).rows) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert len(read_table(irve({}, encoding="utf-8-sig")).rows) == 1


def test_extra_columns_are_ignored_and_said() -> None:
    table = read_table(irve({"longitude": "2.2"}))
    assert [notice for notice in table.notices if "longitude" in notice] and len(table.rows) == 1


def test_missing_required_columns_are_named() -> None:
    with pytest.raises(UnreadableStationFile, match="nom_station, date_maj"):
        read_table(irve({}, without=("nom_station", "date_maj")))


def test_a_missing_optional_column_is_no_fault() -> None:
    assert "num_pdl" not in read_table(irve({}, without=("num_pdl",))).columns


def test_a_bad_row_tells_line_field_value_and_reason() -> None:
    problem = read_table(irve({}, {"puissance_nominale": "beaucoup"})).problems[0]
    assert problem.line == 3
    assert problem.field == "puissance_nominale"
    assert problem.value == "beaucoup"
    assert "nombre" in problem.reason


def test_every_fault_of_a_row_is_told() -> None:
    table = read_table(irve({"date_maj": "hier", "horaires": "jamais"}))
    assert [problem.field for problem in table.problems] == ["horaires", "date_maj"]


def test_a_row_of_another_length_is_refused_alone() -> None:
    table = read_table(irve({}) + b"trop,court\r\n")
    assert len(table.rows) == 1 and table.problems[0].line == 3


def test_the_line_told_is_where_a_record_begins() -> None:
    table = read_table(irve({"observations": "sur\ndeux lignes"}, {"nbre_pdc": "x"}))
    assert table.problems[0].line == 4


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableStationFile, match="vide"):
        read_table(content)


def test_a_header_alone_says_so() -> None:
    with pytest.raises(UnreadableStationFile, match="en-tête"):
        read_table(irve({}).splitlines(keepends=True)[0])


def test_latin_1_is_read_and_said_with_its_byte_and_line() -> None:
    row = {"nom_station": "Hôtel de Ville", "nom_amenageur": "", "nom_operateur": "", "nom_enseigne": "Essai"}
    table = read_table(irve(row, encoding="cp1252"))
    assert table.rows[0].values["nom_station"] == "Hôtel de Ville"
    assert "0xF4" in table.notices[0] and "ligne 2" in table.notices[0]


def test_a_file_half_in_latin_1_is_refused_with_its_byte_and_line() -> None:
    with pytest.raises(UnreadableStationFile, match=r"0x92 .*ligne 3"):
        read_table(irve({}) + irve({"nom_station": "été"}, encoding="cp1252").splitlines(keepends=True)[1])


def test_utf_16_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnreadableStationFile, match="CSV UTF-8"):
        read_table(irve({}, encoding="utf-16"))


def test_malformed_csv_is_refused() -> None:
    with pytest.raises(UnreadableStationFile):
        read_table(irve({}) + b'"' + b"x" * 200_000 + b"\n")


def test_the_latest_of_two_rows_of_a_point_is_kept() -> None:
    rows = read_table(
        irve({"tarification": "neuf", "date_maj": "2025-01-01"}, {"tarification": "vieux"})
    ).rows
    result = arranged(rows)
    assert [draft.values["tarification"] for draft in result.points.values()] == ["neuf"]
    assert result.rejected[0].line == 3


def test_a_station_that_contradicts_itself_keeps_the_latest_word_and_tells_it() -> None:
    later = {"id_pdc_itinerance": "FRXXXE00012", "horaires": "Mo-Fr 08:00-18:00", "date_maj": "2025-01-01"}
    result = arranged(read_table(irve({}, later)).rows)
    assert [values["horaires"] for values in result.stations.values()] == ["Mo-Fr 08:00-18:00"]
    assert (result.set_aside[0].field, result.set_aside[0].value) == ("horaires", "24/7")


def test_the_station_dates_from_its_latest_point() -> None:
    result = arranged(
        read_table(irve({}, {"id_pdc_itinerance": "FRXXXE00012", "date_maj": "2025-01-01"})).rows
    )
    assert [values["date_maj"] for values in result.stations.values()] == [dt.date(2025, 1, 1)]


def test_outside_roaming_the_local_id_of_a_point_is_required() -> None:
    result = arranged(read_table(irve({"id_pdc_itinerance": "Non concerné", "id_pdc_local": ""})).rows)
    assert result.rejected[0].field == "id_pdc_local"


def test_outside_roaming_stations_differ_by_place() -> None:
    alone = {"id_station_itinerance": "Non concerné", "id_pdc_itinerance": "Non concerné"}
    result = arranged(read_table(irve(alone, {**alone, "coordonneesXY": "[2.24, 48.81]"})).rows)
    assert len(result.stations) == 2 and len(result.points) == 2
