"""What changes between two versions is said in sentences that name panels and values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards.documents.document import (
    Document,
    Include,
    LinkedField,
    PageFilter,
    Panel,
    PanelNotice,
    PanelQuestion,
    Section,
)
from dashboards.publication.changes import comparison

CHART = Panel("genres", "bar", "Genres", width=12, height=4, question=PanelQuestion("arbres", by=("genre",)))
WORDS = Panel("mots", "text", "À lire")
TREES = Section("s", "Arbres", (CHART, WORDS))
OLD = Document("d", "Titre", sections=(TREES,))


def lines(new: Document, old: Document = OLD) -> tuple[str, ...]:
    return tuple(line.replace("\u00a0", " ") for line in comparison(old, new).lines)


def with_panels(*panels: Panel) -> Document:
    return replace(OLD, sections=(replace(TREES, panels=panels),))


def test_two_documents_that_say_the_same_change_nothing() -> None:
    assert comparison(OLD, OLD).is_same


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        (replace(CHART, width=5), "« Genres » : de 12 à 5 colonnes."),
        (replace(CHART, height=2), "« Genres » : de 4 à 2 rangs."),
        (replace(CHART, title="Espèces"), "« Espèces » : s’appelait « Genres »."),
        (replace(CHART, kind="line"), "« Genres » : Barres devient Courbes."),
        (replace(CHART, kind="inconnu"), "« Genres » : Barres devient inconnu."),
        (replace(CHART, subtitle="a"), "« Genres » : réglage changé (sous-titre)."),
        (replace(CHART, options={"a": 1}), "« Genres » : réglage changé (aspect)."),
        (replace(CHART, notice=PanelNotice(">", 1, "a")), "« Genres » : réglage changé (phrase d’alerte)."),
        (
            replace(CHART, question=PanelQuestion("aires", filter="a = 1", by=("genre",))),
            "« Genres » : réglages changés (couche, filtre).",
        ),
        (
            replace(CHART, width=6, question=PanelQuestion("arbres", by=("espece",), limit=3)),
            "« Genres » : de 12 à 6 colonnes, réglages changés (nombre de lignes, regroupement).",
        ),
    ],
    ids=["width", "height", "title", "kind", "unknown", "subtitle", "look", "notice", "question", "several"],
)
def test_a_panel_says_what_changed_of_it(panel: Panel, said: str) -> None:
    assert lines(with_panels(panel, WORDS)) == (said,)


def test_panels_that_come_and_go_are_named() -> None:
    more = with_panels(CHART, WORDS, Panel("a", "text", "A"), Panel("b", "text"))
    assert lines(more) == ("2 panneaux ajoutés : « A », « b ».",)
    assert lines(with_panels(CHART)) == ("Un panneau retiré : « À lire ».",)


def test_more_than_a_few_names_are_counted() -> None:
    many = tuple(Panel(f"p{rank}", "text", f"P{rank}") for rank in range(6))
    assert lines(with_panels(CHART, WORDS, *many)) == (
        "6 panneaux ajoutés : « P0 », « P1 », « P2 », « P3 », 2 autres.",
    )


def test_what_moves_is_named() -> None:
    assert lines(with_panels(WORDS, CHART)) == ("2 panneaux déplacés : « À lire », « Genres ».",)


def test_sections_and_the_whole_are_said_too() -> None:
    other = replace(
        OLD,
        title="Autre",
        summary="R",
        filters=(PageFilter("genre"),),
        links=(LinkedField("etat", {"arbres": "etat"}),),
        sections=(replace(TREES, text="T"), Include("jeux")),
    )
    assert lines(other) == (
        "Une section ajoutée : « jeux ».",
        "Tableau de bord « Autre » : s’appelait « Titre », réglages changés (champs communs, filtres de page, résumé).",
        "Section « Arbres » : réglage changé (texte).",
    )


def test_each_drawing_rings_its_own_changes() -> None:
    found = comparison(OLD, with_panels(replace(CHART, width=6), Panel("neuf", "text")))
    assert [part.is_marked for part in found.old.parts if part.glyph != "title"] == [True, True]
    assert [part.is_marked for part in found.new.parts if part.glyph != "title"] == [True, True]


def test_a_brief_comparison_draws_the_sections_that_change() -> None:
    other = Section("t", "Le reste", (Panel("reste", "text", "Autre"),))
    old, new = replace(OLD, sections=(TREES, other)), with_panels(replace(CHART, width=5), WORDS)
    both = replace(new, sections=(*new.sections, other))
    brief, whole = comparison(old, both, is_brief=True), comparison(old, both)
    assert len(whole.new.parts) - len(brief.new.parts) == 2
    assert [part.is_marked for part in brief.new.parts] == [False, True, False]
    assert comparison(old, replace(old, title="Autre"), is_brief=True).new.parts == ()
