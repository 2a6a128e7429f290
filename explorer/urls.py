"""Addresses of the pages for people."""

from django.urls import path

from explorer import views

app_name = "explorer"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("catalogue/", views.CatalogueView.as_view(), name="catalogue"),
    path("catalogue/<slug:layer>/", views.LayerView.as_view(), name="layer"),
    path("catalogue/<slug:layer>/<int:pk>/", views.FeatureView.as_view(), name="feature"),
    path("catalogue/<slug:layer>/<int:pk>/voisinage/", views.NeighboursView.as_view(), name="neighbours"),
    path("catalogue/<slug:layer>/<int:pk>/signaler/", views.ReportView.as_view(), name="report"),
    path("recherche/", views.SearchView.as_view(), name="search"),
    path("recherche/suggestions/", views.SuggestionsView.as_view(), name="suggestions"),
    path("carte/", views.MapView.as_view(), name="map"),
    path("carte/telecharger/", views.TakingView.as_view(), name="downloads"),
    path("carte/imprimer/", views.PrintView.as_view(), name="print"),
    path("carte/filtres/<slug:layer>/", views.FiltersView.as_view(), name="filters"),
    path("carte/filtres/<slug:layer>/<str:field>/valeurs/", views.ValuesView.as_view(), name="values"),
    path("carte/emprise/<slug:layer>/", views.ReachView.as_view(), name="reach"),
    path("carte/tableau/<slug:layer>/", views.TableView.as_view(), name="table"),
    path("carte/tableau/<slug:layer>/menus/", views.TableMenusView.as_view(), name="table-menus"),
    path("carte/statistiques/<slug:layer>/", views.StatisticsView.as_view(), name="statistics"),
    path("carte/vues/", views.SavedViewsView.as_view(), name="views"),
    path("carte/vues/<int:pk>/", views.SavedViewView.as_view(), name="view"),
    path("carte/vues/<int:pk>/supprimer/", views.DeleteViewView.as_view(), name="delete-view"),
    path(
        "photos/<slug:layer>/<int:feature>/<slug:relation>/<int:photo>/<str:size>.jpg",
        views.PhotoView.as_view(),
        name="photo",
    ),
    path("accessibilite/", views.AccessibilityView.as_view(), name="accessibility"),
]
