"""What applications give to the pages of others, and where their links lead, as tables; who may embed pages."""

from gisportal.settings import environment as env

PAGE_PARTS: dict[str, tuple[str, ...]] = {
    "home-own": (
        "gisportal.accounts.access_summary.views.own_endings",
        "gisportal.recent_pages.views.own_home",
    ),
    "home-first": (
        "publication.waiting.waiting_part",
        "moderation.waiting.waiting_part",
        "datasets.deliveries.waiting.waiting_part",
        "explorer.editing.presenters.waiting_entries",
    ),
    "home-actions": ("roadworks.page_parts.nearby_of_home",),
    "home": (
        "planning.page_parts.home_entry",
        "explorer.reports.presenters.waiting_reports",
        "dashboards.reading.page_parts.my_dashboards",
    ),
    "layer": (
        "metadata.page_parts.metadata_of_layer",
        "dashboards.reading.page_parts.dashboards_of_layer",
        "reuses.page_parts.reuses_of_layer",
        "usage.page_parts.use_of_layer",
        "metadata.page_parts.linked_data_of_layer",
    ),
    "raster": (
        "metadata.page_parts.metadata_of_layer",
        "reuses.page_parts.reuses_of_layer",
        "usage.page_parts.use_of_layer",
        "metadata.page_parts.linked_data_of_layer",
    ),
    "catalogue": ("plui.page_parts.plan_of_catalogue",),
    "catalogue-head": ("harvesting.views.autodiscovery",),
    "feature-head": ("plui.page_parts.annulment_of_feature",),
    "feature": (
        "plui.page_parts.plan_of_feature",
        "plui.page_parts.piece_of_feature",
        "planning.page_parts.sheet_of_feature",
        "planning.tools.page_parts.plot_of_feature",
        "planning.page_parts.inventory_sheet_of_feature",
        "roadworks.page_parts.site_of_feature",
        "moderation.page_parts.state_of_row",
        "datasets.relations.presenters.rows_of_feature",
        "dashboards.reading.purposes.dashboards_of_action",
    ),
    # Read after the page of a review, which they would hold up.
    "review-dashboards": ("gisportal.review_parts.dashboard_effects",),
    "review": (
        "gisportal.review_parts.saved_view_effects",
        "gisportal.review_parts.harvested_record",
    ),
    "layer-charts": ("dashboards.layer_chart.page_parts.chart_of_layer",),
    "layer-head": ("plui.page_parts.plan_of_layer",),
    "layer-tools": (
        "planning.page_parts.sheet_of_layer",
        "plui.page_parts.documents_of_layer",
        "planning.tools.page_parts.overlaps_of_layer",
        "planning.page_parts.inventory_of_layer",
        "roadworks.page_parts.tools_of_layer",
        "explorer.row_editing.presenters.editing_link",
        "webforms.page_parts.forms_of_layer",
        "publication.layer_views.publication_link",
        "moderation.page_parts.queue_link",
        "cartography.studio.views.studio_link",
        "gisportal.administration.rights_link",
    ),
    "downloads": ("planning.page_parts.sheets_of_selection",),
    "waiting-count": ("management.overview.waiting_count.waiting_count_part",),
    "plan-documents": ("planning.inquiries.page_parts.inquiries_of_documents",),
    "plan-version": ("planning.inquiries.page_parts.inquiry_of_version",),
    "applies-head": ("plui.page_parts.day_of_place",),
    "map-panel": ("plui.page_parts.plan_of_map",),
    "map-layer": (
        "planning.tools.page_parts.overlaps_of_map_layer",
        "cartography.studio.views.studio_link_of_row",
    ),
    "use": ("reuses.page_parts.reuses_in_use",),
    "datasets": (
        "metadata.page_parts.scores_of_own_layers",
        "usage.page_parts.use_of_own_layers",
        "management.harvests.views.harvests_link",
    ),
}
# Collections of the API that other applications serve: functions of a visitor and of what writes addresses.
API_COLLECTIONS = ("harvesting.records.documents.collection_entry",)
# What other applications serve under the API: functions that describe it for the OpenAPI document.
API_SUBJECTS = ("planning.tools.openapi.planning_subject",)
# The pages that people share, by the name of their view: see ``interface.sharing``.
SHARED_PAGES = {
    "explorer:map": "explorer.sharing.presenters.shared_map",
    "explorer:layer": "explorer.sharing.presenters.shared_layer",
    "explorer:feature": "explorer.sharing.presenters.shared_feature",
    "dashboards:dashboard": "dashboards.reading.page_parts.shared_dashboard",
    "dashboards:layer-chart": "dashboards.layer_chart.page_parts.shared_chart",
}
# Pages that the search finds beside layers and features: see ``interface.page_parts``.
SEARCHED_PAGES = (
    "dashboards.reading.page_parts.searched_dashboards",
    "planning.tools.page_parts.searched_tools",
    "management.requests.presenters.searched_requestable",
)
# Views that pages of other applications link to, by role: see ``interface.addresses``.
LINKED_VIEWS = {
    "home": "explorer:home",
    "catalogue": "explorer:catalogue",
    "new-row": "explorer:row-add",
    "search": "explorer:search",
    "suggestions": "explorer:suggestions",
    "typed-question": "explorer:understand",
    "accessibility": "explorer:accessibility",
    "entry": "explorer:entry",
    "sheet": "explorer:feature",
    "layer": "explorer:layer",
    "sign-in": "accounts:sign-in",
    "own-access": "accounts:access",
    "request-access": "management:new-request",
    "request-dashboard": "management:new-dashboard-request",
    "sign-out": "accounts:sign-out",
    "language": "set-language",
    "offline-worker": "offline-worker",
    "share": "sharing:page",
    "share-code": "sharing:code",
    "forms": "webforms:list",
    "api": "ogc:landing",
    "features": "ogc:items",
    "aggregate": "ogc:aggregate",
    "tile": "tiles:tile",
    "raster-tile": "tiles:raster-tile",
    "backdrop": "tiles:backdrop",
}

# Pages that many people read alike are cached in each process, then with the tiles (ADR 0057): bytes in the memory of
# a process; 0 caches no page.
PAGE_MEMORY_MAX_BYTES = env.number("PORTAL_PAGE_MEMORY_MB", 32) * 1024 * 1024

# Who publishes the catalogue, and its SIRET: columns of the SCDL catalogue, and the author of the feeds.
ORGANISATION = env.text("PORTAL_ORGANISATION")
SIRET = env.digits("PORTAL_SIRET", 14)

# Origins, as CSP ``frame-ancestors`` writes them (``https://www.ville.fr``); empty: none, ``*``: any.
PORTAL_EMBED_SITES = env.words("PORTAL_EMBED_SITES")
# Providers of layer definitions: dotted paths to values with the interface of ``layers.registry.Provider``.
LAYER_PROVIDERS = ["gisportal.catalogue.CODED", "datasets.registry.DATASETS"]
# What can be put online, by kind: dotted paths to functions from a submission to its subject.
PUBLICATION_FINDERS = {
    "layer": "publication.layers.find_layer",
    "delivery": "datasets.publication.subjects.find_delivery",
    "raster": "tiles.rasters.services.versions.find_raster_version",
    "style": "cartography.versions.subjects.find_style_version",
    "dashboard": "dashboards.services.versions.find_dashboard_version",
    "form": "webforms.publication.find_form_version",
    "plan": "plui.loading.services.find_plan_version",
}
# Groups of which a dashboard is put online by another person than who wrote it.
PUBLICATION_REVIEWED_PRODUCERS = env.words("PORTAL_PUBLICATION_REVIEWED_PRODUCERS")
