"""What applications add to the pages of others: see ``interface.page_parts``. A table, as that of the protocols."""

PAGE_PARTS = {
    "home-first": ("explorer.entry.page_parts.waiting_entries",),
    "home": (
        "explorer.reports.page_parts.waiting_reports",
        "dashboards.reading.page_parts.my_dashboards",
    ),
    "layer": ("dashboards.reading.page_parts.dashboards_of_layer", "usage.page_parts.use_of_layer"),
    "layer-tools": ("cartography.studio.page_parts.studio_link",),
    "map-layer": ("cartography.studio.page_parts.studio_link_of_row",),
    "datasets": ("usage.page_parts.use_of_own_layers",),
}
