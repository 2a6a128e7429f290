"""Words of the studio: names of methods and zooms, and what its script says. Places are ``{named}``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from layers.definitions import Text
from layers.styles.definitions import ClassMethod

METHODS: Mapping[ClassMethod, Text] = {
    ClassMethod.QUANTILES: _("Quantiles"),
    ClassMethod.EQUAL: _("Égales"),
    ClassMethod.JENKS: _("Jenks"),
    ClassMethod.MANUAL: _("À la main"),
}
# What a screen shows from a zoom on.
ZOOMS: Mapping[float, Text] = {
    0: _("toujours"),
    10: _("le territoire"),
    12: _("une commune"),
    13: _("un quartier"),
    14: _("des rues"),
    16: _("une rue"),
    17: _("des bâtiments"),
    18: _("un bâtiment"),
    24: _("jusqu’au plus près"),
}
_WORDS: Mapping[str, Text] = {
    "undo": _("Annuler : {step}"),
    "redo": _("Rétablir : {step}"),
    "nothing_to_undo": _("Rien à annuler"),
    "nothing_to_redo": _("Rien à rétablir"),
    "undone": _("Annulé : {step}"),
    "redone": _("Rétabli : {step}"),
    "saving": _("Enregistrement…"),
    "refused": _("pas enregistré : à corriger"),
    "failed": _("pas enregistré, le serveur ne répond pas"),
    "stale": _("Quelqu’un d’autre a changé ce brouillon : rechargez la page pour voir le sien."),
    "no_map": _("Ce navigateur n’affiche pas de carte ; les réglages restent bons."),
    "draft": _("Aperçu du brouillon"),
    "published": _("Style publié"),
    "both": _("Publié à gauche, brouillon à droite"),
    "contrast": _("{light} pour 1 sur clair, {dark} pour 1 sur sombre"),
    "low_contrast": _("{light} pour 1 sur clair, {dark} pour 1 sur sombre : il faut 3"),
    "unreadable": _("Écrivez-la comme #2b8cbe."),
}


def page_words() -> dict[str, str]:
    """Return what the script of the page says, in the language of the visitor."""
    return {name: str(text) for name, text in _WORDS.items()}
