"""The menu of each part of the sentence, by the name that the page gives it.

======================  =========================================================================================
``sujet``               the layers whose features may be the answer
``ajouter``             what may be added
``champ.<field>``       the values of a field of the subject
``touching.0``          the other layer of the first relation, ``touching.0.distance`` how far,
                        ``touching.0.<field>`` what is asked of it; ``disjoint`` alike
``commune``, ``rayon``  the communes, how far around the point; ``dessin`` and ``mots`` may only be taken away
``ordre``               how the answers are listed
======================  =========================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from explorer.map_state.filter_expression import field_of
from explorer.map_state.parsing import BY_TITLE, COMMUNE, FILTER, ORDER
from explorer.question.addition_menu import addition_menu
from explorer.question.changes import RELATIONS, with_subject
from explorer.question.choices import TYPED, Menu, MenuChoice, MenuChoices, MenuMaker, TypedValue
from explorer.question.counting import ChoiceCounter
from explorer.question.field_menus import condition_menu
from explorer.question.relation_menus import DISTANCES_M, distance_menu, relation_menu, value_menu
from explorer.question.sentence import Part, Sentence, relations
from interface import wording
from interface.territory import choices as commune_choices
from layers.access import Scope
from layers.parsing.query import MAX_METRES

_DISTANCE = "distance"


def menu(sentence: Sentence, name: str, scopes: Mapping[str, Scope], portal: str) -> Menu | None:
    """Return the menu of a name; None when the sentence has no such part.

    Raises:
        UnknownProperty: it names a field that the visitor does not have.
    """
    counter = ChoiceCounter(scopes)
    if name == "sujet":
        return subject_menu(sentence, scopes, counter)
    if sentence.subject is None:
        return None
    maker = MenuMaker(sentence, sentence.subject, scopes, counter)
    if name == "ajouter":
        return addition_menu(maker, portal)
    if name == ORDER:
        return order_menu(maker)
    first, _dot, rest = name.partition(".")
    if first in RELATIONS:
        return _of_relation(maker, first, rest)
    if first == "champ" and rest != FILTER:
        return condition_menu(maker, field_of(maker.subject, rest), sentence.part(name))
    part = sentence.part(name)
    return _of_place(maker, part, portal) if part else None


def _of_place(maker: MenuMaker, part: Part, portal: str) -> Menu:
    if part.key == COMMUNE:
        return commune_menu(maker, part, portal)
    if part.key == "rayon":
        return radius_menu(maker, part)
    return Menu(part.words, removal=maker.removal(part))


def _of_relation(maker: MenuMaker, name: str, rest: str) -> Menu | None:
    number, _dot, what = rest.partition(".")
    found = next(
        (one for one in relations(maker.query, maker.subject, maker.scopes) if one.key == f"{name}.{number}"),
        None,
    )
    part = maker.sentence.part(f"{name}.{number}")
    if found is None or part is None:
        return None
    if what == _DISTANCE:
        return distance_menu(maker, found, part)
    return value_menu(maker, found, what, part) if what else relation_menu(maker, found, part)


def subject_menu(sentence: Sentence, scopes: Mapping[str, Scope], counter: ChoiceCounter) -> Menu:
    """Return the layers whose features may be the answer, each with what it would give of the same question."""
    before = sentence.subject.slug if sentence.subject else ""
    choices = []
    for slug, scope in scopes.items():
        query = with_subject(sentence.query, slug, before, scopes)
        maker = MenuMaker(sentence, scope, scopes, counter)
        choice = MenuChoice(str(scope.layer.title), is_chosen=slug == before, scope=scope)
        choices.append(maker.choice(choice, query))
    part = sentence.part("sujet")
    removal = MenuChoice(_("Ne rien demander"), address=part.without.link) if part else None
    return Menu(_("Que cherchez-vous ?"), (MenuChoices("", tuple(choices)),), removal=removal)


def order_menu(maker: MenuMaker) -> Menu:
    """Return the orders of the list of answers."""
    is_by_title = maker.query.order == BY_TITLE
    choices = (
        MenuChoice(_("Plus proche d’abord"), replace(maker.query, order="").link, is_chosen=not is_by_title),
        MenuChoice(_("Par titre"), replace(maker.query, order=BY_TITLE).link, is_chosen=is_by_title),
    )
    return Menu(_("Ordre de la liste"), (MenuChoices("", choices),))


def commune_menu(maker: MenuMaker, part: Part, portal: str) -> Menu:
    """Return the communes, each with the answers that it holds."""
    asked = dict(maker.query.shared).get(COMMUNE, "").split(",")
    choices = [
        maker.choice(
            MenuChoice(commune.nom, is_chosen=commune.code in asked, value=commune.code),
            maker.query.sharing({COMMUNE: commune.code}),
        )
        for commune in commune_choices(portal)
    ]
    group = MenuChoices("", tuple(choices), boxes=maker.boxes(COMMUNE, part.without))
    return Menu(_("Commune"), (group,), removal=maker.removal(part))


def radius_menu(maker: MenuMaker, part: Part) -> Menu:
    """Return the distances around the point that was chosen."""
    near = maker.query.features.near
    asked = near.radius_m if near else 0.0
    metres = sorted({*map(float, DISTANCES_M), asked} - {0.0})
    choices = [
        maker.choice(
            MenuChoice(wording.distance(each), is_chosen=each == asked),
            maker.query.sharing({"radius": f"{each:g}"}),
        )
        for each in metres
    ]
    typed = TypedValue(
        label=_("Une autre distance, en mètres"),
        kind="number",
        fields=(("radius", "", f"{asked:g}"),),
        address=maker.query.sharing({"radius": TYPED}).link,
        kept=(*maker.query.shown, *(pair for pair in maker.query.pairs() if pair[0] != "radius")),
        unit="m",
        most=MAX_METRES,
    )
    return Menu(_("Distance"), (MenuChoices("", tuple(choices)),), typed, maker.removal(part))
