"""Templates without their indentation, which a page would repeat for each of its rows: a twentieth of a page of lists.

The lines stay, so that errors name the right one. A template with ``<pre>`` or ``<textarea>`` is read as it is.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.template import Origin
from django.template.loaders.app_directories import Loader as AppDirectoriesLoader

_INDENTATION = re.compile(r"\n[ \t]+")
LITERAL = re.compile(r"<(?:pre|textarea)\b")


class Loader(AppDirectoriesLoader):
    """Reads the templates of ``DIRS``, then those of applications; those of HTML without their indentation."""

    def get_dirs(self) -> list[str | Path]:
        """Return the folders of templates, the first that has a name first."""
        return [*self.engine.dirs, *super().get_dirs()]

    def get_contents(self, origin: Origin) -> str:
        """Return the source of a template."""
        contents = super().get_contents(origin)
        if not origin.name.endswith(".html") or LITERAL.search(contents):
            return contents
        return _INDENTATION.sub("\n", contents)
