"""What the place to drop a file needs: the formats, the limit, and the words its script says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from datasets.readers.formats import OFFERED_SUFFIXES
from interface.wording import size, size_units


def drop_zone() -> dict[str, Any]:
    """Return the context of ``datasets/drop.html``: ``accept``, ``limit`` and ``drop_words``."""
    limit = settings.DATASET_UPLOAD_MAX_BYTES
    return {
        "accept": ",".join(OFFERED_SUFFIXES),
        "limit": limit,
        "drop_words": {"limit": limit} | _words(limit),
    }


def _words(limit: int) -> dict[str, Any]:
    return {
        "formats": {suffix.removeprefix("."): str(title) for suffix, title in OFFERED_SUFFIXES.items()},
        "units": [_("octets"), *size_units()],
        "joined": _("{n} fichiers réunis en une archive"),
        "required": _("Choisissez un fichier."),
        "several": _(
            "Un seul fichier à la fois. Les parties d’un Shapefile ou d’une table MapInfo, ou un dossier .gdb, "
            "peuvent être déposées ensemble."
        ),
        "incomplete": _(
            "Il manque {missing} : déposez ensemble toutes les parties du fichier, ou leur archive .zip."
        ),
        "large": _("Ce fichier dépasse %s. Découpez-le, ou demandez à l’équipe SIG de l’importer.")
        % size(limit),
        "sending": _("Envoi de {name}…"),
        "progress": _("{sent} sur {total}"),
        "seconds": _("encore {n} s"),
        "minutes": _("encore {n} min"),
        "sent": _("Fichier reçu, la lecture commence…"),
        "cancelled": _("Envoi annulé. Le fichier reste choisi."),
        "network": _("L’envoi a été coupé : vérifiez la connexion et recommencez. Le fichier reste choisi."),
        "server": _("Le portail n’a pas pu recevoir ce fichier. Rechargez la page et recommencez."),
        "unreadable": _(
            "Votre navigateur ne peut plus lire ce fichier : a-t-il changé de place ? Choisissez-le à nouveau."
        ),
    }
