"""A panel's question in the words of the API."""

from dashboards.documents.document import PanelQuestion
from dashboards.documents.questions import question_parameters


def test_a_question_is_asked_in_the_parameters_of_the_api() -> None:
    question = PanelQuestion(
        "aires-de-jeux",
        relation="inspections",
        relation_filter="resultat = 'DANGER'",
        by=("year:date", "type"),
        measures=("count", "share:count"),
        sort=("-count",),
        limit=5,
        empty=True,
    )
    assert question_parameters(question) == {
        "relation": ["inspections"],
        "relation-filter": ["resultat = 'DANGER'"],
        "group_by": ["year:date,type"],
        "measures": ["count,share:count"],
        "sortby": ["-count"],
        "limit": ["5"],
        "empty": ["true"],
    }


def test_what_a_question_leaves_out_is_the_api_s_to_say() -> None:
    assert question_parameters(PanelQuestion("aires-de-jeux")) == {}
