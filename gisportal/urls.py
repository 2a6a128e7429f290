"""The table of addresses: which application answers where."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from gisportal import offline, views
from ogc.views.connect import ConnectLayerView, ConnectView
from ogc.views.exports import ExportView, NoticeView
from ogc.views.prepared import (
    CancelPreparedView,
    DeletePreparedView,
    PreparedFileView,
    PreparedView,
    RetryPreparedView,
)

urlpatterns = [
    path("", include("explorer.urls")),
    path("api/", include("ogc.urls")),
    path("tiles/", include("tiles.urls")),
    path("jeux/", include("datasets.urls")),
    path("compte/", include("gisportal.accounts.urls")),
    path("connecter/", ConnectView.as_view(), name="connect"),
    path("connecter/<str:layer>/", ConnectLayerView.as_view(), name="connect-layer"),
    path("export/<slug:layer>.notice.txt", NoticeView.as_view(), name="export-notice"),
    path("export/<slug:layer>.<str:form>", ExportView.as_view(), name="export"),
    path("telechargements/<uuid:pk>/", PreparedView.as_view(), name="prepared"),
    path("telechargements/<uuid:pk>/fichier", PreparedFileView.as_view(), name="prepared-file"),
    path("telechargements/<uuid:pk>/annuler/", CancelPreparedView.as_view(), name="prepared-cancel"),
    path("telechargements/<uuid:pk>/recommencer/", RetryPreparedView.as_view(), name="prepared-retry"),
    path("telechargements/<uuid:pk>/supprimer/", DeletePreparedView.as_view(), name="prepared-delete"),
    path("langue/", set_language, name="set-language"),
    path("administration/", admin.site.urls),
    path("style/", views.style, name="style"),
    path("hors-ligne/", offline.page, name="offline"),
    path("sw.js", offline.worker, name="offline-worker"),
    path("robots.txt", views.robots),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
