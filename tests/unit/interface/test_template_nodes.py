"""Parts of templates that are written once: words by language, addresses by argument, parts by their values."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch
from django.utils import translation

from interface.pictures import SymbolSheet

LOADED = "{% load i18n interface %}"


def written(source: str, **context: object) -> str:
    return Template(LOADED + source).render(Context(context))


def test_words_are_those_of_the_language_of_each_page() -> None:
    template = Template(LOADED + '{% translate "Carte" %}')
    texts = []
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            texts.append(template.render(Context()))
    assert texts == ["Carte", "Map", "Carte"]


def test_words_that_a_variable_gives_are_translated_each_time() -> None:
    template = Template(LOADED + "{% translate word %}")
    with translation.override("en"):
        assert [template.render(Context({"word": word})) for word in ("Carte", "Catalogue")] == [
            "Map",
            "Catalogue",
        ]


def test_words_may_have_a_name() -> None:
    assert written('{% translate "Carte" as word %}[{{ word }}]') == "[Carte]"


def test_an_address_is_that_of_its_arguments() -> None:
    source = "{% url 'explorer:layer' layer %}"
    assert [written(source, layer=layer) for layer in ("a", "b", "a")] == [
        "/catalogue/a/",
        "/catalogue/b/",
        "/catalogue/a/",
    ]


def test_an_address_that_no_route_has_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        written("{% url 'explorer:layer' layer %}", layer="not a slug")


PART = "{% remembered title %}<b>{{ title }}{% icon 'x' %}</b>{% endremembered %}"


def test_a_part_follows_its_values_and_the_language() -> None:
    template = Template(
        LOADED + "{% remembered title %}{{ title }} {% translate 'Carte' %} {% endremembered %}"
    )
    texts = []
    for title, language in (("<a>", "fr"), ("<b>", "fr"), ("<a>", "en"), ("<a>", "fr")):
        with translation.override(language):
            texts.append(template.render(Context({"title": title})).strip())
    assert texts == ["&lt;a&gt; Carte", "&lt;b&gt; Carte", "&lt;a&gt; Map", "&lt;a&gt; Carte"]


def test_a_part_brings_its_symbols_to_each_page() -> None:
    template = Template(LOADED + PART)
    for _page in range(2):
        sheet = SymbolSheet("icons")
        assert 'href="#icon-x"' in template.render(Context({"title": "a", "icons": sheet}))
        assert 'id="icon-x"' in sheet.svg


def test_a_part_of_a_page_without_a_sheet_has_its_own_pictures() -> None:
    template = Template(LOADED + PART)
    template.render(Context({"title": "a", "icons": SymbolSheet("icons")}))
    assert "<use" not in template.render(Context({"title": "a"}))
