"""Addresses of inquiries: their public pages, their register, and where a planner declares one."""

from django.urls import path

from planning.inquiries.views import declaration, prepared, public, register

app_name = "inquiries"
_BASE = "urbanisme/enquetes/<slug:slug>/"
_JOB = f"{_BASE}registre/document/<uuid:pk>/"
urlpatterns = [
    path(_BASE, public.InquiryView.as_view(), name="inquiry"),
    path(f"{_BASE}changements.pdf", public.InquiryPaperView.as_view(), name="paper"),
    path(f"{_BASE}pieces/<str:name>", public.InquiryPieceView.as_view(), name="piece"),
    path(f"{_BASE}registre/", register.RegisterView.as_view(), name="register"),
    path(f"{_BASE}registre/<int:pk>/", register.RemarkView.as_view(), name="remark"),
    path(
        f"{_BASE}registre/<int:pk>/photos/<int:photo>.jpg", register.RemarkPhotoView.as_view(), name="photo"
    ),
    path(
        f"{_BASE}registre/<int:pk>/photos/<int:photo>-vignette.jpg",
        register.RemarkPhotoView.as_view(is_thumbnail=True),
        name="thumbnail",
    ),
    path(f"{_BASE}registre/document/", prepared.RegisterRequestView.as_view(), name="register-prepare"),
    path(_JOB, prepared.RegisterJobView.as_view(), name="register-job"),
    path(f"{_JOB}fichier/", prepared.RegisterJobFileView.as_view(), name="register-job-file"),
    path(f"{_JOB}annuler/", prepared.CancelRegisterJobView.as_view(), name="register-job-cancel"),
    path(f"{_JOB}recommencer/", prepared.RetryRegisterJobView.as_view(), name="register-job-retry"),
    path(f"{_BASE}registre.csv", register.RegisterFileView.as_view(), name="register-file"),
    path(f"{_BASE}registre.pdf", register.RegisterPaperView.as_view(), name="register-paper"),
    path("gestion/plui/<int:pk>/enquete/", declaration.DeclarationView.as_view(), name="declaration"),
]
