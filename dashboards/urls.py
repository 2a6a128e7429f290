"""Addresses of dashboards."""

from django.urls import include, path

from dashboards.builder import views as builder_views
from dashboards.builder.views import BuilderView, DraftSaveView
from dashboards.creation.views import (
    DashboardDocumentView,
    DeleteView,
    DocumentSchemaView,
    DocumentTextView,
    DuplicateView,
    NewDashboardView,
)
from dashboards.layer_chart.views import ChartFileView, LayerChartView
from dashboards.library.views import (
    DeleteLibraryPanelView,
    LibraryPanelView,
    LibraryView,
    NewLibraryPanelView,
    PanelLibraryView,
)
from dashboards.publication.views import (
    AudienceView,
    DashboardVersionsView,
    PublicationChangesView,
    PublishDashboardView,
    PurposeView,
    RestoreVersionView,
    WithdrawView,
)
from dashboards.reading import panel_views, views

app_name = "dashboards"
urlpatterns = [
    path("", views.DashboardListView.as_view(), name="list"),
    path("schema.json", DocumentSchemaView.as_view(), name="schema"),
    path("bibliotheque/", LibraryView.as_view(), name="library"),
    path("bibliotheque/nouveau/", NewLibraryPanelView.as_view(), name="library-new"),
    path("bibliotheque/<slug:panel>/", LibraryPanelView.as_view(), name="library-panel"),
    path("bibliotheque/<slug:panel>/supprimer/", DeleteLibraryPanelView.as_view(), name="library-delete"),
    path("nouveau/", NewDashboardView.as_view(), name="new"),
    path("graphiques/<slug:layer>/", LayerChartView.as_view(), name="layer-chart"),
    path("graphiques/<slug:layer>/graphique.<slug:form>", ChartFileView.as_view(), name="chart-file"),
    path("<slug:dashboard>/", views.DashboardView.as_view(), name="dashboard"),
    path("<slug:dashboard>/document.yaml", DashboardDocumentView.as_view(), name="document"),
    path("<slug:dashboard>/imprimer/", include("dashboards.paper.urls")),
    path("<slug:dashboard>/integrer/", views.EmbedView.as_view(), name="embed"),
    path("<slug:dashboard>/ecran/", views.KioskView.as_view(), name="kiosk"),
    path("<slug:dashboard>/favori/", views.FavouriteView.as_view(), name="favourite"),
    path("<slug:dashboard>/modifier/", BuilderView.as_view(), name="edit"),
    path("<slug:dashboard>/brouillon/", DraftSaveView.as_view(), name="draft"),
    path("<slug:dashboard>/apercu/", builder_views.PanelPreviewView.as_view(), name="preview"),
    path("<slug:dashboard>/reglages/", builder_views.SettingsView.as_view(), name="settings"),
    path("<slug:dashboard>/champs/", builder_views.FieldListView.as_view(), name="fields"),
    path("<slug:dashboard>/champs-communs/", builder_views.CommonFieldsView.as_view(), name="common-fields"),
    path("<slug:dashboard>/couches/", builder_views.LayerChoiceView.as_view(), name="layers"),
    path("<slug:dashboard>/modeles/", builder_views.SectionChoiceView.as_view(), name="models"),
    path("<slug:dashboard>/publier/", PublishDashboardView.as_view(), name="publish"),
    path("<slug:dashboard>/changements/", PublicationChangesView.as_view(), name="changes"),
    path("<slug:dashboard>/retirer/", WithdrawView.as_view(), name="withdraw"),
    path("<slug:dashboard>/finalite/", PurposeView.as_view(), name="purpose"),
    path("<slug:dashboard>/lecteurs/", AudienceView.as_view(), name="audience"),
    path("<slug:dashboard>/versions/", DashboardVersionsView.as_view(), name="versions"),
    path("<slug:dashboard>/versions/<int:number>/reprendre/", RestoreVersionView.as_view(), name="restore"),
    path("<slug:dashboard>/bibliotheque/", PanelLibraryView.as_view(), name="panel-library"),
    path("<slug:dashboard>/texte/", DocumentTextView.as_view(), name="text"),
    path("<slug:dashboard>/dupliquer/", DuplicateView.as_view(), name="duplicate"),
    path("<slug:dashboard>/supprimer/", DeleteView.as_view(), name="delete"),
    path("<slug:dashboard>/miniature/", views.MiniatureView.as_view(), name="miniature"),
    path("<slug:dashboard>/filtres/", views.FilterBarView.as_view(), name="filters"),
    path("<slug:dashboard>/valeurs/<str:field>/", views.FilterValuesView.as_view(), name="values"),
    path(
        "<slug:dashboard>/<slug:panel>/carte.html",
        panel_views.StandaloneMapView.as_view(),
        name="standalone-map",
    ),
    path(
        "<slug:dashboard>/<slug:panel>.<slug:form>", panel_views.PanelDownloadView.as_view(), name="download"
    ),
    path(
        "<slug:dashboard>/<slug:panel>/objets/",
        panel_views.PanelFeaturesView.as_view(),
        name="panel-features",
    ),
    path("<slug:dashboard>/<slug:panel>/", views.PanelView.as_view(), name="panel"),
]
