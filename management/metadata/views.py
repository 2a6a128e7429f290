"""``/gestion/metadonnees/``: what metadata to mend first."""

from __future__ import annotations

from layers.visitor import visitor_of
from management.lists.views import ListView
from management.metadata.rows import METADATA, MetadataRow, metadata_rows


class MetadataListView(ListView):
    """The layers, those of which readers miss most first."""

    tab = "management:metadata"
    listing, template, file_name = METADATA, "management/metadata/list.html", "metadonnees"

    def rows(self) -> list[MetadataRow]:
        """Return the layers that the visitor manages."""
        return metadata_rows(visitor_of(self.request))
