"""A layer as a whole, as something that is brought to approval: what people read of it, put online or withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from layers import access
from layers.digests import stable_digest
from layers.errors import Forbidden
from layers.models import Layer
from layers.services.search_index import mark_stale
from layers.vocabulary import LayerState
from metadata.models import LayerMetadata
from publication.services import publish_directly, withdraw_directly
from publication.vocabulary import SubjectKind

if TYPE_CHECKING:
    from layers.visitor import Visitor
    from publication.models import PublicationPolicy, Submission

# What people read of the catalogue row of a layer: neither its state, nor its rules.
_REVIEWED = (
    "title",
    "abstract",
    "theme_id",
    "producer_id",
    "keywords",
    "synonyms",
    "noun",
    "noun_plural",
    "noun_gender",
    "licence",
    "frequency",
    "contact",
    "source",
    "is_sample",
    "visibility",
    "smallest_count",
    "style",
)


def set_layer_state(layer: Layer, state: LayerState) -> None:
    """Write the state of a layer, in the transaction of the caller; nothing when it has it already."""
    row = Layer.objects.select_for_update(of=("self",)).get(pk=layer.pk)
    if row.state != state:
        row.state = layer.state = state
        row.save(update_fields=["state", "updated_at"])
        mark_stale(row.pk)


def mark_first_publication(layer: Layer, at: dt.datetime) -> None:
    """Write when a layer went online for the first time (``dct:issued``): it never changes after."""
    row, _is_new = LayerMetadata.objects.get_or_create(layer=layer)
    if row.first_published_at is None:
        row.first_published_at = at
        row.save(update_fields=["first_published_at"])


@dataclass(frozen=True)
class LayerSubject:
    """A layer in code, or the whole of one that has versions."""

    layer: Layer
    kind: SubjectKind = SubjectKind.LAYER
    version: int = 0
    dashboard: Any = field(default=None)
    author_id: int | None = field(default=None)
    policy: PublicationPolicy | None = field(default=None)

    @property
    def title(self) -> str:
        """Its title in the catalogue."""
        return self.layer.title

    @property
    def address(self) -> str:
        """The path of its page of publication."""
        return reverse("publication:layer", args=[self.layer.slug])

    def content_hash(self) -> str:
        """Return the digest of its catalogue row and its style."""
        return stable_digest(*(getattr(self.layer, name) for name in _REVIEWED))

    def obstacle(self) -> str:
        """Return that it is online already; nothing else prevents it."""
        if self.layer.state == LayerState.PUBLISHED:
            return _("« %s » est déjà en ligne.") % self.title
        return ""

    def may_submit(self, visitor: Visitor) -> bool:
        """Whether a visitor feeds every row of the layer."""
        return access.rights(visitor, self.layer).can_load

    def may_approve(self, visitor: Visitor) -> bool:
        """Whether a visitor decides what of the layer is online."""
        return access.rights(visitor, self.layer).can_publish

    def publish(self, visitor: Visitor) -> None:
        """Put it online."""
        if self.layer.state == LayerState.DRAFT:
            mark_first_publication(self.layer, visitor.instant)
        self._set(visitor, LayerState.PUBLISHED)

    def withdraw(self, visitor: Visitor) -> None:
        """Take it off everywhere; its versions stay."""
        self._set(visitor, LayerState.ARCHIVED)

    def _set(self, visitor: Visitor, state: LayerState) -> None:
        if not self.may_approve(visitor):
            raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % self.title)
        set_layer_state(self.layer, state)


def find_layer(submission: Submission) -> LayerSubject | None:
    """Return the layer of a submission."""
    layer = submission.layer
    return LayerSubject(layer) if layer is not None else None


def change_layer_state(*, layer: Layer, state: LayerState, visitor: Visitor, reason: str = "") -> None:
    """Put a layer online, or withdraw it, with its history; a draft is what was never online, or is prepared again.

    Raises:
        Forbidden: the visitor has no right to decide of it.
    """
    subject = LayerSubject(layer)
    if state == LayerState.PUBLISHED:
        publish_directly(subject=subject, visitor=visitor, note=reason)
        return
    withdraw_directly(subject=subject, visitor=visitor, reason=reason)
    if state == LayerState.DRAFT:
        set_layer_state(layer, state)
