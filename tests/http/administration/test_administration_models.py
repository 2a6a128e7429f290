"""What staff see of the models that are no layer: by the layers they see or feed, or administrators alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from datasets.models import Dataset, Delivery
from gisportal.administration import AdministratorsOnly
from layers.models import Commune, Layer
from plui.catalogue import LAYERS
from plui.models import DocUrba
from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, Person
from tests.staff import SITE, results, signed_in, staff, text
from tests.world import World, grant

PLUI = tuple(definition.slug for definition in LAYERS)


@pytest.fixture
def benches(world: World) -> Dataset:
    """An internal dataset that the gardeners feed and the planners see."""
    made = dataset(is_open=False)
    published(made, bench("B1"))
    grant(GARDENER, "bancs", can_add=True, can_change=True, can_delete=True)
    grant(PLANNER, "bancs")
    return made


@pytest.mark.parametrize(
    ("person", "count"), [(GARDENER, 1), (PLANNER, 1), (OUTSIDER, 0), (ADMINISTRATOR, 1)], ids=str
)
def test_datasets_are_those_whose_layer_is_seen(benches: Dataset, person: Person, count: int) -> None:
    assert len(results(browser(person).get(f"{SITE}datasets/dataset/"))) == count


@pytest.mark.parametrize(
    ("person", "count"), [(GARDENER, 1), (PLANNER, 0), (OUTSIDER, 0), (ADMINISTRATOR, 1)], ids=str
)
def test_versions_are_those_of_datasets_that_are_fed(benches: Dataset, person: Person, count: int) -> None:
    assert len(results(browser(person).get(f"{SITE}datasets/delivery/"))) == count


def test_a_hidden_version_reads_like_none(benches: Dataset) -> None:
    keys = [Delivery.objects.get().pk, 999999]
    pages = [browser(PLANNER).get(f"{SITE}datasets/delivery/{key}/change/", follow=True) for key in keys]
    assert [page.redirect_chain for page in pages] == [[("/administration/", 302)]] * 2


def browser(person: Person) -> Client:
    """Return the browser of somebody who holds every permission of Django there is, without being administrator."""
    client = signed_in(person) if person is ADMINISTRATOR else staff(person)
    if person is not ADMINISTRATOR:
        person.account().user_permissions.set(Permission.objects.all())
    return client


def foreign() -> list[str]:
    """Return the addresses of the administrations that other packages register."""
    models = [model for model, found in admin.site._registry.items() if isinstance(found, AdministratorsOnly)]
    return [f"{SITE}{model._meta.app_label}/{model._meta.model_name}/" for model in models]


def test_what_other_packages_register_is_an_administrators_alone(world: World) -> None:
    clients = {str(person): browser(person) for person in (PLANNER, ADMINISTRATOR)}
    statuses = {
        name: {client.get(address).status_code for address in foreign()} for name, client in clients.items()
    }
    assert statuses == {str(PLANNER): {403}, str(ADMINISTRATOR): {200}}


def test_jobs_are_named_to_administrators_alone(world: World) -> None:
    indexes = {
        str(person): "procrastinate" in text(browser(person).get(SITE)) for person in (PLANNER, ADMINISTRATOR)
    }
    assert indexes == {str(PLANNER): False, str(ADMINISTRATOR): True}


DOCUMENTS = f"{SITE}plui/docurba/"


def feeds(*slugs: str) -> None:
    for slug in slugs:
        grant(PLANNER, slug, can_add=True, can_change=True, can_delete=True)


@pytest.mark.parametrize(("slugs", "status"), [(PLUI, 302), (PLUI[:3], 403), ((), 403)], ids=str)
def test_a_planning_document_is_changed_by_who_edits_all_its_objects(
    world: World, slugs: tuple[str, ...], status: int
) -> None:
    for slug in PLUI:
        layer(slug).update(state="published")
    feeds(*slugs)
    found = DocUrba.objects.get()
    sent = {"idurba": found.idurba, "typedoc": "PLUI", "etat": "03", "nomproc": "E", "typeref": "01"}
    sent |= {"datappro": "00000000", "datefin": "00000000", "dateref": "00000000"}
    sent |= {"docurbacom_set-TOTAL_FORMS": "0", "docurbacom_set-INITIAL_FORMS": "0"}
    sent |= {"communes-TOTAL_FORMS": "0", "communes-INITIAL_FORMS": "0"}
    assert browser(PLANNER).post(f"{DOCUMENTS}{found.pk}/change/", sent).status_code == status


def layer(slug: str) -> Any:
    return Layer.objects.filter(slug=slug)


def test_documents_are_absent_where_no_layer_of_theirs_is_seen(world: World) -> None:
    for slug in PLUI:
        layer(slug).update(visibility="internal")
    assert len(results_or_none(browser(OUTSIDER), DOCUMENTS)) == 0


def results_or_none(client: Client, address: str) -> set[str]:
    response = client.get(address)
    return results(response) if response.status_code == 200 else set()


def suggestions(client: Client, app: str, model: str, field: str, *, term: str = "") -> Any:
    """Return the related objects that a field would be offered, of those that a term finds."""
    named = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return client.get(f"{SITE}autocomplete/", named).json()


AUTOCOMPLETED = {
    "layers": (("layers", "grant", "layer"), "Aires de jeux", "aires"),
    "versions": (("datasets", "dataset", "online"), "version 1", ""),
}


@pytest.mark.parametrize("case", AUTOCOMPLETED)
def test_suggestions_are_those_of_the_administration_of_their_model(benches: Dataset, case: str) -> None:
    names, secret, term = AUTOCOMPLETED[case]
    found = {
        str(person): secret in str(suggestions(browser(person), *names, term=term))
        for person in (OUTSIDER, ADMINISTRATOR)
    }
    assert found == {str(OUTSIDER): False, str(ADMINISTRATOR): True}


def test_a_commune_is_changed_by_who_edits_its_layer(world: World) -> None:
    place = f"{SITE}layers/commune/{Commune.objects.get(code='92048').pk}/change/"
    before = browser(PLANNER).get(place)
    grant(PLANNER, "communes", can_add=True, can_change=True, can_delete=True)
    after = browser(PLANNER).get(place)
    assert ['name="_save"' in text(page) for page in (before, after)] == [False, True]


def test_an_identity_that_is_not_the_visitors_does_not_enter(world: World) -> None:
    client = signed_in(ADMINISTRATOR)
    answer = client.get(SITE, headers={"authorization": OUTSIDER.basic()})
    assert answer.status_code != 200
