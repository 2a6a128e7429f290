"""Addresses of inquiries: their public pages, their register, and where a planner declares one."""

from django.urls import path

from planning.inquiries.views import declaration, public, register

app_name = "inquiries"
_BASE = "urbanisme/enquetes/<slug:slug>/"
urlpatterns = [
    path(_BASE, public.InquiryView.as_view(), name="inquiry"),
    path(f"{_BASE}changements.pdf", public.InquiryPaperView.as_view(), name="paper"),
    path(f"{_BASE}pieces/<str:name>", public.InquiryPieceView.as_view(), name="piece"),
    path(f"{_BASE}registre/", register.RegisterView.as_view(), name="register"),
    path(f"{_BASE}registre/<int:pk>/", register.RemarkView.as_view(), name="remark"),
    path(f"{_BASE}registre.csv", register.RegisterFileView.as_view(), name="register-file"),
    path(f"{_BASE}registre.pdf", register.RegisterPaperView.as_view(), name="register-paper"),
    path("gestion/plui/<int:pk>/enquete/", declaration.DeclarationView.as_view(), name="declaration"),
]
