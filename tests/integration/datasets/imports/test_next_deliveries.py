"""What is understood of a file by the territory and by what is online: its system, heights, key, own headings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from datasets.errors import InvalidSchema
from datasets.imports.services import ImportOptions, ProposedFile, import_file, propose_file
from datasets.publication.services import publish
from datasets.vocabulary import DeliveryState
from datasets.wizard.presenters import raw_lines
from export_formats.registry import FORMATS, write_export
from layers.visitor import system_visitor
from tests.deliveries import BENCHES, bench, dataset, published, theme
from tests.export_files import selection

NUMBERING = {"fid": "fid", "id": "id", "N°": "n"}
"""Titles of row numbers, and the names of their fields."""
pytestmark = pytest.mark.usefixtures("communes")


def _lines(path: Path, *heights: float | None) -> Path:
    """Write a line a height, flat for None."""
    features = []
    for number, height in enumerate(heights):
        tail = [] if height is None else [height]
        ends = [[2.2, 48.8, *tail], [2.21, 48.81, *tail]]
        shape = {"type": "LineString", "coordinates": ends}
        features.append({"type": "Feature", "properties": {"code": f"L{number}"}, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _codes(proposed: ProposedFile) -> set[str]:
    return {finding.code for finding in proposed.proposal.findings}


def test_next_delivery_keeps_heights_as_what_is_online_or_tells_that_it_has_none(tmp_path: Path) -> None:
    theme()
    options = ImportOptions(slug="lignes")
    first = import_file(
        path=_lines(tmp_path / "a.geojson", 35.0, None),
        options=ImportOptions(slug="lignes", keeps_z=True),
        visitor=system_visitor(),
    )
    publish(delivery=first, visitor=system_visitor())
    deep = propose_file(path=_lines(tmp_path / "b.geojson", 36.0), options=options)
    flat = propose_file(path=_lines(tmp_path / "c.geojson", None), options=options)
    refused = ImportOptions(slug="lignes", keeps_z=False)

    assert list(first.report_lines.values_list("code", flat=True)) == ["geometry-level"]
    assert deep.load_options.recipe.keeps_z
    assert "z" not in _codes(deep)
    assert not flat.load_options.recipe.keeps_z
    assert "z_absent" in _codes(flat)
    assert not propose_file(path=tmp_path / "b.geojson", options=refused).load_options.recipe.keeps_z


def test_territory_tells_the_system_and_columns_of_positions_have_no_heights(tmp_path: Path) -> None:
    theme()
    path = tmp_path / "a.csv"
    # UTM 31 N, which no range of metropolitan France tells.
    path.write_text("code;x;y\nA;444000;5406000\nB;444100;5406100\n")
    delivery = import_file(path=path, options=ImportOptions(slug="points"), visitor=system_visitor())

    assert delivery.state == DeliveryState.READY
    assert delivery.recipe["srid"] == 25831
    with pytest.raises(InvalidSchema):
        propose_file(path=path, options=ImportOptions(slug="points", keeps_z=True))


@pytest.mark.parametrize("extension", ["csv", "excel.csv", "xlsx"])
def test_a_file_for_people_that_comes_back_is_the_same_columns(tmp_path: Path, extension: str) -> None:
    theme()
    titled = {"places": ("Longueur", "m"), "nom": ("Nom du banc", "")}
    schema = replace(
        BENCHES,
        fields=tuple(
            replace(item, title=titled[item.name][0], unit=titled[item.name][1])
            if item.name in titled
            else item
            for item in BENCHES.fields
        ),
    )
    published(dataset("bancs", schema), bench("B1"), bench("B2", "Autre"), schema=schema)
    path = tmp_path / f"retour.{extension}"
    write_export(selection("bancs"), FORMATS[extension].for_people(), path)
    result = propose_file(path=path, options=ImportOptions(slug="bancs")).proposal

    assert [item.name for item in result.proposal.fields] == list(schema.by_name)
    assert result.proposal.by_name["places"].source == "Longueur (m)"
    assert result.schema.key == ("code",)
    assert result.recipe.kind == "lonlat"


def test_a_row_that_leaves_a_file_numbered_by_its_software_is_one_row(tmp_path: Path) -> None:
    """Forty-eight benches: the second is taken away, and the software numbers the others again."""
    theme()
    options = ImportOptions(slug="numerotes")
    for left in (range(48), [0, *range(2, 48)]):
        features = [
            {
                "type": "Feature",
                "properties": {"id": rank, "nom": f"Banc {number}", "pose": 1950 + number},
                "geometry": {"type": "Point", "coordinates": [2.2 + number / 1000, 48.8]},
            }
            for rank, number in enumerate(left, start=1)
        ]
        path = tmp_path / f"{len(features)}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        delivery = import_file(path=path, options=options, visitor=system_visitor())
        comparison = delivery.comparison
        publish(delivery=delivery, visitor=system_visitor())

    counts = {kind: comparison[kind] for kind in ("added", "removed", "changed", "unchanged")}
    assert counts == {"added": 0, "removed": 1, "changed": 0, "unchanged": 47}


FOUNTAINS = [
    f"FON-{rank:03};Fontaine n° {rank};{'Meudon' if rank % 2 else 'Sèvres'};{48.8 + rank / 1000};{2.2 + rank / 1000}"
    for rank in range(1, 25)
]


def _fountains(path: Path, titles: str, rows: list[str] = FOUNTAINS) -> Path:
    path.write_text("\n".join([titles, *rows]) + "\n", "utf-8")
    return path


def _online(tmp_path: Path, titles: str) -> ImportOptions:
    theme()
    options = ImportOptions(slug="fontaines", key=("Code équip.",))
    first = import_file(
        path=_fountains(tmp_path / "a.csv", titles), options=options, visitor=system_visitor()
    )
    publish(delivery=first, visitor=system_visitor())
    return ImportOptions(slug="fontaines")


@pytest.mark.parametrize(
    "titles", ["Code;Nom;Commune;Latitude;Longitude", "Identifiant;Libellé;Commune du lieu;y;x"]
)
def test_columns_that_a_producer_renames_are_recognised_by_their_values(tmp_path: Path, titles: str) -> None:
    options = _online(tmp_path, "Code équip.;Désignation;Ville;Lat;Long")
    rows = [
        FOUNTAINS[0].replace("Fontaine", "Grande fontaine"),
        *FOUNTAINS[2:],
        FOUNTAINS[0].replace("001", "099"),
    ]
    path = _fountains(tmp_path / "b.csv", titles, rows)
    proposed = propose_file(path=path, options=options, visitor=system_visitor()).proposal
    delivery = import_file(path=path, options=options, visitor=system_visitor())

    assert [field.title for field in delivery.schema_version.schema.fields][:2] == [
        "Code équip.",
        "Désignation",
    ]
    assert {finding.field for finding in proposed.findings if finding.code == "renamed"} >= set(
        titles.split(";")[:2]
    )
    assert proposed.schema.key
    assert not proposed.is_unrecognised
    counts = {kind: delivery.comparison[kind] for kind in ("added", "removed", "changed", "unchanged")}
    assert counts == {"added": 1, "removed": 1, "changed": 1, "unchanged": 22}


def test_a_renamed_column_of_few_values_is_recognised_with_a_new_value_in_one_row(tmp_path: Path) -> None:
    states = ("En service", "Hors service", "En travaux")
    rows = [f"{row};{states[rank % 3]}" for rank, row in enumerate(FOUNTAINS)]
    theme()
    options = ImportOptions(slug="fontaines", key=("Code",))
    path = _fountains(tmp_path / "a.csv", "Code;Nom;Ville;Lat;Long;État", rows)
    publish(
        delivery=import_file(path=path, options=options, visitor=system_visitor()), visitor=system_visitor()
    )
    rows[0] = f"{FOUNTAINS[0]};Supprimée"
    path = _fountains(tmp_path / "b.csv", "Code;Nom;Ville;Lat;Long;Statut", rows)
    proposed = propose_file(
        path=path, options=ImportOptions(slug="fontaines"), visitor=system_visitor()
    ).proposal

    assert proposed.unknown == ()
    assert proposed.schema.by_name["etat"].source == "Statut"


def test_renamed_positions_that_a_file_rounds_are_recognised(tmp_path: Path) -> None:
    exact = [
        f"FON-{rank:03};Fontaine n° {rank};Meudon;{48.8 + rank / 991:.7f};{2.2 + rank / 983:.7f}"
        for rank in range(1, 25)
    ]
    theme()
    options = ImportOptions(slug="fontaines", key=("Code",))
    first = _fountains(tmp_path / "a.csv", "Code;Nom;Ville;Lat;Long", exact)
    delivery = import_file(path=first, options=options, visitor=system_visitor())
    names = [field.name for field in delivery.schema_version.schema.fields]
    publish(delivery=delivery, visitor=system_visitor())
    rounded = [
        ";".join([*row.split(";")[:3], *(f"{float(text):.5f}" for text in row.split(";")[3:])])
        for row in exact
    ]
    path = _fountains(tmp_path / "b.csv", "Code;Nom;Ville;Latitude;Longitude", rounded)
    proposed = propose_file(
        path=path, options=ImportOptions(slug="fontaines"), visitor=system_visitor()
    ).proposal
    sources = {field.name: field.source for field in proposed.proposal.fields}
    expected = {"code": "Code", "nom": "Nom", "ville": "Ville", "lat": "Latitude", "long": "Longitude"}

    assert sources == {name: source for name, source in expected.items() if name in names}
    assert (proposed.unknown, proposed.computed) == ((), ())


def test_columns_with_other_values_are_new_and_the_page_knows_that_none_is_known(tmp_path: Path) -> None:
    options = _online(tmp_path, "Code équip.;Désignation;Ville;Lat;Long")
    other = [
        f"Z{number};Banc {number};Chaville;{48.9 + number / 1000};{2.3 + number / 1000}"
        for number in range(24)
    ]
    path = _fountains(tmp_path / "b.csv", "Référence;Objet;Lieu;Y0;X0", other)
    proposed = propose_file(path=path, options=options, visitor=system_visitor()).proposal
    assert proposed.is_unrecognised
    assert set(proposed.unknown) >= {"Référence", "Objet", "Lieu"}


def _table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("title", ["fid", "id", "N°"])
def test_a_stored_key_that_numbers_the_rows_is_named_with_a_better_one(tmp_path: Path, title: str) -> None:
    theme()
    rows = [f"{number};ARB-{number:04};{6 * number}" for number in range(1, 6)]
    first = import_file(
        path=_table(tmp_path / "a.csv", f"{title};code_arbre;hauteur", *rows),
        options=ImportOptions(slug="arbres-rue", key=(NUMBERING[title],)),
        visitor=system_visitor(),
    )
    publish(delivery=first, visitor=system_visitor())
    renumbered = [f"{number};{row.partition(';')[2]}" for number, row in enumerate(rows[1:], start=1)]
    next_file = _table(tmp_path / "b.csv", f"{title};code_arbre;hauteur", *renumbered)
    findings = propose_file(path=next_file, options=ImportOptions(slug="arbres-rue")).proposal.findings
    (finding,) = (each for each in findings if each.code == "stored_key_numbers_rows")
    assert finding.field == title
    assert "code_arbre" in finding.reason

    renamed = ImportOptions(slug="arbres-rue", key=("code_arbre",))
    second = import_file(path=next_file, options=renamed, visitor=system_visitor())
    counts = {name: second.comparison[name] for name in ("added", "removed")}
    assert counts == {"added": 0, "removed": 1}


def test_a_stored_key_with_gaps_is_no_row_number(tmp_path: Path) -> None:
    theme()
    rows = [f"{number};ARB-{number:04}" for number in range(1, 6)]
    first = import_file(
        path=_table(tmp_path / "a.csv", "id;code_arbre", *rows),
        options=ImportOptions(slug="arbres-rue", key=("id",)),
        visitor=system_visitor(),
    )
    publish(delivery=first, visitor=system_visitor())
    next_file = _table(tmp_path / "b.csv", "id;code_arbre", *rows[1:])
    assert "stored_key_numbers_rows" not in _codes(
        propose_file(path=next_file, options=ImportOptions(slug="arbres-rue"))
    )


@pytest.mark.parametrize(
    ("second", "kind", "code"),
    [("string;float", "types", "type_row"), (";m²", "unités", "unit_row")],
    ids=["types", "units"],
)
def test_a_second_row_is_called_what_it_holds(tmp_path: Path, second: str, kind: str, code: str) -> None:
    path = _table(tmp_path / "a.csv", "nom;surface", second, "Square;12.5", "Parc;13.1", "Mail;14.2")
    proposed = propose_file(path=path, options=ImportOptions(slug="parcs", theme=theme().slug))
    assert code in _codes(proposed)
    assert raw_lines(proposed.proposal)[1].words == kind
