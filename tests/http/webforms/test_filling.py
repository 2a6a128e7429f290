"""Filling a form: with or without account, once, within bounds, and hostile answers refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from heritage.models import RemarkableTree
from layers.visitor import system_visitor
from tests.factories import picture
from tests.forms_of_layers import ITEMS, PLACE, good_answer, send, tree_form
from tests.people import GARDENER, OUTSIDER
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, World, grant
from webforms.building.services import publish_form, save_draft
from webforms.documents import read_document
from webforms.filling import services
from webforms.links.services import create_form_link, revoke_form_link
from webforms.models import Answer


def faults(response: Any) -> str:
    page: str = response.content.decode()
    return page[page.index('role="alert"') : page.index("<form", page.index('role="alert"'))]


def test_an_answer_without_account_waits_and_is_no_row(world: World) -> None:
    form, trees = tree_form(), RemarkableTree.objects.count()
    response = send(form, good_answer(form.published))
    answer = Answer.objects.get()
    assert response.headers["Location"] == f"/formulaires/{form.slug}/merci/?reponse={answer.key}"
    assert answer.values == {"position": PLACE_TEXT, "essence": "Hêtre", "commune": "Meudon"}
    assert (answer.state, answer.row, answer.author) == ("waiting", None, None)
    assert RemarkableTree.objects.count() == trees
    assert answer.reference in Client().get(response.headers["Location"]).content.decode()


PLACE_TEXT = ", ".join(f"{float(number):.6f}" for number in PLACE.split(", "))


def test_an_answer_of_who_may_add_is_a_row_at_once(world: World) -> None:
    grant(GARDENER, TREES, can_add=True)
    form = tree_form(audience="accounts")
    send(form, good_answer(form.published, danger="oui", pourquoi="penche"), signed_in(GARDENER))
    answer = Answer.objects.get()
    assert answer.state == "written"
    assert answer.row
    assert RemarkableTree.objects.get(pk=answer.row).nom_vernaculaire == "Hêtre"
    assert answer.values["pourquoi"] == "penche"


@pytest.mark.parametrize("person", [None, OUTSIDER])
def test_a_form_for_accounts_is_absent_for_others(world: World, person: Any) -> None:
    form = tree_form(audience="accounts")
    client = signed_in(person) if person else Client()
    for part in (
        "",
        "lieu/?lat=48&lon=2",
        "carte/",
        "merci/",
        "modifier/",
        "reponses/",
        "reponses.csv",
        "liens/",
    ):
        assert client.get(f"/formulaires/{form.slug}/{part}").status_code == 404


def test_what_a_condition_hides_is_neither_required_nor_stored(world: World) -> None:
    form = tree_form()
    assert send(form, good_answer(form.published, danger="oui")).status_code == 422
    send(form, good_answer(form.published, danger="non", pourquoi="reste d’une autre réponse"))
    assert "pourquoi" not in Answer.objects.get().values


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"essence": ""}, "Répondez"),
        ({"essence": "a\x00b"}, "caractère interdit"),
        ({"essence": "x" * 501}, "500 au plus"),
        ({"hauteur": "61"}, "au plus 60"),
        ({"hauteur": "douze"}, "comme 12,5"),
        ({"hauteur": "1e400"}, "trop grand"),
        ({"position": "ici"}, "illisible"),
        ({"position": "999, 2"}, "illisible"),
        ({"position": "POLYGON ((2 48, 2.1 48, 2 48.1, 2 48))"}, "un point"),
        ({"position": json.dumps({"type": "LineString", "coordinates": [[2, 48]] * 6_000})}, "sommets"),
        ({"danger": "<script>"}, "oui ou non"),
    ],
)  # fmt: skip
def test_a_fault_names_its_question_and_nothing_is_stored(
    world: World, values: dict[str, str], word: str
) -> None:
    form = tree_form()
    response = send(form, good_answer(form.published) | {f"q-{name}": text for name, text in values.items()})
    assert response.status_code == 422
    assert f'href="#q-{next(iter(values))}"' in faults(response)
    assert word in faults(response)
    assert Answer.objects.count() == 0


def test_markup_is_text(world: World) -> None:
    form = tree_form()
    page = send(
        form, good_answer(form.published, essence="<script>alert(1)</script>", hauteur="-")
    ).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_same_page_sent_again_is_one_answer(world: World) -> None:
    form = tree_form()
    data = good_answer(form.published)
    first, second = send(form, data), send(form, data)
    assert first.headers["Location"] == second.headers["Location"]
    changed = send(form, data | {"q-essence": "Chêne"})
    assert changed.status_code == 409
    assert Answer.objects.count() == 1


def test_a_robot_is_refused_by_its_pace_and_its_trap(world: World) -> None:
    form = tree_form()
    hasty = send(form, good_answer(form.published, age_s=1))
    assert hasty.status_code == 422
    trapped = send(form, good_answer(form.published) | {"site-web": "https://spam.example"})
    assert trapped.status_code == 302
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("token", ["", "x" * 9_000, "eyJhIjoxfQ:1abc:forged"])
def test_a_page_that_the_portal_did_not_make_is_refused_with_its_text(world: World, token: str) -> None:
    form = tree_form()
    response = send(form, good_answer(form.published) | {"page": token})
    assert response.status_code == 422
    assert 'value="Hêtre"' in response.content.decode()


def test_a_forged_request_is_refused(world: World) -> None:
    form = tree_form()
    assert send(form, good_answer(form.published), Client(enforce_csrf_checks=True)).status_code == 403


def test_one_more_than_the_limit_comes_back_with_its_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_ANONYMOUS", 2)
    form = tree_form()
    statuses = [send(form, good_answer(form.published, essence=f"n° {n}")).status_code for n in range(3)]
    assert statuses == [302, 302, 429]


def test_a_body_over_its_bound_is_refused_before_it_is_read(world: World) -> None:
    form = tree_form()
    response = Client().post(
        f"/formulaires/{form.slug}/",
        b"q-essence=" + b"x" * 10 * 1024**2,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 413
    assert "Ko" in response.content.decode()


PHOTO = [*ITEMS[:2], {"name": "vue", "kind": "photo", "label": "Vue", "max_files": 2}]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@pytest.mark.parametrize("content", [SVG, GIF, b"\xff\xd8\xff\xe0 damaged"])
def test_a_file_that_is_no_photo_is_refused_by_name(world: World, content: bytes) -> None:
    form = tree_form(PHOTO)
    upload = SimpleUploadedFile("vue.jpg", content, "image/jpeg")
    response = send(form, good_answer(form.published) | {"q-vue": upload})
    assert response.status_code == 422
    assert "vue.jpg" in faults(response)
    assert Answer.objects.count() == 0


def test_a_photo_is_stored_anew_with_its_answer(world: World) -> None:
    form = tree_form(PHOTO)
    upload = SimpleUploadedFile("nom de quelqu’un.png", picture().read(), "image/png")
    send(form, good_answer(form.published) | {"q-vue": upload})
    photo = Answer.objects.get().photos.get()
    assert "quelqu" not in str(photo.image.name)
    with photo.image.open("rb") as image:
        assert image.read(3) == b"\xff\xd8\xff"


def test_an_older_version_is_accepted_and_loses_nothing(world: World) -> None:
    form = tree_form()
    data = good_answer(form.published, hauteur="12")
    items = [
        ITEMS[0],
        {**ITEMS[1], "name": "nom"},
        {"name": "neuf", "kind": "text", "label": "Neuf", "required": True},
    ]
    document = read_document({"sections": [{"title": "Arbre", "items": items}]})
    old = form.published
    assert old is not None
    save_draft(
        form=form,
        visitor=system_visitor(),
        document=document,
        values={"title": form.title},
        expected=old.digest,
    )
    publish_form(form=form, visitor=system_visitor())
    assert send(form, data).status_code == 302
    answer = Answer.objects.get()
    assert answer.version == old
    assert answer.values["hauteur"] == 12


def test_a_link_opens_a_closed_audience_until_it_is_revoked(world: World) -> None:
    form = tree_form(audience="accounts")
    link, token = create_form_link(
        form=form, author_id=GARDENER.account().pk, title="AMO", last_day=timezone.localdate()
    )
    address = f"/formulaires/lien/{token}/"
    page = Client().get(address)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    sent = page.context["token"]
    data = good_answer(form.published) | {"page": sent}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webforms.filling.tokens.LEAST_S", 0)
        assert Client().post(address, data).status_code == 302
    assert Answer.objects.get().link == link
    assert send(form, data).status_code == 404
    revoke_form_link(form=form, pk=link.pk)
    assert Client().get(address).status_code == 404


def test_the_position_fills_from_what_the_visitor_sees_alone(world: World) -> None:
    near = {"name": "jeu", "kind": "text", "label": "Jeu", "place": "nearest", "layer": PLAYGROUNDS}
    form = tree_form([*ITEMS, near])
    grant(GARDENER, PLAYGROUNDS, rows="nom = 'Jeux-Val'")
    query = "lieu/?lat={}&lon={}".format(*PLACE.split(", "))
    by_person = {
        name: client.get(f"/formulaires/{form.slug}/{query}").json()["defaults"]
        for name, client in (("public", Client()), ("gardener", signed_in(GARDENER)))
    }
    assert by_person["public"] == {"commune": {"value": "Meudon", "label": "Meudon"}}
    assert "jeu" in by_person["gardener"]


def test_the_page_of_a_form_reads_few_rows(world: World, django_assert_max_num_queries: Any) -> None:
    form = tree_form()
    client = Client()
    client.get(f"/formulaires/{form.slug}/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/formulaires/{form.slug}/")
    assert len(page.content) < 40_000


@pytest.mark.parametrize(("latitude", "longitude"), [("POLYGON((0 0", "1 1, 1 0, 0 0))"), ("48", "")])
def test_the_position_of_defaults_is_a_point(world: World, latitude: str, longitude: str) -> None:
    response = Client().get(f"/formulaires/{tree_form().slug}/lieu/", {"lat": latitude, "lon": longitude})
    assert response.status_code == 400
