"""Publishing, readers and versions by forms: what is told before, who may, and what is refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from dashboards.models import Dashboard, MailFrequency, Orientation, PaperForm, PaperSize
from dashboards.services.versions import plan_withdrawal, planned_end
from layers.visitor import system_visitor
from publication.services import run_due
from tests import dashboards, people
from tests.people import Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, World

ROOT = "/tableaux-de-bord/patrimoine/"
PAGES = (
    "publier/",
    "retirer/",
    "lecteurs/",
    "versions/",
    "texte/",
    "bibliotheque/",
    "supprimer/",
    "finalite/",
)
EMPTY = "sections: [{id: s, title: S, panels: []}]"
BARS = {
    "id": "genres",
    "kind": "bar",
    "title": "Genres",
    "width": 12,
    "question": {"layer": TREES, "by": ["genre"]},
}
GAMES = {
    "id": "jeux",
    "kind": "bar",
    "title": "Les jeux",
    "question": {"layer": PLAYGROUNDS, "by": ["commune"]},
}


@pytest.fixture
def town(world: World) -> Dashboard:
    """A dashboard of PLANNER's group, public, with a draft beside its only version; TOWN_AGENT may read it too."""
    dashboards.let_make("Urbanisme")
    made = dashboards.dashboard(
        "patrimoine",
        sections=[{"id": "s", "title": "Arbres", "panels": [BARS]}],
        producer="Urbanisme",
        is_public=True,
    )
    drafted(made, {**BARS, "width": 5}, GAMES)
    return made


def drafted(made: Dashboard, *panels: dict[str, Any]) -> None:
    """Write a draft of these panels beside what is published."""
    document = {"title": "patrimoine", "sections": [{"id": "s", "title": "Arbres", "panels": list(panels)}]}
    number = made.versions.count() + 1
    made.draft = made.versions.create(number=number, document=document, author=people.PLANNER.account())
    made.save()


def browser(person: Person) -> Client:
    return Client() if person.is_anonymous else signed_in(person)


def words(response: Any) -> str:
    """Return what a page says, on one line; no-break spaces stay."""
    return re.sub(r"[ \n]+", " ", response.content.decode())


def read(path: str, person: Person = people.PLANNER) -> str:
    answer = browser(person).get(f"{ROOT}{path}")
    assert answer.status_code == 200, words(answer)[-1500:]
    return words(answer)


def sent(path: str, person: Person = people.PLANNER, /, **given: Any) -> HttpResponse:
    row = Dashboard.objects.get(slug="patrimoine")
    purpose = {"decision": "Où planter", "by": "Le conseil"} if path == "publier/" else {}
    return browser(person).post(f"{ROOT}{path}", {"revision": row.revision, **purpose, **given})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (people.PUBLIC, 403),
        (people.OUTSIDER, 403),
        (people.TOWN_AGENT, 403),
        (people.PLANNER, 200),
        (people.ADMINISTRATOR, 200),
    ],
    ids=str,
)
def test_the_pages_of_making_are_for_who_may_change_the_dashboard(
    town: Dashboard, person: Person, status: int
) -> None:
    client = browser(person)
    assert {path: client.get(f"{ROOT}{path}").status_code for path in PAGES} == dict.fromkeys(PAGES, status)


@pytest.mark.parametrize("person", [people.PUBLIC, people.OUTSIDER, people.GARDENER], ids=str)
def test_for_who_may_not_know_the_dashboard_no_page_is_there(town: Dashboard, person: Person) -> None:
    Dashboard.objects.filter(pk=town.pk).update(is_public=False)
    client = browser(person)
    gets = {path: client.get(f"{ROOT}{path}").status_code for path in PAGES}
    posts = {
        path: client.post(f"{ROOT}{path}", {"revision": 1}).status_code
        for path in PAGES
        if path != "versions/"
    }
    assert gets == dict.fromkeys(PAGES, 404)
    assert set(posts.values()) == {404}


@pytest.mark.parametrize("person", [people.PUBLIC, people.OUTSIDER, people.TOWN_AGENT], ids=str)
def test_a_reader_writes_nothing(town: Dashboard, person: Person) -> None:
    paths = [path for path in PAGES if path != "versions/"] + ["versions/1/reprendre/"]
    assert {path: sent(path, person).status_code for path in paths} == dict.fromkeys(paths, 403)


def test_a_closed_account_among_the_readers_lets_the_form_be_sent(town: Dashboard) -> None:
    account = people.TOWN_AGENT.account()
    town.grants.create(person=account)
    type(account).objects.filter(pk=account.pk).update(is_active=False)
    given = {
        "who": "choisis",
        "persons": account.username,
        "producer": "Urbanisme",
        "theme": "",
        "portal": "",
    }
    assert sent("lecteurs/", **given).status_code == 302
    assert [each.person for each in town.grants.all()] == [account]


def test_panels_that_a_named_reader_will_not_see_are_told(town: Dashboard) -> None:
    Dashboard.objects.filter(pk=town.pk).update(is_public=False)
    town.grants.create(person=people.OUTSIDER.account())
    assert "<b>passant</b> ne verra pas un panneau" in read("publier/")


def test_readers_beyond_those_looked_at_are_counted(town: Dashboard) -> None:
    Dashboard.objects.filter(pk=town.pk).update(is_public=False)
    for number in range(10):
        town.grants.create(group=dashboards.group(f"Groupe {number:02}"))
    assert "n’a pas été cherché pour 2 groupes" in read("publier/")


def test_before_publishing_one_reads_what_changes_and_who_will_see(town: Dashboard) -> None:
    html = read("publier/")
    assert "Un panneau ajouté\u00a0: «\u00a0Les jeux\u00a0»." in html
    assert "«\u00a0Genres\u00a0»\u00a0: de 12 à 5 colonnes." in html
    assert "Tout le monde, sans compte." in html
    assert html.count('class="sketch"') == 2
    assert html.count("sketch-part marked") == 3


def test_one_is_told_which_panels_the_readers_will_not_see(town: Dashboard) -> None:
    html = read("publier/")
    assert "<b>Le public</b> ne verra pas un panneau" in html
    assert "<li>Les jeux</li>" in html


def test_a_group_is_told_apart_from_the_public(town: Dashboard) -> None:
    town.is_public = False
    town.save()
    for name in ("Espaces verts", "Communication"):
        town.grants.create(group=dashboards.group(name))
    for person in (people.GARDENER, people.OUTSIDER, people.PLANNER):
        person.account()
    html = read("publier/")
    assert "de 2 groupes\u00a0: Communication, Espaces verts" in html
    assert "<b>Le groupe Communication</b> ne verra pas un panneau" in html
    assert "<b>Le groupe Espaces verts</b>" not in html


def test_publishing_shows_the_draft_to_its_readers_with_the_note(town: Dashboard) -> None:
    answer = sent("publier/", note="Plus de jeux")
    town.refresh_from_db()
    assert answer["Location"] == ROOT
    assert town.draft is None
    assert town.published is not None
    assert (town.published.number, town.published.note) == (2, "Plus de jeux")


def test_what_keeps_a_draft_from_being_published_is_said_with_the_panel(town: Dashboard) -> None:
    drafted(town, {**GAMES, "question": {"layer": "disparue"}})
    told = "Panneau «\u00a0Les jeux\u00a0»"
    html = read("publier/")
    assert f'href="{ROOT}modifier/#panneau-jeux">{told}</a>' in html
    assert "disparue" in html
    assert 'name="note"' not in html
    refused = sent("publier/")
    assert refused.status_code == 422
    assert told in words(refused)


def test_a_draft_that_changed_since_is_read_again_before_it_is_published(town: Dashboard) -> None:
    answer = sent("publier/", revision=town.revision + 7)
    assert answer.status_code == 412
    assert "Relisez ce qui change" in words(answer)
    assert f'name="revision" value="{town.revision}"' in words(answer)


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_form_that_does_not_say_where_it_starts_from_is_refused(town: Dashboard, revision: str) -> None:
    paths = ("publier/", "retirer/", "versions/1/reprendre/", "supprimer/")
    assert {path: sent(path, revision=revision).status_code for path in paths} == dict.fromkeys(paths, 400)


def test_without_a_draft_there_is_nothing_to_publish(town: Dashboard) -> None:
    town.draft = None
    town.save()
    assert "Rien à publier" in read("publier/")
    assert sent("publier/").status_code == 422


def test_withdrawn_it_is_a_draft_that_its_readers_do_not_see(town: Dashboard) -> None:
    dashboards.dashboard("tout", sections=[{"include": "patrimoine"}], is_public=True)
    assert "/tableaux-de-bord/tout/" in read("retirer/")
    sent("retirer/")
    assert browser(people.OUTSIDER).get(ROOT).status_code == 404
    assert browser(people.PLANNER).get(ROOT).status_code == 200


def test_a_date_is_set_for_the_withdrawal_moved_and_taken_back(town: Dashboard) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    page = browser(people.PLANNER).post(
        f"{ROOT}retirer/", {"action": "date", "ends_day": tomorrow.isoformat(), "ends_time": "08:30"}
    )
    assert page.status_code == 302
    end = planned_end(town)
    assert end is not None
    assert timezone.localtime(end).strftime("%H:%M") == "08:30"
    assert "Retrait prévu" in read("retirer/")
    past = browser(people.PLANNER).post(f"{ROOT}retirer/", {"action": "date", "ends_day": "2020-01-01"})
    assert (past.status_code, planned_end(town)) == (422, end)
    run_due(system_visitor(end))
    assert browser(people.OUTSIDER).get(ROOT).status_code == 404


def test_without_a_day_the_dashboard_stays(town: Dashboard) -> None:
    plan_withdrawal(
        dashboard=town,
        visitor=people.PLANNER.visitor(),
        ends_at=timezone.now() + dt.timedelta(days=2),
    )
    assert browser(people.PLANNER).post(f"{ROOT}retirer/", {"action": "date"}).status_code == 302
    assert planned_end(town) is None


def test_readers_are_chosen_and_in_force_at_once(town: Dashboard) -> None:
    people.TOWN_AGENT.account()
    named = f"{people.TOWN_AGENT.name}\n"
    answer = sent("lecteurs/", who="choisis", groups=["Urbanisme"], persons=named, producer="Urbanisme")
    assert answer.status_code == 302
    assert browser(people.OUTSIDER).get(ROOT).status_code == 404
    assert browser(people.TOWN_AGENT).get(ROOT).status_code == 200
    assert "1 personne nommée" in read("lecteurs/")


def test_going_on_to_publish_keeps_the_readers_that_were_chosen(town: Dashboard) -> None:
    answer = sent("lecteurs/", who="choisis", groups=["Urbanisme"], producer="Urbanisme", puis="publier")
    assert answer["Location"].endswith("/publier/")
    assert [str(each.group) for each in town.grants.all()] == ["Urbanisme"]


def test_what_is_public_forgets_the_groups_that_were_ticked(town: Dashboard) -> None:
    sent("lecteurs/", who="public", groups=["Urbanisme"], producer="Urbanisme")
    town.refresh_from_db()
    assert town.is_public
    assert not town.grants.exists()


def test_readers_that_stay_keep_their_grant_and_dated_ones_are_left(town: Dashboard) -> None:
    stays = town.grants.create(group=dashboards.group("Urbanisme"), reason="convention")
    town.grants.create(group=dashboards.group("Voirie"))
    dated = town.grants.create(
        group=dashboards.group("Élus"), valid_until=timezone.now() + dt.timedelta(days=2)
    )
    sent("lecteurs/", who="choisis", groups=["Urbanisme", "Espaces verts"], producer="Urbanisme")
    assert {stays, dated} < set(town.grants.all())
    assert {str(each.group) for each in town.grants.all()} == {"Urbanisme", "Espaces verts", "Élus"}
    assert town.grants.get(group__name="Espaces verts").author == people.PLANNER.account()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"who": ""}, "Choisissez qui le verra"),
        ({"who": "choisis"}, "Cochez un groupe"),
        ({"who": "choisis", "persons": "fantome"}, "fantome"),
        ({"who": "choisis", "persons": "\n".join(f"p{n}" for n in range(51))}, "50 personnes"),
        ({"who": "choisis", "groups": ["Inconnus"]}, "Inconnus"),
        ({"producer": ""}, "vous ne pourriez plus le changer"),
        ({"producer": "Espaces verts"}, "Espaces verts"),
        ({"theme": "faux"}, "faux"),
        ({"portal": "atlantide"}, "atlantide"),
        ({"revision": 99}, "entre-temps"),
    ],
    ids=[
        "nothing",
        "nobody",
        "person",
        "too many",
        "group",
        "no maker",
        "others",
        "theme",
        "commune",
        "conflict",
    ],
)
def test_readers_that_cannot_be_are_said_beside_their_input(
    town: Dashboard, given: dict[str, Any], said: str
) -> None:
    answer = sent("lecteurs/", **({"who": "public", "producer": "Urbanisme"} | given))
    assert answer.status_code == (412 if "revision" in given else 422)
    assert said in words(answer)
    town.refresh_from_db()
    assert (town.is_public, town.revision) == (True, 1)


def test_versions_are_listed_with_their_state_and_author(town: Dashboard) -> None:
    html = read("versions/")
    assert "2 versions" in html
    assert people.PLANNER.name in html
    assert f'href="{ROOT}?version=2"' in html


def test_two_versions_are_compared(town: Dashboard) -> None:
    assert "de 5 à 12 colonnes" in read("versions/?de=2&a=1")
    assert "Rien ne change" in read("versions/?de=1&a=1")


@pytest.mark.parametrize(
    ("query", "status"),
    [("de=1", 400), ("de=1&a=9", 404), ("de=x&a=1", 400), ("de=0&a=1", 400), ("b=1", 400)],
)
def test_versions_that_are_not_there_are_told(town: Dashboard, query: str, status: int) -> None:
    assert browser(people.PLANNER).get(f"{ROOT}versions/?{query}").status_code == status


def test_a_version_comes_back_as_a_draft_and_the_draft_stays(town: Dashboard) -> None:
    answer = sent("versions/1/reprendre/")
    town.refresh_from_db()
    assert answer["Location"] == f"{ROOT}publier/"
    assert town.draft is not None
    assert town.draft.number == 3
    assert town.versions.filter(number=2).exists()


@pytest.mark.parametrize("number", ["9", "99999999999999999999"])
def test_a_version_that_is_not_there_does_not_come_back(town: Dashboard, number: str) -> None:
    assert sent(f"versions/{number}/reprendre/").status_code == 404


def test_the_draft_is_read_as_its_readers_would_see_it(town: Dashboard) -> None:
    answer = browser(people.PLANNER).get(f"{ROOT}brouillon/")
    assert answer["Location"] == f"{ROOT}?version=2"
    html = read("?version=2&tableaux=1")
    assert "<b>Brouillon 2</b>" in html
    assert "Les jeux" in html
    assert "Les jeux" not in read("?tableaux=1")


def test_panels_filters_and_links_of_a_version_are_those_of_that_version(town: Dashboard) -> None:
    html = read("?version=2&commune=92048")
    assert f"{ROOT}jeux/?version=2&amp;commune=92048" in html
    assert browser(people.PLANNER).get(f"{ROOT}jeux/?version=2").status_code == 200
    assert browser(people.PLANNER).get(f"{ROOT}jeux/").status_code == 404


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        (people.PUBLIC, "?version=1", 403),
        (people.OUTSIDER, "?version=2", 403),
        (people.OUTSIDER, "jeux/?version=2", 403),
        (people.OUTSIDER, "?version=9", 403),
        (people.OUTSIDER, "brouillon/", 403),
        (people.PLANNER, "?version=9", 404),
        (people.PLANNER, "?version=x", 400),
        (people.PLANNER, "?version=0", 400),
        (people.PLANNER, "integrer/?version=2", 403),
    ],
)
def test_versions_are_read_by_who_may_change_the_dashboard(
    town: Dashboard, person: Person, path: str, status: int
) -> None:
    assert browser(person).get(f"{ROOT}{path}").status_code == status


def test_without_a_draft_one_reads_what_is_published(town: Dashboard) -> None:
    town.draft = None
    town.save()
    assert browser(people.PLANNER).get(f"{ROOT}brouillon/")["Location"] == ROOT


def test_a_group_is_sent_what_is_published_never_a_version(town: Dashboard) -> None:
    assert "envois" not in read("imprimer/?version=2")
    group = dashboards.group("Urbanisme").pk
    form = {
        "group": group,
        "frequency": MailFrequency.WEEKLY.value,
        "form": PaperForm.PDF.value,
        "size": PaperSize.A4.value,
        "orientation": Orientation.PORTRAIT.value,
    }
    asked = browser(people.PLANNER).post(f"{ROOT}imprimer/envois/?version=2", form)
    assert asked.status_code == 400
    assert "Un envoi porte" in words(asked)
    assert not town.subscriptions.exists()


def test_editors_are_led_to_what_they_may_do_and_readers_are_not(town: Dashboard) -> None:
    words_of_links = ("modifier", "publier", "lecteurs", "versions", "dupliquer", "supprimer")
    links = [f"{ROOT}{word}/" for word in words_of_links]
    makers, readers = read(""), read("", people.OUTSIDER)
    assert [link for link in links if link not in makers] == []
    assert [link for link in links if link in readers] == []


def test_drafts_are_told_on_cards_to_who_may_change_them(town: Dashboard) -> None:
    dashboards.dashboard("ebauche", producer="Urbanisme", is_published=False)
    path = "/tableaux-de-bord/"
    makers, readers = (words(browser(person).get(path)) for person in (people.PLANNER, people.OUTSIDER))
    assert "Brouillon en cours" in makers
    assert "ebauche" in makers
    assert "/tableaux-de-bord/nouveau/" in makers
    assert not any(
        word in readers for word in ("Brouillon en cours", "ebauche", "/tableaux-de-bord/nouveau/")
    )


def test_the_text_is_checked_and_kept_as_the_draft(town: Dashboard) -> None:
    text = "slug: patrimoine\ntitle: Par le texte\nsections:\n  - {id: s, title: S, panels: []}\n"
    assert "title: patrimoine" in read("texte/")
    checked = sent("texte/", text=text, verifier="1")
    assert "Rien à corriger" in words(checked)
    sent("texte/", text=text)
    town.refresh_from_db()
    assert town.draft is not None
    assert town.draft.document["title"] == "Par le texte"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Le document est vide"),
        ("slug: patrimoine\ntitle: [", "ligne"),
        (f"slug: patrimoine\ntitre: x\ntitle: T\n{EMPTY}", "<code>titre: x</code>"),
        (f"slug: autre\ntitle: T\n{EMPTY}", "ne change pas"),
        (f"slug: patrimoine\ntitle: T\naudience: public\n{EMPTY}", "Qui le verra"),
    ],
    ids=["empty", "yaml", "key", "slug", "audience"],
)
def test_a_text_that_cannot_be_kept_says_where_and_stays(town: Dashboard, text: str, said: str) -> None:
    answer = sent("texte/", text=text)
    assert answer.status_code == 422
    assert said in words(answer)
    town.refresh_from_db()
    assert town.revision == 1


def test_a_text_written_over_somebody_else_s_is_shown_again(town: Dashboard) -> None:
    text = "slug: patrimoine\ntitle: Le mien\nsections: [{id: s, title: S, panels: []}]"
    answer = sent("texte/", text=text, revision=9)
    assert answer.status_code == 412
    assert "Le mien" in words(answer)
    assert f'name="revision" value="{town.revision}"' in words(answer)
