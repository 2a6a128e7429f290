"""The administration site of the portal."""

from django.contrib.admin import AdminSite


class PortalAdminSite(AdminSite):
    """Django's administration."""
