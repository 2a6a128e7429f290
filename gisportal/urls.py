"""The table of addresses: which application answers where."""

from django.contrib import admin
from django.urls import include, path

from gisportal import problems, views
from gisportal.accounts.urls import allauth_patterns
from gisportal.recent_pages.views import ClearView
from harvesting.views import AtomView, RssView, ScdlView
from tiles.rasters.urls import api_patterns as raster_patterns
from tiles.rasters.urls import page_patterns as raster_pages

urlpatterns = [
    # First what is asked most: Django looks at one address after the other.
    path("tiles/", include("tiles.urls")),
    path("api/", include("tiles.api_urls")),
    path("api/collections/", include("harvesting.records.urls")),
    path("api/planning/", include("planning.api_urls")),
    path("api/planning/", include("planning.tools.api_urls")),
    path("api/", include("ogc.urls")),
    path("api/collections/", include((raster_patterns, "rasters"))),
    path("", include("explorer.urls")),
    path("", include("exports.urls")),
    path("", include("wfs.urls")),
    path("", include("harvesting.csw.urls")),
    path("", include("harvesting.dcat.urls")),
    path("", include("harvesting.explore.urls")),
    path("catalogue.csv", ScdlView.as_view(), name="catalogue-csv"),
    path("catalogue.atom", AtomView.as_view(), name="catalogue-atom"),
    path("catalogue.rss", RssView.as_view(), name="catalogue-rss"),
    path("", include("metadata.urls")),
    path("catalogue/", include("usage.urls")),
    path("catalogue/", include("reuses.urls")),
    path("catalogue/", include("cartography.urls")),
    path("urbanisme/ici/", include("planning.urls")),
    path("", include("planning.inquiries.urls")),
    path("", include("plui.urls")),
    path("urbanisme/servitudes/", include("planning.easements.urls")),
    path("urbanisme/", include("planning.tools.urls")),
    path("urbanisme/inventaire/", include("planning.inventory.urls")),
    path("travaux/", include("roadworks.urls")),
    path("travaux/", include("roadworks.feeds.urls")),
    path("jeux/", include("datasets.urls")),
    path("rasters/", include((raster_pages, "raster-pages"))),
    path("tableaux-de-bord/", include("dashboards.urls")),
    path("compte/", include("gisportal.accounts.urls")),
    path("compte/", include(allauth_patterns)),
    path("compte/recents/", ClearView.as_view(), name="clear-recent-pages"),
    path("connecter/", include("connect.urls")),
    path("partager/", include("gisportal.sharing")),
    path("gestion/", include("management.urls")),
    path("publication/", include("publication.urls")),
    path("", include("moderation.urls")),
    path("formulaires/", include("webforms.urls")),
    path("scim/v2/", include("gisportal.accounts.scim.urls")),
    path("langue/", views.choose_language, name="set-language"),
    path("administration/", admin.site.urls),
    path("style/", views.style, name="style"),
    path("hors-ligne/", views.offline_page, name="offline"),
    path("sw.js", views.offline_worker, name="offline-worker"),
    path("robots.txt", views.robots),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]
handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error
