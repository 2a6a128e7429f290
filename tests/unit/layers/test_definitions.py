"""Definitions: what is read from the model, and what a definition refuses of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gisportal.catalogue import CODED
from heritage.catalogue import TREES
from heritage.models import RemarkableTree
from layers.definitions import Field, FieldType, LayerDefinition, field_of, is_record_date
from layers.registry import CodedProvider

ALL = tuple(CODED.all())
each = pytest.mark.parametrize("definition", ALL, ids=lambda definition: definition.slug)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nom_vernaculaire", FieldType.TEXT),
        ("hauteur", FieldType.NUMBER),
        ("precision_position", FieldType.INTEGER),
        ("remarquable", FieldType.BOOLEAN),
        ("date_releve", FieldType.DATE),
        ("created_at", FieldType.DATETIME),
        ("critere", FieldType.TEXTS),
        ("commune", FieldType.TEXT),
    ],
)
def test_a_type_is_that_of_the_column(name: str, kind: FieldType) -> None:
    assert field_of(RemarkableTree, name).type is kind


def test_codes_and_labels_are_those_of_the_model() -> None:
    field = field_of(RemarkableTree, "critere")
    assert dict(field.choices)["age"] == "Âge"
    assert field.label("age") == "Âge"
    assert field.label("inconnu") == "inconnu"


def test_a_foreign_key_is_published_by_its_value() -> None:
    assert field_of(RemarkableTree, "commune").source == "commune_id"


@pytest.mark.parametrize("part", ["title_field", "summary", "tile_fields", "time_field"])
def test_a_definition_that_names_a_field_it_lacks_is_refused(part: str) -> None:
    wrong = ("rien",) if part in {"summary", "tile_fields"} else "rien"
    with pytest.raises(ValueError, match="rien"):
        replace(TREES, **{part: wrong})  # type: ignore[arg-type]


@each
def test_the_name_of_a_layer_is_an_address(definition: LayerDefinition) -> None:
    assert definition.slug == definition.slug.lower().strip("/")


@each
def test_every_field_has_a_title(definition: LayerDefinition) -> None:
    assert [field.name for field in definition.fields if not str(field.title).strip()] == []


@each
def test_names_are_given_once(definition: LayerDefinition) -> None:
    names = [part.name for part in (*definition.fields, *definition.relations)]
    assert (len(set(names)) == len(names), {"id", "geom", "pk"} & set(names)) == (True, set())


@each
def test_a_layer_depends_on_its_table_and_those_of_its_records(definition: LayerDefinition) -> None:
    expected = {definition.model._meta.db_table} | {r.model._meta.db_table for r in definition.relations}
    assert set(definition.tables) == expected


@each
def test_every_table_of_a_layer_counts_its_writes(definition: LayerDefinition) -> None:
    models = [definition.model, *(relation.model for relation in definition.relations)]
    silent = [m.__name__ for m in models if "data_version" not in {t.name for t in m._meta.triggers}]  # type: ignore[attr-defined]
    assert silent == []


@each
def test_colours_are_tokens_and_categories_are_codes(definition: LayerDefinition) -> None:
    style = definition.style
    codes = {code for code, _label in definition.by_name[style.field].choices} if style.field else set()
    assert not codes or {category.value for category in style.categories} <= codes


def test_every_slug_is_one_layer() -> None:
    slugs = [definition.slug for definition in ALL]
    assert len(set(slugs)) == len(slugs)


def test_a_provider_answers_none_for_what_it_lacks() -> None:
    provider = CodedProvider([TREES])
    assert (provider.get(TREES.slug), provider.get("rien")) == (TREES, None)


def test_a_field_without_path_is_its_name() -> None:
    assert Field("nom", FieldType.TEXT, "nom").source == "nom"


@pytest.mark.parametrize(
    ("name", "is_record"),
    [
        ("date_maj", True),
        ("updated_at", True),
        ("date_mise_a_jour", True),
        ("date_mise_en_service", False),
        ("date_releve", False),
        ("majorite", False),
        ("jour", False),
        ("", False),
    ],
)
def test_a_date_of_a_row_is_told_from_that_of_a_thing(name: str, is_record: bool) -> None:
    assert is_record_date(name) is is_record


def test_people_date_a_station_by_its_opening_and_the_api_by_its_update() -> None:
    stations = next(definition for definition in ALL if definition.slug == "bornes-de-recharge")
    assert (stations.time_field, stations.event_field) == ("date_maj", "date_mise_en_service")


@each
def test_no_layer_with_an_event_is_put_in_time_by_an_update(definition: LayerDefinition) -> None:
    assert not is_record_date(definition.event_field)
    assert bool(definition.event_field) is bool(definition.time_field)
