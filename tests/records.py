"""Public records as catalogues render them, made without a layer nor a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from metadata.records import Distribution, Record

INSTANT = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
ISSUED = dt.datetime(2024, 5, 31, 8, tzinfo=dt.UTC)
FILES = (
    Distribution("csv", "CSV", "text/csv", "/export/arbres.csv"),
    Distribution("geojson", "GeoJSON", "application/geo+json", "/export/arbres.geojson"),
)
WFS = Distribution(
    "wfs", "Service WFS 2.0", "application/xml", "/wfs?request=GetCapabilities", is_service=True
)


def record(slug: str = "arbres", **values: Any) -> Record:
    """Return the record of a dataset; what has no value here is plausible, or unknown."""
    plain: dict[str, Any] = {
        "slug": slug,
        "former_id": "",
        "title": f"Arbres {slug}",
        "title_en": "",
        "abstract": "Les arbres du territoire.",
        "abstract_en": "",
        "theme": "nature",
        "theme_title": "Nature",
        "keywords": ("arbre",),
        "keywords_en": (),
        "licence": "etalab-2.0",
        "frequency": "ANNUAL",
        "producer": "Service des parcs",
        "publisher": "",
        "contact_name": "",
        "contact_email": "",
        "contact_url": "",
        "source": "",
        "lineage": "",
        "lineage_en": "",
        "quality": "",
        "quality_en": "",
        "language": "FRA",
        "access_rights": "PUBLIC",
        "access_reason": "",
        "hvd_category": "",
        "schema_url": "",
        "inspire_theme": "",
        "topic_category": "",
        "resolution_m": None,
        "bounds": (2.1, 48.7, 2.3, 48.9),
        "period": None,
        "row_count": 3,
        "is_raster": False,
        "is_sample": False,
        "created": INSTANT,
        "issued": INSTANT,
        "modified": INSTANT,
        "distributions": FILES,
        "attachments": (),
    }
    return Record(**(plain | values))


def served_record(slug: str, **values: Any) -> Record:
    """Return the record of a dataset that a service serves too, with a contact, changed a month after its issue."""
    plain = {
        "title": f"Jeu {slug}",
        "abstract": "Les arbres.",
        "keywords": ("arbres",),
        "producer": "Service des espaces verts",
        "contact_email": "sig@exemple.fr",
        "source": "Relevé",
        "bounds": (2.0, 48.7, 2.3, 48.9),
        "created": ISSUED,
        "issued": ISSUED,
        "modified": ISSUED + dt.timedelta(days=30),
        "distributions": (FILES[0], WFS),
    }
    return record(slug, **(plain | values))
