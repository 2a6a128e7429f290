"""What stops the reading of a package; what is wrong inside it is a finding."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import BadRequest


class PackageRefused(BadRequest):
    """The archive is none, holds no package or several, or asks for more than a package may; names the culprit."""

    title = gettext_noop("Paquet refusé")
