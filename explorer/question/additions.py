"""What may be added to the sentence: each other layer near or around, the communes, the fields of the subject."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from explorer.filters.queries import askable
from explorer.map_state.parsing import COMMUNE, DISJOINT, TOUCHING
from explorer.question.choices import Menu, MenuChoice, MenuChoices, MenuMaker
from explorer.question.sentence import RELATIONS, PartKind, is_code, relation_text, with_relation, with_values
from interface import wording
from interface.conditions import value_words
from interface.territory import choices as commune_choices
from interface.titles import noun_of
from layers.access import Scope
from layers.definitions import Field
from layers.parsing.query import MAX_TOUCHING

# Values that cost a count each, and fields.
MAX_VALUES, MAX_FIELDS = 12, 40
DEFAULT_DISTANCE_M = 300
MAX_PROPOSALS = 6
AREA_KINDS = frozenset({PartKind.COMMUNE, PartKind.AROUND, PartKind.SHAPE})


def askable_fields(scope: Scope) -> list[Field]:
    """Return the fields that people choose by, the key facts of the layer first."""
    rank = {name: number for number, name in enumerate((scope.style.field, *scope.definition.summary))}
    return sorted(askable(scope), key=lambda field: rank.get(field.name, len(rank)))


def suits(subject: Scope, scope: Scope, metres: float) -> bool:
    """Whether a relation with a layer makes sense: two points never touch."""
    return bool(metres) or not (subject.definition.geometry.is_point and scope.definition.geometry.is_point)


def addition_menu(maker: MenuMaker, portal: str) -> Menu:
    """Return what may be added, with how many features would then answer."""
    groups = (
        MenuChoices(_("À moins de %s de…") % wording.distance(DEFAULT_DISTANCE_M), tuple(near(maker))),
        MenuChoices(_("Dans"), tuple(inside(maker))),
        MenuChoices(_("À"), tuple(area_choices(maker, portal))),
        MenuChoices(_("Dont"), tuple(fields(maker))),
        MenuChoices(_("Sans, à moins de %s…") % wording.distance(DEFAULT_DISTANCE_M), tuple(without(maker))),
    )
    return Menu(_("Ajouter une condition"), tuple(group for group in groups if group.choices))


def proposals(maker: MenuMaker, portal: str) -> tuple[MenuChoices, ...]:
    """Return the offers beside the sentence, uncounted: each kind of condition that it does not have yet."""
    kinds = maker.sentence.kinds
    distance = _("À moins de %s de…") % wording.distance(DEFAULT_DISTANCE_M)
    groups = (
        _shortened(distance, [] if PartKind.NEAR in kinds else list(near(maker, has_surfaces=False))),
        _shortened(_("Dans"), [] if PartKind.INSIDE in kinds else list(inside(maker))),
        MenuChoices(_("À"), () if kinds & AREA_KINDS else tuple(area_choices(maker, portal))),
    )
    return tuple(group for group in groups if group.choices)


def _shortened(title: str, choices: list[MenuChoice]) -> MenuChoices:
    """Return the first choices, those of layers that are on before the others; the menu has them all."""
    return MenuChoices(title, tuple(choices[:MAX_PROPOSALS]), more=max(len(choices) - MAX_PROPOSALS, 0))


def near(maker: MenuMaker, *, has_surfaces: bool = True) -> Iterator[MenuChoice]:
    """Return each other layer at the usual distance, by its noun: « bâtiment patrimonial »."""
    for scope in _unrelated_layers(maker):
        if has_surfaces or not scope.definition.geometry.is_surface:
            yield _related(maker, TOUCHING, scope, DEFAULT_DISTANCE_M, MenuChoice(_name(scope), scope=scope))


def _name(scope: Scope) -> str:
    return str(scope.definition.noun.one if scope.definition.noun else scope.layer.title)


def without(maker: MenuMaker) -> Iterator[MenuChoice]:
    """Return each other layer as what is not near, by its noun."""
    for scope in _unrelated_layers(maker):
        yield _related(maker, DISJOINT, scope, DEFAULT_DISTANCE_M, MenuChoice(_name(scope), scope=scope))


def inside(maker: MenuMaker) -> Iterator[MenuChoice]:
    """Return each layer of surfaces by its noun, by class where it is drawn by a few: « zone N », which come first."""
    surfaces = [
        scope
        for scope in _unrelated_layers(maker)
        if scope.definition.geometry.is_surface and suits(maker.subject, scope, 0)
    ]
    for scope in sorted(surfaces, key=lambda each: (each.slug not in maker.query.layers, not _classes(each))):
        if field := _classes(scope):
            yield from _in_classes(maker, scope, field)
        else:
            yield _related(maker, TOUCHING, scope, 0, MenuChoice(_name(scope), scope=scope))


def _classes(scope: Scope) -> Field | None:
    """Return the field that a layer is drawn by, where its values are few."""
    field = scope.filterable.get(scope.style.field)
    return field if field and 0 < len(field.choices) <= MAX_VALUES else None


def _in_classes(maker: MenuMaker, scope: Scope, field: Field) -> Iterator[MenuChoice]:
    """Return the classes of a layer of surfaces: « zone N »."""
    subject, short = maker.subject.slug, noun_of(scope).short
    related = with_relation(maker.query, subject, TOUCHING, relation_text(scope.slug), scopes=maker.scopes)
    categories = {each.value: each for each in scope.style.categories}
    for value, _title in field.choices:
        words = value if is_code(field, value) else value_words(field, value)
        choice = MenuChoice(f"{short} {words}", scope=scope, category=categories.get(value))
        yield maker.choice(choice, with_values(related, subject, scope.slug, field.name, [value]))


def area_choices(maker: MenuMaker, portal: str) -> Iterator[MenuChoice]:
    """Return the communes, when the sentence has none."""
    if PartKind.COMMUNE in maker.sentence.kinds:
        return
    for commune in commune_choices(portal):
        yield maker.choice(MenuChoice(commune.nom), maker.query.sharing({COMMUNE: commune.code}))


def fields(maker: MenuMaker) -> Iterator[MenuChoice]:
    """Return the fields of the subject without a condition: each opens its own menu."""
    values = maker.query.own.get(maker.subject.slug, {})
    for field in askable_fields(maker.subject)[:MAX_FIELDS]:
        if field.name not in values:
            yield MenuChoice(str(field.title).capitalize(), menu=f"champ.{field.name}")


def _unrelated_layers(maker: MenuMaker) -> Iterator[Scope]:
    """Return the other layers, those that are on first, those without facets (drawings of a paper plan) last.

    None when the subject has all the relations it may have.
    """
    own = maker.query.own.get(maker.subject.slug, {})
    if sum(len(own.get(name, ())) for name in RELATIONS) >= MAX_TOUCHING:
        return
    slugs = dict.fromkeys([*maker.query.layers, *maker.query.set_aside, *maker.scopes])
    others = [maker.scopes[slug] for slug in slugs if slug in maker.scopes and slug != maker.subject.slug]
    yield from sorted(others, key=lambda each: (each.slug not in maker.query.layers, not _has_facets(each)))


def _has_facets(scope: Scope) -> bool:
    return any(field.is_facet and field.name != COMMUNE for field in scope.filterable.values())


def _related(maker: MenuMaker, name: str, scope: Scope, metres: float, choice: MenuChoice) -> MenuChoice:
    text = relation_text(scope.slug, metres)
    query = with_relation(maker.query, maker.subject.slug, name, text, scopes=maker.scopes)
    return maker.choice(choice, query)
