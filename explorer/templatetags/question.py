"""Tags of the question: addresses of its menus, words of its parts."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from explorer.layer_panel.queries import LayerResult
from explorer.map_state.parsing import MapQuery
from explorer.question.answers import MapQuestion

register = template.Library()


@register.simple_tag
def menu_address(query: MapQuery, name: str) -> str:
    """Return the address of a menu of the question."""
    return f"{reverse('explorer:question-menu', args=[name])}?{query.link}"


@register.filter
def beside_words(found: LayerResult, question: MapQuestion) -> str:
    """Say what a layer that is not the subject is to the question."""
    return _("dans la question") if found.scope.slug in question.related else _("hors question")
