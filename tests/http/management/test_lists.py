"""The lists of management: search, filters, sort, pages by key, actions on several rows, files."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from exports.models import ExportJob
from gisportal.journal.models import JournalEntry
from layers.models import Layer, Theme
from layers.vocabulary import JobState
from tests.people import ADMINISTRATOR, MANAGER
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, World

LAYERS, JOBS = "/gestion/couches/", "/gestion/traitements/"


@pytest.fixture
def client(world: World) -> Client:
    """Return the browser of the administrator."""
    return signed_in(ADMINISTRATOR)


def slugs(client: Client, **query: Any) -> list[str]:
    return [row.layer.slug for row in client.get(LAYERS, query).context["rows"]]


def empty_layers(count: int) -> None:
    theme = Theme.objects.first()
    assert theme is not None
    Layer.objects.bulk_create(
        Layer(slug=f"vide-{number}", title=f"Vide {number:03}", theme=theme) for number in range(count)
    )


def job(**values: Any) -> ExportJob:
    defaults = {"layer": TREES, "extension": "csv", "total_rows": 1, "estimated_s": 1}
    return ExportJob.objects.create(**defaults | values)


def file_rows(client: Client, address: str, **query: Any) -> list[list[str]]:
    content = b"".join(client.get(address, query | {"format": "csv"})).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


def test_search_takes_every_word_without_accents(client: Client) -> None:
    assert slugs(client, q="ARBRES remarquables") == [TREES]


def test_filters_narrow_the_list(client: Client) -> None:
    assert slugs(client, etat="brouillon") == ["plui-prescriptions-surf"]


def test_pages_by_key_hold_each_row_once(client: Client) -> None:
    empty_layers(120)
    pages, address = [], f"{LAYERS}?tri=couche"
    while address:
        context = client.get(address).context
        pages.append([row.layer.slug for row in context["rows"]])
        address = f"{LAYERS}{context['next_address']}" if context["next_address"] else ""
    listed = [slug for page in pages for slug in page]
    assert (len(listed), len({*listed})) == (Layer.objects.count(),) * 2


def test_rows_are_sorted_both_ways(client: Client) -> None:
    assert slugs(client, tri="couche") == slugs(client, tri="-couche")[::-1]


@pytest.mark.parametrize(
    "query",
    [{"tri": "secret"}, {"etat": "x"}, {"apres": "x"}, {"apres": "WzFd"}, {"format": "xlsx"}, {"page": "2"}],
)
def test_what_the_list_does_not_know_is_refused(client: Client, query: dict[str, str]) -> None:
    assert client.get(LAYERS, query).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        *(f"/gestion/{name}/?format=csv" for name in ("couches", "traitements", "themes", "sante")),
        *(f"/gestion/{name}/?format=csv" for name in ("annuaires", "liens", "demandes", "acces")),
        "/gestion/personnes.csv",
        "/gestion/groupes.csv",
    ],
)
def test_every_list_is_taken_as_a_file(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_the_file_has_every_row_that_answers(client: Client) -> None:
    empty_layers(60)
    assert len(file_rows(client, LAYERS, q="vide")) == 1 + 60


@pytest.mark.parametrize("first", "=+-@")
def test_no_cell_of_a_file_is_run_by_a_sheet(client: Client, first: str) -> None:
    Layer.objects.filter(slug=TREES).update(title=f"{first}1+1")
    assert f"'{first}1+1" in [row[0] for row in file_rows(client, LAYERS)]


def test_withdrawing_asks_first_and_is_undone(client: Client) -> None:
    layer = Layer.objects.get(slug=TREES)
    chosen = {"action": "retirer", "lignes": layer.pk}
    preview = client.post(LAYERS, chosen)
    assert ("Retirer une couche" in text(preview), state_of(TREES)) == (True, "published")
    key = client.post(LAYERS, chosen | {"confirme": "oui"}).context["undo_key"]
    assert (state_of(TREES), JournalEntry.objects.latest("pk").event) == ("archived", "publication")
    client.post(LAYERS, {"annuler": key})
    assert state_of(TREES) == "published"


def state_of(slug: str) -> str:
    return str(Layer.objects.values_list("state", flat=True).get(slug=slug))


def test_undoing_leaves_what_somebody_changed_since(client: Client) -> None:
    chosen = {"action": "retirer", "lignes": Layer.objects.get(slug=TREES).pk, "confirme": "oui"}
    key = client.post(LAYERS, chosen).context["undo_key"]
    Layer.objects.filter(slug=TREES).update(state="draft")
    client.post(LAYERS, {"annuler": key})
    assert state_of(TREES) == "draft"


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "detruire", "lignes": "1"},
        {"action": "retirer", "lignes": "0"},
        {"action": "retirer", "lignes": "9" * 30},
        {"action": "retirer", "lignes": "x"},
        {"annuler": "faux"},
    ],
)
def test_an_action_on_nothing_is_refused(client: Client, sent: dict[str, str]) -> None:
    assert client.post(LAYERS, sent).status_code == 400


def test_managers_of_groups_change_no_state(world: World) -> None:
    sent = {"action": "retirer", "lignes": Layer.objects.get(slug=PLAYGROUNDS).pk, "confirme": "oui"}
    assert signed_in(MANAGER).post(LAYERS, sent).status_code == 403
    assert state_of(PLAYGROUNDS) == "published"


def test_a_failed_job_is_ordered_again_after_a_page_that_asks(client: Client) -> None:
    failed = job(state=JobState.FAILED, error="Panne")
    chosen = {"lignes": f"export {failed.pk}"}
    assert "Relancer un traitement" in text(client.post(JOBS, chosen))
    client.post(JOBS, chosen | {"confirme": "oui"})
    failed.refresh_from_db()
    assert (failed.state, failed.error) == ("waiting", "")


def test_a_retry_is_undone_where_no_worker_has_begun(client: Client) -> None:
    waiting, begun = (job(state=JobState.FAILED, extension=extension) for extension in ("csv", "xlsx"))
    chosen = {"lignes": [f"export {waiting.pk}", f"export {begun.pk}"], "confirme": "oui"}
    key = client.post(JOBS, chosen).context["retry"].undo_key
    ExportJob.objects.filter(pk=begun.pk).update(state=JobState.RUNNING)
    page = text(client.post(JOBS, {"annuler": key}, follow=True))
    assert ("1 traitement annulé." in page, "1 traitement avait commencé" in page) == (True, True)
    states = {pk: state for pk, state in ExportJob.objects.values_list("pk", "state")}
    assert states == {waiting.pk: "cancelled", begun.pk: "running"}
    assert client.post(JOBS, {"annuler": "faux"}).status_code == 400


def test_a_job_that_is_not_stopped_is_left(client: Client) -> None:
    ready = job(state=JobState.READY)
    answer = client.post(JOBS, {"lignes": f"export {ready.pk}", "confirme": "oui"}, follow=True)
    assert "n’est plus arrêté" in text(answer)


def test_a_job_that_is_running_shows_how_far_it_is(client: Client) -> None:
    job(state=JobState.RUNNING, total_rows=200, progress={"rows": 100})
    assert [row.share for row in client.get(JOBS).context["rows"]] == [48]


@pytest.mark.parametrize("key", ["export x", "autre 1", "export 00000000-0000-4000-8000-000000000000"])
def test_a_job_that_is_not_there_is_refused(client: Client, key: str) -> None:
    assert client.post(JOBS, {"lignes": key}).status_code == 400


def test_themes_are_renamed_and_ordered_all_or_none(client: Client) -> None:
    themes = list(Theme.objects.order_by("rank", "title"))
    sent = {f"{theme.pk}-title": theme.title for theme in themes}
    sent |= {f"{theme.pk}-rank": str(theme.rank) for theme in themes}
    first = themes[0]
    faulty = client.post("/gestion/themes/", sent | {f"{first.pk}-title": ""})
    assert faulty.status_code == 422
    client.post("/gestion/themes/", sent | {f"{first.pk}-title": "Autre nom", f"{first.pk}-rank": "7"})
    first.refresh_from_db()
    assert (first.title, first.rank) == ("Autre nom", 7)
    assert JournalEntry.objects.latest("pk").detail["fields"] == ["titre", "rang"]


def test_themes_are_narrowed_and_those_of_the_page_alone_are_written(client: Client) -> None:
    empty = Theme.objects.create(slug="vide", title="Sans rien", rank=99)
    query = {"contenu": "vide", "q": "sans"}
    assert [row.theme for row in client.get("/gestion/themes/", query).context["rows"]] == [empty]
    assert len(file_rows(client, "/gestion/themes/", **query)) == 2
    client.post("/gestion/themes/?contenu=vide", {f"{empty.pk}-title": "Vide", f"{empty.pk}-rank": "3"})
    assert Theme.objects.get(pk=empty.pk).title == "Vide"


def test_the_layers_of_chosen_themes_are_withdrawn_after_a_preview(client: Client) -> None:
    layer = Layer.objects.get(slug=TREES)
    page = client.post("/gestion/themes/", {"action": "retirer", "lignes": layer.theme_id})
    assert layer.pk in {row.pk for row in page.context["rows"]}
    assert state_of(TREES) == "published"
    assert client.post("/gestion/themes/", {"action": "retirer", "lignes": "0"}).status_code == 400
    assert client.post("/gestion/themes/", {"action": "x", "lignes": layer.theme_id}).status_code == 400


def test_emptying_the_tiles_asks_first(client: Client) -> None:
    assert "Vider « " in text(client.post("/gestion/sante/", {"vider": "tuiles"}))
    assert client.post("/gestion/sante/", {"vider": "couches"}).status_code == 400


def test_storage_names_the_tables_of_layers(client: Client) -> None:
    rows = {row.title for row in client.get("/gestion/sante/", {"nature": "couche"}).context["rows"]}
    assert Layer.objects.get(slug=TREES).title in rows
