"""What applications add to the pages of others: see ``interface.page_parts``. Tables, as that of the protocols."""

PAGE_PARTS = {
    "home-first": ("explorer.entry.page_parts.waiting_entries",),
    "home": (
        "explorer.reports.page_parts.waiting_reports",
        "dashboards.reading.page_parts.my_dashboards",
    ),
    "layer": ("dashboards.reading.page_parts.dashboards_of_layer", "usage.page_parts.use_of_layer"),
    "layer-charts": ("dashboards.charts.page_parts.chart_of_layer",),
    "layer-tools": ("cartography.studio.page_parts.studio_link", "gisportal.page_parts.rights_link"),
    "map-layer": ("cartography.studio.page_parts.studio_link_of_row",),
    "datasets": ("usage.page_parts.use_of_own_layers",),
}
# The pages that people share, by the name of their view: see ``interface.sharing``.
SHARED_PAGES = {
    "explorer:map": "explorer.sharing.presenters.shared_map",
    "explorer:layer": "explorer.sharing.presenters.shared_layer",
    "explorer:feature": "explorer.sharing.presenters.shared_feature",
    "dashboards:dashboard": "dashboards.reading.page_parts.shared_dashboard",
    "dashboards:layer-chart": "dashboards.charts.page_parts.shared_chart",
}
# Pages that the search finds beside layers and features: see ``interface.searched_pages``.
SEARCHED_PAGES = ("dashboards.reading.page_parts.searched_dashboards",)
