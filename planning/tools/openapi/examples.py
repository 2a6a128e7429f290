"""Answers of ``/api/planning/`` as examples of the OpenAPI document, by address and name: invented places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

PARCEL = "92048000AB0123"
# No layer of a portal: one that is hidden from a reader is absent from what they read.
_ZONES, _PARCELS, _PRESCRIPTIONS = "couche-de-zones", "couche-de-parcelles", "couche-de-prescriptions"
_IDURBA = "200057974_PLUI_20240601"
_PARCEL_TITLE, _COMMUNE, _REFERENCE = "Parcelle 000 AB 123", "92048", "000 AB 123"
OUTLINE: Document = {
    "type": "Polygon",
    "coordinates": [[[2.21, 48.81], [2.2114, 48.81], [2.2114, 48.8109], [2.21, 48.8109], [2.21, 48.81]]],
}
_LOCATION: Document = {"kind": "parcel", "title": _PARCEL_TITLE, "parcel": PARCEL, "geometry": OUTLINE}
_CAUTION = "Cette fiche informe. Le document approuvé fait seul foi."

_ZONE: Document = {
    "id": 12,
    "title": "UA",
    "code": "U",
    "codeLabel": "Urbaine",
    "area_m2": 9870.0,
    "share": 0.987,
    "isSliver": False,
    "length_m": None,
    "distance_m": None,
    "values": {"libelong": "Centre ancien"},
    "document": {
        "name": "200057974_reglement_20240601.pdf",
        "page": 12,
        "href": f"/urbanisme/documents/{_IDURBA}/200057974_reglement_20240601.pdf",
    },
    "origin": None,
    "cautions": [],
}
_SHEET: Document = {
    "location": {
        **_LOCATION,
        "area_m2": 10000.0,
        "legal_area_m2": 9985,
        "addresses": ["12 rue du Port, Meudon"],
    },
    "summary": "Une zone, aucune prescription, aucune servitude",
    "advice": [],
    "first": [],
    "rules": [
        {
            "title": "Zones du PLUi",
            "family": "zones",
            "layer": _ZONES,
            "relation": "overlaps",
            "distance_m": 0,
            "features": [_ZONE],
            "hasMore": False,
            "hasUnreadCautions": False,
            "absentCodes": [],
        }
    ],
    "documents": [
        {
            "idurba": _IDURBA,
            "procedure": "M2",
            "approved": "20240601",
            "state": "03",
            "stateLabel": "Opposable",
        }
    ],
    "notLookedAt": ["Bruit : aucune couche du portail."],
    "cautions": [_CAUTION],
}
_MATCHES: Document = {
    "location": None,
    "isNear": True,
    "choices": [{"title": "Rue du Port, Meudon", "parameters": {"lieu": "12 Rue du Port, Meudon"}}],
}
_PROCEDURE: Document = {
    "id": 7,
    "idurba": _IDURBA,
    "partition": "DU_200057974",
    "title": "Modification n° 2",
    "purpose": "Réduire les hauteurs du centre ancien",
    "nomproc": "M2",
    "datappro": "20240601",
    "from": "2024-06-01",
    "until": None,
    "state": "online",
    "etat": "03",
    "communes": [_COMMUNE],
}
_CHANGE: Document = {
    "layer": _ZONES,
    "kind": "changed",
    "before": "UA",
    "after": "UB",
    "area": 320.5,
    "isRedrawn": False,
    "text": "Zone UA → UB, sur 321 m²",
    "values": [{"field": "libelle", "title": "Libellé", "before": "UA", "after": "UB"}],
}


def _figures(**keys: str) -> Document:
    return {
        **keys,
        "zones": 14,
        "area_m2": 1250000.0,
        "share": 0.412345,
        "builtShare": 0.231,
        "mainParcels": 812,
        "parcels": 845,
        "sliverParcels": 9,
    }


EXAMPLES: Mapping[str, Mapping[str, Document]] = {
    "applies": {"sheet": _SHEET, "choices": _MATCHES},
    "sheets": {
        "sheets": {
            "sheets": [_SHEET],
            "faults": [
                {
                    "number": 2,
                    "parcel": "92048000AB9999",
                    "reason": "Cette parcelle n’est pas dans le portail.",
                    "near": [PARCEL],
                }
            ],
            "repeats": [{"number": 3, "first": 1, "parcel": PARCEL}],
        }
    },
    "job": {
        "job": {
            "job": "https://portail.example/urbanisme/ici/liste/6f1c6a52-4c4e-4d0c-9d5b-0d8a3c1f7b11/",
            "file": "https://portail.example/urbanisme/ici/liste/6f1c6a52-4c4e-4d0c-9d5b-0d8a3c1f7b11/fichier/",
            "count": 640,
            "faults": [],
            "repeats": [],
        }
    },
    "procedures": {
        "procedures": {"procedures": [_PROCEDURE]},
        "changes": {"procedures": [{**_PROCEDURE, "isFirst": False, "changes": [_CHANGE]}]},
    },
    "statistics": {
        "by-type": {
            "by": "type",
            "commune": None,
            "groups": [_figures(typezone="U")],
            "total": _figures(),
            "hasBuildings": True,
            "hasParcels": True,
            "isTooLong": False,
        }
    },
    "overlaps": {
        "areas": {
            "layer": _PARCELS,
            "with": _ZONES,
            "measure": "area",
            "unit": "m2",
            "pairs": [
                {
                    "id": 3,
                    "title": _PARCEL_TITLE,
                    "code": None,
                    "with": {"id": 12, "title": "UA", "code": "U"},
                    "shared": 9870.0,
                    "share": 0.987,
                    "withShare": 0.0079,
                }
            ],
            "next": None,
        }
    },
    "reserved-plots": {
        "plots": {
            "plots": [
                {
                    "number": "4",
                    "idurba": _IDURBA,
                    "purpose": "Élargissement de la rue du Port",
                    "beneficiary": "Commune de Meudon",
                    "state": "open",
                    "origin": "2021-01-01",
                    "area_m2": 412.5,
                    "length_m": None,
                    "communes": [_COMMUNE],
                    "parcels": [PARCEL],
                    "prescriptions": [
                        {"layer": _PRESCRIPTIONS, "id": 31, "title": "Emplacement réservé 4", "code": "05-01"}
                    ],
                }
            ]
        }
    },
    "preemption": {
        "parcels": {
            "perimeters": "Informations surfaciques du PLUi",
            "parcels": [
                {
                    "parcel": PARCEL,
                    "reference": _REFERENCE,
                    "commune": _COMMUNE,
                    "legalArea": 9985,
                    "area": 10000.0,
                    "inside": 9870.0,
                    "share": 0.987,
                    "titles": "Droit de préemption urbain",
                }
            ],
        }
    },
    "consultations": {
        "services": {
            "location": _LOCATION,
            "services": [
                {
                    "service": "Architecte des bâtiments de France",
                    "contact": "udap@example.fr",
                    "occasion": "Permis de construire",
                    "legalBasis": "Code du patrimoine, L621-32",
                    "layer": "servitudes",
                    "features": ["Abords de l’église"],
                    "hasMore": False,
                }
            ],
            "notLookedAt": [],
            "cautions": ["Liste d’aide : seule l’instruction de la demande dit qui est consulté."],
        }
    },
}
