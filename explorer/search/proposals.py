"""The question to the map that the search box proposes first, when what is typed is one."""

from __future__ import annotations

from explorer.question.proposals import QuestionProposal, suggested
from explorer.search.parsing import SearchQuery
from layers.visitor import Visitor


def asked_by(visitor: Visitor, query: SearchQuery) -> QuestionProposal | None:
    """Return the question that the text asks; None when it asks none, or when too many words are not understood."""
    if query.is_short or query.position is not None:
        return None
    return suggested(visitor, query.text)
