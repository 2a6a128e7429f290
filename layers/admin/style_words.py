"""How a layer is drawn, in a sentence, for its form in the administration."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from layers import registry
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.styles.documents import read_style
from layers.vocabulary import STYLE_KINDS


def style_words(layer: Layer) -> str:
    """Return the kind of the published style, its field and its number of classes; who it hides from reads no value."""
    try:
        definition = registry.definition(layer.slug)
        style = read_style(definition.style, layer.style)
    except (UnknownLayer, ValueError):
        return _("Cette couche n’est pas dessinée.")
    words = [str(STYLE_KINDS[style.kind])]
    classes = len(style.categories or style.intervals)
    if classes:
        words.append(ngettext("%d classe", "%d classes", classes) % classes)
    if style.labels:
        words.append(_("étiquettes"))
    return ", ".join(words)
