"""How complete the metadata of a layer are: a score from 0 to 100, and what is missing, in one table of weights.

The criteria are those of the quality notes of the national portal (description, files, frequency, cover, licence), and
what reusers and European catalogues need beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from layers import access
from layers.access import RasterScope, Scope
from layers.definitions import Text
from layers.models import Layer
from layers.queries import period
from layers.queries.territory import Bounds, Period
from layers.visitor import Visitor
from layers.vocabulary import Frequency, Licence
from metadata.models import Attachment, LayerMetadata
from metadata.records import covered_bounds

# Search engines refuse a shorter description (schema.org ``Dataset`` as they read it).
LEAST_ABSTRACT = 50
_LEAST_KEYWORDS = 3
_LEAST_DOCUMENTED = 0.5


@dataclass(frozen=True, slots=True)
class Facts:
    """What the score reads of a layer.

    ``bounds`` (west, south, east, north in degrees) and ``period`` are computed of what the visitor sees, None without
    any. ``documented`` is the share of its fields with a description or a list of values, None without fields.
    """

    layer: Layer
    row: LayerMetadata
    bounds: Bounds | None = None
    period: Period | None = None
    documented: float | None = None
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something that metadata should have: its weight in the score, what to do, and the fields where it is done."""

    name: str
    weight: int
    title: Text
    advice: Text
    fields: tuple[str, ...]
    is_met: Callable[[Facts], bool]


# The weights add up to 100. What reuse depends on weighs most (may I, what is it, whom do I ask, is it up to date),
# then what finds a dataset (keywords, cover, classes), then what few read (quality, English).
CRITERIA = (
    Criterion(
        "abstract",
        10,
        _("Description des données non renseignée"),
        _("Dites en 50 caractères au moins ce que contient la couche et ce qu’elle ne contient pas."),
        ("abstract",),
        lambda facts: len(facts.layer.abstract.strip()) >= LEAST_ABSTRACT,
    ),
    Criterion(
        "licence",
        10,
        _("Licence non renseignée"),
        _("Choisissez une licence que le portail national reconnaît."),
        ("licence",),
        lambda facts: facts.layer.licence != Licence.INTERNAL or not facts.layer.is_open,
    ),
    Criterion(
        "contact",
        10,
        _("Contact manquant"),
        _("Nommez le service, avec son adresse ou son formulaire."),
        ("contact_name", "contact", "contact_url"),
        lambda facts: bool(facts.row.contact_name and (facts.layer.contact or facts.row.contact_url)),
    ),
    Criterion(
        "frequency",
        10,
        _("Fréquence de mise à jour non renseignée"),
        _("Choisissez le rythme auquel la couche change."),
        ("frequency",),
        lambda facts: facts.layer.frequency != Frequency.UNKNOWN,
    ),
    Criterion(
        "files",
        10,
        _("Documentation des fichiers manquante"),
        _("Décrivez les champs de la couche, ou joignez une notice."),
        ("attachments",),
        lambda facts: (
            facts.attachments > 0 or facts.documented is None or facts.documented >= _LEAST_DOCUMENTED
        ),
    ),
    Criterion(
        "temporal",
        8,
        _("Couverture temporelle non renseignée"),
        _("Aucune date n’est lue dans les données : écrivez la période qu’elles décrivent."),
        ("starts_on", "ends_on"),
        lambda facts: facts.period is not None or bool(facts.row.starts_on and facts.row.ends_on),
    ),
    Criterion(
        "spatial",
        8,
        _("Couverture spatiale non renseignée"),
        _("Aucune position n’est lue dans les données : écrivez l’emprise qu’elles décrivent."),
        ("west", "south", "east", "north"),
        lambda facts: facts.bounds is not None or facts.row.bounds is not None,
    ),
    Criterion(
        "keywords",
        8,
        _("Trop peu de mots-clés"),
        _("Donnez-en trois au moins : les mots que taperait quelqu’un qui cherche ces données."),
        ("keywords",),
        lambda facts: len(facts.layer.keywords) >= _LEAST_KEYWORDS,
    ),
    Criterion(
        "lineage",
        8,
        _("Généalogie manquante"),
        _("Dites d’où viennent les données, comment et par qui elles sont tenues."),
        ("lineage",),
        lambda facts: bool(facts.row.lineage.strip()),
    ),
    Criterion(
        "publisher",
        6,
        _("Organisme qui publie non renseigné"),
        _("Écrivez le nom officiel de la collectivité : les catalogues l’affichent."),
        ("publisher",),
        lambda facts: bool(facts.row.publisher),
    ),
    Criterion(
        "topic",
        6,
        _("Classement européen manquant"),
        _("Choisissez la catégorie ISO : les catalogues européens rangent la couche par elle."),
        ("topic_category",),
        lambda facts: bool(facts.row.topic_category),
    ),
    Criterion(
        "quality",
        3,
        _("Qualité non décrite"),
        _("Dites ce qu’on peut en attendre : précision, lacunes, contrôles."),
        ("quality",),
        lambda facts: bool(facts.row.quality.strip()),
    ),
    Criterion(
        "english",
        3,
        _("Titre et résumé en anglais manquants"),
        _("Traduisez le titre et le résumé : les catalogues européens les montrent."),
        ("title_en", "abstract_en"),
        lambda facts: bool(facts.row.title_en and facts.row.abstract_en.strip()),
    ),
)


@dataclass(frozen=True, slots=True)
class Completeness:
    """A score from 0 to 100, and the criteria that are not met, the heaviest first."""

    score: int
    missing: tuple[Criterion, ...]

    @property
    def tone(self) -> str:
        """The tone of the score: ``ok``, ``warn`` below 80, ``bad`` below 50."""
        if self.score >= GOOD:
            return "ok"
        return "warn" if self.score >= POOR else "bad"


GOOD, POOR = 80, 50


def completeness(facts: Facts) -> Completeness:
    """Return how complete the metadata of a layer are."""
    missing = tuple(criterion for criterion in CRITERIA if not criterion.is_met(facts))
    return Completeness(100 - sum(criterion.weight for criterion in missing), missing)


def facts_of(visitor: Visitor, layers: Iterable[Layer]) -> list[Facts]:
    """Return what the score reads of some layers, in their order.

    Extents and periods are those of what the visitor sees, which are cached until the data change; a layer that is not
    online has none yet.
    """
    listed = list(layers)
    slugs = {layer.slug for layer in listed}
    scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.slug in slugs}
    rasters = {scope.slug: scope for scope in access.visible_rasters(visitor) if scope.slug in slugs}
    rows = {row.layer_id: row for row in LayerMetadata.objects.filter(layer__in=listed)}
    attachments = _attachment_counts(listed)
    bounds = covered_bounds([*scopes.values()])
    return [
        Facts(
            layer=layer,
            row=rows.get(layer.pk) or LayerMetadata(layer=layer),
            bounds=_bounds(layer.slug, bounds, rasters),
            period=period(scopes[layer.slug]) if layer.slug in scopes else None,
            documented=_documented(scopes.get(layer.slug)),
            attachments=attachments.get(layer.pk, 0),
        )
        for layer in listed
    ]


def _bounds(
    slug: str, bounds: Mapping[str, Bounds | None], rasters: Mapping[str, RasterScope]
) -> Bounds | None:
    raster = rasters.get(slug)
    if raster is None:
        return bounds.get(slug)
    west, south, east, north = raster.online.bounds
    return west, south, east, north


def _documented(scope: Scope | None) -> float | None:
    """Return the share of the fields of a layer that say what they mean."""
    if scope is None or not scope.fields:
        return None
    return sum(bool(field.description or field.choices) for field in scope.fields) / len(scope.fields)


def _attachment_counts(layers: Sequence[Layer]) -> dict[int, int]:
    rows = Attachment.objects.filter(layer__in=layers).order_by().values("layer").annotate(total=Count("pk"))
    return {row["layer"]: row["total"] for row in rows}
