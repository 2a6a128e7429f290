"""Public records without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from metadata.records import Record

ORIGIN = "https://donnees.example.org"
_WRITTEN = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def record(slug: str, **values: Any) -> Record:
    """Return a record with what a complete dataset says, but for ``values``."""
    texts = dict.fromkeys(
        (
            "former_id", "title_en", "abstract_en", "lineage_en", "quality_en", "access_reason", "hvd_category",
            "schema_url", "inspire_theme", "topic_category", "contact_url", "lineage", "quality", "publisher",
        ),
        "",
    )  # fmt: skip
    return Record(
        **texts
        | {
            "slug": slug, "title": slug.title(), "abstract": "Des objets du territoire, relevés chaque année.",
            "theme": "nature", "theme_title": "Nature", "keywords": ("territoire",), "keywords_en": (),
            "licence": "etalab-2.0", "frequency": "ANNUAL", "producer": "Service des parcs",
            "contact_name": "Service des parcs", "contact_email": "parcs@example.org", "source": "Relevés",
            "language": "FRA", "access_rights": "PUBLIC", "resolution_m": None, "bounds": None, "period": None,
            "row_count": 3, "is_raster": False, "is_sample": False, "created": _WRITTEN, "issued": _WRITTEN,
            "modified": _WRITTEN, "distributions": (), "attachments": (),
        }
        | values
    )  # fmt: skip
