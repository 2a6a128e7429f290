"""Making a form without code, reviewing what people sent, and who may do either."""

from __future__ import annotations

import datetime as dt
import html
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from xlsxwriter import Workbook

from heritage.models import RemarkableTree
from layers import access
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, published
from tests.forms_of_layers import ITEMS, good_answer, send, tree_form
from tests.people import ADMINISTRATOR, GARDENER, PLANNER
from tests.staff import signed_in
from tests.world import TREES, World, grant
from webforms.models import Answer, Form


def page_data(response: Any) -> dict[str, str]:
    """Return what a browser would send of the page of a form, with no button pressed."""
    data = {"expected": response.context["expected"], "sections": str(len(response.context["sections"]))}
    data |= {field.html_name: str(field.value() or "") for field in response.context["texts"]}
    for section in response.context["sections"]:
        data[f"{section.prefix}-items"] = str(len(section.items))
        data |= {
            f"{section.prefix}-title": section.section.title,
            f"{section.prefix}-help": section.section.help,
        }
        for editor in section.items:
            item, prefix = editor.item, editor.prefix
            texts = {
                "name": item.name, "kind": item.kind, "label": item.label, "help": item.help, "field": item.field,
                "default": item.default, "place": item.place, "layer": item.layer, "choices": editor.choices_text,
                "required": "1" if item.required else "",
            }  # fmt: skip
            data |= {f"{prefix}-{name}": text for name, text in texts.items()}
            for number, row in enumerate(editor.condition.rows):
                data |= {f"{prefix}-if{number}-{name}": text for name, text in row.items()}
    return data


def press(client: Client, form: Form, deed: str, **values: str) -> Any:
    """Press a button of the page of a form, after typing some values."""
    address = f"/formulaires/{form.slug}/modifier/"
    typed = {name.replace("__", "-"): value for name, value in values.items()}
    return client.post(address, page_data(client.get(address)) | typed | {"do": deed})


def test_a_form_is_made_from_the_fields_of_a_layer_and_published(world: World) -> None:
    grant(GARDENER, TREES, can_add=True, can_approve=True)
    client = signed_in(GARDENER)
    client.post("/formulaires/nouveau/", {"layer": TREES, "title": "Signaler un arbre", "audience": "public"})
    form = Form.objects.get()
    page = client.get(f"/formulaires/{form.slug}/modifier/")
    assert "matricule" in page.content.decode()  # protected: a public form may not ask it
    assert press(client, form, "publish").status_code == 400
    items = [item.name for item in form.versions.get().content.sections[1].items]
    for place in reversed(
        [place for place, name in enumerate(items) if name in {"matricule", "etat_sanitaire"}]
    ):
        press(client, form, f"drop:1:{place}")
    assert press(client, form, "publish").status_code == 302
    assert Client().get(f"/formulaires/{form.slug}/").status_code == 200


def test_order_sections_and_conditions_change_by_buttons(world: World) -> None:
    form, client = tree_form(), signed_in(ADMINISTRATOR)
    press(client, form, "down:0:1")
    press(client, form, "section-add")
    press(client, form, "add:1", s1__add="kind:choice", s1__title="Suite")
    press(
        client,
        form,
        "save",
        **{
            "i1-0-choices": "a ; Première\nb",
            "i1-0-if0-field": "danger",
            "i1-0-if0-op": "=",
            "i1-0-if0-value": "Oui",
        },
    )
    form.refresh_from_db()
    draft = form.versions.first()
    assert draft is not None
    assert draft.number == 2
    assert [item.name for item in draft.content.sections[0].items][:3] == ["position", "danger", "essence"]
    added = draft.content.sections[1].items[0]
    assert added.choices == (("a", "Première"), ("b", "b"))
    assert added.condition == {"field": "danger", "op": "=", "value": True}
    assert form.published is not None
    assert form.published.number == 1


def test_two_browsers_on_one_form_lose_nothing(world: World) -> None:
    form, client = tree_form(), signed_in(ADMINISTRATOR)
    late = page_data(client.get(f"/formulaires/{form.slug}/modifier/"))
    press(client, form, "down:0:1")
    response = client.post(f"/formulaires/{form.slug}/modifier/", late | {"do": "save", "title": "Tard"})
    assert response.status_code == 412
    assert 'value="Tard"' in response.content.decode()
    form.refresh_from_db()
    assert form.title != "Tard"
    draft = form.versions.first()
    assert draft is not None
    replaced = late | {"title": "Tard", "replaced": draft.digest}
    assert client.post(f"/formulaires/{form.slug}/modifier/", replaced).status_code == 302
    form.refresh_from_db()
    assert form.title == "Tard"


@pytest.mark.parametrize(
    ("deed", "typed", "target", "words"),
    [
        ("save", {"i0-4-minimum": "douze"}, "i0-4-label", "« douze » n’est pas un nombre"),
        ("save", {"i0-4-maximum": "nan"}, "i0-4-label", "n’est pas un nombre"),
        ("save", {"i0-1-if0-field": "danger", "i0-1-if0-op": "="}, "i0-1-label", "ne vient pas avant"),
        ("up:0:3", {}, "i0-3-label", "ne vient pas avant"),
        ("save", {"i0-1-kind": "rien"}, "i0-1-label", "« rien » n’existe pas"),
        ("save", {"s0-if-stored": "[1]"}, "s0-title", "Arbre"),
    ],
)
def test_what_cannot_be_saved_names_its_question_and_loses_nothing(
    world: World, deed: str, typed: dict[str, str], target: str, words: str
) -> None:
    form, client = tree_form(), signed_in(ADMINISTRATOR)
    sent = page_data(client.get(f"/formulaires/{form.slug}/modifier/")) | {"i0-5-help": "Écrit à l’instant"}
    response = client.post(f"/formulaires/{form.slug}/modifier/", sent | typed | {"do": deed})
    assert response.status_code == 422
    (fault,) = response.context["faults"]
    assert fault.target == target
    assert words in html.unescape(fault.reason).replace("\u00a0", " ")
    back = page_data(response)
    assert back["i0-5-help"] == "Écrit à l’instant"
    assert {name: back[name] for name in typed if name in back} == {
        name: typed[name] for name in typed if name in back
    }
    assert form.versions.count() == 1


def test_who_approves_nothing_brings_a_form_to_approval(world: World) -> None:
    grant(GARDENER, TREES, can_add=True)
    form, client = tree_form(), signed_in(GARDENER)
    assert press(client, form, "publish", **{"i0-1-label": "Quelle essence"}).status_code == 302
    form.refresh_from_db()
    assert form.published is not None
    assert form.published.number == 1
    assert client.get(f"/formulaires/{form.slug}/reponses/").status_code == 404


def test_an_accepted_answer_is_a_row_of_who_accepts_it(world: World) -> None:
    grant(GARDENER, TREES, can_add=True, can_approve=True)
    form, client = tree_form(), signed_in(GARDENER)
    send(form, good_answer(form.published, essence="=cmd|'/c calc'!A1"))
    answer = Answer.objects.get()
    assert answer.reference in client.get(f"/formulaires/{form.slug}/reponses/").content.decode()
    client.post(f"/formulaires/{form.slug}/reponses/", {"answer": [answer.pk]})
    answer.refresh_from_db()
    row = RemarkableTree.objects.get(pk=answer.row)
    assert (answer.state, row.nom_vernaculaire) == ("written", "=cmd|'/c calc'!A1")
    file = b"".join(client.get(f"/formulaires/{form.slug}/reponses.csv")).decode()
    assert "'=cmd" in file
    again = client.post(
        f"/formulaires/{form.slug}/reponses/{answer.pk}/", {"do": "refuse", "reason": "trop tard"}
    )
    assert again.status_code == 422


def accepted(form: Form) -> Answer:
    """Accept the one answer of a form, as who approves its layer."""
    answer = Answer.objects.get()
    signed_in(GARDENER).post(f"/formulaires/{form.slug}/reponses/{answer.pk}/", {"do": "accept"})
    answer.refresh_from_db()
    assert answer.state == "written", answer.problem
    return answer


def test_the_row_of_an_answer_has_the_day_it_came_whenever_it_is_accepted(world: World) -> None:
    grant(GARDENER, TREES, can_add=True, can_approve=True)
    day = {"name": "depot", "kind": "today", "label": "Déposée le", "field": "date_releve"}
    form = tree_form([*ITEMS, day])
    send(form, good_answer(form.published))
    came = timezone.localdate() - dt.timedelta(days=9)
    Answer.objects.update(received_at=timezone.now() - dt.timedelta(days=9))
    assert RemarkableTree.objects.get(pk=accepted(form).row).date_releve == came


def test_an_answer_without_place_is_a_row_without_geometry_of_a_dataset(world: World) -> None:
    published(dataset(), bench("B1"))
    grant(GARDENER, "bancs", can_add=True, can_approve=True)
    place = {"name": "position", "kind": "position", "label": "Où"}
    items = [
        place,
        *({"name": name, "kind": "text", "label": name, "field": name} for name in ("code", "nom")),
    ]
    form = tree_form(items, slug="bancs")
    sent = {name: text for name, text in good_answer(form.published).items() if name != "q-essence"}
    send(form, sent | {"q-position": "", "q-code": "B2", "q-nom": "Sans lieu"})
    scope = access.scope(system_visitor(), "bancs")
    assert scope.queryset.get(pk=accepted(form).row).geom is None


def test_a_row_that_the_layer_refuses_stays_to_examine_with_why(world: World) -> None:
    grant(GARDENER, TREES, rows="commune = '92072'", can_add=True, can_approve=True)
    form, client = tree_form(), signed_in(GARDENER)
    send(form, good_answer(form.published))
    answer = Answer.objects.get()
    response = client.post(f"/formulaires/{form.slug}/reponses/{answer.pk}/", {"do": "accept"})
    answer.refresh_from_db()
    assert response.status_code == 422
    assert answer.state == "waiting"
    assert answer.problem


def workbook() -> SimpleUploadedFile:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        for name, rows in {"survey": SURVEY, "choices": CHOICES}.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return SimpleUploadedFile("arbres.xlsx", content.getvalue())


SURVEY = (
    (
        "type",
        "name",
        "label::English",
        "label::Français (fr)",
        "required",
        "relevant",
        "constraint",
        "default",
    ),
    ("geopoint", "lieu", "Where", "Où", "yes"),
    ("text", "nom_vernaculaire", "Species", "Essence", "yes"),
    ("begin group", "g", "More", "Suite", "", "${nom_vernaculaire} != ''"),
    ("select_one etat", "etat", "State", "État", "", "", "", "bon"),
    (
        "integer",
        "hauteur",
        "Height",
        "Hauteur",
        "",
        "${etat} = 'bon' or ${etat} = 'mort'",
        ". >= 0 and . <= 60",
    ),
    ("end group",),
    ("calculate", "c", "", ""),
    ("begin repeat", "mesures", "", "Mesures"),
    ("integer", "m", "", "Mesure"),
    ("end repeat",),
    ("image", "vue", "", "Vue", "", "count-selected(${etat}) > 1"),
)
CHOICES = (("list_name", "name", "label"), ("etat", "bon", "Bon"), ("etat", "mort", "Mort"))


def test_a_workbook_of_xlsform_is_a_form_and_lists_what_is_not_read(world: World) -> None:
    client = signed_in(ADMINISTRATOR)
    values = {"layer": TREES, "title": "Arbres", "audience": "public", "workbook": workbook()}
    page = client.post("/formulaires/nouveau/", values)
    document = Form.objects.get().versions.get().content
    items = {item.name: item for item in document.items}
    assert [*items] == ["lieu", "nom_vernaculaire", "etat", "hauteur", "vue"]
    assert items["nom_vernaculaire"].field == "nom_vernaculaire"
    assert items["nom_vernaculaire"].label == "Essence"
    assert items["hauteur"].maximum == 60
    assert document.sections[1].condition == {"field": "nom_vernaculaire", "op": "empty", "value": False}
    assert [part.line for part in page.context["unread"]] == [8, 9, 10, 12]


def test_a_file_that_is_no_workbook_is_refused_in_words(world: World) -> None:
    values = {
        "layer": TREES,
        "title": "Arbres",
        "audience": "public",
        "workbook": io.BytesIO(b"PK\x03\x04rien"),
    }
    response = signed_in(ADMINISTRATOR).post("/formulaires/nouveau/", values)
    assert response.status_code == 422
    assert Form.objects.count() == 0


@pytest.mark.parametrize("person", [PLANNER, GARDENER])
def test_who_adds_nothing_makes_no_form(world: World, person: Any) -> None:
    form = tree_form(ITEMS)
    client = signed_in(person)
    assert client.get("/formulaires/nouveau/").status_code == 403
    assert client.get(f"/formulaires/{form.slug}/apercu/").status_code == 404


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("i0-4-minimum", "nan"),
        ("i0-2-choices", "a\x00b ; Texte"),
        ("i0-2-if-stored", '{"field": "essence", "op": "=", "value": NaN}'),
        ("i0-2-if-stored", '{"field": "essence", "op": "=", "value": "\\ud800"}'),
        ("i0-2-if-stored", "[" * 100_000),
        ("i0-2-if-stored", "{"),
    ],
    ids=["bound", "choice", "number", "surrogate", "depth", "syntax"],
)
def test_what_no_document_holds_is_refused_in_words(world: World, name: str, text: str) -> None:
    form, client = tree_form(), signed_in(ADMINISTRATOR)
    values = {name.replace("-", "__"): text, "i0__2__kind": "choice"}
    assert press(client, form, "save", **values).status_code == 422
