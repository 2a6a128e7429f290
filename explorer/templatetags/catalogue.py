"""Words of the catalogue's form."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def facet_title(name: str) -> str:
    """Return what a facet is called, from its parameter in the address."""
    titles = {
        "theme": _("Thème"),
        "visibilite": _("Visibilité"),
        "geometrie": _("Géométrie"),
        "producteur": _("Producteur"),
        "licence": _("Licence"),
    }
    return titles[name]
