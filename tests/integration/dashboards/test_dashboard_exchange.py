"""Dashboards that come and go as files: what is written is read back, and every name that is not there has its line."""

from __future__ import annotations

import pytest

from dashboards.documents import parse_document
from dashboards.errors import ForbiddenDashboard, InvalidDocument
from dashboards.models import Dashboard, LibraryPanel
from dashboards.services.versions import export_dashboard, import_dashboard, save_draft
from layers.visitor import Visitor, system_visitor
from tests import people
from tests.dashboards import dashboard, let_make, section
from tests.panel_kinds import KINDS
from tests.world import World

WHOLE = """\
slug: jeux
title: Aires de jeux
theme: equipements
producer: Urbanisme
audience:
  groups: [Urbanisme]
  persons: [partenaire]
portal: meudon
purpose: {decision: Quelles aires refaire, by: Le conseil}
filters:
  - commune
  - etat
sections:
  - id: s
    title: S
    panels:
      - id: total
        kind: figure
        question:
          layer: aires-de-jeux
          by: [commune]
          measures: [count]
          sort: [-count]
          filter: etat = 'OUVERT'
"""


def load(text: str, visitor: Visitor | None = None) -> Dashboard:
    return import_dashboard(text=text, kinds=KINDS, visitor=visitor or system_visitor())


def faults(text: str, visitor: Visitor | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidDocument) as refused:
        load(text, visitor)
    return [(fault.line, fault.key, fault.text) for fault in refused.value.faults]


@pytest.fixture
def maker(world: World) -> Visitor:
    """PLANNER, whose group makes dashboards."""
    let_make("Urbanisme")
    return people.PLANNER.visitor()


def test_a_file_becomes_a_published_dashboard_with_its_rights(world: World) -> None:
    row = load(WHOLE)
    assert row.published is not None
    assert row.producer is not None
    assert row.portal is not None
    assert (row.producer.name, row.portal.slug) == ("Urbanisme", "meudon")
    assert [str(each.recipient) for each in row.grants.order_by("group")] == ["Urbanisme", "partenaire"]


def test_an_export_says_what_the_file_said(world: World) -> None:
    text = export_dashboard(dashboard=load(WHOLE), visitor=system_visitor())
    assert parse_document(text, KINDS)[0] == parse_document(WHOLE, KINDS)[0]


def test_the_same_file_twice_makes_one_version(world: World) -> None:
    load(WHOLE)
    assert load(WHOLE).versions.count() == 1


def test_a_closed_account_among_the_readers_is_imported_and_exported(world: World) -> None:
    type(people.PARTNER.account()).objects.filter(username="partenaire").update(is_active=False)
    text = export_dashboard(dashboard=load(WHOLE), visitor=system_visitor())
    assert parse_document(text, KINDS)[0].audience.persons == ("partenaire",)


def test_a_draft_leaves_the_readers_of_what_is_published(world: World) -> None:
    load(WHOLE)
    text = WHOLE.replace("  groups: [Urbanisme]\n  persons: [partenaire]\n", "").replace(
        "audience:", "audience: public"
    )
    row = import_dashboard(
        text=text.replace("portal: meudon\n", "").replace("title: S", "title: T"),
        kinds=KINDS,
        visitor=system_visitor(),
        is_draft=True,
    )
    row.refresh_from_db()
    assert row.draft is not None
    assert not row.is_public
    assert row.portal is not None
    assert row.grants.filter(group__name="Urbanisme").exists()


def test_another_file_makes_the_next_version(world: World) -> None:
    load(WHOLE)
    row = load(WHOLE.replace("title: Aires de jeux", "title: Les jeux"))
    assert row.title == "Les jeux"
    assert row.versions.count() == 2


def test_a_draft_that_somebody_has_stays_when_a_file_comes(world: World) -> None:
    row = load(WHOLE)
    document = parse_document(WHOLE.replace("title: S", "title: Brouillon"), KINDS)[0]
    save_draft(dashboard=row, document=document, expected=row.revision, visitor=system_visitor())
    row = load(WHOLE.replace("title: S", "title: Fichier"))
    titles = row.versions.order_by("number").values_list("document__sections__0__title", flat=True)
    assert list(titles) == ["S", "Brouillon", "Fichier"]


def test_a_file_that_is_published_already_publishes_no_draft(world: World) -> None:
    row = load(WHOLE)
    document = parse_document(WHOLE.replace("title: S", "title: Brouillon"), KINDS)[0]
    save_draft(dashboard=row, document=document, expected=row.revision, visitor=system_visitor())
    row = load(WHOLE)
    assert row.published is not None
    assert row.published.number == 1


def test_a_refused_file_changes_nothing(world: World) -> None:
    load(WHOLE)
    faults(WHOLE.replace("groups: [Urbanisme]", "groups: []").replace("etat = ", "couleur = "))
    row = Dashboard.objects.get()
    assert row.versions.count() == 1
    assert row.grants.filter(group__name="Urbanisme").exists()


@pytest.mark.parametrize(
    ("said", "written", "line", "key", "words"),
    [
        ("theme: equipements", "theme: equipement", 3, "theme", "Vouliez-vous dire"),
        ("producer: Urbanisme", "producer: Nulle part", 4, "producer", "Urbanisme"),
        ("[Urbanisme]", "[Urbanisme, Urbains]", 6, "audience.groups[1]", "Urbains"),
        ("[partenaire]", "[inconnu]", 7, "audience.persons[0]", "inconnu"),
        ("portal: meudon", "portal: mudon", 8, "portal", "meudon"),
        ("layer: aires-de-jeux", "layer: aires-de-jeu", 20, "question.layer", "aires-de-jeux"),
        ("by: [commune]", "by: [couleur]", 21, "question.by", "couleur"),
        ("by: [commune]", "by: ['year:nom']", 21, "question.by", "date"),
        (
            "measures: [count]\n          sort: [-count]",
            "measures: [total]",
            22,
            "question.measures",
            "total",
        ),
        ("measures: [count]", "measures: [count, 'sum:couleur']", 22, "question.measures", "couleur"),
        ("sort: [-count]", "sort: [-nom]", 23, "question.sort", "nom"),
        ("etat = 'OUVERT'", "couleur = 'ROUGE'", 24, "question.filter", "couleur"),
        ("etat = 'OUVERT'", "etat = = 1", 24, "question.filter", ""),
        ("  - etat\n", "  - couleur\n", 12, "filters[1]", "couleur"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_its_line(
    world: World, said: str, written: str, line: int, key: str, words: str
) -> None:
    assert said in WHOLE
    found = faults(WHOLE.replace(said, written))[0]
    assert found[0] == line
    assert found[1].endswith(key)
    assert words in found[2]


def test_a_field_that_the_author_may_not_read_is_none_for_them(maker: Visitor) -> None:
    text = WHOLE.replace("aires-de-jeux", "arbres-remarquables").replace(
        "etat = 'OUVERT'", "etat_sanitaire = 'x'"
    )
    assert [(line, key[-6:]) for line, key, _words in faults(text.replace("  - etat\n", ""), maker)] == [
        (23, "filter")
    ]


def test_a_layer_that_the_author_may_not_see_is_none_for_them(world: World) -> None:
    let_make("Partenaires")
    text = WHOLE.replace("producer: Urbanisme", "producer: Partenaires")
    assert faults(text, people.PARTNER.visitor())[0][:2] == (20, "sections[0].panels[0].question.layer")


def test_an_included_dashboard_must_be_published_for_its_author(maker: Visitor) -> None:
    dashboard("velos", groups=["Mobilité"], sections=[section("pistes")])
    found = faults(WHOLE + "  - include: velos\n", maker)
    assert found[0][:2] == (25, "sections[1].include")


def test_a_section_that_is_not_there_is_told(maker: Visitor) -> None:
    dashboard("velos", is_public=True, sections=[section("pistes")])
    found = faults(WHOLE + "  - {include: velos, section: arceaux}\n", maker)
    assert "arceaux" in found[0][2]


def test_a_library_panel_that_is_not_there_is_told(maker: Visitor) -> None:
    LibraryPanel.objects.create(slug="total-general", title="Total", document={"kind": "text"})
    found = faults(WHOLE + "      - {id: t, library: total-generale}\n", maker)
    assert found[0][:2] == (25, "sections[0].panels[1].library")
    assert "total-general " in found[0][2].replace("\u00a0", " ")


def test_more_than_sixty_panels_with_includes_are_refused(world: World) -> None:
    dashboard("grand", is_public=True, sections=[section("s", *[f"p{number}" for number in range(60)])])
    assert "61 panneaux" in faults(WHOLE + "  - include: grand\n")[0][2]


def test_a_change_that_makes_another_dashboard_too_long_is_refused_by_its_name(world: World) -> None:
    load(WHOLE)
    parts = [section("s", *[f"p{number}" for number in range(59)]), {"include": "jeux"}]
    dashboard("observatoire", is_public=True, sections=parts)
    found = faults(WHOLE + "      - {id: deux, kind: text}\n")
    assert "observatoire" in found[0][2]


def test_a_cycle_through_a_hidden_dashboard_is_refused_without_its_name(maker: Visitor) -> None:
    dashboard("secret", groups=["Mobilité"], sections=[{"include": "jeux"}])
    dashboard("ouvert", is_public=True, sections=[section("s"), {"include": "secret"}])
    found = faults(WHOLE + "  - include: ouvert\n", maker)
    assert "jeux → ouvert → … → jeux" in found[0][2]


def test_a_reader_has_no_document(world: World) -> None:
    row = dashboard("public", is_public=True)
    with pytest.raises(ForbiddenDashboard):
        export_dashboard(dashboard=row, visitor=people.OUTSIDER.visitor())
