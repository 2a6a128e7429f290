"""Pages that people share: their title, their readers, and their links, frames and files.

``SHARED_PAGES`` names, by view, functions asked at request time: ``function(visitor, asked)`` returns a ``SharedPage``.
The page of an address that no row names is not shared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.visitor import Visitor

PAGE = "page"
MAX_ADDRESS_CHARACTERS, MAX_PARAMETERS = 16_000, 2_000


@dataclass(frozen=True, slots=True)
class SharedAddress:
    """The address of a page of this site: ``path``, its parameters, and what follows the ``#``.

    ``text`` is all of it, as links write it; ``view`` the name of what answers there, ``arguments`` its own.
    """

    text: str
    path: str
    parameters: Mapping[str, list[str]]
    fragment: str
    view: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file of what a page shows. ``hidden_fields`` are the parameters that its form sends to ``address``.

    ``confirm`` names the parameter by which its reader takes what is not open, with ``warning`` in words.
    """

    title: str
    address: str
    help: str = ""
    icon: str = "download"
    hidden_fields: tuple[tuple[str, str], ...] = ()
    confirm: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The content of the dialog of sharing of a page. Addresses are paths of this site.

    ``address`` is what its link opens where that is not the address as it was asked. ``readers`` say in sentences who
    will see what; those of ``warnings`` what they will not. ``embed`` is what an ``<iframe>`` shows, empty where
    nothing of the page is for everybody, and ``embed_title`` what everybody may read of its title;
    ``printed`` a page to print. ``has_picture``: the page itself can make a picture of what it shows, with ``sources``
    under it.
    """

    title: str
    address: str = ""
    readers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    embed: str = ""
    embed_title: str = ""
    embed_height: int = 450
    printed: str = ""
    has_picture: bool = False
    sources: tuple[str, ...] = ()
    files: tuple[SharedFile, ...] = ()

    @property
    def picture(self) -> str:
        """The words of that picture, as JSON."""
        return json.dumps(
            {"title": self.title, "sources": self.sources, "file": f"{slugify(self.title)}.png"}
        )


Provider = Callable[[Visitor, SharedAddress], SharedPage]


def shared_address(text: str) -> SharedAddress:
    """Read the address of a page of this site that is shared.

    Raises:
        InvalidParameter: an address of elsewhere, one where nothing answers, or a page that is not shared.
    """
    parts = urlsplit(text)
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text
    if len(text) > MAX_ADDRESS_CHARACTERS or not is_path or parts.scheme or parts.netloc:
        raise InvalidParameter(
            _("page attend l’adresse d’une page de ce site, comme /carte/ ; reçu « %s ».") % text[:80],
            parameter=PAGE,
        )
    try:
        resolved = resolve(parts.path)
        parameters = parse_qs(parts.query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except (Resolver404, ValueError):
        resolved, parameters = None, {}
    if resolved is None or resolved.view_name not in settings.SHARED_PAGES:
        raise InvalidParameter(
            _(
                "« %s » n’est pas une page que l’on partage : la carte, une couche, une fiche ou un tableau de bord."
            )
            % parts.path[:80],
            parameter=PAGE,
        )
    return SharedAddress(text, parts.path, parameters, parts.fragment, resolved.view_name, resolved.kwargs)


def shared_page(visitor: Visitor, address: SharedAddress) -> SharedPage:
    """Return the content of the dialog of sharing of a page, under the rights of the visitor.

    Raises:
        LayersError: what the page itself answers to such an address: unknown, hidden, or malformed.
    """
    provider: Provider = import_string(settings.SHARED_PAGES[address.view])
    return provider(visitor, address)
