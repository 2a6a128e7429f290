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

from heritage.models import RemarkableTree
from layers import access
from layers.models import Layer
from layers.services.photos import store_photo
from layers.vocabulary import JobState
from planning.inquiries import paper, services
from planning.inquiries.paper import REGISTER_FILES
from planning.inquiries.views import register
from planning.models import PublicInquiry, RegisterJob, RemarkOpinion
from plui.catalogue import LAYERS
from plui.models import PlanVersion
from tests import factories
from tests.forms_of_layers import ITEMS, good_answer, send, tree_form
from tests.pdf import written_text
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.plan_versions import piece, two_versions
from tests.staff import signed_in
from tests.world import TREES, World, grant
from webforms.answers.services import accept_answer
from webforms.models import Answer, AnswerPhoto, Form

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


@pytest.fixture
def photo_of_a_remark(inquiry: PublicInquiry, form: Form) -> AnswerPhoto:
    """The photo that came with a remark."""
    answer = remark(form, essence="Trop haut")
    made = AnswerPhoto(answer=answer, item="vue")
    store_photo(photo=made, upload=factories.picture())
    return made


def photo_addresses(inquiry: PublicInquiry, photo: AnswerPhoto) -> list[str]:
    base = f"/urbanisme/enquetes/{inquiry.slug}/registre/{photo.answer_id}/photos/{photo.pk}"
    return [f"{base}.jpg", f"{base}-vignette.jpg"]


def test_the_commissioner_sees_the_photos_of_a_remark(
    inquiry: PublicInquiry, photo_of_a_remark: AnswerPhoto
) -> None:
    addresses, client = photo_addresses(inquiry, photo_of_a_remark), browser(COMMISSIONER)
    page = client.get(f"/urbanisme/enquetes/{inquiry.slug}/registre/{photo_of_a_remark.answer_id}/")
    assert [address for address in addresses if address not in page.content.decode()] == []
    pictures = [client.get(address) for address in addresses]
    assert [each.getvalue()[:3] for each in pictures] == [b"\xff\xd8\xff"] * 2


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER, GARDENER], ids=str)
def test_nobody_else_sees_the_photos_of_a_remark(
    inquiry: PublicInquiry, photo_of_a_remark: AnswerPhoto, person: Person
) -> None:
    addresses = photo_addresses(inquiry, photo_of_a_remark)
    assert [browser(person).get(address).status_code for address in addresses] == [404, 404]


def test_a_photo_of_another_form_is_absent_from_the_register(
    inquiry: PublicInquiry, photo_of_a_remark: AnswerPhoto
) -> None:
    address = photo_addresses(inquiry, photo_of_a_remark)[0]
    PublicInquiry.objects.filter(pk=inquiry.pk).update(form=tree_form())
    assert browser(COMMISSIONER).get(address).status_code == 404


def test_the_table_of_the_register_leads_to_photos(
    inquiry: PublicInquiry, photo_of_a_remark: AnswerPhoto
) -> None:
    text = browser(COMMISSIONER).get(f"/urbanisme/enquetes/{inquiry.slug}/registre.csv").content.decode()
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert row["photos"].endswith(photo_addresses(inquiry, photo_of_a_remark)[0])


@pytest.fixture
def long_register(inquiry: PublicInquiry, form: Form, monkeypatch: pytest.MonkeyPatch) -> PublicInquiry:
    """An inquiry with more remarks than are printed at once."""
    for module in (paper, register):
        monkeypatch.setattr(module, "PAPER_REMARKS", 2)
    for number in range(3):
        remark(form, essence=f"Observation {number}")
    return inquiry


def test_a_long_register_is_printed_whole_by_the_worker(
    long_register: PublicInquiry, settings: Any, tmp_path: Path
) -> None:
    settings.REGISTER_FOLDER = tmp_path
    client, base = browser(COMMISSIONER), f"/urbanisme/enquetes/{long_register.slug}/registre"
    assert "document/" in client.get(f"{base}/").content.decode()
    page = client.post(f"{base}/document/").headers["Location"]
    assert client.get(page).status_code == 200
    assert client.get(f"{page}fichier/").status_code == 302
    REGISTER_FILES.run(RegisterJob.objects.get().pk)
    answer: Any = client.get(f"{page}fichier/")
    words = written_text(b"".join(answer.streaming_content))
    assert [number for number in range(3) if f"Observation {number}" not in words] == []
    assert NAME not in words


def test_a_long_register_is_not_cut_in_the_request(long_register: PublicInquiry) -> None:
    response = browser(COMMISSIONER).get(f"/urbanisme/enquetes/{long_register.slug}/registre.pdf")
    assert response.status_code == 400
    assert "faites-le préparer" in response.content.decode()


def test_the_same_register_is_prepared_once(long_register: PublicInquiry) -> None:
    client, address = browser(COMMISSIONER), f"/urbanisme/enquetes/{long_register.slug}/registre/document/"
    assert client.post(address).headers["Location"] == client.post(address).headers["Location"]


def test_a_register_that_changed_is_prepared_anew(long_register: PublicInquiry, form: Form) -> None:
    client, address = browser(COMMISSIONER), f"/urbanisme/enquetes/{long_register.slug}/registre/document/"
    first = client.post(address).headers["Location"]
    remark(form)
    assert client.post(address).headers["Location"] != first


def test_a_prepared_register_is_for_who_asked_for_it_as_long_as_they_read_it(
    long_register: PublicInquiry,
) -> None:
    address = f"/urbanisme/enquetes/{long_register.slug}/registre/document/"
    assert browser(OUTSIDER).post(address).status_code == 404
    page = browser(COMMISSIONER).post(address).headers["Location"]
    assert browser(PLANNER).get(page).status_code == 404
    PublicInquiry.objects.update(readers=None)
    assert browser(COMMISSIONER).get(page).status_code == 404


def test_a_prepared_register_is_cancelled_or_asked_for_again(long_register: PublicInquiry) -> None:
    client, base = browser(COMMISSIONER), f"/urbanisme/enquetes/{long_register.slug}/registre/"
    page = client.post(f"{base}document/").headers["Location"]
    RegisterJob.objects.update(state=JobState.FAILED)
    assert client.post(f"{page}recommencer/").status_code == 303
    assert client.post(f"{page}annuler/").headers["Location"] == base
    assert client.get(page).status_code == 404


@pytest.fixture
def opinion_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields of the trees in the place of those that a layer of remarks has."""
    monkeypatch.setattr(services, "OPINION_FIELDS", ("adresse", "cultivar_variete"))


@pytest.fixture
def judged(inquiry: PublicInquiry, form: Form, opinion_fields: None) -> RemarkableTree:
    """The row of a remark, of which the commissioner wrote an opinion."""
    answer = remark(form, essence="Trop haut")
    visitor = PLANNER.visitor()
    pk = accept_answer(scope=access.scope(visitor, TREES), answer=answer)
    RemarkOpinion.objects.create(answer=answer, verdict="reserve", text="À revoir.")
    return RemarkableTree.objects.get(pk=pk)


def test_opinions_reach_the_rows_of_the_layer_when_the_planner_says_so(
    inquiry: PublicInquiry, judged: RemarkableTree
) -> None:
    client, address = browser(PLANNER), f"/urbanisme/enquetes/{inquiry.slug}/registre/"
    assert "Reporter les avis" in client.get(address).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "1 ligne de la couche a reçu son avis." in page
    judged.refresh_from_db()
    assert (judged.adresse, judged.cultivar_variete) == ("reserve", "À revoir.")


def test_an_opinion_that_is_in_the_layer_is_not_written_again(
    inquiry: PublicInquiry, judged: RemarkableTree
) -> None:
    client, address = browser(PLANNER), f"/urbanisme/enquetes/{inquiry.slug}/registre/"
    client.post(address)
    judged.refresh_from_db()
    before = judged.updated_at
    assert "déjà dans la couche" in client.post(address, follow=True).content.decode()
    judged.refresh_from_db()
    assert judged.updated_at == before


def test_what_is_left_of_many_opinions_is_counted(
    inquiry: PublicInquiry, judged: RemarkableTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_COPIED", 0)
    copied = services.copy_opinions(visitor=PLANNER.visitor(), inquiry=inquiry)
    assert (copied.count, copied.left) == (0, 1)


def test_the_commissioner_does_not_write_in_the_layer(inquiry: PublicInquiry, judged: RemarkableTree) -> None:
    client, address = browser(COMMISSIONER), f"/urbanisme/enquetes/{inquiry.slug}/registre/"
    assert "Reporter les avis" not in client.get(address).content.decode()
    assert client.post(address).status_code == 403
    judged.refresh_from_db()
    assert judged.adresse == ""


def test_a_layer_without_fields_for_opinions_has_no_button(inquiry: PublicInquiry, form: Form) -> None:
    client, address = browser(PLANNER), f"/urbanisme/enquetes/{inquiry.slug}/registre/"
    assert "Reporter les avis" not in client.get(address).content.decode()
    response = client.post(address)
    assert response.status_code == 403
    assert "avis_commissaire" in response.content.decode()
