"""Rules of publication for tests in which a person publishes what they delivered, which is not what they are about."""

from __future__ import annotations

from layers.models import Layer
from publication.models import PublicationPolicy


def let_producers_publish(*layers: Layer) -> None:
    """Let producers publish what they deliver, of some layers or of every one that is there."""
    chosen = layers or tuple(Layer.objects.filter(publication_policy=None))
    PublicationPolicy.objects.bulk_create(
        (PublicationPolicy(layer=layer, producers_approve=True) for layer in chosen), ignore_conflicts=True
    )
