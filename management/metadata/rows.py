"""Metadata to mend: each layer with its score, what it lacks, and how much it is consulted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from interface.text import fold
from layers import access
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.visitor import Visitor
from management.lists.layers import manageable_layers
from management.lists.table import Column, Filter, Listing
from metadata.completeness import CRITERIA, GOOD, POOR, Completeness, completeness, facts_of
from usage import queries as usage
from usage.presenters import first_day

_POOR, _FAIR, _GOOD = "pauvres", "a-completer", "bonnes"


@dataclass(frozen=True, slots=True)
class MetadataRow:
    """A layer in the list; ``consultations`` are those of the last thirty days."""

    layer: Layer
    completeness: Completeness
    consultations: int
    may_edit: bool

    @property
    def pk(self) -> int:
        """The number of the layer, which ends the order of the list."""
        return self.layer.pk

    @property
    def loss(self) -> int:
        """What readers miss: the points that are missing, for each consultation and once more."""
        return (100 - self.completeness.score) * (self.consultations + 1)

    @property
    def missing(self) -> str:
        """What is missing in words, the heaviest first."""
        return ", ".join(str(criterion.title) for criterion in self.completeness.missing)


def metadata_rows(visitor: Visitor) -> list[MetadataRow]:
    """Return the layers that a visitor manages, with their scores."""
    layers = list(manageable_layers(visitor).select_related("theme"))
    counts = _consultations(visitor, [layer.slug for layer in layers])
    fed = set(access.fed_layers(visitor).values_list("pk", flat=True))
    return [
        MetadataRow(
            layer=facts.layer,
            completeness=completeness(facts),
            consultations=counts.get(facts.layer.slug, 0),
            may_edit=facts.layer.pk in fed,
        )
        for facts in facts_of(visitor, layers)
    ]


def _consultations(visitor: Visitor, slugs: Iterable[str]) -> dict[str, int]:
    """Return the consultations of layers in the last thirty days; none where the visitor may not read the counts."""
    try:
        uses = usage.uses(visitor, slugs, since=first_day(localdate(visitor.instant)))
    except UnknownLayer:
        return {}
    return {slug: total.consultations for slug, total in usage.by_layer(uses).items()}


def is_named(row: MetadataRow, words: Sequence[str]) -> bool:
    """Whether every word (folded) is in the title, the theme or the identifier of a layer."""
    text = fold(f"{row.layer.title} {row.layer.theme.title} {row.layer.slug}")
    return all(word in text for word in words)


def _has_level(row: MetadataRow, value: str) -> bool:
    score = row.completeness.score
    return {_POOR: score < POOR, _FAIR: POOR <= score < GOOD, _GOOD: score >= GOOD}[value]


def _lacks(row: MetadataRow, value: str) -> bool:
    return any(criterion.name == value for criterion in row.completeness.missing)


METADATA: Listing[MetadataRow] = Listing(
    columns=(
        Column(
            "couche", gettext_lazy("Couche"), lambda row: row.layer.title, lambda row: fold(row.layer.title)
        ),
        Column("identifiant", gettext_lazy("Identifiant"), lambda row: row.layer.slug),
        Column(
            "score",
            gettext_lazy("Complétude sur 100"),
            lambda row: row.completeness.score,
            lambda row: row.completeness.score,
        ),
        Column("manque", gettext_lazy("Ce qui manque"), lambda row: row.missing),
        Column(
            "consultations",
            gettext_lazy("Consultations en 30 jours"),
            lambda row: row.consultations,
            lambda row: row.consultations,
        ),
        Column("priorite", gettext_lazy("Priorité"), lambda row: row.loss, lambda row: row.loss),
    ),
    matches=is_named,
    default_sort="-priorite",
    filters=(
        Filter(
            "niveau",
            gettext_lazy("Complétude"),
            {
                _POOR: gettext_lazy("Moins de 50"),
                _FAIR: gettext_lazy("De 50 à 79"),
                _GOOD: gettext_lazy("80 et plus"),
            },
            _has_level,
        ),
        Filter(
            "manque",
            gettext_lazy("Ce qui manque"),
            {criterion.name: criterion.title for criterion in CRITERIA},
            _lacks,
        ),
    ),
)
