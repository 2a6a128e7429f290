"""Templates are read without their indentation, unless a page shows it."""

from __future__ import annotations

from pathlib import Path

from django.template import engines
from pytest_django import Settings


def source(name: str) -> str:
    """Return the source of a template as pages are made of it."""
    text: str = engines["django"].get_template(name).template.source
    return text


def test_a_row_of_a_list_repeats_no_indentation() -> None:
    assert "\n " not in source("explorer/map/rows.html")


def test_the_lines_of_a_template_stay_where_errors_name_them() -> None:
    with open("explorer/templates/explorer/map/page.html", encoding="utf-8") as file:
        assert source("explorer/map/page.html").count("\n") == file.read().count("\n")


def test_preformatted_text_stays_as_it_is() -> None:
    assert "\n        <pre" in source("connect/recipe.html")


def test_a_mail_stays_as_it_is() -> None:
    with open("interface/templates/interface/email/message.txt", encoding="utf-8") as file:
        assert source("interface/email/message.txt") == file.read()


def test_a_template_of_the_folders_of_the_settings_comes_before_that_of_an_application(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "connect").mkdir()
    (tmp_path / "connect" / "recipe.html").write_text("<p>\n  ici</p>", encoding="utf-8")
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path]} for engine in settings.TEMPLATES]
    assert source("connect/recipe.html") == "<p>\nici</p>"
