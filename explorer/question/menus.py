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

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from explorer.filters.queries import FilterKind, choices, kind_of
from explorer.map_state.parsing import (
    BY_DISTANCE,
    BY_TITLE,
    COMMUNE,
    FILTER,
    FIRST,
    ORDER,
    RECORDS,
    MapQuery,
    Pair,
)
from explorer.map_state.queries import field_of
from explorer.question.additions import MAX_FIELDS, MAX_VALUES, addition_menu, askable_fields, suits
from explorer.question.choices import (
    TYPED,
    ChoiceCounter,
    Menu,
    MenuChoice,
    MenuChoices,
    MenuMaker,
    TypedValue,
)
from explorer.question.sentence import (
    RELATIONS,
    LayerRelation,
    Part,
    Sentence,
    is_code,
    relation_text,
    relations,
    with_relation,
    with_subject,
    with_values,
)
from interface import wording
from interface.conditions import (
    AFTER,
    BEFORE,
    EMPTY,
    RANGE,
    is_coded,
    resolved_range,
    value_text,
    value_words,
)
from interface.territory import choices as commune_choices
from interface.titles import noun_of
from layers.access import Scope
from layers.definitions import Field
from layers.parsing.query import MAX_METRES

_DISTANCE = "distance"
# Values that one query counts together.
MAX_LISTED = 60
_INPUTS = {FilterKind.RANGE: "number", FilterKind.DAYS: "date", FilterKind.TEXT: "search"}
# What people say, from « next door » to half an hour on foot.
DISTANCES_M = (50, 100, 200, 300, 500, 1_000, 2_000)
_NO_DISTANCE = 98_765


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
    if first == "champ" and rest not in {FILTER, FIRST, RECORDS}:
        return condition_menu(maker, field_of(maker.subject, rest), sentence.part(name))
    part = sentence.part(name)
    return _area_menu(maker, part, portal) if part else None


def _area_menu(maker: MenuMaker, part: Part, portal: str) -> Menu:
    if part.key == COMMUNE:
        return commune_menu(maker, part, portal)
    if part.key == "rayon":
        return radius_menu(maker, part)
    return Menu(part.words, removal=maker.removal(part))


def _of_relation(maker: MenuMaker, name: str, rest: str) -> Menu | None:
    number, _dot, what = rest.partition(".")
    relation = next(
        (one for one in relations(maker.query, maker.subject, maker.scopes) if one.key == f"{name}.{number}"),
        None,
    )
    part = maker.sentence.part(f"{name}.{number}")
    if relation is None or part is None:
        return None
    if what == _DISTANCE:
        return distance_menu(maker, relation, part)
    return value_menu(maker, relation, what, part) if what else relation_menu(maker, relation, part)


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
    is_by_title, is_nearest = maker.query.order == BY_TITLE, maker.query.order in {"", BY_DISTANCE}
    choices = [
        MenuChoice(_("Plus proche d’abord"), replace(maker.query, order="").link, is_chosen=is_nearest),
        MenuChoice(_("Par titre"), replace(maker.query, order=BY_TITLE).link, is_chosen=is_by_title),
    ]
    if not (is_nearest or is_by_title):
        choices.append(MenuChoice(_("Comme le tableau"), maker.query.link, is_chosen=True))
    return Menu(_("Ordre de la liste"), (MenuChoices("", tuple(choices)),))


def commune_menu(maker: MenuMaker, part: Part, portal: str) -> Menu:
    """Return the communes, each with the answers that it holds."""
    query = dict(maker.query.shared).get(COMMUNE, "").split(",")
    choices = [
        maker.choice(
            MenuChoice(commune.nom, is_chosen=commune.code in query, value=commune.code),
            maker.query.sharing({COMMUNE: commune.code}),
        )
        for commune in commune_choices(portal)
    ]
    group = MenuChoices("", tuple(choices), boxes=maker.boxes(COMMUNE, part.without))
    return Menu(_("Commune"), (group,), removal=maker.removal(part))


def radius_menu(maker: MenuMaker, part: Part) -> Menu:
    """Return the distances around the point that was chosen."""
    near = maker.query.features.near
    requested = near.radius_m if near else 0.0
    metres = sorted({*map(float, DISTANCES_M), requested} - {0.0})
    choices = [
        maker.choice(
            MenuChoice(wording.distance(each), is_chosen=each == requested),
            maker.query.sharing({"radius": f"{each:g}"}),
        )
        for each in metres
    ]
    typed = TypedValue(
        label=_("Une autre distance, en mètres"),
        kind="number",
        fields=(("radius", "", f"{requested:g}"),),
        address=maker.query.sharing({"radius": TYPED}).link,
        hidden_fields=(
            *maker.query.layer_pairs,
            *(pair for pair in maker.query.pairs() if pair[0] != "radius"),
        ),
        unit="m",
        most=MAX_METRES,
    )
    return Menu(_("Distance"), (MenuChoices("", tuple(choices)),), typed, maker.removal(part))


def values_of(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], field: Field, requested: Sequence[str]
) -> list[str]:
    """Return the most frequent values of a field among the features of its layer, the chosen ones included."""
    if kind_of(field) is FilterKind.SWITCH:
        return ["true", "false"]
    if 0 < len(field.choices) <= MAX_VALUES:
        return [code for code, _title in field.choices]
    options = choices(scope, query.asking(scope.slug, {field.name: requested}), scopes, field.name, "")
    listed = options.facet.values if options and options.facet else ()
    texts = [value_text(each.value) for each in listed if value_text(each.value) != EMPTY]
    return list(dict.fromkeys([*requested, *texts]))[: max(MAX_VALUES, len(requested))]


def typed_value(
    query: MapQuery, scope: Scope, field: Field, requested: Sequence[str], *, subject: str
) -> TypedValue | None:
    """Return what people may type for a field: bounds, days or words; None for a list of values."""
    kind = kind_of(field)
    if kind not in _INPUTS:
        return None
    parameter = f"{scope.slug}.{field.name}"
    value = next((one for one in requested if one != EMPTY), "")
    if kind is FilterKind.TEXT:
        fields: tuple[tuple[str, str, str], ...] = ((parameter, _("Contient"), value),)
    else:
        first, separator, last = (resolved_range(value) if kind is FilterKind.DAYS else value).partition(
            RANGE
        )
        first = first.removeprefix(AFTER)
        last = last.removeprefix(BEFORE) if separator else first
        fields = ((f"{parameter}.de", _("De"), first), (f"{parameter}.a", _("À"), last))
    changed = with_values(query, subject, scope.slug, field.name, [TYPED])
    return TypedValue(
        label=str(field.title).capitalize(),
        kind=_INPUTS[kind],
        fields=fields,
        address=changed.link,
        hidden_fields=(*query.layer_pairs, *(pair for pair in query.pairs() if pair[0] != parameter)),
        unit=wording.unit(field.unit) if field.unit else "",
    )


def condition_menu(maker: MenuMaker, field: Field, part: Part | None) -> Menu:
    """Return the values of a field of the subject, each with its count under the other conditions."""
    scope, requested = maker.subject, maker.query.own.get(maker.subject.slug, {}).get(field.name, ())
    options = choices(scope, maker.query, maker.scopes, field.name, "") if _is_listed(field) else None
    groups = []
    if options is not None and options.facet is not None:
        counts = {value_text(each.value): each.count for each in options.facet.values}
        every = list(dict.fromkeys([*requested, *counts]))
        listed = every[: max(MAX_LISTED, len(requested))]
        values = tuple(_value(maker, field, one, counts.get(one, 0)) for one in listed)
        more = len(every) - len(listed) + options.facet.more
        none = with_values(maker.query, scope.slug, scope.slug, field.name, ())
        boxes = maker.boxes(f"{scope.slug}.{field.name}", none)
        groups.append(MenuChoices("", values, more=more, boxes=boxes))
    elif kind_of(field) is FilterKind.SWITCH:
        groups.append(MenuChoices("", tuple(_counted_value(maker, field, one) for one in ("true", "false"))))
    title = str(field.title).capitalize()
    typed = typed_value(maker.query, scope, field, requested, subject=scope.slug)
    return Menu(title, tuple(groups), typed, maker.removal(part) if part else None)


def _is_listed(field: Field) -> bool:
    return kind_of(field) is FilterKind.CHOICES


def _value(maker: MenuMaker, field: Field, value: str, count: int | None) -> MenuChoice:
    scope = maker.subject
    query = with_values(maker.query, scope.slug, scope.slug, field.name, [value])
    values = maker.query.own.get(scope.slug, {}).get(field.name, ())
    label = _("non renseigné") if value == EMPTY else value_words(field, value)
    return maker.with_count(MenuChoice(label, query.link, is_chosen=value in values, value=value), count)


def _counted_value(maker: MenuMaker, field: Field, value: str) -> MenuChoice:
    scope = maker.subject
    query = with_values(maker.query, scope.slug, scope.slug, field.name, [value])
    values = maker.query.own.get(scope.slug, {}).get(field.name, ())
    return maker.choice(MenuChoice(value_words(field, value), is_chosen=value in values), query)


def distance_menu(maker: MenuMaker, relation: LayerRelation, part: Part) -> Menu:
    """Return the distances of a relation, and any other that people type."""
    metres = sorted({*map(float, DISTANCES_M), relation.spatial_relation.metres} - {0.0})
    choices = [
        maker.choice(
            MenuChoice(wording.distance(each), is_chosen=each == relation.spatial_relation.metres),
            _instead(maker, relation, _at(relation, each)),
        )
        for each in metres
    ]
    name = f"{maker.subject.slug}.{relation.name}"
    typed = TypedValue(
        label=_("Une autre distance, en mètres"),
        kind="number",
        fields=((f"{name}.metres", "", f"{relation.spatial_relation.metres:g}"),),
        address=_instead(maker, relation, _at(relation, _NO_DISTANCE)).link.replace(str(_NO_DISTANCE), TYPED),
        hidden_fields=_hidden_fields(maker.query, name, relation),
        unit="m",
        most=MAX_METRES,
    )
    return Menu(_("Distance"), (MenuChoices("", tuple(choices)),), typed, maker.removal(part))


def _instead(maker: MenuMaker, relation: LayerRelation, text: str) -> MapQuery:
    return with_relation(
        maker.query, maker.subject.slug, relation.name, text, instead_of=relation.text, scopes=maker.scopes
    )


def _hidden_fields(query: MapQuery, name: str, relation: LayerRelation) -> tuple[Pair, ...]:
    """Return the parameters sent with the metres by the form of a distance: the rest of the question."""
    other_pairs = [pair for pair in query.pairs() if pair != (name, relation.text)]
    live = [(f"{name}.choisis", "1")] if relation.is_live else []
    return (*query.layer_pairs, *other_pairs, (f"{name}.couche", _target(relation)), *live)


def _target(relation: LayerRelation) -> str:
    return relation.spatial_relation.layer + (
        "" if relation.spatial_relation.pk is None else f"/{relation.spatial_relation.pk}"
    )


def _at(relation: LayerRelation, metres: float) -> str:
    if relation.is_live:
        return relation_text(relation.spatial_relation.layer, metres)
    return f"{_target(relation)}@{metres:g}" if metres else _target(relation)


def relation_menu(maker: MenuMaker, relation: LayerRelation, part: Part) -> Menu:
    """Return what a relation may be with: the classes of the other layer, its fields, the other layers."""
    noun = noun_of(relation.other)
    groups = classes(maker, relation) if relation.spatial_relation.pk is None else []
    if relation.spatial_relation.pk is None:
        fields = [
            MenuChoice(str(field.title).capitalize(), menu=f"{relation.key}.{field.name}")
            for field in askable_fields(relation.other)[:MAX_FIELDS]
        ]
        groups.append(MenuChoices(_("Préciser %s") % noun.one, tuple(fields)))
    groups.append(MenuChoices(_("Une autre couche"), tuple(_other_layers(maker, relation))))
    return Menu(part.words, tuple(group for group in groups if group.choices), removal=maker.removal(part))


def classes(maker: MenuMaker, relation: LayerRelation) -> list[MenuChoices]:
    """Return the classes that the other layer is drawn by, each with the answers that it would leave."""
    scope = relation.other
    field = scope.filterable.get(scope.style.field)
    if field is None or not is_coded(field) or kind_of(field) is not FilterKind.CHOICES:
        return []
    return [_values(maker, relation, field)]


def value_menu(maker: MenuMaker, relation: LayerRelation, name: str, part: Part) -> Menu:
    """Return the values of a field of the other layer, with how many features of the subject each would leave."""
    field = field_of(relation.other, name)
    title = _("%(noun)s, %(field)s") % {
        "noun": noun_of(relation.other).one,
        "field": str(field.title).lower(),
    }
    if name == relation.other.style.field:
        title = f"{part.tokens[0].text} {noun_of(relation.other).one}"
    values = maker.query.own.get(relation.other.slug, {}).get(name, ())
    groups: list[MenuChoices] = []
    if kind_of(field) in {FilterKind.CHOICES, FilterKind.SWITCH}:
        groups.append(_values(maker, relation, field))
    more = [MenuChoice(_("Une autre couche, un autre critère…"), menu=relation.key)]
    if values:
        every = with_values(maker.query, maker.subject.slug, relation.other.slug, name, ())
        label = _("Sans préciser : %s") % noun_of(relation.other).one
        more.insert(0, maker.choice(MenuChoice(label), every))
    typed = typed_value(maker.query, relation.other, field, values, subject=maker.subject.slug)
    return Menu(title, (*groups, MenuChoices("", tuple(more))), typed, maker.removal(part))


def _values(maker: MenuMaker, relation: LayerRelation, field: Field) -> MenuChoices:
    """Return the values of a field of the other layer: several may be chosen, except of a boolean."""
    scope = relation.other
    values = maker.query.own.get(scope.slug, {}).get(field.name, ())
    live = _instead(maker, relation, _live(relation))
    categories = (
        {each.value: each for each in scope.style.categories} if field.name == scope.style.field else {}
    )
    choices = []
    for value in values_of(scope, live, maker.scopes, field, values):
        code = value if is_code(field, value) else ""
        choice = MenuChoice(
            value_words(field, value),
            code=code,
            is_chosen=value in values,
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


def _live(relation: LayerRelation) -> str:
    """Return the same relation, narrowed by the conditions on the other layer."""
    return relation.text if relation.is_live else _same_distance(relation, relation.spatial_relation.layer)


def _same_distance(relation: LayerRelation, slug: str) -> str:
    """Return a relation with another layer at the same distance."""
    requested = relation.spatial_relation
    return relation_text(slug, requested.metres, shares_border=requested.shares_border)


def _other_layers(maker: MenuMaker, relation: LayerRelation) -> list[MenuChoice]:
    choices = []
    for slug, scope in maker.scopes.items():
        if slug in {maker.subject.slug, relation.spatial_relation.layer} or not suits(
            maker.subject, scope, relation.spatial_relation.metres
        ):
            continue
        query = _instead(maker, relation, _same_distance(relation, slug))
        choices.append(maker.choice(MenuChoice(str(noun_of(scope).one), scope=scope), query))
    return choices
