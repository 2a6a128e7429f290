"""A feature that applies to a place, in words: its share, its distance, its written piece, where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from interface.addresses import address
from interface.wording import HARD_SPACE, area, day, distance, is_empty, number, words
from layers.access import Scope
from layers.definitions import Field
from layers.styles.definitions import Category
from planning.easements.queries import EasementOrigin, GeneratorRow
from planning.models import ApplicableRule
from planning.queries.applicability import ApplicableFeature, RuleOutcome
from planning.vocabulary import SLIVER_M2, SLIVER_SHARE, CautionLevel, Relation
from plui.dated.queries import Annulment
from reference_data.models import EasementAct
from reference_data.vocabulary import PerimeterMethod

_DOCUMENT_FIELDS = frozenset({"idurba", "nomfic", "urlfic"})
_C8_FIELDS = frozenset({"datesrcass", "datesrcgen", "datvalid"})
"""Dates of the standards of CNIG that their layers have as text."""
_METHOD_FIELDS = frozenset({"modegeoass", "paramcalc"})

PieceKey = tuple[str, str]
"""IDURBA and NOMFIC of a row."""


@dataclass(frozen=True, slots=True)
class References:
    """What features refer to: addresses of written pieces, origins of perimeters by layer and id, annulments."""

    pieces: Mapping[PieceKey, str] = field(default_factory=dict)
    origins: Mapping[tuple[str, int], EasementOrigin] = field(default_factory=dict)
    annulments: Sequence[Annulment] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A written piece of a feature: its file, its page (0 where none is named), and where it is read."""

    name: str
    page: int
    address: str

    @property
    def words(self) -> str:
        """The name of the piece with its page."""
        return (
            _("%(name)s, page %(page)s") % {"name": self.name, "page": self.page} if self.page else self.name
        )


@dataclass(frozen=True, slots=True)
class ActWords:
    """An act: what it is with its date and reference, and where its file is read, empty without one."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an easement comes from: how its perimeter was made, its acts, who manages it, what generates it."""

    perimeter: str
    acts: Sequence[ActWords]
    authority: str
    generator: str
    generator_address: str


@dataclass(frozen=True, slots=True)
class Item:
    """A feature that applies, as the sheet writes it; ``percent`` is the length of its bar, 0 without a share.

    ``key`` names the feature on the map: slug of its layer, then its id. ``style_class`` is that of its symbol.
    """

    feature: ApplicableFeature
    scope: Scope
    style_class: Category | None
    title: str
    kind: str
    amount: str
    share: str
    percent: int
    facts: Sequence[tuple[str, str]]
    warnings: Sequence[str]
    notes: Sequence[str]
    document: Document | None
    origin: Origin | None
    address: str

    @property
    def key(self) -> str:
        """The feature on the map."""
        return f"{self.scope.slug}/{self.feature.pk}"

    @property
    def token(self) -> str:
        """The colour that the map draws the feature in."""
        return self.style_class.token if self.style_class else self.scope.style.token

    @property
    def fact_words(self) -> list[str]:
        """The facts in sentences, for a line of paper."""
        return [_("%(title)s : %(text)s") % {"title": title, "text": text} for title, text in self.facts]

    @property
    def origin_words(self) -> list[str]:
        """Where an easement comes from in sentences, for a line of paper."""
        if self.origin is None:
            return []
        named = [
            (_("Gestionnaire"), self.origin.authority),
            (_("Créée par"), self.origin.generator),
            *((_("Acte"), act.words) for act in self.origin.acts),
        ]
        return [
            text
            for text in (
                self.origin.perimeter,
                *(
                    _("%(title)s : %(text)s") % {"title": title, "text": text}
                    for title, text in named
                    if text
                ),
            )
            if text
        ]


def item_of(result: RuleOutcome, feature: ApplicableFeature, references: References) -> Item:
    """Return a feature of a rule whose layer was read."""
    scope = result.scope
    assert scope is not None
    origin = _origin(feature, references.origins.get((scope.slug, feature.pk)))
    left_out = _DOCUMENT_FIELDS | (_METHOD_FIELDS if origin else frozenset())
    facts = [
        (str(each.title), _value_words(each, value))
        for each, value in feature.values
        if each.name not in left_out and not is_empty(value)
    ]
    # A zone is titled by its code, which its badge has: its long name comes first among its details.
    has_long_name = feature.title == feature.code and bool(facts)
    is_own_label = feature.code_label and feature.code_label not in {feature.code, feature.title}
    return Item(
        feature,
        scope,
        _style_class(result.rule, scope, feature),
        facts[0][1] if has_long_name else feature.title,
        feature.code_label if is_own_label else "",
        _amount(result.rule, feature),
        "" if feature.share is None else percent_words(feature.share),
        0 if feature.share is None else max(1, round(100 * min(1.0, feature.share))),
        facts[1:] if has_long_name else facts,
        list(_cautions(feature, CautionLevel.WARNING)),
        list(_cautions(feature, CautionLevel.NOTE)),
        document_of(feature, references.pieces),
        origin,
        _address(scope, feature.pk),
    )


def _value_words(described: Field, value: Any) -> str:
    """Write a value; a date of a standard that is a text (AAAAMMJJ) as a date."""
    date = date_words(value) if described.name in _C8_FIELDS and isinstance(value, str) else ""
    return date or str(words(described, {described.name: value}))


def _address(scope: Scope, pk: int) -> str:
    """Return the page of a feature, at the day of plans of its reader where its layer has one."""
    plan = scope.visitor.plan_parameters if scope.definition.dated else {}
    page = address("sheet", scope.slug, pk)
    return f"{page}?{urlencode(plan, doseq=True)}" if plan else page


def is_sliver(feature: ApplicableFeature) -> bool:
    """Whether a share is so small that it comes from two drawings that differ."""
    return (
        feature.share is not None
        and feature.area_m2 is not None
        and feature.share < SLIVER_SHARE
        and feature.area_m2 < SLIVER_M2
    )


def percent_words(share: float) -> str:
    """Write a share: whole percents, tenths near both ends, so that 99.96 % is never 100 %."""
    percent = 100 * share
    if percent >= 99.995:
        return f"100{HARD_SPACE}%"
    decimals = 0 if 10 <= percent <= 90 else 1 if 0.95 <= percent <= 99.05 else 2
    return f"{number(round(percent, decimals))}{HARD_SPACE}%"


def document_of(feature: ApplicableFeature, pieces: Mapping[PieceKey, str]) -> Document | None:
    """Return the written piece that a feature names (NOMFIC, URLFIC, ``#page=12``); None without one.

    Its own address comes before that of the piece in the portal.
    """
    return written_piece(
        _text(feature.value("idurba")), _text(feature.value("nomfic")), _text(feature.value("urlfic")), pieces
    )


def written_piece(idurba: str, name: str, link: str, pieces: Mapping[PieceKey, str]) -> Document | None:
    """Return the piece of a document by NOMFIC and URLFIC; None without either."""
    if not name and not link:
        return None
    file, _sharp, fragment = (name or link).partition("#")
    page = fragment.removeprefix("page=")
    number_of_page = int(page) if page.isascii() and page.isdigit() and len(page) <= 5 else 0
    if link and number_of_page and "#" not in link:
        link = f"{link}#page={number_of_page}"
    return Document(file.rsplit("/", 1)[-1], number_of_page, link or pieces.get((idurba, name), ""))


def piece_keys(features: Iterable[ApplicableFeature]) -> set[PieceKey]:
    """Return what features without an address of their own name among written pieces."""
    return {
        (_text(feature.value("idurba")), _text(feature.value("nomfic")))
        for feature in features
        if feature.value("nomfic") and not feature.value("urlfic")
    }


def date_words(text: str) -> str:
    """Write a C8 date (AAAAMMJJ): a year alone where no month is known, nothing of an unknown one."""
    if len(text) != 8 or not text.isdecimal() or text[:4] == "0000":
        return ""
    if text[4:6] == "00":
        return text[:4]
    try:
        return day(dt.datetime.strptime(text, "%Y%m%d").date())
    except ValueError:  # a day that no calendar has
        return f"{text[6:]}/{text[4:6]}/{text[:4]}"


def act_words(act: EasementAct) -> ActWords:
    """Return an act in words: kind or name, date, reference, decision."""
    date = date_words(act.datedecis)
    dated = _("%(title)s du %(date)s") % {"title": act.typeacte or act.nomacte, "date": date}
    parts = [dated if date else act.typeacte or act.nomacte]
    parts += [text for text in (act.reference, act.nomacte) if text and text not in parts[0]]
    link = reverse("easements:act", args=[act.pk, act.fichier]) if act.file else ""
    return ActWords(", ".join(parts), link)


def _text(value: object) -> str:
    return str(value) if value else ""


def _cautions(feature: ApplicableFeature, level: CautionLevel) -> Iterable[str]:
    return (caution.words for caution in feature.cautions if caution.level == level)


def _style_class(rule: ApplicableRule, scope: Scope, feature: ApplicableFeature) -> Category | None:
    """Return the class that the map draws a feature in, where a field that the rule names says it."""
    style = scope.style
    code = feature.code if style.field == rule.code_field else feature.value(style.field)
    return next((each for each in style.categories if each.value == code), None)


def _origin(feature: ApplicableFeature, origin: EasementOrigin | None) -> Origin | None:
    if origin is None:
        return None
    generator = origin.generator
    return Origin(
        _perimeter_words(feature),
        [act_words(act) for act in origin.acts],
        origin.authority,
        _generator_words(feature, generator) if generator else "",
        address("sheet", generator.layer, generator.pk) if generator else "",
    )


def _generator_words(feature: ApplicableFeature, generator: GeneratorRow) -> str:
    name = _("l’objet du même nom") if generator.name == feature.title else generator.name
    return _("%(name)s (%(kind)s)") % {"name": name, "kind": generator.kind} if generator.kind else name


def _perimeter_words(feature: ApplicableFeature) -> str:
    """Say how a perimeter was made: a circle is told from an outline that was decided (MODEGEOASS)."""
    method, radius = feature.value("modegeoass"), feature.value("paramcalc")
    if not method:
        return ""
    if method == PerimeterMethod.TAMPON:
        if radius:
            return _("Périmètre calculé : un rayon de %s autour de ce qui le crée.") % distance(float(radius))
        return _("Périmètre calculé : un rayon autour de ce qui le crée.")
    if method in {PerimeterMethod.CALCULEE, PerimeterMethod.ANGULAIRE}:
        return _("Périmètre calculé d’après ce qui le crée.")
    if method == PerimeterMethod.EGALE:
        return _("Périmètre décidé : c’est l’objet protégé lui-même.")
    if method == PerimeterMethod.FICTIVE:
        return _("Périmètre fictif : l’acte n’en dessine aucun.")
    return _("Périmètre décidé, dessiné d’après l’acte.")


def _amount(rule: ApplicableRule, feature: ApplicableFeature) -> str:
    """Write what a feature shares with the place, or how far it is."""
    if feature.area_m2 is not None:
        return area(feature.area_m2) if feature.area_m2 >= 1 else _("moins de 1 m²")
    if feature.length_m is not None and feature.length_m >= 0.5:
        length = distance(feature.length_m)
        return _("longe sur %s") % length if feature.distance_m else _("traverse sur %s") % length
    if feature.distance_m >= 0.5:
        return _("à %s") % distance(feature.distance_m)
    return "" if rule.relation == Relation.OVERLAPS else _("sur place")
