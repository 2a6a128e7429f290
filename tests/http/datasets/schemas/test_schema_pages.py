"""The pages of a schema: who opens them, faults at their fields, the plan before the change, the token of the forms."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from datasets.definitions import DatasetSchema, ParentLink
from datasets.models import Dataset, Delivery, SchemaChange
from datasets.registry import definition_of
from datasets.schemas import views
from datasets.schemas.jobs import SCHEMA_CHANGES
from datasets.schemas.services import create_layer
from datasets.vocabulary import DeliveryState
from layers import access
from layers.models import Layer
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, field, published, theme
from tests.forms import sent_by
from tests.http.datasets.wizard.test_dataset_wizard import browser, feeding
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC
from tests.world import grant, protect

pytestmark = pytest.mark.usefixtures("communes", "media")

MAKE, CHANGE = "/jeux/nouvelle-couche/", "/jeux/bancs/schema/"


def _sent(client: Client, address: str, **values: str) -> dict[str, str]:
    """Return the form of a page as a browser sends it, with some values; ``_1`` at the end of a name is a number."""
    page = client.get(address)
    return sent_by(page, "data-schema-form") | values


def _field(number: int, **values: str) -> dict[str, str]:
    return {f"champs-{number}-{name}": value for name, value in values.items()}


def _new(client: Client, **values: str) -> dict[str, str]:
    theme()
    sent = _sent(client, MAKE) | {"couche-title": "Bancs publics"}
    sent |= _field(0, title="Référence", pattern="reference", is_key="on")
    sent |= _field(
        1,
        title="État",
        kind="list",
        codes="Bon état | | #2b8cbe\nCassé | casse | #b00006",
        default="Bon état",
    )
    sent |= _field(
        2, title="Ce qui manque", help="Une planche ?", condition_field="État", condition_operator="=",
        condition_value="Cassé",
    )  # fmt: skip
    # A script numbers the fields that nobody filled in too.
    sent |= {"champs-TOTAL_FORMS": "5"} | _field(3, kind="string", ORDER="4")
    sent |= _field(4, kind="date", ORDER="5", DELETE="on")
    return sent | values


def test_a_layer_made_from_nothing_has_its_page_its_api_and_the_colours_of_its_list() -> None:
    client = browser(ADMINISTRATOR)
    answer = client.post(MAKE, _new(client))
    assert answer["Location"] == "/catalogue/bancs-publics/"
    assert client.get(answer["Location"]).status_code == 200
    schema = Delivery.objects.get().schema_version.schema
    assert [field.name for field in schema.fields] == ["reference", "etat", "ce_qui_manque"]
    assert schema.key == ("reference",)
    assert schema.by_name["etat"].choices == (("bon_etat", "Bon état"), ("casse", "Cassé"))
    assert schema.by_name["etat"].default == "bon_etat"
    condition = schema.by_name["ce_qui_manque"].condition
    assert condition is not None
    assert (condition.field, condition.value) == ("etat", "casse")
    assert [each["token"] for each in Layer.objects.get().style["categories"]] == ["#2b8cbe", "#b00006"]
    items = client.get("/api/collections/bancs-publics/items?f=json")
    assert items.json()["features"] == []


def test_an_open_layer_waits_for_somebody_else_as_any_version_does() -> None:
    client = browser(ADMINISTRATOR)
    answer = client.post(MAKE, _new(client, **{"couche-visibility": "open"}))
    assert answer["Location"] == "/jeux/bancs-publics/versions/1/"
    assert client.get(answer["Location"]).status_code == 200
    assert browser(PUBLIC).get("/catalogue/bancs-publics/").status_code == 404


@pytest.mark.parametrize(
    ("values", "target", "words"),
    [
        (_field(0, title=""), "id_champs-0-title", ""),
        (_field(1, codes="a | x\nb | x"), "id_champs-1-codes", "Ligne 2"),
        (_field(1, default="Neuf"), "id_champs-1-default", "pas dans la liste"),
        (_field(2, title="référence"), "id_champs-2-title", "porte ce nom"),
        (_field(2, condition_field="Usure"), "id_champs-2-condition_field", "autre champ"),
        (_field(0, kind="date", pattern="", minimum="demain"), "id_champs-0-minimum", "pas du type"),
        ({"table-parent_layer": "nulle-part"}, "id_table-parent_layer", ""),
        ({"couche-title": ""}, "id_couche-title", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_makes_nothing(
    values: dict[str, str], target: str, words: str
) -> None:
    client = browser(ADMINISTRATOR)
    answer = client.post(MAKE, _new(client, **values))
    assert answer.status_code == 400
    faults = {fault.target: fault.reason for fault in answer.context["faults"]}
    assert words in faults[target]
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_make_datasets_reads_why(method: str) -> None:
    refused = getattr(browser(OUTSIDER), method)(MAKE)
    assert refused.status_code == 403
    assert "un administrateur le donne" in html.unescape(refused.content.decode())
    assert getattr(browser(PUBLIC), method)(MAKE).headers["Location"].startswith("/compte/")


def test_the_group_of_who_makes_a_layer_feeds_it_and_puts_it_online() -> None:
    PLANNER.account().user_permissions.add(Permission.objects.get(codename="add_dataset"))
    client = browser(PLANNER)
    own = Group.objects.get(name=PLANNER.groups[0])
    answer = client.post(MAKE, _new(client, **{"couche-producer": str(own.pk)}))
    assert answer["Location"] == "/catalogue/bancs-publics/"
    scope = access.scope(PLANNER.visitor(), "bancs-publics")
    assert scope.can_add
    assert scope.can_approve


def test_forms_without_their_token_are_refused() -> None:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(MAKE, {}).status_code == 403


def test_a_change_is_read_before_it_acts_and_acts_as_it_was_read() -> None:
    published(dataset(), bench("B1"), bench("B2"))
    client = browser(ADMINISTRATOR)
    sent = _sent(client, CHANGE, **_field(3, title="Coût"), **_field(5, DELETE="on"))
    plan = client.post(CHANGE, sent)
    sentences = [change.sentence for change in plan.context["changes"]]
    assert "« prix » s’appelle « Coût »." in sentences
    assert "« pose » disparaît." in sentences
    again = sent_by(plan, "data-schema-plan") | {"etape": "appliquer"}
    refused = client.post(CHANGE, again)
    assert refused.status_code == 400
    assert Delivery.objects.count() == 1
    answer = client.post(CHANGE, again | {"accepte": "removed:pose"})
    assert answer.status_code == 302
    online = Delivery.objects.get(state=DeliveryState.ONLINE)
    assert online.number == 2
    fields = definition_of(online).by_name
    assert fields["prix"].title == "Coût"
    assert "pose" not in fields


def test_a_large_change_goes_to_the_worker_and_its_page_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    published(dataset(), bench("B1"), bench("B2"))
    monkeypatch.setattr(views, "MAX_ROWS_IN_REQUEST", 1)
    client = browser(ADMINISTRATOR)
    plan = client.post(CHANGE, _sent(client, CHANGE, **_field(3, title="Coût")))
    page = client.post(CHANGE, sent_by(plan, "data-schema-plan") | {"etape": "appliquer"})["Location"]
    assert "attente du travailleur" in client.get(page).content.decode().lower()
    assert browser(OUTSIDER).get(page).status_code == 404
    client.post(page)
    assert "a été annulé" in client.get(page).content.decode()
    page = client.post(CHANGE, sent_by(plan, "data-schema-plan") | {"etape": "appliquer"})["Location"]
    SCHEMA_CHANGES.run(SchemaChange.objects.latest("created_at").pk)
    assert client.get(page, headers={"accept": "application/json"}).json()["url"] == page
    assert client.get(page)["Location"] == "/catalogue/bancs/"
    assert definition_of(Delivery.objects.get(state=DeliveryState.ONLINE)).by_name["prix"].title == "Coût"


def test_a_form_that_changes_nothing_says_so() -> None:
    published(dataset(), bench("B1"))
    client = browser(ADMINISTRATOR)
    answer = client.post(CHANGE, _sent(client, CHANGE))
    assert "Rien ne change" in answer.content.decode()


def test_values_of_a_field_that_the_person_does_not_read_are_in_no_plan() -> None:
    made = dataset()
    published(made, bench("B1", nom="Banc secret"))
    client = feeding(PLANNER, made)
    protect("bancs", "nom")
    answer = client.post(CHANGE, _sent(client, CHANGE, **_field(1, DELETE="on")))
    assert "1 valeur est perdue" in answer.content.decode()
    assert "Banc secret" not in answer.content.decode()


def test_the_sheet_of_a_parent_leads_to_a_new_row_with_its_key() -> None:
    published(dataset(), bench("B1"))
    visits = DatasetSchema(
        fields=(field("banc"), field("constat")), parent=ParentLink("bancs", "banc", "code")
    )
    create_layer(slug="visites", title="Visites", theme=theme(), schema=visits, visitor=system_visitor())
    client = browser(ADMINISTRATOR)
    address = "/catalogue/visites/modifier/ajouter/?banc=B1"
    assert address in client.get("/catalogue/bancs/1/").content.decode()
    assert "B1</textarea>" in client.get(address).content.decode()


def test_who_does_not_feed_every_row_finds_no_schema() -> None:
    published(dataset(), bench("B1"))
    grant(PLANNER, "bancs", can_download=True)
    assert browser(PLANNER).get(CHANGE).status_code == 404
