"""The services to consult in words, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from planning.consultations.queries import Consultation
from planning.queries.locations import Location


def consultation_groups(results: Sequence[Consultation]) -> dict[str, list[Consultation]]:
    """Return the services to consult, those that no feature asks for, and those that could not be judged."""
    return {
        "needed": [each for each in results if each.is_needed],
        "others": [each for each in results if not each.is_needed and not each.is_unread],
        "unread": [each for each in results if each.is_unread],
    }


def consultations_document(location: Location, results: Sequence[Consultation]) -> dict[str, Any]:
    """Return the same as JSON; the place in WGS 84."""
    groups = consultation_groups(results)
    return {
        "location": {
            "kind": location.kind.name.lower(),
            "title": location.title,
            "parcel": location.identifier or None,
            "geometry": json.loads(location.geometry.geojson),
        },
        "services": [
            {
                "service": each.service.service,
                "contact": each.service.contact or None,
                "occasion": each.service.occasion or None,
                "legalBasis": each.service.legal_basis or None,
                "layer": each.service.layer or None,
                "features": list(each.reasons),
                "hasMore": each.is_cut,
            }
            for each in groups["needed"]
        ],
        "notLookedAt": [each.service.service for each in groups["unread"]],
        "cautions": [
            _("Liste d’aide : seule l’instruction de la demande dit qui est consulté."),
        ],
    }
