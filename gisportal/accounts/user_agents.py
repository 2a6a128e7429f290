"""What a browser says it is, in words: the family and the system, nothing that tells two versions apart."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that is named wins: most browsers also give the names of others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PHONES = ("Android", "iPhone", "iPad")


def browser_of(user_agent: str) -> str:
    """Return the family of a browser; empty when it is not known."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def system_of(user_agent: str) -> str:
    """Return the system of a device; empty when it is not known."""
    return next((name for mark, name in _SYSTEMS if mark in user_agent), "")


def is_phone(user_agent: str) -> bool:
    """Whether the device is held in a hand."""
    return system_of(user_agent) in _PHONES


def device_of(user_agent: str) -> str:
    """Return a device in words: « Firefox sur Windows »."""
    browser, system = browser_of(user_agent), system_of(user_agent)
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("navigateur inconnu")
