"""The question of the map as a sentence: the subject, its conditions, its relations, its place, in this order.

    « Arbres remarquables · à moins de [300 m] d’un [bâtiment patrimonial] · dans une [zone N] · à [Meudon] »

A part is a row of tokens: plain words, and words that a menu changes. The sentence holds nothing that the address does
not: it is built from ``MapQuery``, and each choice of a menu is another one (``explorer.question.sentence``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.translation import gettext as _

from explorer.filters.chips import Chip, chips, sharing_words
from explorer.filters.expressions import WORDED
from explorer.layer_panel.queries import MapResult
from explorer.map_state.parsing import COMMUNE, DISJOINT, FILTER, FIRST, TOUCHING, MapQuery
from explorer.map_state.queries import LIVE, field_of
from interface import wording
from interface.conditions import is_coded, value_words
from interface.territory import COMMUNE_FIELD, label_communes
from interface.titles import apart_from_a, at_commune, named_feature, noun_of, of_a, outside_a
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing.query import SpatialRelation, parse_spatial_relations
from layers.queries import communes, is_overlap
from layers.styles.definitions import Style

MAX_NAMES, MAX_VALUES = 2, 3
LONGEST_CODE, LONGEST_LEAD = 4, 5
RELATIONS = (TOUCHING, DISJOINT)


class PartKind(Enum):
    """The kind of a part; the value is its word in the page."""

    SUBJECT = "subject"
    CONDITION = "condition"
    NEAR = "near"
    INSIDE = "inside"
    WITHOUT = "without"
    COMMUNE = "commune"
    AROUND = "around"
    SHAPE = "shape"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class SentenceToken:
    """Words of a part; ``menu`` names the menu that changes them, empty for words that nothing changes.

    ``scope`` is the layer that they name.
    """

    text: str
    menu: str = ""
    scope: Scope | None = None

    @property
    def is_lead(self) -> bool:
        """Whether it is a word too short to end a line: « à », « dont », « d’une »."""
        return not self.menu and len(self.text) <= LONGEST_LEAD


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sentence, named by ``key``; ``without`` is the question without it."""

    kind: PartKind
    key: str
    tokens: tuple[SentenceToken, ...]
    without: MapQuery

    @property
    def words(self) -> str:
        """The part as it is read."""
        return " ".join(token.text for token in self.tokens)

    @property
    def runs(self) -> tuple[tuple[SentenceToken, ...], ...]:
        """The tokens by lines that do not break: a short word stays with what it leads to, « à Meudon »."""
        tokens: list[tuple[SentenceToken, ...]] = []
        for token in self.tokens:
            led = tokens and len(tokens[-1]) == 1 and tokens[-1][0].is_lead
            tokens[-1:] = [(*tokens[-1], token)] if led else [*tokens[-1:], (token,)]
        return tuple(tokens)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The question in words; without ``subject`` there is no question yet, perhaps a place."""

    query: MapQuery
    subject: Scope | None
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The whole sentence as it is read aloud."""
        return ", ".join(part.words for part in self.parts)

    def part(self, key: str) -> Part | None:
        """Return the part of a key; None when the sentence has none of it."""
        return next((part for part in self.parts if part.key == key), None)

    @property
    def kinds(self) -> frozenset[PartKind]:
        """The kinds of its parts."""
        return frozenset(part.kind for part in self.parts)


@dataclass(frozen=True, slots=True)
class LayerRelation:
    """A relation of the subject: ``name`` is its parameter, ``text`` its value, ``spatial_relation`` the kernel's."""

    name: str
    index: int
    text: str
    spatial_relation: SpatialRelation
    other: Scope

    @property
    def key(self) -> str:
        """What names it among the relations of the sentence."""
        return f"{self.name}.{self.index}"

    @property
    def is_live(self) -> bool:
        """Whether the conditions on the other layer narrow it."""
        return self.text.endswith(LIVE)


def subject_of(query: MapQuery, scopes: Mapping[str, Scope]) -> Scope | None:
    """Return the layer whose features are the answer: that of the address, else the one in relations.

    Else the only layer that has conditions of its own; None when there is none, or several. Only a layer that is on
    is chosen when the address does not say.
    """
    if query.subject in scopes:
        return scopes[query.subject]
    values = {slug: names for slug, names in query.own.items() if slug in scopes and slug in query.layers}
    related = [slug for slug, names in values.items() if any(name in names for name in RELATIONS)]
    chosen = related[:1] or (list(values) if len(values) == 1 else [])
    return scopes[chosen[0]] if chosen else None


def sentence(query: MapQuery, scopes: Mapping[str, Scope]) -> Sentence:
    """Return the question in words; ``scopes`` are the layers that the visitor has on the map, by slug.

    Raises:
        UnknownProperty: a value is asked of a field that the visitor does not have.
        InvalidParameter: a relation cannot be read.
    """
    subject = subject_of(query, scopes)
    result = [] if subject is None else list(_of_subject(query, subject, scopes))
    return Sentence(query, subject, (*result, *_area_parts(query)))


def relations(query: MapQuery, subject: Scope, scopes: Mapping[str, Scope]) -> Iterator[LayerRelation]:
    """Return the relations of the subject, in the order of the address."""
    for name in RELATIONS:
        for index, text in enumerate(query.own.get(subject.slug, {}).get(name, ())):
            (requested,) = parse_spatial_relations([text.removesuffix(LIVE)])
            if requested.layer in scopes:
                yield LayerRelation(name, index, text, requested, scopes[requested.layer])


def _of_subject(query: MapQuery, subject: Scope, scopes: Mapping[str, Scope]) -> Iterator[Part]:
    title = SentenceToken(str(subject.layer.title), "sujet", subject)
    yield Part(PartKind.SUBJECT, "sujet", (title,), brought_again(replace(query, subject="", own={}), scopes))
    own = query.own.get(subject.slug, {})
    for number, name in enumerate(name for name in own if name not in RELATIONS):
        yield _condition(query, subject, name, is_first=number == 0)
    for relation in relations(query, subject, scopes):
        yield _relation(query, subject, relation)


def _condition(query: MapQuery, scope: Scope, name: str, *, is_first: bool) -> Part:
    lead = SentenceToken(_("dont") if is_first else _("et"))
    without, key = query.asking(scope.slug, {name: ()}), f"champ.{name}"
    values = query.own[scope.slug][name]
    if name in WORDED:
        words = _(" et ").join(WORDED[name](scope, text) for text in values)
        leads = [lead] if name == FILTER else []
        return Part(PartKind.CONDITION, key, (*leads, SentenceToken(words, key if leads else "")), without)
    field = _labelled(field_of(scope, name))
    return Part(PartKind.CONDITION, key, (lead, SentenceToken(condition_words(field, values), key)), without)


def condition_words(field: Field, values: tuple[str, ...]) -> str:
    """Word the condition of a field with its title: « genre : Cedrus », « hauteur : à partir de 20 m »."""
    if field.type is FieldType.BOOLEAN and len(values) == 1 and values[0] in {"true", "false"}:
        words = str(field.title).lower()
        return words if values[0] == "true" else _("non %s") % words
    return _("%(title)s : %(text)s") % {
        "title": str(field.title).lower(),
        "text": alternatives([value_words(field, value) for value in values]),
    }


def alternatives(words: Sequence[str]) -> str:
    """Return « A », « A ou B », « A, B ou C »; of more, how many others there are: « A, B ou 3 autres »."""
    if len(words) > MAX_VALUES:
        words = [*words[: MAX_VALUES - 1], _("%d autres") % (len(words) - MAX_VALUES + 1)]
    *first, last = words
    return _(" ou ").join([", ".join(first), last]) if first else last


def _relation(query: MapQuery, subject: Scope, relation: LayerRelation) -> Part:
    without = without_relation(query, subject.slug, relation)
    noun = noun_of(relation.other)
    distance = SentenceToken(wording.distance(relation.spatial_relation.metres), f"{relation.key}.distance")
    related = _other(query, relation)
    if relation.name != TOUCHING:
        if not relation.spatial_relation.metres:
            outside = apart_from_a if relation.spatial_relation.shares_border else outside_a
            return Part(PartKind.WITHOUT, relation.key, (SentenceToken(outside(noun)), *related), without)
        return Part(
            PartKind.WITHOUT,
            relation.key,
            (SentenceToken(_("sans")), *related, SentenceToken(_("à moins de")), distance),
            without,
        )
    if relation.spatial_relation.metres:
        article = SentenceToken(of_a(noun) if relation.spatial_relation.pk is None else _("de"))
        return Part(
            PartKind.NEAR,
            relation.key,
            (SentenceToken(_("à moins de")), distance, article, *related),
            without,
        )
    if relation.spatial_relation.pk is not None:
        verb = _feature_verb(subject, relation)
        return Part(PartKind.INSIDE, relation.key, (SentenceToken(verb), *related), without)
    words = sharing_words(subject, relation.other, relation.spatial_relation)
    return Part(PartKind.INSIDE, relation.key, (SentenceToken(words), *related), without)


def _feature_verb(subject: Scope, relation: LayerRelation) -> str:
    """Word the relation to one feature without a distance, by the shapes of both layers."""
    if is_overlap(subject, relation.other, relation.spatial_relation):
        return _("qui recoupe")
    dimension, other = (each.definition.geometry.dimension for each in (subject, relation.other))
    if (dimension, other) == (2, 0):
        return _("à l’endroit de")
    return _("dans") if (dimension, other) == (0, 2) else _("qui touche")


def _other(query: MapQuery, relation: LayerRelation) -> Iterator[SentenceToken]:
    """Return the words for the other layer: one of its features, or its noun and its conditions.

    The class that draws it is said with the noun: « zone N ».
    """
    scope, noun = relation.other, noun_of(relation.other)
    if relation.spatial_relation.pk is not None:
        yield SentenceToken(
            _("« %s »") % named_feature(scope, relation.spatial_relation.pk), relation.key, scope
        )
        return
    requested = query.own.get(scope.slug, {}) if relation.is_live else {}
    # Its first rows are those of its own list: a relation is with all that answer.
    conditions = {name: values for name, values in requested.items() if name not in {*RELATIONS, FIRST}}
    main = scope.style.field
    if main in conditions and is_coded(field_of(scope, main)):
        text = f"{noun.short} {class_words(field_of(scope, main), conditions.pop(main))}"
        yield SentenceToken(text, f"{relation.key}.{main}", scope)
    else:
        yield SentenceToken(str(noun.one), relation.key, scope)
    for name, values in conditions.items():
        if name in WORDED:
            words = _(" et ").join(WORDED[name](scope, text) for text in values)
            yield SentenceToken(f"({words})", relation.key)
        else:
            field = _labelled(field_of(scope, name))
            yield SentenceToken(f"({condition_words(field, values)})", f"{relation.key}.{name}")


def _labelled(field: Field) -> Field:
    return label_communes([field])[0] if field.name == COMMUNE_FIELD else field


def class_words(field: Field, values: tuple[str, ...]) -> str:
    """Word values with a noun: the code where it is short, as in « zone N », else its label."""
    return alternatives([value if is_code(field, value) else value_words(field, value) for value in values])


def is_code(field: Field, value: str) -> bool:
    """Whether a value is known by its code: short, with a label that explains it."""
    return 0 < len(value) <= LONGEST_CODE and value[:1].isupper() and str(field.label(value)) != value


def _area_parts(query: MapQuery) -> Iterator[Part]:
    values = dict(query.shared)
    tokens: tuple[SentenceToken, ...]
    if values.get(COMMUNE):
        yield Part(PartKind.COMMUNE, COMMUNE, _communes(values[COMMUNE]), query.sharing({COMMUNE: ""}))
    if "near" in values and query.features.near is not None:
        distance = SentenceToken(wording.distance(query.features.near.radius_m), "rayon")
        tokens = (SentenceToken(_("à moins de")), distance, SentenceToken(_("d’ici")))
        yield Part(PartKind.AROUND, "rayon", tokens, query.sharing({"near": "", "radius": ""}))
    if "within" in values:
        tokens = (SentenceToken(_("dans")), SentenceToken(_("la zone dessinée"), "dessin"))
        yield Part(PartKind.SHAPE, "dessin", tokens, query.sharing({"within": ""}))
    if "q" in values:
        tokens = (SentenceToken(_("avec les mots")), SentenceToken(_("« %s »") % values["q"], "mots"))
        yield Part(PartKind.WORDS, "mots", tokens, query.sharing({"q": ""}))


def _communes(text: str) -> tuple[SentenceToken, ...]:
    names = {commune.code: commune.nom for commune in communes()}
    requested = [names.get(code, code) for code in text.split(",")]
    if len(requested) > MAX_VALUES:
        return SentenceToken(_("dans")), SentenceToken(_("%d communes") % len(requested), COMMUNE)
    preposition, first = at_commune(requested[0])
    return SentenceToken(preposition), SentenceToken(alternatives([first, *requested[1:]]), COMMUNE)


def relation_text(slug: str, metres: float = 0.0, *, shares_border: bool = False) -> str:
    """Write a relation with another layer, as in the address: ``plui-zones@300*``."""
    return f"{slug}@{metres:g}{LIVE}" if metres or shares_border else f"{slug}{LIVE}"


def drawing_depth(scope: Scope) -> tuple[int, int]:
    """Return how far below others a layer is switched on: by its shape, then by the rank of its style."""
    return scope.definition.geometry.dimension, -scope.style.rank


def switched_on(query: MapQuery, scopes: Mapping[str, Scope], *slugs: str) -> MapQuery:
    """Return the question with layers on, each above those that lie as deep or deeper, as the panel switches them on.

    Other slugs that the question has are those of rasters, which lie below.
    """
    layers = list(query.layers)
    for slug in slugs:
        if slug in layers or slug not in scopes:
            continue
        depth = drawing_depth(scopes[slug])
        index = next(
            (
                index
                for index, other in enumerate(layers)
                if other not in scopes or drawing_depth(scopes[other]) >= depth
            ),
            len(layers),
        )
        layers.insert(index, slug)
    return query.with_layers(layers)


def question_layers(query: MapQuery, subject: str) -> frozenset[str]:
    """Return the subject and the layers that it is related to."""
    values = query.own.get(subject, {})
    return frozenset({subject, *(layer_of(text) for name in RELATIONS for text in values.get(name, ()))})


def focused(changed: MapQuery, subject: str, before: MapQuery) -> MapQuery:
    """Set aside the layers that are out of a question that a choice has changed.

    All of them when the choice names another subject than the address did, else those that it took out of the
    question: what somebody has switched on since stays.
    """
    needed, former = question_layers(changed, subject), question_layers(before, subject)
    is_new = before.subject != subject
    out = [slug for slug in changed.layers if slug not in needed and (is_new or slug in former)]
    return set_aside(changed, out)


def set_aside(query: MapQuery, slugs: Collection[str]) -> MapQuery:
    """Return the question with layers set aside, which one gesture brings again."""
    remaining = [slug for slug in query.layers if slug not in slugs]
    aside = (*query.set_aside, *(slug for slug in query.layers if slug in slugs))
    return replace(query, layers=tuple(remaining), set_aside=tuple(dict.fromkeys(aside)))


def brought_again(query: MapQuery, scopes: Mapping[str, Scope], slugs: Sequence[str] = ()) -> MapQuery:
    """Return the question with the layers that were set aside, and others, on again; rasters below."""
    again = dict.fromkeys([*query.set_aside, *slugs])
    result = switched_on(query, scopes, *again)
    return result.with_layers([*result.layers, *(slug for slug in again if slug not in result.layers)])


def with_subject(query: MapQuery, slug: str, before: str, scopes: Mapping[str, Scope]) -> MapQuery:
    """Return the question about another layer: relations and place stay, conditions of the former subject go."""
    changed = replace(query, subject=slug)
    if before and before != slug:
        former = query.own.get(before, {})
        remaining = {
            name: tuple(text for text in former.get(name, ()) if layer_of(text) != slug) for name in RELATIONS
        }
        values = changed.own.get(slug, {})
        remaining = {
            name: tuple(dict.fromkeys([*values.get(name, ()), *texts])) for name, texts in remaining.items()
        }
        changed = changed.asking(before, dict.fromkeys(former, ())).asking(slug, remaining)
    return focused(switched_on(changed, scopes, slug), slug, replace(query, subject=""))


def with_relation(
    query: MapQuery, subject: str, name: str, text: str, *, instead_of: str = "", scopes: Mapping[str, Scope]
) -> MapQuery:
    """Relate the subject to another layer, ``instead_of`` another relation when it is given; the other layer is on."""
    values = query.own.get(subject, {}).get(name, ())
    texts = [text if one == instead_of else one for one in values] if instead_of else [*values, text]
    changed = replace(query, subject=subject).asking(subject, {name: tuple(dict.fromkeys(texts))})
    if instead_of.endswith(LIVE) and layer_of(instead_of) != layer_of(text):
        changed = without_orphans(changed, layer_of(instead_of), subject)
    return focused(switched_on(changed, scopes, subject, layer_of(text)), subject, query)


def without_relation(query: MapQuery, subject: str, relation: LayerRelation) -> MapQuery:
    """Remove a relation, with the conditions on its other layer, which is set aside."""
    name, text = relation.name, relation.text
    values = query.own.get(subject, {}).get(name, ())
    changed = replace(query, subject=subject).asking(subject, {name: [one for one in values if one != text]})
    changed = without_orphans(changed, layer_of(text), subject) if text.endswith(LIVE) else changed
    return focused(changed, subject, query)


def without_orphans(query: MapQuery, slug: str, subject: str) -> MapQuery:
    """Drop the conditions of a layer that is in no relation of the subject any more."""
    values = query.own.get(subject, {})
    left = {layer_of(text) for name in RELATIONS for text in values.get(name, ())}
    if slug in left or slug == subject:
        return query
    return query.asking(slug, dict.fromkeys(query.own.get(slug, {}), ()))


def with_values(query: MapQuery, subject: str, slug: str, name: str, values: Sequence[str]) -> MapQuery:
    """Set the values of a field of the subject or of a related layer; none removes the condition."""
    return focused(replace(query, subject=subject).asking(slug, {name: values}), subject, query)


def layer_of(text: str) -> str:
    """Return the layer that a relation names."""
    return text.removesuffix(LIVE).partition("@")[0].partition("/")[0]


def question_chips(view: MapResult, question_sentence: Sentence | None = None) -> list[Chip]:
    """Return the chips of the map, of its sentence when there is one: without a subject, each names its layer."""
    scopes = {result.scope.slug: result.scope for result in view.everything}
    question_sentence = question_sentence or sentence(view.query, scopes)
    if question_sentence.subject is None:
        return chips(view)
    text = {
        relation.spatial_relation.layer
        for relation in relations(view.query, question_sentence.subject, scopes)
        if relation.is_live
    }
    own = f"{question_sentence.subject.slug}."
    extra = [
        chip
        for chip in chips(view)
        if not any(name.startswith(own) or "." not in name for name in chip.names)
        and not any(name.partition(".")[0] in text for name in chip.names)
    ]
    return [*_parts(question_sentence), *extra]


def _parts(question_sentence: Sentence) -> Iterator[Chip]:
    assert question_sentence.subject is not None
    for part in question_sentence.parts:
        if part.kind is not PartKind.SUBJECT:
            yield Chip("", part.words, (part.key,), part.without.link, _style(part), tokens=_tokens(part))


def _style(part: Part) -> Style | None:
    return next((token.scope.style for token in part.tokens if token.scope is not None), None)


def _tokens(part: Part) -> tuple[tuple[str, bool], ...]:
    return tuple((token.text, bool(token.menu)) for token in part.tokens)
