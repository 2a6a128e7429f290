"""A layer made from nothing, and changes of a schema: what a plan counts, what acting keeps, loses and undoes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError

from datasets.definitions import DatasetSchema, SchemaField
from datasets.errors import LoadFailed, NotPublishable, PlanChanged, PlanNotAccepted
from datasets.loading.sql.tables import tables_of
from datasets.models import Dataset, Delivery
from datasets.publication.services import publish, restore
from datasets.registry import definition_of
from datasets.schemas import services
from datasets.schemas.queries import ChangeKind, SchemaStep, schema_plan
from datasets.schemas.services import change_schema, create_layer
from datasets.vocabulary import ColumnType, DeliveryState, GeometryKind
from layers import access
from layers.errors import Forbidden
from layers.models import ProtectedField, events_of
from layers.parsing.feature import FeatureInput
from layers.services.features import update_feature
from layers.visitor import system_visitor
from layers.vocabulary import Visibility
from tests.deliveries import BENCHES, bench, dataset, deliver, published, theme
from tests.factories import SEVRES
from tests.people import OUTSIDER, PLANNER, PUBLIC
from tests.world import grant

pytestmark = pytest.mark.usefixtures("communes")

LINES = (bench("B1"), bench("B2", places="12", prix="7"), bench("B3", prix="", at=SEVRES))


def _with(name: str, /, **changes: Any) -> DatasetSchema:
    fields = tuple(replace(each, **changes) if each.name == name else each for each in BENCHES.fields)
    return replace(BENCHES, fields=fields)


def _online(slug: str = "bancs") -> Delivery:
    return Delivery.objects.select_related("dataset__layer", "schema_version").get(
        dataset__layer__slug=slug, state=DeliveryState.ONLINE
    )


def _values(*names: str, slug: str = "bancs") -> dict[int, list[Any]]:
    definition = definition_of(_online(slug))
    paths = [definition.by_name[name].source if name in definition.by_name else name for name in names]
    return {pk: values for pk, *values in definition.model._default_manager.values_list("pk", *paths)}


def _change(made: Dataset, schema: DatasetSchema, *accepted: str, **options: Any) -> Delivery:
    digest = options.pop("digest", schema_plan(_online(), schema).digest)
    visitor = options.pop("visitor", system_visitor())
    return change_schema(dataset=made, schema=schema, visitor=visitor, digest=digest, accepted=accepted)


def _step(schema: DatasetSchema, kind: ChangeKind) -> SchemaStep:
    return next(step for step in schema_plan(_online(), schema).steps if step.kind is kind)


def test_a_layer_made_from_nothing_is_online_without_rows_and_takes_a_file_later() -> None:
    made = create_layer(
        slug="bancs", title="Bancs", theme=theme(), schema=BENCHES, visitor=system_visitor(),
        visibility=Visibility.OPEN,
    )  # fmt: skip
    assert made.state == DeliveryState.ONLINE
    assert not access.scope(PUBLIC.visitor(), "bancs").queryset.exists()
    published(made.dataset, bench("B1"))
    assert _values("code") == {1: ["B1"]}


def test_a_file_may_write_a_value_of_a_list_by_its_label() -> None:
    schema = _with("nom", enum=("bon", "casse"), enum_labels=("Bon état", "Cassé"))
    published(dataset(schema=schema), bench("B1", "Bon état "), bench("B2", "casse"), schema=schema)
    assert _values("nom") == {1: ["bon"], 2: ["casse"]}


def test_who_may_not_make_datasets_makes_no_layer() -> None:
    with pytest.raises(Forbidden):
        create_layer(
            slug="bancs", title="Bancs", theme=theme(), schema=BENCHES, visitor=OUTSIDER.visitor()
        )  # fmt: skip
    assert not Dataset.objects.exists()


def test_a_new_row_takes_the_default_of_its_field() -> None:
    schema = _with("places", default="4")
    made = create_layer(slug="bancs", title="Bancs", theme=theme(), schema=schema, visitor=system_visitor())
    definition = definition_of(made)
    assert getattr(definition.model(), definition.by_name["places"].source) == 4


@pytest.fixture
def benches() -> Dataset:
    made = dataset()
    published(made, *LINES)
    return made


def test_edits_in_place_and_their_history_go_with_a_change(benches: Dataset) -> None:
    scope = access.scope(system_visitor(), "bancs")
    update_feature(scope=scope, pk=1, draft=FeatureInput({"places": 9}), expected=None)
    _change(benches, _with("prix", name="cout", title="Coût"))
    assert _values("places")[1] == [9]
    events: Any = events_of(definition_of(_online()).model)
    assert events.objects.filter(pgh_obj_id=1).exists()


def test_a_renamed_field_keeps_its_values_and_rows_their_ids(benches: Dataset) -> None:
    before = _values("prix", "geom", "commune_id", "created_at")
    ProtectedField.objects.create(layer=benches.layer, name="prix")
    made = _change(benches, _with("prix", name="cout", title="Coût"))
    assert _values("cout", "geom", "commune_id", "created_at") == before
    assert made.comparison["removed"] == 0
    assert set(ProtectedField.objects.values_list("name", flat=True)) == {"prix", "cout"}


def test_a_removed_field_counts_its_values_and_acts_once_the_loss_is_accepted(benches: Dataset) -> None:
    schema = replace(BENCHES, fields=BENCHES.fields[:-1])
    assert _step(schema, ChangeKind.REMOVED).count == 3
    with pytest.raises(PlanNotAccepted):
        _change(benches, schema)
    _change(benches, schema, "removed:pose")
    assert "pose" not in definition_of(_online()).by_name


def test_a_type_converts_what_it_can_and_names_what_it_cannot(benches: Dataset) -> None:
    schema = _with("prix", type=ColumnType.INTEGER)
    step = _step(schema, ChangeKind.RETYPED)
    assert (step.count, step.examples) == (1, ((1, "12.5"),))
    _change(benches, schema, step.code)
    assert _values("prix") == {1: [None], 2: [7], 3: [None]}


@pytest.mark.parametrize(
    ("changes", "code", "emptied"),
    [({"maximum": 5.0}, "ruled:places", 2), ({"minimum": 5.0}, "ruled:places", 1)],
)
def test_tighter_bounds_list_the_rows_that_break_them(
    benches: Dataset, changes: dict[str, Any], code: str, emptied: int
) -> None:
    schema = _with("places", **changes)
    assert emptied in dict(_step(schema, ChangeKind.RULED).examples)
    _change(benches, schema, code)
    assert _values("places")[emptied] == [None]


def test_a_code_list_empties_other_values_only_when_accepted(benches: Dataset) -> None:
    schema = _with("nom", enum=("Siège",))
    assert _step(schema, ChangeKind.RULED).count == 3
    with pytest.raises(PlanNotAccepted):
        _change(benches, schema)


def test_a_required_field_without_default_waits_for_its_rows_and_with_one_is_filled(benches: Dataset) -> None:
    with pytest.raises(PlanNotAccepted, match="corrigées"):
        _change(benches, _with("prix", is_required=True))
    _change(benches, _with("prix", is_required=True, default="1.5"))
    assert _values("prix")[3] == [1.5]


def test_a_key_of_repeated_values_is_refused_with_its_rows(benches: Dataset) -> None:
    schema = replace(BENCHES, key=("nom",))
    step = next(step for step in schema_plan(_online(), schema).steps if step.code == "key")
    assert (step.count, [pk for pk, _value in step.examples]) == (3, [1, 2, 3])
    with pytest.raises(PlanNotAccepted, match="corrigées"):
        _change(benches, schema)


def test_points_become_several_points_and_lose_nothing(benches: Dataset) -> None:
    schema = replace(BENCHES, geometry=GeometryKind.MULTI_POINT)
    assert _step(schema, ChangeKind.GEOMETRY).count == 0
    communes = _values("commune_id")
    _change(benches, schema)
    assert _values("commune_id") == communes
    assert {geom.geom_type for (geom,) in _values("geom").values()} == {"MultiPoint"}


def test_surfaces_take_no_point(benches: Dataset) -> None:
    schema = replace(BENCHES, geometry=GeometryKind.SURFACE)
    assert _step(schema, ChangeKind.GEOMETRY).count == 3


def test_a_file_after_a_change_gives_rows_the_ids_that_they_have(benches: Dataset) -> None:
    schema = replace(BENCHES, key=("code", "nom"))
    _change(benches, schema)
    published(benches, bench("B2"), bench("B4"), schema=schema)
    assert {values[0]: pk for pk, values in _values("code").items()}["B2"] == 2


def test_the_former_version_comes_back_whole(benches: Dataset) -> None:
    first, before = _online(), _values("code", "prix", "pose")
    _change(benches, replace(BENCHES, fields=BENCHES.fields[:-1]), "removed:pose")
    first.refresh_from_db()
    restore(delivery=first, visitor=system_visitor())
    assert _values("code", "prix", "pose") == before


def test_a_plan_of_other_rows_is_read_again(benches: Dataset) -> None:
    schema = replace(BENCHES, fields=BENCHES.fields[:-1])
    digest = schema_plan(_online(), schema).digest
    published(benches, *LINES[:2])
    with pytest.raises(PlanChanged):
        _change(benches, schema, "removed:pose", digest=digest)


def test_a_change_that_dies_in_the_middle_changes_nothing(
    benches: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, before = tables_of(benches.pk), _online()

    def fail(*_arguments: object) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(services, "write_keys", fail)
    with pytest.raises(LoadFailed):
        _change(benches, _with("prix", title="Coût"))
    assert tables_of(benches.pk) == tables
    assert list(benches.deliveries.all()) == [before]


def test_a_change_that_waits_for_approval_is_refused_once_rows_changed(benches: Dataset) -> None:
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True)
    waiting = _change(benches, _with("prix", title="Coût"), visitor=PLANNER.visitor())
    assert waiting.state == DeliveryState.READY
    definition = definition_of(_online())
    definition.model._default_manager.filter(pk=1).update(**{definition.by_name["places"].source: 9})
    with pytest.raises(NotPublishable, match="refaites le changement"):
        publish(delivery=waiting, visitor=system_visitor())


def test_who_feeds_a_part_of_the_rows_changes_no_schema(benches: Dataset) -> None:
    grant(PLANNER, "bancs", can_change=True, rows=f"commune = '{SEVRES}'")
    with pytest.raises(Forbidden):
        _change(benches, _with("prix", title="Coût"), visitor=PLANNER.visitor())


NEW = SchemaField(
    "etat", ColumnType.STRING, "f9_etat", "État", is_required=True, default="bon", enum=("bon",)
)


def test_an_added_field_has_its_default_where_it_is_required(benches: Dataset) -> None:
    _change(benches, replace(BENCHES, fields=(*BENCHES.fields, NEW)))
    assert _values("etat") == {1: ["bon"], 2: ["bon"], 3: ["bon"]}


def test_a_waiting_delivery_does_not_stop_a_change(benches: Dataset) -> None:
    deliver(benches, bench("B9"))
    assert _change(benches, _with("prix", title="Coût")).number == 3
