"""Protected fields and relations are absent from the administration of who does not read them."""

from __future__ import annotations

import pytest
from django.test import Client

from amenities.models import Inspection
from heritage.admin import RemarkableTreeAdmin
from heritage.models import RemarkableTree
from layers.models import Grant, ProtectedField
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, Person
from tests.staff import SITE, blank, signed_in, staff, text, told
from tests.world import MATRICULE, OBSERVATION, PLAYGROUNDS, TREES, World, grant, protect

LIST = f"{SITE}heritage/remarkabletree/"
# Names, titles and values: one protected in code, one by an administrator.
SECRETS = (
    "etat_sanitaire",
    "tat sanitaire",
    "angereux",
    "matricule",
    "atricule",
    MATRICULE,
    "dernier_diagnostic",
)
SQUARES = f"{SITE}amenities/playground/"
RELATED = ("inspection", "intervention", OBSERVATION)


def found(page: str, secrets: tuple[str, ...]) -> set[str]:
    """Return the secrets that a page holds."""
    return {secret for secret in secrets if secret in page}


def browser(person: Person) -> Client:
    """Return the browser of somebody who may change trees and playgrounds."""
    if person is ADMINISTRATOR:
        return signed_in(person)
    Grant.objects.filter(group__name=person.groups[0]).update(can_add=True, can_change=True, can_delete=True)
    grant(person, TREES, can_add=True, can_change=True, can_delete=True)
    return staff(person, "heritage.*", "amenities.*", "layers.view_commune")


@pytest.fixture
def planner(world: World) -> Client:
    """The browser of somebody who changes every row and reads no protected field."""
    return browser(PLANNER)


def pages(world: World) -> dict[str, str]:
    """Return the pages that tell about a tree."""
    one = f"{LIST}{world.trees['Cedre-Meudon'].pk}/"
    return {page: f"{one}{page}/" for page in ("change", "delete", "history")} | {
        "list": LIST,
        "facets": f"{LIST}?_facets=True",
        "add": f"{LIST}add/",
    }


def test_no_page_tells_a_protected_field(planner: Client, world: World) -> None:
    RemarkableTree.objects.update(matricule=f"{MATRICULE}-bis")
    told_by = {page: found(text(planner.get(address)), SECRETS) for page, address in pages(world).items()}
    assert {page: secrets for page, secrets in told_by.items() if secrets} == {}


@pytest.mark.parametrize("person", [GARDENER, ADMINISTRATOR], ids=str)
def test_readers_find_the_fields_on_the_form(world: World, person: Person) -> None:
    page = text(browser(person).get(pages(world)["change"]))
    assert found(page, ("etat_sanitaire", "matricule", MATRICULE)) == {
        "etat_sanitaire",
        "matricule",
        MATRICULE,
    }


@pytest.mark.parametrize(
    "question",
    [
        "matricule__startswith=MAT",
        "etat_sanitaire__exact=dangereux",
        "etat_sanitaire=x",
        "matricule__isnull=True",
    ],
)
def test_a_list_is_not_filtered_on_a_hidden_field(planner: Client, question: str) -> None:
    assert planner.get(f"{LIST}?{question}").status_code == 400


def test_a_reader_filters_on_the_field(world: World) -> None:
    response = browser(GARDENER).get(f"{LIST}?etat_sanitaire__exact=dangereux")
    assert response.context["cl"].result_count == 2


def test_a_search_does_not_look_into_a_hidden_field(planner: Client) -> None:
    assert planner.get(f"{LIST}?q={MATRICULE}").context["cl"].result_count == 0


def test_a_list_is_not_ordered_by_a_hidden_field(planner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemarkableTreeAdmin, "ordering", ["matricule", "nom_vernaculaire"])
    order = str(planner.get(LIST).context["cl"].queryset.query).partition("ORDER BY")[2]
    assert "nom_vernaculaire" in order and "matricule" not in order


def test_a_list_is_not_cut_by_a_hidden_date(planner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemarkableTreeAdmin, "date_hierarchy", "date_dernier_diagnostic")
    assert planner.get(LIST).context["cl"].date_hierarchy is None


def test_a_hidden_field_that_is_sent_all_the_same_is_refused_by_name(planner: Client, world: World) -> None:
    form = {"nom_vernaculaire": "Cèdre", "geom": "POINT (2.21 48.81)", "protection": "aucune"}
    sent = form | {"statut_foncier": "public", "matricule": "PRIS"}
    response = planner.post(pages(world)["change"], sent)
    assert "matricule" in " ".join(told(response)["__all__"])


def test_a_change_leaves_hidden_fields_as_they_were(planner: Client, world: World) -> None:
    tree = world.trees["Cedre-Meudon"]
    form = {"nom_vernaculaire": "Cèdre bleu", "geom": "POINT (2.21 48.81)", "protection": "aucune"}
    no_photo = {"photos-TOTAL_FORMS": "0", "photos-INITIAL_FORMS": "0"}
    planner.post(pages(world)["change"], form | no_photo | {"statut_foncier": "public"})
    kept = RemarkableTree.objects.get(pk=tree.pk)
    assert [kept.nom_vernaculaire, kept.matricule, kept.etat_sanitaire] == [
        "Cèdre bleu",
        tree.matricule,
        "dangereux",
    ]


def test_features_whose_title_is_hidden_are_not_administered(planner: Client) -> None:
    protect(TREES, "nom_vernaculaire", GARDENER)
    assert planner.get(LIST).status_code == 404


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_no_page_tells_a_protected_relation(planner: Client, world: World, page: str) -> None:
    Inspection.objects.update(observations=f"{OBSERVATION} bis")
    address = f"{SQUARES}{world.playgrounds['Jeux-Val'].pk}/{page}/"
    assert found(text(planner.get(address)).lower(), tuple(word.lower() for word in RELATED)) == set()


def test_readers_of_a_relation_find_its_form(world: World) -> None:
    ProtectedField.objects.get(layer__slug=PLAYGROUNDS, name="inspections").groups.add(
        *GARDENER.account().groups.all()
    )
    page = text(browser(GARDENER).get(f"{SQUARES}{world.playgrounds['Jeux-Val'].pk}/change/"))
    assert found(page, RELATED) == {"inspection", OBSERVATION}


def test_a_list_is_not_filtered_on_a_hidden_relation(planner: Client) -> None:
    number = Inspection.objects.first().pk  # type: ignore[union-attr]  # the world has some
    assert planner.get(f"{SQUARES}?inspections={number}").status_code == 400


def test_who_does_not_read_every_relation_does_not_delete(planner: Client, world: World) -> None:
    address = f"{SQUARES}{world.playgrounds['Jeux-Val'].pk}/delete/"
    assert planner.post(address, {"post": "yes"}).status_code == 403


def test_records_sent_for_a_hidden_relation_are_refused_by_name(planner: Client, world: World) -> None:
    address = f"{SQUARES}{world.playgrounds['Jeux-Val'].pk}/change/"
    form = {"nom": "Jeux-Val", "etat": "ouvert", "geom": "POINT (2.21 48.81)"}
    response = planner.post(address, form | blank("equipment", "photos", "inspections"))
    assert response.status_code == 403
    assert "inspections" in text(response)


def test_a_form_saves_without_the_tables_that_are_hidden(planner: Client, world: World) -> None:
    address = f"{SQUARES}{world.playgrounds['Jeux-Val'].pk}/change/"
    form = {"nom": "Jeux-Val", "etat": "ferme", "geom": "POINT (2.21 48.81)"}
    assert planner.post(address, form | blank("equipment", "photos")).status_code == 302
