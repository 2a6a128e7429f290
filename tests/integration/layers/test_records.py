"""Records are written through the door: in features that the visitor edits, in relations that they read."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from layers import access
from layers.errors import Forbidden, InvalidFeature, StaleFeature, UnknownFeature, UnknownProperty
from layers.models import Layer, events_of
from layers.queries import has_related_rows, related_rows
from layers.services.records import create_record, delete_record, update_record, writable_relations
from plans.models import Action, Axis, Indicator, Measure
from tests.people import Person
from tests.plans import ACTIONS, INDICATORS, indicator_of, plan_of
from tests.world import grant

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
LEAD = Person("pilote-axe-1", groups=("Pilotes de l’axe 1",))
READER = Person("lectrice-plans", groups=("Lecture des plans",))


@pytest.fixture
def indicators(catalogue: Any) -> dict[str, Indicator]:
    """An indicator of axis 1, that LEAD edits, and one of axis 2, that they only read."""
    plan = plan_of()
    Axis.objects.create(plan=plan, code="2", titre="Adapter", rang=20)
    rows = {
        axis: indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 2: 81.0}, code=f"a{axis}", axis=axis)
        for axis in "12"
    }
    grant(LEAD, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    grant(READER, INDICATORS)
    grant(LEAD, INDICATORS)
    return rows


def scope_of(person: Person, slug: str = INDICATORS) -> access.Scope:
    return access.scope(person.visitor(), slug)


def write(person: Person, feature: Indicator, **values: Any) -> int:
    return create_record(
        scope=scope_of(person),
        pk=feature.pk,
        relation="mesures",
        values={"annee": NOW - 1, "valeur": 78.0} | values,
    )


def test_a_record_is_written_under_the_name_of_its_author(indicators: dict[str, Indicator]) -> None:
    created = write(LEAD, indicators["1"])
    events: Any = events_of(Measure)
    assert Measure.objects.get(pk=created).indicator_id == indicators["1"].pk
    kept = events.objects.filter(pgh_obj_id=created).get()
    assert kept.pgh_context.metadata["username"] == LEAD.name


def test_rows_of_another_axis_and_people_who_only_read_are_refused(indicators: dict[str, Indicator]) -> None:
    with pytest.raises(Forbidden):
        write(LEAD, indicators["2"])
    with pytest.raises(UnknownFeature):
        write(READER, indicators["1"])
    assert Measure.objects.count() == 2


def test_the_rules_of_the_table_are_told_beside_the_values(indicators: dict[str, Indicator]) -> None:
    with pytest.raises(InvalidFeature, match="Cette année a déjà une mesure"):
        write(LEAD, indicators["1"], annee=NOW - 2)
    with pytest.raises(InvalidFeature) as refused:
        write(LEAD, indicators["1"], commune="99999")
    assert refused.value.faults == {"commune": "«\u00a099999\u00a0» n’est pas connu."}
    with pytest.raises(InvalidFeature, match="indicator"):
        write(LEAD, indicators["1"], indicator=indicators["2"].pk)


def test_a_change_starts_from_the_version_that_was_read(indicators: dict[str, Indicator]) -> None:
    measure = Measure.objects.get(indicator=indicators["1"])
    where: Any = {
        "scope": scope_of(LEAD),
        "pk": indicators["1"].pk,
        "relation": "mesures",
        "record": measure.pk,
    }
    with pytest.raises(StaleFeature):
        update_record(**where, values={"valeur": 1.0}, expected=frozenset({"old"}))
    with pytest.raises(StaleFeature):
        delete_record(**where, expected=frozenset({"old"}))
    update_record(**where, values={"valeur": 80.0}, expected=None)
    measure.refresh_from_db()
    assert measure.valeur == 80.0
    delete_record(**where, expected=None)
    with pytest.raises(UnknownFeature):
        delete_record(**where, expected=None)


def test_a_protected_relation_is_absent(catalogue: Any) -> None:
    plan = plan_of()
    Action.objects.create(
        code="1.1.1", titre="Isoler", plan=plan, position=Axis.objects.get(code="1.1"), pilote="Climat"
    )
    grant(LEAD, ACTIONS, can_add=True, can_change=True, can_delete=True)
    scope = scope_of(LEAD, ACTIONS)
    assert {relation.name for relation in writable_relations(scope)} == {"etapes", "indicateurs"}
    with pytest.raises(UnknownFeature):
        create_record(scope=scope, pk=Action.objects.get().pk, relation="notes", values={"texte": "Secret"})


def test_records_of_features_outside_the_scope_are_not_selected(indicators: dict[str, Indicator]) -> None:
    Layer.objects.filter(slug=INDICATORS).update(visibility="internal")
    entering = Person("saisie-axe-1", groups=("Saisie de l’axe 1",))
    grant(entering, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    scope = scope_of(entering)
    relation = next(relation for relation in scope.relations if relation.name == "mesures")
    rows = related_rows(scope, relation, [indicators["1"].pk, indicators["2"].pk])
    assert [row.indicator_id for row in rows] == [indicators["1"].pk]


def test_records_of_a_relation_that_the_visitor_does_not_read_are_refused_but_counted(catalogue: Any) -> None:
    plan, axis = plan_of(), Axis.objects.get(code="1.1")
    action = Action.objects.create(code="1.1.1", titre="Isoler", plan=plan, position=axis, pilote="Climat")
    grant(LEAD, ACTIONS, can_add=True, can_change=True, can_delete=True)
    scope = scope_of(LEAD, ACTIONS)
    hidden = scope.definition.relation("notes")
    assert not has_related_rows(scope, action.pk)
    hidden.model.objects.create(action=action, date=timezone.localdate(), texte="Secret")
    with pytest.raises(UnknownProperty):
        related_rows(scope, hidden, [action.pk])
    assert has_related_rows(scope, action.pk)
