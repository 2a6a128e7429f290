"""A version put to public inquiry: its public page and its days, the remarks, the register of the commissioner."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from layers.models import Layer
from planning.models import PublicInquiry, RemarkOpinion
from plui.catalogue import LAYERS
from plui.models import PlanVersion
from tests.forms_of_layers import ITEMS, good_answer, send, tree_form
from tests.pdf import written_text
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.plan_versions import piece, two_versions
from tests.staff import signed_in
from tests.world import TREES, World, grant
from webforms.models import Answer, Form

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
COMMISSIONER = Person("commissaire", groups=("Commissaire enquêteur",))
NAME = "Dominique Exemple"


def browser(person: Person) -> Client:
    return Client(headers={"host": "localhost"}) if person is PUBLIC else signed_in(person)


@pytest.fixture
def versions(world: World, media: Path) -> tuple[PlanVersion, PlanVersion]:
    """A plan online, and a modification of it that waits, for a planner who decides of the answers about trees."""
    for definition in LAYERS:
        grant(PLANNER, definition.slug, can_add=True, can_change=True, can_delete=True)
    grant(PLANNER, TREES, can_add=True, can_change=True, can_approve=True)
    return two_versions()


@pytest.fixture
def form(versions: tuple[PlanVersion, PlanVersion]) -> Form:
    """A form of remarks: the place and the change are free, the name stays with the answer."""
    position, essence, *_others = ITEMS
    items = [
        position | {"required": False},
        essence | {"label": "Sujet"},
        {"name": "changement", "kind": "text", "label": "Changement"},
        {"name": "nom", "kind": "text", "label": "Votre nom"},
    ]
    return tree_form(items)


@pytest.fixture
def inquiry(versions: tuple[PlanVersion, PlanVersion], form: Form) -> PublicInquiry:
    """An inquiry that is open today."""
    return declared(versions[1], form, -DAY, DAY)


def declared(version: PlanVersion, form: Form, opens: dt.timedelta, closes: dt.timedelta) -> PublicInquiry:
    today = timezone.localdate()
    group, _is_new = Group.objects.get_or_create(name=COMMISSIONER.groups[0])
    values = {
        "notice": "Le dossier est à lire en mairie.",
        "commissioner": "Mme Exemple",
        "opens_on": (today + opens).isoformat(),
        "closes_on": (today + closes).isoformat(),
        "form": form.pk,
        "readers": group.pk,
    }
    response = browser(PLANNER).post(f"/gestion/plui/{version.pk}/enquete/", values)
    assert response.status_code == 302, response.content.decode()
    return PublicInquiry.objects.get(version=version)


def page_of(inquiry: PublicInquiry, person: Person = PUBLIC) -> str:
    response = browser(person).get(f"/urbanisme/enquetes/{inquiry.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def remark(form: Form, **values: Any) -> Answer:
    form.refresh_from_db()
    texts: dict[str, Any] = {"nom": NAME} | values
    response = send(form, good_answer(form.published, **texts))
    assert response.status_code == 302, response.content.decode()
    return Answer.objects.latest("pk")


def test_the_public_reads_what_a_version_under_inquiry_changes(inquiry: PublicInquiry) -> None:
    text = page_of(inquiry)
    words = [
        "Le dossier est à lire en mairie.",
        "Mme Exemple",
        "Surfaces par type de zone",
        "Écrire une observation",
    ]
    assert [each for each in words if each not in text] == []


def test_a_staged_version_without_inquiry_stays_absent(versions: tuple[PlanVersion, PlanVersion]) -> None:
    staged = versions[1]
    paths = [f"/urbanisme/documents/versions/{staged.pk}/changements/", "/urbanisme/enquetes/modification/"]
    assert [browser(PUBLIC).get(path).status_code for path in paths] == [404, 404]


def test_an_inquiry_opens_no_other_page_of_its_version(inquiry: PublicInquiry) -> None:
    pk = inquiry.version_id
    paths = [f"/urbanisme/documents/versions/{pk}/", f"/gestion/plui/{pk}/", f"/gestion/plui/{pk}/enquete/"]
    assert [browser(PUBLIC).get(path).status_code for path in paths] == [404, 302, 302]


def test_the_portal_of_a_commune_has_the_inquiries_of_its_plans_alone(inquiry: PublicInquiry) -> None:
    PlanVersion.objects.filter(pk=inquiry.version_id).update(communes=["92048"])
    address = f"/urbanisme/enquetes/{inquiry.slug}/"
    hosts = ("meudon.localhost", "sevres.localhost")
    statuses = [Client(headers={"host": host}).get(address).status_code for host in hosts]
    assert statuses == [200, 404]


@pytest.mark.parametrize("page", ["", "changements.pdf", "registre/", "registre.csv", "registre.pdf"])
def test_an_inquiry_about_hidden_zones_is_absent(inquiry: PublicInquiry, page: str) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    assert browser(PUBLIC).get(f"/urbanisme/enquetes/{inquiry.slug}/{page}").status_code == 404


def test_the_pages_of_documents_list_the_inquiry(inquiry: PublicInquiry) -> None:
    text = browser(PUBLIC).get("/urbanisme/documents/").content.decode()
    assert f"/urbanisme/enquetes/{inquiry.slug}/" in text


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(DAY, 2 * DAY, "L’enquête ouvre le"), (-2 * DAY, -DAY, "L’enquête est close")],
)
def test_outside_its_days_an_inquiry_says_so_and_takes_no_remark(
    versions: tuple[PlanVersion, PlanVersion],
    form: Form,
    opens: dt.timedelta,
    closes: dt.timedelta,
    words: str,
) -> None:
    text = page_of(declared(versions[1], form, opens, closes))
    assert words in text
    assert "Écrire une observation" not in text
    form.refresh_from_db()
    assert send(form, good_answer(form.published)).status_code == 403


def test_the_written_pieces_of_the_project_are_public_by_the_inquiry_alone(inquiry: PublicInquiry) -> None:
    stored = piece(inquiry.version, "Pieces_ecrites/3_Reglement/projet.pdf")
    stored.file.save("projet.pdf", ContentFile(b"%PDF-1.7"))
    public = browser(PUBLIC)
    response = public.get(f"/urbanisme/enquetes/{inquiry.slug}/pieces/{stored.name}")
    assert (response.status_code, response.getvalue()) == (200, b"%PDF-1.7")
    assert public.get(f"/urbanisme/documents/{inquiry.version.idurba}/{stored.name}").status_code == 404


def test_an_outsider_declares_no_inquiry(versions: tuple[PlanVersion, PlanVersion]) -> None:
    assert browser(OUTSIDER).get(f"/gestion/plui/{versions[1].pk}/enquete/").status_code == 404


def test_a_version_under_inquiry_is_not_deleted(inquiry: PublicInquiry) -> None:
    browser(PLANNER).post(f"/gestion/plui/{inquiry.version_id}/action/", {"action": "discard"})
    assert PlanVersion.objects.filter(pk=inquiry.version_id).exists()


def test_a_withdrawn_inquiry_is_absent(inquiry: PublicInquiry) -> None:
    browser(PLANNER).post(f"/gestion/plui/{inquiry.version_id}/enquete/", {"action": "withdraw"})
    assert browser(PUBLIC).get(f"/urbanisme/enquetes/{inquiry.slug}/").status_code == 404


def test_days_out_of_order_come_back_in_words(versions: tuple[PlanVersion, PlanVersion]) -> None:
    values = {"notice": "a", "commissioner": "b", "opens_on": "2026-03-02", "closes_on": "2026-03-01"}
    response = browser(PLANNER).post(f"/gestion/plui/{versions[1].pk}/enquete/", values)
    assert response.status_code == 422
    assert "Le dernier jour précède le premier." in response.content.decode()


def test_a_link_about_a_change_fills_the_form(inquiry: PublicInquiry) -> None:
    assert inquiry.form is not None
    path = f"/formulaires/{inquiry.form.slug}/"
    assert f"{path}?changement=" in page_of(inquiry)
    text = browser(PUBLIC).get(path, {"changement": "n° 1", "position": "48.81, 2.23"}).content.decode()
    assert 'value="n° 1"' in text
    assert 'value="48.81, 2.23"' in text


def test_the_address_of_a_form_fills_none_but_its_items(inquiry: PublicInquiry) -> None:
    assert inquiry.form is not None
    response = browser(PUBLIC).get(f"/formulaires/{inquiry.form.slug}/", {"autre": "1"})
    assert response.status_code == 400
    assert "autre" in response.content.decode()


@pytest.mark.parametrize("path", ["registre/", "registre.csv", "registre.pdf"])
@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER, GARDENER], ids=str)
def test_nobody_else_reads_the_register(inquiry: PublicInquiry, person: Person, path: str) -> None:
    assert browser(person).get(f"/urbanisme/enquetes/{inquiry.slug}/{path}").status_code == 404


def test_the_commissioner_reads_every_remark_and_writes_an_opinion(
    inquiry: PublicInquiry, form: Form
) -> None:
    answer = remark(form, changement="n° 1 : UB", position="")
    client, base = browser(COMMISSIONER), f"/urbanisme/enquetes/{inquiry.slug}/registre"
    assert "n° 1 : UB" in client.get(f"{base}/").content.decode()
    assert NAME in client.get(f"{base}/{answer.pk}/").content.decode()
    values = {"verdict": "reserve", "text": "À revoir."}
    assert client.post(f"{base}/{answer.pk}/", values).status_code == 302
    assert RemarkOpinion.objects.get(answer=answer).verdict == "reserve"


def test_a_remark_on_a_change_names_it_by_its_place(inquiry: PublicInquiry, form: Form) -> None:
    remark(form, position=_position_of_change(inquiry))
    text = browser(COMMISSIONER).get(f"/urbanisme/enquetes/{inquiry.slug}/registre.csv").content.decode()
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert row["changement"].startswith("n° ")
    assert row["carte"].startswith("http")


def _position_of_change(inquiry: PublicInquiry) -> str:
    """Return the position that the first link about a change gives the form."""
    link = re.search(r'href="(/formulaires/[^"]*position=[^"]*)"', page_of(inquiry))
    assert link is not None
    return parse_qs(urlsplit(unescape(link[1])).query)["position"][0]


def test_the_register_on_paper_has_no_name_of_who_wrote(inquiry: PublicInquiry, form: Form) -> None:
    remark(form, essence="Trop haut")
    client, base = browser(COMMISSIONER), f"/urbanisme/enquetes/{inquiry.slug}/registre"
    words = written_text(client.get(f"{base}.pdf").content)
    assert "Trop haut" in words
    assert NAME not in words
    assert NAME in client.get(f"{base}.csv").content.decode()
    assert NAME not in page_of(inquiry)


def test_the_changes_are_on_paper(inquiry: PublicInquiry) -> None:
    response = browser(PUBLIC).get(f"/urbanisme/enquetes/{inquiry.slug}/changements.pdf")
    assert response.content.startswith(b"%PDF")
