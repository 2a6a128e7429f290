"""The dashboards of nature, of the streets and of the observatory: figures are those of SQL, each reads its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from dashboards.errors import UnknownDashboard
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panels import read_or_raise
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from datasets.models import Dataset
from gisportal.catalogue import CODED, THEMES
from gisportal.demo.datasets import GREEN_SPACES, POPULATION
from gisportal.demo.datasets import loading as datasets_loading
from gisportal.demo.datasets.loading import load_datasets
from gisportal.demo.datasets.territory import NATURE, TERRITORY
from gisportal.demo.rasters import CANOPY_SLUG
from gisportal.demo.rights import (
    MANAGEMENT,
    MEUDON,
    NATURE_HOUSE,
    ROADS,
    SOEE,
    TREES,
    load_groups,
    load_rights,
)
from gisportal.demo.road_works import add_road_works
from gisportal.demo.sample_rows import load_communes
from layers import access, registry
from layers.models import Commune, Grant, Layer
from layers.services.catalogue import publish_layers
from layers.visitor import Credential, Visitor, system_visitor
from roadworks.catalogue import ROAD_WORKS
from roadworks.models import RoadWorks
from tests.rasters import online, slope

pytestmark = pytest.mark.django_db
NAMES = ("maison-nature-arbre", "observatoire-territoire", "arbres-espaces-verts", "travaux-voirie")
ANCHOR = timezone.localdate()
# Dashboard, panel → the number it shows, of the columns of a dataset as its file calls them.
FIGURES = {
    ("maison-nature-arbre", "remplissage"): (
        "mdna-ateliers",
        "100.0 * sum({presents}) / sum({places}) FROM {table} WHERE extract(year FROM {date}) = 2025",
    ),
    ("maison-nature-arbre", "demandes-anciennes"): (
        "mdna-listes-attente",
        "count(*) FROM {table} WHERE {plus_ancienne_demande} < DATE '{today}' - interval '6 months'",
    ),
    ("observatoire-territoire", "vacance"): (
        "logements-menages",
        "100.0 * sum({logements_vacants}) / sum({logements}) FROM {table} WHERE {annee} = 2022",
    ),
    ("observatoire-territoire", "aines"): (
        "pyramide-ages",
        "sum({population}) FROM {table} WHERE {age} >= 75",
    ),
    ("arbres-espaces-verts", "surface-par-habitant"): (
        "espaces-verts",
        "1000.0 * sum({surface_m2}) / (SELECT sum(population) FROM layers_commune) FROM {table}",
    ),
    ("travaux-voirie", "trente-jours"): (
        "travaux-voirie",
        "count(*) FROM {table} WHERE {date_debut} > DATE '{today}' AND {date_debut} <= DATE '{today}' + 30",
    ),
    ("travaux-voirie", "en-cours"): (
        "travaux-voirie",
        "count(*) FROM {table} WHERE DATE '{today}' BETWEEN {date_debut} AND {date_fin}",
    ),
}
HEALTH = {"sante-remarquables", "diagnostics-anciens", "sante-alignements", "a-abattre"}


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the datasets and dashboards once for this file; every test rng back to it."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(datasets_loading, "DATASETS", (POPULATION, GREEN_SPACES, *NATURE, *TERRITORY))
        load_communes()
        publish_layers(themes=THEMES, definitions=CODED.all())
        names = dict(Commune.objects.values_list("code", "nom"))
        groups = load_groups()
        load_rights(groups, anchor=ANCHOR)
        load_datasets(groups, communes=names, anchor=ANCHOR)
        add_road_works(ANCHOR)
        online(CANOPY_SLUG, slope())
        for name in NAMES:
            path = settings.BASE_DIR / "fixtures" / "dashboards" / f"{name}.yaml"
            text = path.read_text(encoding="utf-8")
            import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor())
        connection.check_constraints()  # once: each test would check those of every row again
        yield
        transaction.set_rollback(True)


def visitor(*groups: str) -> Visitor:
    keys = frozenset(Group.objects.filter(name__in=groups).values_list("pk", flat=True))
    return Visitor(instant=timezone.now(), user_id=1, groups=keys, credential=Credential.SESSION)


def panels(dashboard: str, *groups: str) -> set[str]:
    return {panel.id for panel in open_page(visitor(*groups), dashboard, {}).panels}


def sql(slug: str, text: str) -> Any:
    if slug == ROAD_WORKS.slug:
        columns = {field.name: f'"{field.source}"' for field in ROAD_WORKS.fields}
        return _value(text.format(today=ANCHOR, table=ROAD_WORKS.model._meta.db_table, **columns))
    online = Dataset.objects.get(layer__slug=slug).online
    assert online is not None
    columns = {field.name: f'"{field.column}"' for field in online.schema_version.schema.fields}
    return _value(text.format(today=ANCHOR, table=f'datasets."{online.table}"', **columns))


def _value(text: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + text)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("dashboard", "panel"), FIGURES, ids=lambda name: name)
def test_a_figure_is_that_of_sql(dashboard: str, panel: str) -> None:
    page = open_page(visitor(NATURE_HOUSE, ROADS), dashboard, {})
    assert read_or_raise(page, page.panel(panel)).value == pytest.approx(
        float(sql(*FIGURES[dashboard, panel]))
    )


@pytest.mark.parametrize(("groups", "reads"), [((), False), ((MANAGEMENT,), False), ((TREES,), True)])
def test_the_health_of_trees_is_for_their_service(groups: tuple[str, ...], reads: bool) -> None:
    assert (HEALTH & panels("arbres-espaces-verts", *groups)) == (HEALTH if reads else set())


@pytest.mark.parametrize(("groups", "reads"), [((), False), ((SOEE,), True), ((MANAGEMENT,), True)])
def test_the_economy_is_for_those_who_work_on_it(groups: tuple[str, ...], reads: bool) -> None:
    assert ("emplois" in panels("observatoire-territoire", *groups)) is reads


@pytest.mark.parametrize("name", ["maison-nature-arbre", "travaux-voirie"])
def test_an_internal_dashboard_is_read_by_a_town_and_not_by_everybody(name: str) -> None:
    assert panels(name, MEUDON)
    with pytest.raises(UnknownDashboard):
        open_page(visitor(SOEE), name, {})


def test_road_works_are_past_under_way_and_to_come_on_the_day_of_the_load() -> None:
    begin, end = sql("travaux-voirie", "array[min({date_debut}), max({date_fin})] FROM {table}")
    assert begin < ANCHOR - dt.timedelta(days=180) and end > ANCHOR + dt.timedelta(days=60)


def test_sample_road_works_are_in_every_state_with_what_belongs_to_them() -> None:
    states = sql("travaux-voirie", "array_agg(DISTINCT {etat}::text) FROM {table}")
    assert {"draft", "submitted", "published", "suspended", "extended", "finished"} == set(states)
    assert _value("count(*) FROM roadworks_sitesection") > 100
    assert _value("count(DISTINCT chantier_id) FROM roadworks_phase") == sql(
        "travaux-voirie", "count(*) FROM {table}"
    )


def test_a_town_changes_its_own_road_works() -> None:
    grant = Grant.objects.get(layer__slug="travaux-voirie", group__name=MEUDON)
    assert grant.rows == "commune = '92048'"
    assert grant.can_change
    assert not grant.can_approve


def test_a_dataset_named_as_road_works_stays_and_no_sample_is_added() -> None:
    RoadWorks.objects.all().delete()
    Dataset.objects.filter(layer__slug="arbres-alignement").update(
        layer=Layer.objects.get(slug="travaux-voirie")
    )
    add_road_works(ANCHOR)
    assert not RoadWorks.objects.exists()
    assert registry.definition("travaux-voirie").model is not RoadWorks
    assert access.scope(visitor(ROADS), "travaux-voirie").definition.model is not RoadWorks
    assert [each.model for each in registry.definitions() if each.slug == "travaux-voirie"] != [RoadWorks]
