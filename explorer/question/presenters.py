"""What was understood of a text as a JSON document."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from explorer.question.proposals import QuestionProposal, is_certain


def map_address(found: QuestionProposal) -> str:
    """Return the address of the map that asks a proposal, its sentence in sight."""
    return f"{reverse('explorer:map')}?{found.address}&onglet=filtres"


def proposal_document(found: QuestionProposal) -> dict[str, Any]:
    """Return a proposal as JSON: places of spans are characters of ``text``; ``address`` is a query string.

    ``proposed`` is the address of the map when the question may be asked at once, else empty.
    """
    understood = found.understood
    return {
        "text": understood.text,
        "words": found.words,
        "address": found.address,
        "proposed": map_address(found) if is_certain(found) else "",
        "count": found.count,
        "subject": understood.subject,
        "parameters": [list(pair) for pair in understood.parameters],
        "spans": [
            {"start": span.start, "end": span.end, "kind": span.kind.value} for span in understood.spans
        ],
        "notUnderstood": [
            {"text": unused.text, "reason": unused.reason.value} for unused in understood.not_understood
        ],
        "notes": list(found.notes),
        "alternatives": [{"words": each.words, "address": each.address} for each in found.alternatives],
    }
