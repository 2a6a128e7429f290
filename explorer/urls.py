"""Addresses of the pages for people."""

from django.urls import path

from explorer.buffers import views as buffers
from explorer.catalogue import views as catalogue
from explorer.downloads import views as downloads
from explorer.editing.views import imports as editing_imports
from explorer.editing.views import records as editing
from explorer.embedding import views as embedding
from explorer.filters import views as filters
from explorer.home import views as home
from explorer.map import views as map
from explorer.map_export import views as map_export
from explorer.natural_language import views as natural_language
from explorer.nearby import views as nearby
from explorer.printing import views as printing
from explorer.question import views as question
from explorer.rasters import views as rasters
from explorer.reports import views as reports
from explorer.restoration import views as restoration
from explorer.row_editing import views as rows
from explorer.saved_views import views as saved_views
from explorer.search import views as search
from explorer.sheet import views as sheet
from explorer.swipe import views as swipe
from explorer.table import views as table
from explorer.timeline import views as timeline

app_name = "explorer"
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("catalogue/", catalogue.CatalogueView.as_view(), name="catalogue"),
    path("catalogue/<slug:layer>/", catalogue.LayerView.as_view(), name="layer"),
    path("catalogue/<slug:layer>/<int:pk>/", sheet.FeatureView.as_view(), name="feature"),
    path("catalogue/<slug:layer>/<int:pk>/voisinage/", sheet.NeighboursView.as_view(), name="neighbours"),
    path("catalogue/<slug:layer>/<int:pk>/signaler/", reports.ReportView.as_view(), name="report"),
    path(
        "catalogue/<slug:layer>/saisie/importer/",
        editing_imports.EntryImportView.as_view(),
        name="entry-import",
    ),
    path(
        "catalogue/<slug:layer>/saisie/fichier.<str:suffix>",
        editing_imports.EntryFileView.as_view(),
        name="entry-file",
    ),
    path(
        "catalogue/<slug:layer>/saisie/imports/<int:pk>/",
        editing_imports.EntryComparisonView.as_view(),
        name="entry-comparison",
    ),
    path(
        "catalogue/<slug:layer>/<int:pk>/saisie/historique/",
        editing.EntryHistoryView.as_view(),
        name="entry-history",
    ),
    path(
        "catalogue/<slug:layer>/<int:pk>/saisie/historique/retablir/",
        editing.EntryRestoreView.as_view(),
        name="entry-restore",
    ),
    path("catalogue/<slug:layer>/<int:pk>/saisie/", editing.EntryView.as_view(), name="entry"),
    path(
        "catalogue/<slug:layer>/<int:pk>/saisie/<slug:relation>/ajouter/",
        editing.RelatedRecordView.as_view(),
        name="record-add",
    ),
    path(
        "catalogue/<slug:layer>/<int:pk>/saisie/<slug:relation>/<int:record>/",
        editing.RelatedRecordView.as_view(),
        name="record",
    ),
    path(
        "catalogue/<slug:layer>/<int:pk>/saisie/<slug:relation>/<int:record>/supprimer/",
        editing.RecordDeleteView.as_view(),
        name="record-delete",
    ),
    path("catalogue/<slug:layer>/retablir/", restoration.RestorationView.as_view(), name="restoration"),
    path("catalogue/<slug:layer>/modifier/", rows.RowsView.as_view(), name="rows"),
    path("catalogue/<slug:layer>/modifier/ajouter/", rows.RowAddView.as_view(), name="row-add"),
    path("catalogue/<slug:layer>/modifier/annuler/", rows.RowsUndoView.as_view(), name="rows-undo"),
    path("catalogue/<slug:layer>/modifier/plusieurs/", rows.RowsChangeView.as_view(), name="rows-change"),
    path("catalogue/<slug:layer>/modifier/<int:pk>/", rows.RowView.as_view(), name="row"),
    path(
        "catalogue/<slug:layer>/modifier/<int:pk>/supprimer/", rows.RowDeleteView.as_view(), name="row-delete"
    ),
    path("catalogue/<slug:layer>/modifier/<int:pk>/etape/", rows.RowStepView.as_view(), name="row-step"),
    path("catalogue/<slug:layer>/modifier/<int:pk>/couper/", rows.RowSplitView.as_view(), name="row-split"),
    path(
        "catalogue/<slug:layer>/modifier/<int:pk>/historique/",
        rows.RowHistoryView.as_view(),
        name="row-history",
    ),
    path("signalements/", reports.ReportListView.as_view(), name="reports"),
    path("signalements/suivi/<str:key>/", reports.ReportFollowUpView.as_view(), name="report-follow-up"),
    path("signalements/<int:pk>/", reports.ReportDetailView.as_view(), name="followed-report"),
    path("recherche/", search.SearchView.as_view(), name="search"),
    path("recherche/suggestions/", search.SuggestionsView.as_view(), name="suggestions"),
    path("carte/", map.MapView.as_view(), name="map"),
    path(
        "carte/dessins/<str:layer>/<slug:version>.json", map.LayerDrawingView.as_view(), name="layer-drawing"
    ),
    path("carte/effectifs/<str:layer>.json", map.LayerCountsView.as_view(), name="layer-counts"),
    path("carte/autour/", nearby.NearbyView.as_view(), name="nearby"),
    path("carte/telecharger/", downloads.DownloadsView.as_view(), name="downloads"),
    path("carte/fichier.html", map_export.MapFileView.as_view(), name="map-file"),
    path("carte/dessin.svg", map_export.MapDrawingView.as_view(), name="map-drawing"),
    path("carte/image.svg", map_export.MapPictureView.as_view(), name="map-picture"),
    path("carte/integree/", embedding.MapEmbedView.as_view(), name="map-embed"),
    path("carte/imprimer/", printing.PrintView.as_view(), name="print"),
    path("carte/rasters/", rasters.RasterValuesView.as_view(), name="raster-values"),
    path("carte/filtres/<slug:layer>/", filters.FiltersView.as_view(), name="filters"),
    path("carte/filtres/<slug:layer>/<str:field>/valeurs/", filters.ValuesView.as_view(), name="values"),
    path("carte/question/comprendre/", natural_language.InterpretView.as_view(), name="understand"),
    path("carte/question/chiffre/", natural_language.FigureView.as_view(), name="figure"),
    path("carte/question/", natural_language.TypedQuestionView.as_view(), name="typed-question"),
    path(
        "carte/question/reponse/<slug:layer>/<int:pk>/",
        question.QuestionAnswerView.as_view(),
        name="question-answer",
    ),
    path("carte/question/<str:part>/", question.QuestionMenuView.as_view(), name="question-menu"),
    path("carte/emprise/<slug:layer>/", filters.ExtentView.as_view(), name="extent"),
    path("carte/alentours/<slug:layer>/", buffers.SurroundingsView.as_view(), name="surroundings"),
    path("carte/tableau/<slug:layer>/", table.TableView.as_view(), name="table"),
    path("carte/tableau/<slug:layer>/menus/", table.TableMenusView.as_view(), name="table-menus"),
    path("carte/statistiques/<slug:layer>/", table.StatisticsView.as_view(), name="statistics"),
    path("carte/temps/<slug:layer>/", timeline.TimelineView.as_view(), name="timeline"),
    path("carte/comparer/", swipe.ComparisonView.as_view(), name="comparison"),
    path("carte/vues/", saved_views.SavedViewListView.as_view(), name="saved-views"),
    path("carte/vues/<int:pk>/", saved_views.SavedViewDetailView.as_view(), name="saved-view"),
    path(
        "carte/vues/<int:pk>/supprimer/", saved_views.SavedViewDeleteView.as_view(), name="delete-saved-view"
    ),
    path(
        "photos/<slug:layer>/<int:feature>/<slug:relation>/<int:photo>/<str:size>.jpg",
        sheet.PhotoView.as_view(),
        name="photo",
    ),
    path("accessibilite/", home.AccessibilityView.as_view(), name="accessibility"),
]
