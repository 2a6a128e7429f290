"""Tags of templates that write the same text each time: looked up once in each language, an address by its arguments.

A page of lists has four hundred words and two hundred addresses. Django looks each word up in its catalogues, and each
address in the table of routes, again for each page: a third of what a page of the map costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import do_translate
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from interface.addresses import address_of
from interface.pictures import SymbolSheet
from interface.template_loader import LITERAL
from layers.cache import BoundedCache

# A literal alone: no variable, filter, context or name to be kept under.
_BLANK_LINES = re.compile(r"\n{2,}")
_LITERAL = re.compile(r"""trans(?:late)?\s+(?:"[^"]*"|'[^']*')""")


class WordsNode(Node):
    """Words of a template, looked up once in each language."""

    child_nodelists = ()

    def __init__(self, node: Node) -> None:
        self._node = node
        self._texts: dict[str | None, SafeString] = {}

    def render(self, _context: Context) -> SafeString:
        """Write the words in the language of the page."""
        language = get_language()
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = SafeString(self._node.render(Context()))
        return text


def translate(parser: Parser, token: Token) -> Node:
    """``{% translate %}`` of Django; a literal is looked up once."""
    node: Node = do_translate(parser, token)
    return WordsNode(node) if _LITERAL.fullmatch(token.contents.strip()) else node


class AddressNode(URLNode):
    """An address, looked up once for each of its arguments."""

    def render(self, context: Context) -> str:
        """Write the address; as Django does where it has a name, or arguments that are no plain values."""
        arguments = tuple(argument.resolve(context) for argument in self.args)
        if self.asvar or self.kwargs or not all(type(one) in _PLAIN for one in arguments):
            return str(super().render(context))
        address = address_of(self.view_name.resolve(context), *arguments)
        return conditional_escape(address) if context.autoescape else address


_PLAIN = {str, int, SafeString}


def url(parser: Parser, token: Token) -> AddressNode:
    """``{% url %}`` of Django, of which the address is looked up once."""
    node = django_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


class RememberedNode(Node):
    """A part of a page that its values decide, with the symbols that it refers to."""

    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist, self._values = nodelist, values

    def render(self, context: Context) -> SafeString:
        """Write the part, from the process where one of the same values was written."""
        values = (value.resolve(context) for value in self._values)
        plain = tuple(str(value) if isinstance(value, Promise) else value for value in values)
        return remembered_part(context, (id(self), *plain), self.nodelist.render)


def remembered_part(
    context: Context, key: tuple[Hashable, ...], write: Callable[[Context], SafeString]
) -> SafeString:
    """Return a part of a page that its ``key`` and the language decide, written once in the process.

    The symbols that it refers to are added to the sheets of the page.
    """
    sheets = {name: sheet for name in _SHEETS if (sheet := context.get(name))}

    def written() -> tuple[SafeString, dict[str, dict[str, SafeString]]]:
        own = {name: SymbolSheet(name) for name in sheets}
        with context.push(**own):
            part = write(context)
            if not LITERAL.search(part):
                part = SafeString(_BLANK_LINES.sub("\n", part))
        return part, {name: dict(sheet.symbols) for name, sheet in own.items()}

    part, symbols = _parts.recall((get_language(), tuple(sheets), *key), written)
    for name, sheet in sheets.items():
        sheet.add(symbols[name])
    return part


_SHEETS = ("icons", "symbols")
_parts: BoundedCache[tuple[SafeString, dict[str, dict[str, SafeString]]]] = BoundedCache(4000)


def remembered(parser: Parser, token: Token) -> RememberedNode:
    """``{% remembered a b %}…{% endremembered %}``: a part of a page that follows from these values and the language.

    Each value that the part shows is among them, as text, number, boolean or date; a part about the person, or with a
    form that writes, is never one.
    """
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(nodelist, values)
