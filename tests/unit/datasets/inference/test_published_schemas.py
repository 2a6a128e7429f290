"""Files of a published schema are recognised by their columns, and take its types and constraints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from datasets.inference.published_schemas import SCHEMAS, PublishedSchema, recognise
from datasets.inference.schema import InferredSchema, infer_schema
from datasets.readers.opening import open_source
from datasets.vocabulary import ColumnType

PARKING = "id;nom;insee;type_usagers;gratuit;nb_places;hauteur_max;num_siret;Xlong;Ylat"


def _guess(folder: Path, content: str) -> InferredSchema:
    path = folder / "a.csv"
    path.write_text(content)
    with open_source(path) as source:
        return infer_schema(source)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_schema_is_recognised_by_its_own_fields_in_any_case(schema: PublishedSchema) -> None:
    assert recognise([field.name.upper() for field in schema.fields]) is schema


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_schema_is_sound(schema: PublishedSchema) -> None:
    names = [field.name for field in schema.fields]

    assert len(set(names)) == len(names)
    assert {*schema.marks, *schema.key} <= set(names)
    assert {schema.commune, schema.title_field} <= {"", *names}
    assert all(re.compile(field.pattern) for field in schema.fields)


def test_file_of_other_columns_is_of_no_schema() -> None:
    assert recognise(["id", "nom", "adresse", "latitude", "longitude"]) is None


def test_known_schema_gives_types_constraints_and_key(tmp_path: Path) -> None:
    result = _guess(
        tmp_path, PARKING + "\n92040-P-001;Corentin;92040;tous;false;120;N/A;21920040900015;2.27;48.82\n" * 2
    )

    fields = result.schema.by_name
    assert result.schema.published_schema == "etalab/schema-stationnement 0.1.5"
    assert fields["hauteur_max"].type == ColumnType.STRING
    assert fields["type_usagers"].enum == ("tous", "abonnés")
    assert fields["nb_places"].minimum == 0
    assert fields["insee"].is_required
    assert (result.recipe.kind, result.recipe.columns) == ("lonlat", (8, 9))


def test_required_field_that_is_missing_is_named(tmp_path: Path) -> None:
    result = _guess(tmp_path, PARKING.replace(";Ylat", ";Y") + "\n1;a;92040;tous;false;1;N/A;1;2.27;48.82\n")

    missing = [finding.field for finding in result.findings if finding.code == "known_field_missing"]
    assert missing == ["Ylat"]


def test_codes_of_prescriptions_keep_their_zeros(tmp_path: Path) -> None:
    titles = "LIBELLE;TXT;TYPEPSC;STYPEPSC;IDURBA;DATVALID"
    result = _guess(tmp_path, titles + "\nMaison;;07;01;200057974_PLUI_20241211;20241211\n")

    assert result.schema.published_schema == "cnig/prescription 2024-2025-06"
    assert {field.type for field in result.schema.fields} == {ColumnType.STRING}
    assert result.schema.title_field == "libelle"
