"""Addresses of the pages of management."""

from django.urls import path, re_path

from management.directories import views as directories
from management.hand_over.views import HandOverView
from management.harvests.views import HarvestsView
from management.links.views import LinksView, RevokeAnyLinkView
from management.lists import views as lists
from management.metadata.views import MetadataListView
from management.overview import views as overview
from management.people import departure_views as departures
from management.people import import_views as people_imports
from management.people import views as people
from management.person_access.views import PersonAccessFileView, PersonAccessView
from management.planning_tools import views as planning_tools
from management.reasons.views import OwnReasonView, ReasonView
from management.requests import views as requests
from management.reuses import views as reuses
from management.rights.layer_views import (
    LayerCommunesView,
    LayerReadersView,
    LayerRightsView,
    ProtectedFieldsView,
)
from management.rights.views import GrantActionView, GrantFormView, GrantListView, GrantRestoreView
from management.sheet_rules.views import RuleListView, RuleView
from management.view_as.views import ViewAsView
from management.what_if.views import GrantOutcomeView, ProtectionOutcomeView, WhatIfView

app_name = "management"
_GRANT = r"^acces/(?P<kind>couche|tableau)/(?P<pk>[0-9]{1,18})/"
urlpatterns = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("prendre/", overview.AssignmentView.as_view(), name="assign"),
    path("couches/", lists.LayersView.as_view(), name="layers"),
    path("metadonnees/", MetadataListView.as_view(), name="metadata"),
    path("traitements/", lists.JobsView.as_view(), name="jobs"),
    path("moissonnage/", HarvestsView.as_view(), name="harvests"),
    path("themes/", lists.ThemesView.as_view(), name="themes"),
    path("sante/", lists.StorageView.as_view(), name="health"),
    path("acces/", GrantListView.as_view(), name="rights"),
    path("acces/donner/", GrantFormView.as_view(), name="new-grant"),
    path("acces/donner/et-si/", GrantOutcomeView.as_view(), name="new-grant-outcome"),
    path("acces/remettre/", HandOverView.as_view(), name="hand-over"),
    path("acces/retablir/", GrantRestoreView.as_view(), name="restore-grant"),
    re_path(_GRANT + "et-si/$", GrantOutcomeView.as_view(), name="grant-outcome"),
    re_path(_GRANT + "$", GrantFormView.as_view(), name="grant"),
    re_path(
        _GRANT + "(?P<action>terminer|prolonger|retirer)/$", GrantActionView.as_view(), name="grant-action"
    ),
    path("acces/sur/<slug:slug>/", LayerRightsView.as_view(), name="layer-rights"),
    path("acces/sur/<slug:slug>/communes/", LayerCommunesView.as_view(), name="layer-communes"),
    path("acces/sur/<slug:slug>/lecteurs/", LayerReadersView.as_view(), name="layer-readers"),
    path("acces/sur/<slug:slug>/champs/", ProtectedFieldsView.as_view(), name="protected-fields"),
    path("acces/sur/<slug:slug>/champs/et-si/", ProtectionOutcomeView.as_view(), name="protection-outcome"),
    path("et-si/", WhatIfView.as_view(), name="what-if"),
    path("pourquoi/", ReasonView.as_view(), name="reasons"),
    path("pourquoi/moi/", OwnReasonView.as_view(), name="own-reasons"),
    path("demandes/", requests.RequestListView.as_view(), name="requests"),
    path("demandes/<int:pk>/", requests.RequestView.as_view(), name="request"),
    path("demandes/miennes/", requests.OwnRequestsView.as_view(), name="own-requests"),
    path("demandes/sur/<slug:slug>/", requests.NewRequestView.as_view(), name="new-request"),
    path(
        "demandes/tableau/<slug:slug>/",
        requests.NewDashboardRequestView.as_view(),
        name="new-dashboard-request",
    ),
    path("reutilisations/", reuses.ReuseListView.as_view(), name="reuses"),
    path("reutilisations/<int:pk>/", reuses.ReuseView.as_view(), name="reuse"),
    path("fiche-urbanisme/", RuleListView.as_view(), name="sheet-rules"),
    path("fiche-urbanisme/nouvelle/", RuleView.as_view(), name="new-sheet-rule"),
    path("fiche-urbanisme/<int:pk>/", RuleView.as_view(), name="sheet-rule"),
    path("outils-urbanisme/", planning_tools.ToolTablesView.as_view(), name="planning-tools"),
    path("outils-urbanisme/couches/nouvelle/", planning_tools.ToolLayerView.as_view(), name="new-tool-layer"),
    path("outils-urbanisme/couches/<int:pk>/", planning_tools.ToolLayerView.as_view(), name="tool-layer"),
    path(
        "outils-urbanisme/services/nouveau/",
        planning_tools.ServiceView.as_view(),
        name="new-consulted-service",
    ),
    path(
        "outils-urbanisme/services/<int:pk>/",
        planning_tools.ServiceView.as_view(),
        name="consulted-service",
    ),
    path(
        "emplacements-reserves/nouveau/",
        planning_tools.ReservedPlotView.as_view(),
        name="new-reserved-plot",
    ),
    path("emplacements-reserves/<int:pk>/", planning_tools.ReservedPlotView.as_view(), name="reserved-plot"),
    path("liens/", LinksView.as_view(), name="links"),
    path("liens/<int:pk>/revoquer/", RevokeAnyLinkView.as_view(), name="revoke-link"),
    path("personnes/<int:pk>/acces/", PersonAccessView.as_view(), name="person-access"),
    path("personnes/<int:pk>/acces.csv", PersonAccessFileView.as_view(), name="person-access-file"),
    path("personnes/<int:pk>/voir-comme/", ViewAsView.as_view(), name="view-as"),
    path("personnes/", people.PeopleView.as_view(), name="people"),
    path("personnes.csv", people.PeopleFileView.as_view(), name="people-file"),
    path("personnes/action/", people.ActionView.as_view(), name="people-action"),
    path("personnes/import/", people_imports.ImportView.as_view(), name="people-import"),
    path("personnes/inviter/", people.InvitationView.as_view(), name="people-invitation"),
    path("personnes/lots/<int:pk>/", people.BatchView.as_view(), name="people-batch"),
    path("personnes/<int:pk>/", people.PersonView.as_view(), name="person"),
    path("personnes/<int:pk>/prolonger/", people.AccountRenewalView.as_view(), name="renew-account"),
    path("personnes/<int:pk>/depart/", departures.DepartureView.as_view(), name="departure"),
    path("personnes/<int:pk>/donnees.zip", departures.PersonalDataView.as_view(), name="personal-data"),
    path("personnes/<int:pk>/effacement/", departures.ErasureView.as_view(), name="erasure"),
    path("annuaires/", directories.DirectoriesView.as_view(), name="directories"),
    path("annuaires/nouveau/", directories.NewDirectoryView.as_view(), name="new-directory"),
    path("annuaires/<int:pk>/", directories.DirectoryView.as_view(), name="directory"),
    path("groupes.csv", people.GroupsFileView.as_view(), name="groups-file"),
    path("groupes/<int:pk>/", people.GroupView.as_view(), name="group"),
]
