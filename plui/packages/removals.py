"""What may be removed of a written piece, by kind, and its words."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Removal(models.TextChoices):
    """A kind of content that acts when a PDF is read, or that the copy cannot have."""

    SCRIPT = "script", gettext_lazy("scripts")
    PROGRAM = "program", gettext_lazy("lancements de programmes")
    FORM = "form", gettext_lazy("envois de formulaires")
    XFA = "xfa", gettext_lazy("formulaires XFA")
    EMBEDDED = "embedded", gettext_lazy("fichiers joints")
    MEDIA = "media", gettext_lazy("sons, vidéos et objets 3D")
    OTHER_FILE = "other_file", gettext_lazy("liens vers des fichiers du lecteur")
    ADDRESS = "address", gettext_lazy("adresses qui ne sont pas du Web")
    AUTOMATIC = "automatic", gettext_lazy("autres actions")
    EXTERNAL = "external", gettext_lazy("contenus à lire dans d’autres fichiers")
    HIDDEN = "hidden", gettext_lazy("objets actifs qu’aucune page n’emploie")
    STRUCTURE = "structure", gettext_lazy("structure endommagée, réparée")
    SIGNATURE = "signature", gettext_lazy("signatures numériques, qui ne valent que pour l’original")


def removal_words(removed: Mapping[str, int]) -> str:
    """Return what was removed of a piece, as people read it; ``removed`` counts it by kind."""
    lines = [
        str(kind.label)
        if kind in {Removal.STRUCTURE, Removal.HIDDEN}
        else _("%(what)s (%(count)d)") % {"what": kind.label, "count": removed[kind]}
        for kind in Removal
        if removed.get(kind)
    ]
    return ", ".join(lines)
