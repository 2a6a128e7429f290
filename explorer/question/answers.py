"""The answer to the question: how many features of the subject, out of how many in the place that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from explorer.layer_panel.layer_list import LayerList, MapLayers
from explorer.map_state.filter_expression import ask
from explorer.map_state.parsing import COMMUNE, MapQuery
from explorer.question.addition_menu import proposals
from explorer.question.changes import with_subject
from explorer.question.choices import MenuChoice, MenuChoices, MenuMaker
from explorer.question.matches import AnswerRow, answers, is_measured
from explorer.question.sentence import MOST_NAMES, Sentence, relations, sentence
from interface import wording
from interface.titles import counted, noun_of
from layers.access import Scope
from layers.queries import communes

MOST_SUBJECTS = 12
_MUTE = "aeiouyàâäéèêëîïôöùûüœh"


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What the map asks, and its answer: ``found`` is the list of the subject, None when nothing is asked.

    ``of`` says out of how many, and where; ``proposals`` are what the page offers to add, ``subjects`` the layers that
    may be the subject when there is none. ``others`` are the other layers that are on, ``related`` the slugs of those
    that the question relates the subject to. ``is_measured`` tells that the rows may be listed by a distance.
    """

    sentence: Sentence
    found: LayerList | None
    of: str = ""
    proposals: tuple[MenuChoices, ...] = ()
    subjects: tuple[MenuChoice, ...] = ()
    others: tuple[LayerList, ...] = ()
    related: frozenset[str] = frozenset()
    more_subjects: int = 0
    rows: tuple[AnswerRow, ...] = ()
    is_measured: bool = False

    @property
    def count(self) -> str:
        """The headline: « 5 arbres »; empty when nothing is asked."""
        return counted(noun_of(self.found.scope), self.found.matched) if self.found else ""

    @property
    def phrase(self) -> str:
        """The answer in one line: « 5 arbres sur les 11 de la commune de Meudon »."""
        return f"{self.count} {self.of}".strip()

    @property
    def title(self) -> str:
        """The question and its answer, as the title of the page."""
        return _("%(question)s : %(count)s") % {"question": self.sentence.words, "count": self.count}

    @property
    def take(self) -> str:
        """The words of the button that takes the answer away."""
        if self.found is None or not self.found.matched:
            return _("Télécharger la sélection")
        if self.found.matched == 1:
            return _("Télécharger : %s") % self.count
        return _("Télécharger les %s") % self.count


def question(view: MapLayers, portal: str = "") -> MapQuestion:
    """Return the question of the map with its answer."""
    scopes = {found.scope.slug: found.scope for found in view.everything}
    asked = sentence(view.query, scopes)
    if asked.subject is None:
        return _nothing(asked, view, scopes)
    found = next(one for one in view.everything if one.scope.slug == asked.subject.slug)
    return MapQuestion(
        asked,
        found,
        of=_of(view.query, found, scopes),
        proposals=proposals(MenuMaker(asked, asked.subject, scopes), portal),
        rows=answers(found, view.query, scopes),
        is_measured=is_measured(view.query, asked.subject),
        others=tuple(one for one in view.lists if one is not found),
        related=frozenset(one.asked.layer for one in relations(view.query, asked.subject, scopes)),
    )


def _nothing(asked: Sentence, view: MapLayers, scopes: Mapping[str, Scope]) -> MapQuestion:
    """Return the question that asks nothing yet: the layers that are on first, then the others."""
    on = [found.scope for found in view.lists]
    slugs = dict.fromkeys([*(scope.slug for scope in on), *scopes])
    subjects = [
        MenuChoice(
            str(scopes[slug].layer.title),
            address=with_subject(view.query, slug, "", scopes).link,
            scope=scopes[slug],
        )
        for slug in list(slugs)[:MOST_SUBJECTS]
    ]
    return MapQuestion(
        asked, None, subjects=tuple(subjects), more_subjects=max(len(slugs) - MOST_SUBJECTS, 0)
    )


def _of(query: MapQuery, found: LayerList, scopes: Mapping[str, Scope]) -> str:
    """Say out of how many features the answer is, in the place that is asked."""
    placed = query.sharing({"q": ""})
    bare = replace(placed, own={})
    total = found.total if not bare.shared else ask(found.scope, bare, scopes).selection.count()
    where = place_words(query)
    if total == found.matched:
        return where.within
    if total == 1:
        return _("sur 1 %(place)s") % {"place": where.within}
    return _("sur les %(total)s %(place)s") % {"total": wording.number(total), "place": where.of}


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The place of a question in words: ``of`` it (« de la commune de Meudon »), and ``within`` it."""

    of: str
    within: str


def place_words(query: MapQuery) -> PlaceWords:
    """Word the place that is asked, the view of the map when nothing narrower is."""
    asked = dict(query.shared)
    if "near" in asked:
        return PlaceWords(_("autour d’ici"), _("autour d’ici"))
    if "within" in asked:
        return PlaceWords(_("de la zone dessinée"), _("dans la zone dessinée"))
    if asked.get(COMMUNE):
        return _commune_words(asked[COMMUNE].split(","))
    if "bbox" in asked:
        return PlaceWords(_("de la vue"), _("dans la vue"))
    return PlaceWords(_("du territoire"), _("sur le territoire"))


def _commune_words(codes: list[str]) -> PlaceWords:
    names = {commune.code: commune.nom for commune in communes()}
    asked = [names.get(code, code) for code in codes]
    if len(asked) > MOST_NAMES:
        told = {"n": len(asked)}
        return PlaceWords(_("des %(n)d communes") % told, _("dans %(n)d communes") % told)
    if len(asked) == 1:
        told_one = {"of": _of_name(asked[0])}
        return PlaceWords(_("de la commune %(of)s") % told_one, _("dans la commune %(of)s") % told_one)
    both = {"first": _of_name(asked[0]), "last": _of_name(asked[1])}
    return PlaceWords(
        _("des communes %(first)s et %(last)s") % both, _("dans les communes %(first)s et %(last)s") % both
    )


def _of_name(name: str) -> str:
    """Return « de Meudon », « d’Issy-les-Moulineaux », « du Plessis »."""
    if wording.is_source_language():
        for article, contracted in (("Le ", "du"), ("Les ", "des")):
            if name.startswith(article):
                return f"{contracted} {name.removeprefix(article)}"
    if name[:1].lower() in _MUTE:
        return _("d’%s") % name
    return _("de %s") % name
