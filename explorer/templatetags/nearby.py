"""Words of what is around: the nearest in the gender of its kind, what tells one row from another."""

from __future__ import annotations

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from explorer.nearby.queries import NearbyRow
from explorer.templatetags.explorer import row_facts
from interface import wording
from layers.access import Scope

register = template.Library()

RADII_M = (300, 600, 1_000, 2_000, 5_000)
_LENGTH = 70


@register.simple_tag
def nearest_words(scope: Scope, title: str, metres: float) -> str:
    """Say which is the nearest: « La plus proche : Square de Weiden, à 352 m »."""
    noun = scope.definition.noun
    words = {
        True: _("La plus proche : %(title)s, à %(distance)s"),
        False: _("Le plus proche : %(title)s, à %(distance)s"),
    }
    neutral = _("Au plus près : %(title)s, à %(distance)s")
    told = {"title": title, "distance": wording.distance(metres)}
    return (words[noun.is_feminine] if noun else neutral) % told


@register.simple_tag
def nearby_facts(scope: Scope, found: NearbyRow) -> str:
    """Return the address of a row, else its first key facts."""
    address = str(found.row.get(scope.definition.address_field) or "")
    return Truncator(address or row_facts(scope, found.row)).chars(_LENGTH)


@register.simple_tag
def radii(asked: float) -> list[int]:
    """Return the radii that one may choose, in metres, with the one asked."""
    return sorted({*RADII_M, round(asked)})
