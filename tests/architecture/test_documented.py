"""What somebody can set or run is written in docs/."""

from __future__ import annotations

import re
from functools import cache

from django.core.management import get_commands

from launcher.applications import applications
from tests.architecture.tree import ROOT, committed, text

READ = re.compile(r"""\benv\.\w+\(\s*["']([A-Z][A-Z0-9_]+)["']""")


@cache
def documentation() -> str:
    return "\n".join(
        text(path) for path in committed(".md") if path.startswith("docs/") or path == "README.md"
    )


def settings_read() -> list[str]:
    files = [path for path in committed(".py") if path.startswith("gisportal/settings/")]
    return sorted({name for path in files for name in READ.findall(text(path))})


def test_every_environment_variable_is_documented() -> None:
    assert [name for name in settings_read() if name not in documentation()] == []


def test_every_command_is_documented() -> None:
    ours = sorted(
        name for name, app in get_commands().items() if str(app).split(".")[0] in applications(ROOT)
    )
    assert [name for name in ours if name not in documentation()] == []


def test_links_between_documents_resolve() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    broken = [
        f"{path}: {target}"
        for path in committed(".md")
        for target in link.findall(text(path))
        if not (ROOT / path).parent.joinpath(target).resolve().exists()
    ]
    assert broken == []
