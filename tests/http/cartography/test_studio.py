"""The studio over HTTP: its form becomes a style, a bad input is named, and who may not style is told as everywhere."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from layers.models import Layer, StyleVersion
from tests import deliveries, factories
from tests.deliveries import bench
from tests.forms import sent_by
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, Person
from tests.staff import signed_in, text
from tests.world import MATRICULE, PLAYGROUNDS, TREES, World, grant

PAGE = "/catalogue/bancs/style/"
FRAGMENT: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def maker(catalogue: object) -> Client:
    """The browser of the administrator; a dataset of benches is online, one without places."""
    lines = [
        bench("B1", "Banc", places="3"),
        bench("B2", "Banc", places="8"),
        bench("B3", "Fauteuil", places="1"),
        bench("B4", "Assis-debout", places=None),
        bench("B5", "Banc", places="20"),
    ]
    deliveries.published(deliveries.dataset(), *lines)
    return signed_in(ADMINISTRATOR)


def send(client: Client, page: str = PAGE, **values: str | None) -> Any:
    """Send the form of the studio with some of its inputs changed, None taken out."""
    sent = sent_by(client.get(page), "data-form") | values
    return client.post(page, {name: value for name, value in sent.items() if value is not None}, **FRAGMENT)


def document() -> dict[str, Any]:
    found: dict[str, Any] = StyleVersion.objects.get(state="draft").document
    return found


def face() -> dict[str, Any]:
    """Return what the style of a new dataset says beside its definition: its colour."""
    return {"token": Layer.objects.get(slug="bancs").style["token"]}


def test_the_form_left_as_it_is_changes_nothing(maker: Client) -> None:
    assert send(maker).status_code == 200
    assert document() == face()


def test_a_field_becomes_categories_and_labels(maker: Client) -> None:
    send(maker, kind="categories")
    send(maker, field_categories="nom")
    send(maker, c0_title="Bancs publics", c1_colour="#112233", has_labels="on", label_field="nom")
    found = document()
    assert found["field"] == "nom"
    assert [(each["value"], each["title"]) for each in found["categories"]] == [
        ("Banc", "Bancs publics"),
        ("Assis-debout", "Assis-debout"),
        ("Fauteuil", "Fauteuil"),
    ]
    assert found["categories"][1]["token"] == "#112233"
    assert found["labels"] == {"field": "nom"}


def test_categories_move_leave_and_come_back(maker: Client) -> None:
    send(maker, kind="categories")
    send(maker, field_categories="nom")
    send(maker, move="Fauteuil:-1")
    assert [each["value"] for each in document()["categories"]] == ["Banc", "Fauteuil", "Assis-debout"]
    answer = send(maker, c0_out="1")
    assert "3 objets ne sont dans aucune classe" in text(answer)
    send(maker, add="*")
    assert [each["value"] for each in document()["categories"]] == ["Fauteuil", "Assis-debout", "Banc"]


def test_numbers_become_classes_by_each_method_and_by_hand(maker: Client) -> None:
    send(maker, kind="graduated", field_graduated="places")
    send(maker, field_graduated="places", count="3", method="equal")
    found = document()
    assert [(each["low"], each["high"]) for each in found["intervals"]] == [
        (1, 7.4),
        (7.4, 13.8),
        (13.8, 20.2),
    ]
    answer = send(maker, i0_high="2,5", palette="Blues")
    found = document()
    assert [each["high"] for each in found["intervals"]] == [2.5, 13.8, 20.2]
    assert (found["palette"], found["intervals"][0]["token"]) == ("Blues", "#deebf7")
    assert found["intervals"][0]["title"] == "1 à 2,5"
    assert "1 objet n’est dans aucune classe" in text(answer)


def test_each_kind_is_read_back_from_its_own_form(maker: Client) -> None:
    for kind in ("proportional", "heat", "single"):
        send(maker, kind=kind)
        kept = document()
        send(maker)
        assert document() == kept, kind


def test_the_menu_of_a_layer_beside_the_map_leads_who_may_to_the_studio(maker: Client) -> None:
    Layer.objects.filter(slug="bancs").update(visibility="open")
    pages = {
        name: text(client.get("/carte/?couches=bancs"))
        for name, client in (("maker", maker), ("public", Client()))
    }
    models = {name: f'href="{PAGE.replace("bancs", "LAYER")}"' in page for name, page in pages.items()}
    assert models == {"maker": True, "public": False}
    number = re.search(
        rf'data-part="(\d+)">\s*<a class="btn quiet" href="{PAGE.replace("bancs", "LAYER")}"', pages["maker"]
    )
    assert number
    assert number[1] in row_parts_of(pages["maker"], "bancs")


def row_parts_of(page: str, slug: str) -> list[str]:
    """Return the numbers of the parts that the row of a layer names, of those that the page holds once."""
    row = re.search(rf'data-layer="{slug}".*?data-settings="([^"]*)"', page, re.DOTALL)
    assert row
    return row[1].split()


def test_choices_that_draw_nothing_are_not_offered(maker: Client) -> None:
    offered = {}
    for kind in ("categories", "proportional", "single"):
        send(maker, kind=kind)
        page = text(maker.get(PAGE))
        offered[kind] = {name for name in ('id="clusters-pie"', 'value="pictogram"') if name in page}
    assert offered == {
        "categories": {'id="clusters-pie"', 'value="pictogram"'},
        "proportional": set(),
        "single": {'value="pictogram"'},
    }


def test_what_is_published_is_compared_by_its_sizes(maker: Client) -> None:
    send(maker, kind="proportional", field_proportional="places")
    page = unescape(text(maker.get(f"{PAGE}publier/")))
    (new,) = re.findall(r"Brouillon \d+</figcaption>(.*?)</figure>", page, re.DOTALL)
    assert new.count("<circle") == 6
    assert "places\xa0: 20, 10, 0" in new


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"kind": "fancy"}, "kind"),
        ({"kind": "graduated", "field_graduated": "nom"}, "field_graduated"),
        ({"kind": "categories", "field_categories": "secret"}, "field_categories"),
        ({"token": "url(x)"}, "token"),
        ({"rank": "dix"}, "rank"),
        ({"kind": "graduated", "field_graduated": "places", "count": "4,5"}, "count"),
        ({"zoom_from": "14", "zoom_to": "10"}, "zoom_to"),
        ({"has_labels": "on", "label_field": "absent"}, "label_field"),
        ({"has_labels": "on", "label_size": "99"}, "label_size"),
        ({"point_form": "cube"}, "point_form"),
        ({"palette": "Viridis"}, "palette"),
        ({"icon": "nowhere"}, "icon"),
        ({"label_field": "nom\0", "has_labels": "on"}, "label_field"),
    ],
)
def test_a_bad_input_is_named_and_nothing_is_kept(maker: Client, values: dict[str, str], name: str) -> None:
    answer = send(maker, **values)
    assert answer.status_code == 422
    assert f'data-fault="{name}"' in text(answer)
    assert not StyleVersion.objects.exists()


def test_a_value_that_no_file_of_styles_can_hold_is_refused_in_the_form_and_no_category(
    maker: Client,
) -> None:
    send(maker, kind="categories", field_categories="nom")
    assert 'data-fault="c0_value"' in text(send(maker, c0_value="Banc\0"))
    assert 'data-fault="c0_title"' in text(send(maker, c0_title="Banc\x01"))
    long = "B" * 201
    deliveries.published(deliveries.dataset(slug="longs"), bench("B1", long), bench("B2", "Banc"))
    page = "/catalogue/longs/style/"
    send(maker, page, kind="categories", field_categories="nom")
    drafts = StyleVersion.objects.filter(layer__slug="longs", state="draft")
    assert [each["value"] for each in drafts.get().document["categories"]] == ["Banc"]


def test_a_draft_whose_field_is_gone_is_told_and_set_aside(maker: Client) -> None:
    send(maker, kind="heat")
    StyleVersion.objects.filter(state="draft").update(document={"field": "gone", "labels": {"field": "gone"}})
    page = maker.get(PAGE)
    assert page.status_code == 200
    assert 'data-fault="draft"' in text(page)
    assert send(maker, kind="single").status_code == 422
    assert "gone" in text(maker.get(f"{PAGE}publier/"))
    mark = sent_by(page, "data-form")["mark"]
    assert maker.post(f"{PAGE}abandonner/", {"mark": mark}).status_code == 302
    assert send(maker, kind="single").status_code == 200


def test_limits_that_go_down_are_refused_at_their_place(maker: Client) -> None:
    send(maker, kind="graduated", field_graduated="places")
    assert 'data-fault="i0_high"' in text(send(maker, i0_high="-5"))


def test_a_change_from_an_old_page_is_refused(maker: Client) -> None:
    send(maker, kind="heat")
    answer = send(maker, mark="")
    assert answer.status_code == 412
    assert "data-stale" in text(answer)


def test_a_document_that_names_no_pictogram_is_refused(maker: Client) -> None:
    answer = maker.post(f"{PAGE}document/", {"mark": "", "document": '{"icon": "nowhere"}'}, **FRAGMENT)
    assert answer.status_code == 400
    assert "nowhere" in text(answer)


def test_a_document_put_back_takes_the_place_of_the_draft(maker: Client) -> None:
    send(maker, kind="heat")
    mark = sent_by(maker.get(PAGE), "data-form")["mark"]
    answer = maker.post(f"{PAGE}document/", {"mark": mark, "document": '{"rank": 4}'}, **FRAGMENT)
    assert answer.status_code == 200
    assert document() == {"rank": 4}
    for wrong in ("[]", '{"colour": "red"}', "nothing"):
        answer = maker.post(f"{PAGE}document/", {"mark": mark, "document": wrong}, **FRAGMENT)
        assert answer.status_code == 400, wrong


def test_without_a_script_the_form_keeps_publishes_and_brings_back(maker: Client) -> None:
    given = face()
    sent = sent_by(maker.get(PAGE), "data-form") | {"rank": "3"}
    assert maker.post(PAGE, sent).status_code == 302
    mark = sent_by(maker.get(PAGE), "data-form")["mark"]
    assert maker.post(f"{PAGE}publier/", {"mark": mark, "note": "devant"}).status_code == 302
    assert Layer.objects.get(slug="bancs").style == given | {"rank": 3}
    assert "devant" in text(maker.get(f"{PAGE}versions/"))
    assert "le rang" in text(maker.get(f"{PAGE}versions/?de=1&a=2"))
    assert maker.post(f"{PAGE}versions/1/reprendre/", {"mark": ""}).status_code == 302
    assert document() == Layer.objects.get(slug="bancs").style_versions.get(number=1).document


def test_pictograms_are_found_by_french_words(maker: Client) -> None:
    assert 'data-pictogram-name="bike"' in text(maker.get(f"{PAGE}pictogrammes/?q=v%C3%A9lo"))
    assert maker.get(f"{PAGE}pictogrammes/?nom=x").status_code == 400


STATUSES = [
    (PUBLIC, PLAYGROUNDS, 404),
    (OUTSIDER, PLAYGROUNDS, 404),
    (PUBLIC, TREES, 403),
    (OUTSIDER, TREES, 403),
    (ADMINISTRATOR, TREES, 200),
]


@pytest.mark.parametrize(("person", "slug", "status"), STATUSES)
def test_hidden_is_absent_and_seen_is_forbidden(world: World, person: Person, slug: str, status: int) -> None:
    client = Client() if person.is_anonymous else signed_in(person)
    for page in ("", "versions/", "publier/", "pictogrammes/"):
        assert client.get(f"/catalogue/{slug}/style/{page}").status_code == status, page


def test_the_way_to_the_studio_is_shown_to_who_may_take_it(world: World) -> None:
    page = f"/catalogue/{TREES}/"
    assert f"{page}style/" in text(signed_in(ADMINISTRATOR).get(page))
    assert f"{page}style/" not in text(Client().get(page))


def test_the_administration_shows_the_style_and_takes_no_json(world: World) -> None:
    layer = Layer.objects.get(slug=TREES)
    page = text(signed_in(ADMINISTRATOR).get(f"/administration/layers/layer/{layer.pk}/change/"))
    assert "Unique" in page
    assert f"/catalogue/{TREES}/style/" in page
    assert 'name="style"' not in page


def test_surfaces_have_no_heat(catalogue: object) -> None:
    factories.zone("UA", typezone="U")
    answer = send(signed_in(ADMINISTRATOR), "/catalogue/plui-zones/style/", kind="heat")
    assert (answer.status_code, 'data-fault="kind"' in text(answer)) == (422, True)


def test_zones_are_hatched_class_by_class(catalogue: object) -> None:
    factories.zone("UA", typezone="U")
    factories.zone("N", typezone="N")
    client, page = signed_in(ADMINISTRATOR), "/catalogue/plui-zones/style/"
    send(client, page, kind="categories", symbol="")
    send(client, page, c0_pattern="rising")
    symbols = [each.get("symbol", []) for each in document()["categories"]]
    assert [layer["type"] for layer in symbols[0]] == ["fill", "line-pattern", "stroke"]


def test_what_lies_over_classes_is_added_chosen_titled_and_taken_out(maker: Client) -> None:
    send(maker, overlay="new")
    send(maker, o0_field="nom")
    assert [(each["field"], each["values"]) for each in document()["overlays"]] == [("nom", ["Banc"])]
    send(maker, o0_v1="Fauteuil", o0_form="square", o0_colour="#112233")
    (found,) = document()["overlays"]
    assert (found["values"], found["token"]) == (["Banc", "Fauteuil"], "#112233")
    assert found["title"] == "Nom\u00a0: Banc, Fauteuil"
    assert {each["shape"] for each in found["symbol"]} == {"square"}
    answer = send(maker, o0_title="À revoir")
    assert document()["overlays"][0]["title"] == "À revoir"
    assert re.search(r"<span>À revoir</span><span class=\"muted\">4</span>", text(answer))
    for _each in range(3):
        send(maker, overlay="new")
    assert len(document()["overlays"]) == 3
    for _each in range(3):
        send(maker, o0_out="1")
    assert "overlays" not in document()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"o0_v0": None}, "o0_v0"),
        ({"o0_field": "inconnu"}, "o0_field"),
        ({"o0_field": "geometry"}, "o0_field"),
        ({"o0_form": "stripes"}, "o0_form"),
        ({"o_count": "4"}, "o_count"),
    ],
)
def test_a_bad_input_of_what_lies_over_classes_is_named(
    maker: Client, values: dict[str, str | None], fault: str
) -> None:
    send(maker, overlay="new")
    kept = document()
    answer = send(maker, **values)
    assert answer.status_code == 422
    assert f'data-fault="{fault}"' in text(answer)
    assert document() == kept


@pytest.mark.parametrize("page", ["", "publier/"])
def test_the_draft_of_a_colleague_names_no_field_that_its_reader_does_not_read(
    world: World, page: str
) -> None:
    layer = Layer.objects.get(slug=TREES)
    grant(PLANNER, TREES, can_add=True, can_change=True, can_delete=True, can_approve=True)
    StyleVersion.objects.create(layer=layer, number=1, document=layer.style, state="published")
    draft = {"field": "matricule", "categories": [{"value": MATRICULE, "title": "x", "token": "ink"}]}
    StyleVersion.objects.create(layer=layer, number=2, document=draft)
    seen = text(signed_in(PLANNER).get(f"/catalogue/{TREES}/style/{page}"))
    assert "un champ que vous ne lisez pas" in seen
    assert "matricule" not in seen
