"""Public records as catalogues render them, made without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from metadata.records import Distribution, Record
from metadata.vocabulary import AccessRights

_ISSUED = dt.datetime(2024, 5, 31, 8, tzinfo=dt.UTC)
_FILES = (
    Distribution("csv", "CSV", "text/csv", "/export/arbres.csv"),
    Distribution(
        "wfs", "Service WFS 2.0", "application/xml", "/wfs?request=GetCapabilities", is_service=True
    ),
)


def public_record(slug: str, **values: Any) -> Record:
    """Return the record of a dataset of trees in Meudon, but for some values."""
    texts = dict.fromkeys(
        (
            "former_id", "title_en", "abstract_en", "publisher", "contact_name", "contact_url", "lineage",
            "lineage_en", "quality", "quality_en", "access_reason", "hvd_category", "schema_url",
            "inspire_theme", "topic_category",
        ),
        "",
    )  # fmt: skip
    plain: dict[str, Any] = {
        "slug": slug,
        "title": f"Jeu {slug}",
        "abstract": "Les arbres.",
        "theme": "nature",
        "theme_title": "Nature",
        "keywords": ("arbres",),
        "keywords_en": (),
        "licence": "etalab-2.0",
        "frequency": "ANNUAL",
        "producer": "Service des espaces verts",
        "contact_email": "sig@exemple.fr",
        "source": "Relevé",
        "language": "FRA",
        "access_rights": AccessRights.PUBLIC,
        "resolution_m": None,
        "bounds": (2.0, 48.7, 2.3, 48.9),
        "period": None,
        "row_count": 3,
        "is_raster": False,
        "is_sample": False,
        "created": _ISSUED,
        "issued": _ISSUED,
        "modified": _ISSUED + dt.timedelta(days=30),
        "distributions": _FILES,
        "attachments": (),
    }
    return Record(**(texts | plain | values))
