"""Addresses of dashboards."""

from django.urls import include, path

from dashboards.builder import question_views
from dashboards.builder.views import BuilderView, DraftSaveView
from dashboards.creation.views import DeleteView, DuplicateView, NewDashboardView
from dashboards.exchange.views import DashboardDocumentView, DocumentSchemaView
from dashboards.reading import embedding, favourites, files, hall, views

app_name = "dashboards"
urlpatterns = [
    path("", views.DashboardListView.as_view(), name="list"),
    path("schema.json", DocumentSchemaView.as_view(), name="schema"),
    path("nouveau/", NewDashboardView.as_view(), name="new"),
    path("<slug:dashboard>/", views.DashboardView.as_view(), name="dashboard"),
    path("<slug:dashboard>/document.yaml", DashboardDocumentView.as_view(), name="document"),
    path("<slug:dashboard>/imprimer/", include("dashboards.paper.urls")),
    path("<slug:dashboard>/integrer/", embedding.EmbedView.as_view(), name="embed"),
    path("<slug:dashboard>/ecran/", hall.HallView.as_view(), name="hall"),
    path("<slug:dashboard>/favori/", favourites.FavouriteView.as_view(), name="favourite"),
    path("<slug:dashboard>/modifier/", BuilderView.as_view(), name="edit"),
    path("<slug:dashboard>/brouillon/", DraftSaveView.as_view(), name="draft"),
    path("<slug:dashboard>/apercu/", question_views.PreviewView.as_view(), name="preview"),
    path("<slug:dashboard>/champs/", question_views.FieldListView.as_view(), name="fields"),
    path("<slug:dashboard>/champs-communs/", question_views.CommonFieldsView.as_view(), name="common-fields"),
    path("<slug:dashboard>/couches/", question_views.LayerChoiceView.as_view(), name="layers"),
    path("<slug:dashboard>/modeles/", question_views.SectionChoiceView.as_view(), name="models"),
    path("<slug:dashboard>/dupliquer/", DuplicateView.as_view(), name="duplicate"),
    path("<slug:dashboard>/supprimer/", DeleteView.as_view(), name="delete"),
    path("<slug:dashboard>/filtres/", views.FilterBarView.as_view(), name="filters"),
    path("<slug:dashboard>/valeurs/<str:field>/", views.FilterValuesView.as_view(), name="values"),
    path(
        "<slug:dashboard>/<slug:panel>/carte.html", files.StandaloneMapView.as_view(), name="standalone-map"
    ),
    path("<slug:dashboard>/<slug:panel>.<slug:form>", files.PanelDownloadView.as_view(), name="download"),
    path("<slug:dashboard>/<slug:panel>/", views.PanelView.as_view(), name="panel"),
]
