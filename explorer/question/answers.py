"""The answer to the question: how many features of the subject out of how many, and the objects they are near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from explorer.filters.queries import extent
from explorer.layer_panel.queries import (
    DISTANCE,
    METRES,
    LayerResult,
    MapResult,
    by_distance,
    is_near_radius,
    measured,
    position_error,
)
from explorer.map_state.parsing import BY_TITLE, COMMUNE, FIRST, ORDERS, TOUCHING, MapQuery
from explorer.map_state.queries import LIVE, default_layers, layer_query, out_of_place
from explorer.question.additions import proposals
from explorer.question.choices import MenuChoice, MenuChoices, MenuMaker
from explorer.question.sentence import (
    MAX_NAMES,
    Sentence,
    brought_again,
    question_layers,
    relations,
    sentence,
    set_aside,
    with_subject,
)
from explorer.question.uncertain_answers import UncertainAnswers, uncertain_answers
from interface import wording
from interface.titles import counted, noun_of, row_title
from interface.wording import is_empty
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing.query import (
    AREA,
    DAYS,
    LENGTH,
    MATCHED,
    NEAREST,
    SortKey,
    parse_spatial_relations,
    parse_top,
)
from layers.queries import LayerMatch, Selection, communes, ordered
from layers.queries.territory import Bounds
from layers.sql.limits import time_limit

MAX_SUBJECTS = 12
_MUTE = "aeiouyàâäéèêëîïôöùûüœh"
_AMOUNTS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_FACTS = 2
_MEASURES = {
    AREA: gettext_lazy("surface"),
    LENGTH: gettext_lazy("longueur"),
    NEAREST: gettext_lazy("distance"),
}


@dataclass(frozen=True, slots=True)
class MapAnswer:
    """What the map asks, and its answer: ``result`` is the list of the subject, None when nothing is asked.

    ``of`` says out of how many, and where; ``proposals`` are what the page offers to add, ``subjects`` the layers that
    may be the subject when there is none. ``other_results`` are the other layers that are on, ``related`` the slugs of
    those that the question relates the subject to.
    ``is_measured`` tells that the rows may be listed by a distance, ``order`` words another order that they have.
    ``other_layers`` bring again the layers that are not of the question, or set them aside. ``uncertain`` are features
    that may answer, given the error of their positions. ``box`` holds the answers, in degrees, where the question has
    no place that the map frames. ``beyond`` counts by layer what answers are near to out of the place of the question.
    """

    sentence: Sentence
    result: LayerResult | None
    of: str = ""
    proposals: tuple[MenuChoices, ...] = ()
    subjects: tuple[MenuChoice, ...] = ()
    other_results: tuple[LayerResult, ...] = ()
    related: frozenset[str] = frozenset()
    more_subjects: int = 0
    rows: tuple[AnswerRow, ...] = ()
    is_measured: bool = False
    order: str = ""
    other_layers: tuple[MenuChoice, ...] = ()
    uncertain: UncertainAnswers | None = None
    box: Bounds | None = None
    beyond: Mapping[str, int] = dataclass_field(default_factory=dict)

    @property
    def count(self) -> str:
        """The headline: « 5 arbres »; empty without a question."""
        return counted(noun_of(self.result.scope), self.result.matched) if self.result else ""

    @property
    def name(self) -> str:
        """The name of the only answer; empty where there are several, or none."""
        return self.rows[0].title if self.result and self.result.matched == 1 and self.rows else ""

    @property
    def box_text(self) -> str:
        """Its box as the script reads it: west, south, east, north."""
        return ",".join(f"{degrees:.6f}" for degrees in self.box) if self.box else ""

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
        if self.result is None or not self.result.matched:
            return _("Télécharger la sélection")
        if self.result.matched == 1:
            return _("Télécharger : %s") % self.count
        return _("Télécharger les %s") % self.count


def question(view: MapResult, portal: str = "") -> MapAnswer:
    """Return the question of the map with its answer."""
    scopes = {result.scope.slug: result.scope for result in view.everything}
    query = sentence(view.query, scopes)
    if query.subject is None:
        return _nothing(query, view, scopes)
    result = next(one for one in view.everything if one.scope.slug == query.subject.slug)
    answer = MapAnswer(
        query,
        result,
        of=_of(view.query, result, scopes),
        proposals=proposals(MenuMaker(query, query.subject, scopes), portal),
        rows=answers(result, view.query, scopes),
        is_measured=is_measured(view.query, query.subject),
        order=order_words(view.query, query.subject) if result.matched > 1 else "",
        other_results=tuple(one for one in view.lists if one is not result),
        related=frozenset(one.other.slug for one in relations(view.query, query.subject, scopes)),
        other_layers=tuple(_other_layers(view.query, query.subject.slug, scopes)),
        uncertain=uncertain_answers(query.subject, view.query, scopes) if result.is_on else None,
        box=_box(result, view.query),
    )
    return replace(answer, beyond=_beyond(answer.rows, result, view.query, scopes))


def _beyond(
    rows: Sequence[AnswerRow], result: LayerResult, query: MapQuery, scopes: Mapping[str, Scope]
) -> dict[str, int]:
    """Count what the answers are near to out of the commune of the question, while all of them are listed."""
    if COMMUNE not in dict(query.shared) or len(rows) < result.matched:
        return {}
    near: dict[str, set[int]] = {}
    for name in (name for row in rows for name in row.names if name.pk is not None):
        near.setdefault(name.scope.slug, set()).add(int(name.pk or 0))
    return {slug: len(out_of_place(scopes[slug], pks, query, scopes)) for slug, pks in near.items()}


def _box(result: LayerResult, query: MapQuery) -> Bounds | None:
    """Return the box of the answers of a question that has conditions and no place; what answers may be anywhere."""
    is_narrowed = 0 < result.matched < result.total
    return extent(result.question) if is_narrowed and result.is_on and not query.shared else None


def _other_layers(query: MapQuery, subject: str, scopes: Mapping[str, Scope]) -> Iterator[MenuChoice]:
    """Yield what brings again the layers out of the question, and what sets aside those that are on.

    A question that was typed elsewhere has set none aside: it brings those that the portal shows first.
    """
    needed = question_layers(query, subject)
    on = [slug for slug in query.layers if slug not in needed]
    aside = query.set_aside or (() if on else default_layers(scopes.values()))
    if again := [slug for slug in aside if slug not in needed]:
        words = ngettext("Montrer %d autre couche", "Montrer les %d autres couches", len(again)) % len(again)
        yield MenuChoice(words, brought_again(query, scopes, again).link, count=wording.number(len(again)))
    if on:
        words = ngettext(
            "Mettre en retrait %d autre couche", "Mettre en retrait les %d autres couches", len(on)
        ) % len(on)
        yield MenuChoice(words, set_aside(query, on).link, count=wording.number(len(on)))


def _nothing(question_sentence: Sentence, view: MapResult, scopes: Mapping[str, Scope]) -> MapAnswer:
    """Return an empty question: the visible layers first, then the others."""
    on = [result.scope for result in view.lists]
    slugs = dict.fromkeys([*(scope.slug for scope in on), *scopes])
    subjects = [
        MenuChoice(
            str(scopes[slug].layer.title),
            address=with_subject(view.query, slug, "", scopes).link,
            scope=scopes[slug],
        )
        for slug in list(slugs)[:MAX_SUBJECTS]
    ]
    return MapAnswer(
        question_sentence, None, subjects=tuple(subjects), more_subjects=max(len(slugs) - MAX_SUBJECTS, 0)
    )


def _of(query: MapQuery, result: LayerResult, scopes: Mapping[str, Scope]) -> str:
    """Word the total number of features in the place of the question."""
    placed = query.sharing({"q": ""})
    unfiltered = replace(placed, own={})
    total = (
        result.total
        if not unfiltered.shared
        else layer_query(result.scope, unfiltered, scopes).selection.count()
    )
    where = area_text(query)
    if total == result.matched:
        return where.within
    if total == 1:
        return _("sur 1 %(place)s") % {"place": where.within}
    return _("sur les %(total)s %(place)s") % {"total": wording.number(total), "place": where.of}


@dataclass(frozen=True, slots=True)
class AreaText:
    """The place of a question in words: ``of`` it (« de la commune de Meudon »), and ``within`` it."""

    of: str
    within: str


def area_text(query: MapQuery) -> AreaText:
    """Word the place of the question, the view of the map when nothing narrower is."""
    values = dict(query.shared)
    if "near" in values:
        return AreaText(_("autour d’ici"), _("autour d’ici"))
    if "within" in values:
        return AreaText(_("de la zone dessinée"), _("dans la zone dessinée"))
    if values.get(COMMUNE):
        return _commune_words(values[COMMUNE].split(","))
    if "bbox" in values:
        return AreaText(_("de la vue"), _("dans la vue"))
    return AreaText(_("du territoire"), _("sur le territoire"))


def _commune_words(codes: list[str]) -> AreaText:
    names = {commune.code: commune.nom for commune in communes()}
    requested = [names.get(code, code) for code in codes]
    if len(requested) > MAX_NAMES:
        parts = {"n": len(requested)}
        return AreaText(_("des %(n)d communes") % parts, _("dans %(n)d communes") % parts)
    if len(requested) == 1:
        forms = {"of": _of_name(requested[0])}
        return AreaText(_("de la commune %(of)s") % forms, _("dans la commune %(of)s") % forms)
    both = {"first": _of_name(requested[0]), "last": _of_name(requested[1])}
    return AreaText(
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


@dataclass(frozen=True, slots=True)
class AnswerDistance:
    """How far an answer is from what is asked: ``error`` says how sure that is, empty where it is not known.

    ``limit`` names the limit of the question that is within the error, empty where none is.
    """

    text: str
    error: str = ""
    limit: str = ""

    @property
    def words(self) -> str:
        """All of it in a line."""
        return ", ".join(filter(None, (self.text, self.error, self.limit)))


@dataclass(frozen=True, slots=True)
class MatchedName:
    """The name of the nearest feature of another layer, and how far it is; ``is_first`` in the headline of the row."""

    scope: Scope
    title: str
    distance: AnswerDistance | None = None
    is_first: bool = False
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A feature of the subject. ``point_distance`` is that to the point of the question, if any.

    ``facts`` are texts of its key facts, ``names`` the related features that it is near to, ``inside`` what it
    touches, ``amount`` the first amount among the key facts, ``warning`` whom it is kept for.
    """

    pk: int
    title: str
    point_distance: AnswerDistance | None
    facts: str
    names: tuple[MatchedName, ...]
    inside: tuple[str, ...]
    amount: str = ""
    warning: str = ""

    @property
    def distance(self) -> AnswerDistance | None:
        """The distance that the list is sorted by."""
        return self.point_distance or next((name.distance for name in self.names if name.is_first), None)

    @property
    def asides(self) -> tuple[str, ...]:
        """Its amount, and what it touches."""
        return (*filter(None, [self.amount]), *self.inside)


def answers(result: LayerResult, query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[AnswerRow, ...]:
    """Return the rows of the list of the subject in the requested order: by default the nearest first, if measured.

    The distance is that to the place, else to the first related layer.
    """
    if not result.is_on or not result.matched:
        return ()
    is_related = TOUCHING in query.own.get(result.scope.slug, {})
    if key := order_key(query, result.scope):
        return _ordered(result, query, scopes, key, is_related=is_related)
    if not is_related and (query.order != BY_TITLE or query.features.near is None):
        return tuple(_answer(result.scope, query, row, ()) for row in result.rows)
    selection = _measured(result.scope, query, scopes, is_related=is_related)
    with time_limit("list"):
        return tuple(_answer(result.scope, query, row, selection.matches) for row in selection.page().rows)


def order_key(query: MapQuery, scope: Scope) -> str:
    """Return what the answers are listed by, ``-hauteur``: a field of the address, its table or the first rows."""
    first = query.own.get(scope.slug, {}).get(FIRST, ())
    if query.order and query.order not in ORDERS:
        return query.order
    sorted_by = scope.filterable.get(query.table_sort.removeprefix("-"))
    if not query.order and sorted_by is not None and sorted_by.is_sortable:
        return query.table_sort
    return str(parse_top(first[0]).key) if first and query.order != BY_TITLE else ""


def order_words(query: MapQuery, scope: Scope) -> str:
    """Word the order of the answers as the table words its sort; empty for the usual one."""
    if query.order == BY_TITLE and (key := scope.definition.title_field) in scope.filterable:
        return wording.sort_words(str(scope.filterable[key].title), is_descending=False)
    key = order_key(query, scope)
    name = key.removeprefix("-")
    measure = _("durée") if name.startswith(DAYS) else _MEASURES.get(name)
    title = scope.filterable[name].title if name in scope.filterable else measure
    return "" if title is None else wording.sort_words(str(title), is_descending=key.startswith("-"))


def _ordered(
    result: LayerResult, query: MapQuery, scopes: Mapping[str, Scope], key: str, *, is_related: bool
) -> tuple[AnswerRow, ...]:
    """Return the rows in the order of a field, those without a value last, or of the measure of their geometry."""
    shaping = {"limit": str(query.features.limit)} | ({MATCHED: "true"} if is_related else {})
    with time_limit("list"):
        name = key.removeprefix("-")
        if name not in _MEASURES and not name.startswith(DAYS):
            selection = layer_query(result.scope, query, scopes, sortby=key, **shaping).selection
            return tuple(
                _answer(result.scope, query, row, selection.matches) for row in selection.page().rows
            )
        sort = SortKey(name, key.startswith("-"))
        selection = layer_query(result.scope, query, scopes).selection
        ids = list(ordered(selection, sort).values_list("pk", flat=True)[: query.features.limit])
        if not ids:
            return ()
        selection = layer_query(result.scope, query, scopes, ids=",".join(map(str, ids)), **shaping).selection
        rows = sorted(selection.page().rows, key=lambda row: ids.index(row["id"]))
        return tuple(_answer(result.scope, query, row, selection.matches) for row in rows)


def answer_of(scope: Scope, pk: int, query: MapQuery, scopes: Mapping[str, Scope]) -> AnswerRow | None:
    """Return one feature of the subject as the list has it; None when it does not answer, or nothing is measured."""
    is_related = TOUCHING in query.own.get(scope.slug, {})
    if not is_related and query.features.near is None:
        return None
    selection = _measured(scope, query, scopes, is_related=is_related)
    alone = replace(selection, queryset=selection.queryset.filter(pk=pk))
    with time_limit("list"):
        rows = alone.page().rows
    return _answer(scope, query, rows[0], selection.matches) if rows else None


def _measured(scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], *, is_related: bool) -> Selection:
    shaping = {"limit": str(query.features.limit)} | ({MATCHED: "true"} if is_related else {})
    title = scope.definition.title_field
    if title in scope.filterable:
        shaping["sortby"] = title
    selection = layer_query(scope, query, scopes, **shaping).selection
    distances = [match.distance for match in selection.matches if match.spatial_relation.metres]
    if query.features.near is not None:
        selection, distances = measured(selection), [DISTANCE]
    if not distances or query.order == BY_TITLE:
        return selection
    return by_distance(selection, distances[0], is_descending=False)


def is_measured(query: MapQuery, subject: Scope) -> bool:
    """Whether the question measures a distance, by which its answers may be listed."""
    related = query.own.get(subject.slug, {}).get(TOUCHING, ())
    metres = (parse_spatial_relations([text.removesuffix(LIVE)])[0].metres for text in related)
    return query.features.near is not None or any(metres)


def file_order(result: LayerResult, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    """Return the field that sorts the file of a layer as its table, by the distance to related features.

    It is empty where a file has no such distance: rows are then in the order of ids.
    """
    if not any(name == TOUCHING for name, _value in result.question.parameters):
        return ""
    title = result.scope.definition.title_field
    if query.order == BY_TITLE:
        return title if title in result.scope.filterable else ""
    matches = layer_query(result.scope, query, scopes, **{MATCHED: "true"}).selection.matches
    return next((match.distance.name for match in matches if match.spatial_relation.metres), "")


def _answer(scope: Scope, query: MapQuery, row: dict[str, Any], matches: tuple[LayerMatch, ...]) -> AnswerRow:
    point_distance = _point_distance(scope, query, row)
    near = [match for match in matches if match.spatial_relation.metres]
    return AnswerRow(
        pk=row["id"],
        title=row_title(scope, row),
        point_distance=point_distance,
        facts=" · ".join(_texts(scope, row)),
        names=tuple(
            MatchedName(
                match.other,
                _title(match, row),
                _related_distance(match, row),
                is_first=point_distance is None and number == 0,
                pk=row[match.id.name],
            )
            for number, match in enumerate(near)
        ),
        inside=tuple(_relation_text(match, row) for match in matches if not match.spatial_relation.metres),
        amount=_amount(scope, row),
        warning=restriction_of(scope, row),
    )


def _point_distance(scope: Scope, query: MapQuery, row: dict[str, Any]) -> AnswerDistance | None:
    metres = next((row[name] for name in (METRES, DISTANCE.name) if row.get(name) is not None), None)
    if metres is None:
        return None
    error = position_error(scope, row)
    near = query.features.near
    limit = near.radius_m if near and is_near_radius(query, metres, error) else None
    return _distance(metres, error, limit)


def _related_distance(match: LayerMatch, row: dict[str, Any]) -> AnswerDistance | None:
    metres = row[match.distance.name]
    error = row[match.error.name] if match.error else None
    limit = match.spatial_relation.metres if _is_near_limit(match, row) else None
    return None if metres is None else _distance(metres, error, limit)


def _distance(metres: float, error: float | None, limit: float | None) -> AnswerDistance:
    return AnswerDistance(
        wording.distance(metres),
        "" if error is None else wording.error(error),
        wording.near_limit(limit) if limit else "",
    )


def _is_near_limit(match: LayerMatch, row: dict[str, Any]) -> bool:
    return match.near_limit is not None and bool(row[match.near_limit.name])


def _title(match: LayerMatch, row: dict[str, Any]) -> str:
    return str(match.title.label(row[match.title.name]))


def _relation_text(match: LayerMatch, row: dict[str, Any]) -> str:
    text = f"{noun_of(match.other).short} {_title(match, row)}"
    if not _is_near_limit(match, row):
        return text
    metres = match.spatial_relation.metres
    return f"{text}, {wording.near_limit(metres)}" if metres else _("%s, proche de sa limite") % text


def _summary(scope: Scope) -> Iterator[Field]:
    readable = {field.name: field for field in scope.fields}
    for name in scope.definition.summary:
        if name in readable and name != scope.definition.title_field:
            yield readable[name]


def restriction_of(scope: Scope, row: Mapping[str, Any]) -> str:
    """Word whom a feature is kept for, by its key facts; empty where it is for everybody."""
    texts = (str(row[field.name]) for field in _summary(scope) if not is_empty(row.get(field.name)))
    return next(filter(None, map(wording.restriction, texts)), "")


def _texts(scope: Scope, row: dict[str, Any]) -> list[str]:
    """Return where a feature is when its layer has addresses, else its first key facts."""
    address = scope.definition.address_field
    if address in scope.filterable and not is_empty(row.get(address)):
        return [str(row[address])]
    texts = [field for field in _summary(scope) if field.type is FieldType.TEXT]
    known = [field for field in texts if not is_empty(row.get(field.name))]
    labels = [
        str(field.label(row[field.name])) for field in known if not wording.restriction(str(row[field.name]))
    ]
    return labels[:_FACTS]


def _amount(scope: Scope, row: dict[str, Any]) -> str:
    """Return the first amount among the key facts, with its unit; the error of a position is that of its distance."""
    for field in _summary(scope):
        if field.name == scope.definition.precision_field:
            continue
        is_amount = field.type in _AMOUNTS and field.unit and not field.choices
        if is_amount and not is_empty(row.get(field.name)):
            return amount_text(field, row)
    return ""


def amount_text(field: Field, row: Mapping[str, Any]) -> str:
    """Return an amount with the title of its field; « 450 places » where the title is the unit."""
    title, amount = str(field.title).lower(), str(wording.words(field, row))
    return amount if title == field.unit.lower() else f"{title} {amount}"
