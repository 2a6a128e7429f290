"""Addresses of the pages of the datasets."""

from django.urls import path

from datasets.deliveries.views import DeliveriesView
from datasets.edits.views import EditsView
from datasets.review import views as review
from datasets.schemas import views as schemas
from datasets.versions import views as versions
from datasets.wizard import views as wizard

app_name = "datasets"
urlpatterns = [
    path("", versions.DatasetListView.as_view(), name="home"),
    path("livraisons/", DeliveriesView.as_view(), name="deliveries"),
    path("nouvelle-couche/", schemas.NewLayerView.as_view(), name="create"),
    path("nouveau/", wizard.UploadView.as_view(), name="new"),
    path("import/<uuid:key>/", wizard.ColumnsView.as_view(), name="columns"),
    path("import/<uuid:key>/etat/", wizard.StateView.as_view(), name="state"),
    path("import/<uuid:key>/annuler/", wizard.CancelView.as_view(), name="cancel"),
    path("import/<uuid:key>/reprendre/", wizard.ResumeView.as_view(), name="resume"),
    path("import/<uuid:key>/partie/", wizard.PartView.as_view(), name="part"),
    path("import/<uuid:key>/lecture/", wizard.ReadingView.as_view(), name="reading"),
    path("import/<uuid:key>/apercu.geojson", wizard.PreviewView.as_view(), name="preview"),
    path("import/<uuid:key>/sans-erreurs/", wizard.PartialView.as_view(), name="partial"),
    path("import/<uuid:key>/abandon/", wizard.AbandonView.as_view(), name="abandon"),
    path("<slug:slug>/import/", wizard.UploadView.as_view(), name="deliver"),
    path("<slug:slug>/schema/", schemas.SchemaView.as_view(), name="schema"),
    path("<slug:slug>/schema/<uuid:key>/", schemas.SchemaChangeView.as_view(), name="schema-change"),
    path("<slug:slug>/versions/", versions.VersionsView.as_view(), name="versions"),
    path("<slug:slug>/moderation/", versions.ModerationView.as_view(), name="moderation"),
    path("<slug:slug>/versions/<int:number>/", versions.DeliveryView.as_view(), name="delivery"),
    path("<slug:slug>/modifications/", versions.EditingView.as_view(), name="editing"),
    path("<slug:slug>/versions/<int:number>/modifications/", EditsView.as_view(), name="edits"),
    path("<slug:slug>/versions/<int:number>/constats.csv", versions.FindingsView.as_view(), name="findings"),
    path("<slug:slug>/versions/<int:number>/ecarts.geojson", versions.ChangesView.as_view(), name="changes"),
    path(
        "<slug:slug>/versions/<int:number>/export.<str:kind>",
        versions.VersionExportView.as_view(),
        name="export",
    ),
    path("<slug:slug>/versions/<int:number>/publier/", versions.PublishView.as_view(), name="publish"),
    path("<slug:slug>/versions/<int:number>/soumettre/", versions.SubmitView.as_view(), name="submit"),
    path("<slug:slug>/versions/<int:number>/retablir/", versions.RestoreView.as_view(), name="restore"),
    path("<slug:slug>/versions/<int:number>/abandonner/", versions.AbandonView.as_view(), name="give-up"),
    path("<slug:slug>/livraisons/<int:number>/relecture/", review.ReviewView.as_view(), name="review"),
    path("<slug:slug>/livraisons/<int:number>/relecture/ligne/", review.RowView.as_view(), name="review-row"),
    path(
        "<slug:slug>/livraisons/<int:number>/relecture/tableaux/",
        review.DashboardsView.as_view(),
        name="review-dashboards",
    ),
    path(
        "<slug:slug>/livraisons/<int:number>/relecture/ecarts.geojson",
        review.PointsView.as_view(),
        name="review-points",
    ),
    path(
        "<slug:slug>/livraisons/<int:number>/relecture/decision/",
        review.DecisionView.as_view(),
        name="review-decision",
    ),
    path(
        "<slug:slug>/livraisons/<int:number>/relecture/remarques/",
        review.RemarkView.as_view(),
        name="review-remark",
    ),
    path(
        "<slug:slug>/livraisons/<int:number>/relecture/controles/<slug:code>/",
        review.AcceptanceView.as_view(),
        name="review-acceptance",
    ),
    path("<slug:slug>/supprimer/", versions.DropView.as_view(), name="drop"),
]
