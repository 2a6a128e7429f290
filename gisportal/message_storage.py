"""Messages to people, kept in a cookie whose name is that of the settings: Django's own is fixed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest


class HostCookieStorage(CookieStorage):
    """Django's cookie of messages, under ``MESSAGE_COOKIE_NAME``."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.cookie_name = settings.MESSAGE_COOKIE_NAME


class HostMessageStorage(FallbackStorage):
    """That cookie, and the session for what it has no room for."""

    storage_classes = (HostCookieStorage, SessionStorage)
