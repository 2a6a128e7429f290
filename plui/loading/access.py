"""Who loads a plan and puts its versions online: who does so with every row of each of its layers."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from layers import access
from layers.access import LayerRights
from layers.errors import Forbidden, UnknownLayer
from layers.models import Layer
from layers.visitor import PlanDay, Visitor
from plui.catalogue import LAYERS, ZONES
from plui.models import PlanVersion
from plui.vocabulary import PlanState

PUBLISHED = (PlanState.ONLINE, PlanState.FORMER)
"""The states of the versions that are or were in force."""


def zone_layer() -> Layer:
    """Return the catalogue row of the zones, under which versions of plans are submitted.

    Raises:
        UnknownLayer: the layers of the plan are not in the catalogue.
    """
    layer = Layer.objects.filter(slug=ZONES.slug).first()
    if layer is None:
        raise UnknownLayer(ZONES.slug)
    return layer


def plan_layers() -> list[Layer]:
    """Return the catalogue rows of the layers of a plan."""
    return list(Layer.objects.filter(slug__in=[definition.slug for definition in LAYERS]))


def _rights(visitor: Visitor) -> list[LayerRights]:
    if visitor.is_anonymous:
        return []
    layers = plan_layers()
    rights = access.rights_on(visitor, layers).values()
    return list(rights) if len(layers) == len(LAYERS) else []


def may_load(visitor: Visitor) -> bool:
    """Whether a visitor may replace every row of each layer of a plan, from the portal of the whole territory."""
    rights = _rights(visitor)
    return bool(rights) and all(each.can_load for each in rights)


def may_publish(visitor: Visitor) -> bool:
    """Whether a visitor decides what is online of each layer of a plan."""
    rights = _rights(visitor)
    return bool(rights) and all(each.can_publish for each in rights)


def check_load(visitor: Visitor) -> None:
    """Refuse who may not load plans.

    Raises:
        Forbidden: they may not; the message says which right is missing.
    """
    if not may_load(visitor):
        raise Forbidden(
            access.obstacle(visitor)
            or _("Charger un plan demande le droit de remplacer toutes les lignes de chacune de ses couches.")
        )


def may_read(visitor: Visitor, version: PlanVersion) -> bool:
    """Whether a visitor reads a published version: every zone, or one of its own; from a commune's portal, one there.

    What it says of the document as a whole, its written pieces too, is for who reads it.
    """
    scope = access.scopes_by_slug(visitor, [ZONES.slug]).get(ZONES.slug)
    if scope is None or version.state not in PUBLISHED or not covers(version, visitor.portal):
        return False
    if scope.has_every_row:
        return True
    day = PlanDay(timezone.localdate(visitor.instant), (version.pk,))
    return access.scope(replace(visitor, plan=day), ZONES.slug).queryset.exists()


def covers(version: PlanVersion, commune: str) -> bool:
    """Whether a version is of a document of a commune (INSEE); every one is, without a commune."""
    return not commune or commune in version.communes
