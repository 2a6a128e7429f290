"""What a delivery changes elsewhere: figures of dashboards before and after, panels that it breaks, saved views."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string

from dashboards.effects.queries import Effects
from datasets.definitions import GeometryRecipe
from datasets.models import Delivery
from explorer.models import SavedView
from gisportal.review_parts import dashboard_effects, harvested_record, saved_view_effects
from layers.models import Layer
from layers.visitor import Visitor
from tests.dashboards import dashboard
from tests.deliveries import BENCHES, bench, dataset, deliver, published
from tests.factories import SEVRES
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER
from tests.world import grant

pytestmark = pytest.mark.usefixtures("communes")

BEFORE = [bench("B1"), bench("B2", at=SEVRES)]
AFTER = [*BEFORE, bench("B3"), bench("B4", places="9")]


def figure(name: str, measure: str = "count", **options: Any) -> dict[str, Any]:
    question = {"layer": "bancs", "measures": measure}
    return {
        "id": name,
        "kind": "figure",
        "title": name.capitalize(),
        "question": question,
        "options": options,
    }


@pytest.fixture
def delivery() -> Delivery:
    """A delivery with two benches more, of a layer that a public dashboard and an internal one show."""
    made = dataset()
    published(made, *BEFORE)
    made.refresh_from_db()
    delivery = deliver(made, *AFTER)
    target = {"value": 20, "title": "cible"}
    panels = [figure("bancs"), figure("places", "sum:places", target=target), figure("prix", "max:prix")]
    dashboard("mobilier", sections=[{"id": "s", "title": "S", "panels": panels}], is_public=True)
    dashboard("interne", sections=[{"id": "s", "title": "S", "panels": [figure("total")]}], is_public=False)
    return delivery


def effects(visitor: Visitor, delivery: Delivery) -> Effects:
    part = dashboard_effects(visitor, delivery)
    assert part is not None
    render_to_string(part.template, dict(part.context))
    result = part.context["effects"]
    assert isinstance(result, Effects)
    return result


def test_a_figure_is_drawn_before_and_after_with_its_communes(delivery: Delivery) -> None:
    (effect,) = effects(GARDENER.visitor(), delivery).dashboards
    assert [(each.title, each.before, each.after) for each in effect.figures] == [
        ("Bancs", "2", "4"),
        ("Places", "6", "18"),
    ]
    assert effect.with_target is not None
    assert effect.with_target.target == "20"
    assert [(bar.name, bar.value, bar.change) for bar in effect.bars] == [
        ("Meudon", "3", "+2"),
        ("Sèvres", "1", ""),
    ]
    assert (effect.bars[0].base, effect.bars[0].added) == (33.33, 66.67)


def test_a_reviewer_reads_of_no_dashboard_that_they_do_not_see(delivery: Delivery) -> None:
    assert [each.slug for each in effects(OUTSIDER.visitor(), delivery).dashboards] == ["mobilier"]
    assert {each.slug for each in effects(ADMINISTRATOR.visitor(), delivery).dashboards} == {
        "mobilier",
        "interne",
    }


def test_a_panel_whose_column_goes_is_named_and_so_is_the_view_that_filters_by_it(delivery: Delivery) -> None:
    schema = replace(BENCHES, fields=tuple(item for item in BENCHES.fields if item.name != "prix"))
    titles = ("code", "nom", "places", "neuf", "pose", "lon", "lat")
    lines = [[value for index, value in enumerate(line) if index != 3] for line in BEFORE]
    recipe = GeometryRecipe("lonlat", (5, 6))
    without = deliver(delivery.dataset, *lines, schema=schema, titles=titles, recipe=recipe)
    (effect,) = effects(GARDENER.visitor(), without).dashboards
    assert (effect.lost, effect.figures) == (("Prix",), ())
    GARDENER.account()
    SavedView.objects.create(
        owner_id=GARDENER.visitor().user_id, title="Chers", address="couches=bancs&bancs.prix=10.."
    )
    for title, address in (("À moi", "couches=bancs&bancs.prix=5"), ("Autre", "couches=arbres")):
        SavedView.objects.create(owner_id=PLANNER.visitor().user_id, title=title, address=address)
    grant(GARDENER, "bancs", can_approve=True)
    part = saved_view_effects(GARDENER.visitor(), without)
    assert part is not None
    assert (part.context["others"], part.context["losing"]) == (1, 1)
    assert [(view.title, gone) for view, gone in part.context["lines"]] == [("Chers", "prix")]
    assert saved_view_effects(OUTSIDER.visitor(), without) is None


def test_hidden_values_are_in_no_figure(delivery: Delivery) -> None:
    fields = tuple(replace(item, is_protected=item.name == "places") for item in BENCHES.fields)
    closed = deliver(delivery.dataset, *AFTER, schema=replace(BENCHES, fields=fields))
    (effect,) = effects(GARDENER.visitor(), closed).dashboards
    assert [each.title for each in effect.figures] == ["Bancs"]


def test_harvesters_get_open_layers_and_their_faults_are_named(delivery: Delivery) -> None:
    part = harvested_record(GARDENER.visitor(), delivery)
    assert part is not None
    assert part.context["identifier"] == "/explore/dataset/bancs/"
    assert (part.context["is_public"], len(part.context["faults"])) == (True, 2)
    Layer.objects.filter(slug="bancs").update(visibility="internal")
    delivery = Delivery.objects.select_related("dataset__layer", "dataset__online").get(pk=delivery.pk)
    grant(GARDENER, "bancs", can_approve=True)
    part = harvested_record(GARDENER.visitor(), delivery)
    assert part is not None
    assert not part.context["is_public"]
    assert harvested_record(OUTSIDER.visitor(), delivery) is None
