"""The menus of a relation: how far, with which other layer, and with what is asked of that one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from explorer.filters.queries import FilterKind, kind_of
from explorer.map_state.filter_expression import field_of
from explorer.map_state.parsing import MapQuery, Pair
from explorer.question.changes import relation_text, with_relation, with_values
from explorer.question.choices import TYPED, Menu, MenuChoice, MenuChoices, MenuMaker, TypedValue
from explorer.question.field_menus import MOST_FIELDS, askable_fields, typed_value, values_of
from explorer.question.sentence import LayerRelation, Part, is_code
from interface import wording
from interface.conditions import is_coded, value_words
from interface.nouns import noun_of
from layers.access import Scope
from layers.definitions import Field
from layers.parsing.query import MAX_METRES

# What people say, from « next door » to half an hour on foot.
DISTANCES_M = (50, 100, 200, 300, 500, 1_000, 2_000)
USUAL_M = 300
_NO_DISTANCE = 98_765


def distance_menu(maker: MenuMaker, found: LayerRelation, part: Part) -> Menu:
    """Return the distances of a relation, and any other that people type."""
    metres = sorted({*map(float, DISTANCES_M), found.asked.metres} - {0.0})
    choices = [
        maker.choice(
            MenuChoice(wording.distance(each), is_chosen=each == found.asked.metres),
            _instead(maker, found, _at(found, each)),
        )
        for each in metres
    ]
    name = f"{maker.subject.slug}.{found.name}"
    typed = TypedValue(
        label=_("Une autre distance, en mètres"),
        kind="number",
        fields=((f"{name}.metres", "", f"{found.asked.metres:g}"),),
        address=_instead(maker, found, _at(found, _NO_DISTANCE)).link.replace(str(_NO_DISTANCE), TYPED),
        kept=_kept(maker.query, name, found),
        unit="m",
        most=MAX_METRES,
    )
    return Menu(_("Distance"), (MenuChoices("", tuple(choices)),), typed, maker.removal(part))


def _instead(maker: MenuMaker, found: LayerRelation, text: str) -> MapQuery:
    return with_relation(
        maker.query, maker.subject.slug, found.name, text, instead_of=found.text, scopes=maker.scopes
    )


def _kept(query: MapQuery, name: str, found: LayerRelation) -> tuple[Pair, ...]:
    """Return what the form of a distance sends beside the metres: the other parts of the relation, and all the rest."""
    others = [pair for pair in query.pairs() if pair != (name, found.text)]
    live = [(f"{name}.choisis", "1")] if found.is_live else []
    return (*query.shown, *others, (f"{name}.couche", _target(found)), *live)


def _target(found: LayerRelation) -> str:
    return found.asked.layer + ("" if found.asked.pk is None else f"/{found.asked.pk}")


def _at(found: LayerRelation, metres: float) -> str:
    if found.is_live:
        return relation_text(found.asked.layer, metres)
    return f"{_target(found)}@{metres:g}" if metres else _target(found)


def relation_menu(maker: MenuMaker, found: LayerRelation, part: Part) -> Menu:
    """Return what a relation may be with: the classes of the other layer, its fields, the other layers."""
    noun = noun_of(found.other)
    groups = classes(maker, found) if found.asked.pk is None else []
    if found.asked.pk is None:
        fields = [
            MenuChoice(str(field.title).capitalize(), menu=f"{found.key}.{field.name}")
            for field in askable_fields(found.other)[:MOST_FIELDS]
        ]
        groups.append(MenuChoices(_("Préciser %s") % noun.one, tuple(fields)))
    groups.append(MenuChoices(_("Une autre couche"), tuple(_others(maker, found))))
    return Menu(part.words, tuple(group for group in groups if group.choices), removal=maker.removal(part))


def classes(maker: MenuMaker, found: LayerRelation) -> list[MenuChoices]:
    """Return the classes that the other layer is drawn by, each with the answers that it would leave."""
    scope = found.other
    field = scope.filterable.get(scope.style.field)
    if field is None or not is_coded(field) or kind_of(field) is not FilterKind.CHOICES:
        return []
    return [_values(maker, found, field)]


def value_menu(maker: MenuMaker, found: LayerRelation, name: str, part: Part) -> Menu:
    """Return the values of a field of the other layer, with how many features of the subject each would leave."""
    field = field_of(found.other, name)
    title = _("%(noun)s, %(field)s") % {"noun": noun_of(found.other).one, "field": str(field.title).lower()}
    if name == found.other.style.field:
        title = f"{part.tokens[0].text} {noun_of(found.other).one}"
    asked = maker.query.own.get(found.other.slug, {}).get(name, ())
    groups: list[MenuChoices] = []
    if kind_of(field) in {FilterKind.CHOICES, FilterKind.SWITCH}:
        groups.append(_values(maker, found, field))
    more = [MenuChoice(_("Une autre couche, un autre critère…"), menu=found.key)]
    if asked:
        every = with_values(maker.query, maker.subject.slug, found.other.slug, name, ())
        label = _("Sans préciser : %s") % noun_of(found.other).one
        more.insert(0, maker.choice(MenuChoice(label), every))
    typed = typed_value(maker.query, found.other, field, asked, subject=maker.subject.slug)
    return Menu(title, (*groups, MenuChoices("", tuple(more))), typed, maker.removal(part))


def _values(maker: MenuMaker, found: LayerRelation, field: Field) -> MenuChoices:
    """Return the values of a field of the other layer: several may be asked, but for a yes and a no."""
    scope = found.other
    asked = maker.query.own.get(scope.slug, {}).get(field.name, ())
    live = _instead(maker, found, _live(found))
    categories = (
        {each.value: each for each in scope.style.categories} if field.name == scope.style.field else {}
    )
    choices = []
    for value in values_of(scope, live, maker.scopes, field, asked):
        code = value if is_code(field, value) else ""
        choice = MenuChoice(
            value_words(field, value),
            code=code,
            is_chosen=value in asked,
            scope=scope,
            category=categories.get(value),
            value=value,
        )
        choices.append(
            maker.choice(choice, with_values(live, maker.subject.slug, scope.slug, field.name, [value]))
        )
    none = with_values(live, maker.subject.slug, scope.slug, field.name, ())
    is_listed = kind_of(field) is FilterKind.CHOICES
    boxes = maker.boxes(f"{scope.slug}.{field.name}", none) if is_listed else None
    return MenuChoices("", tuple(choices), boxes=boxes)


def _live(found: LayerRelation) -> str:
    """Return the same relation, which what is asked of the other layer narrows."""
    return found.text if found.is_live else relation_text(found.asked.layer, found.asked.metres)


def _others(maker: MenuMaker, found: LayerRelation) -> list[MenuChoice]:
    choices = []
    for slug, scope in maker.scopes.items():
        if slug in {maker.subject.slug, found.asked.layer} or not suits(
            maker.subject, scope, found.asked.metres
        ):
            continue
        query = _instead(maker, found, relation_text(slug, found.asked.metres))
        choices.append(maker.choice(MenuChoice(str(noun_of(scope).one), scope=scope), query))
    return choices


def suits(subject: Scope, scope: Scope, metres: float) -> bool:
    """Whether a relation with a layer makes sense: two points never touch."""
    return bool(metres) or not (subject.definition.geometry.is_point and scope.definition.geometry.is_point)
