"""A field that grants do not let write is read-only on every road; a refusal names it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amenities.models import Playground
from tests.factories import MEUDON
from tests.people import Person
from tests.protocols import get
from tests.staff import SITE, signed_in, staff
from tests.wfs_writing import by_id, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, World, grant
from tests.writes import PATCH, items, send

KEEPER = Person("gardien", groups=("Gardiens d’aires",))
FIELD, FIXED = "etat", "nom"


@pytest.fixture(autouse=True)
def _rights(world: World) -> None:
    rights = {"can_change": True, "written_fields": [FIELD], "rows": f"commune = '{MEUDON}'"}
    grant(KEEPER, PLAYGROUNDS, **rights)


def row(world: World) -> Playground:
    return world.playgrounds["Jeux-Val"]


def stored(world: World) -> tuple[str, str]:
    current = Playground.objects.get(pk=row(world).pk)
    return current.etat, current.nom


def patch(world: World, **properties: Any) -> Any:
    body = {"properties": properties}
    return send("PATCH", items(PLAYGROUNDS, row(world).pk), KEEPER, body, form=PATCH, if_match="*")


def test_the_api_writes_one_field_and_names_another(world: World) -> None:
    assert patch(world, **{FIELD: "travaux"}).status == 200
    refusal = patch(world, **{FIELD: "ouvert", FIXED: "Autre"})
    assert refusal.status == 403
    assert FIXED in refusal.document["detail"]
    assert stored(world) == ("travaux", "Jeux-Val")


def test_the_api_takes_back_what_it_gave(world: World) -> None:
    address = items(PLAYGROUNDS, row(world).pk)
    feature = get(address, KEEPER).document
    feature["properties"][FIELD] = "travaux"
    answer = send("PUT", address, KEEPER, feature, if_match="*")
    assert answer.status == 200, answer.body
    assert stored(world) == ("travaux", "Jeux-Val")


def test_the_description_of_the_api_says_which_fields_are_read_only(world: World) -> None:
    path = get("/api/openapi.json", KEEPER).document["paths"][f"/collections/{PLAYGROUNDS}/items/{{id}}"]
    properties = path["patch"]["requestBody"]["content"][PATCH]["schema"]["properties"]["properties"][
        "properties"
    ]
    assert {name: properties[name].get("readOnly", False) for name in (FIELD, FIXED)} == {
        FIELD: False,
        FIXED: True,
    }


def test_wfs_names_the_field(world: World) -> None:
    actions = {
        name: transaction(
            update(by_id(row(world).pk, layer=PLAYGROUNDS), value, name=name, layer=PLAYGROUNDS)
        )
        for name, value in {FIELD: "travaux", FIXED: "Autre"}.items()
    }
    answers = {name: send_transaction(action, KEEPER) for name, action in actions.items()}
    assert answers[FIELD].status == 200, answers[FIELD].body
    assert f"d’écrire : {FIXED}" in answers[FIXED].body


def test_the_form_has_the_field_alone(world: World) -> None:
    client = signed_in(KEEPER)
    page = client.get(f"/catalogue/{PLAYGROUNDS}/{row(world).pk}/saisie/")
    assert list(page.context["form"].names) == [FIELD]
    assert "Vos droits ne permettent pas d’écrire" in page.content.decode()


def test_an_import_names_the_column(world: World) -> None:
    client: Client = signed_in(KEEPER)
    model = (
        client.get(f"/catalogue/{PLAYGROUNDS}/saisie/fichier.csv").content.decode("utf-8-sig").splitlines()
    )
    assert "nom" not in model[0].casefold()
    line = f"{model[0]};Nom\r\n{model[1]};Autre"
    upload = {"upload": SimpleUploadedFile("aires.csv", line.encode())}
    answer = client.post(f"/catalogue/{PLAYGROUNDS}/saisie/importer/", upload, follow=True)
    assert answer.status_code == 422
    assert "d’écrire la colonne « Nom »" in answer.content.decode()


def test_the_administration_shows_the_others_as_facts(world: World) -> None:
    client = staff(KEEPER, "amenities.*")
    page = client.get(f"{SITE}amenities/playground/{row(world).pk}/change/")
    assert list(page.context["adminform"].form.fields) == [FIELD]
