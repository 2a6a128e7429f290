"""Every control of the settings leads to a panel that the schema accepts and that reads without fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboards.builder.condition_rows import condition_form
from dashboards.builder.draft import PanelDraft, panel_draft
from dashboards.builder.parsing import parse_panel, written_panel
from dashboards.builder.sentences import sentence
from dashboards.builder.settings import changed, settings_form
from dashboards.documents.document import Document, Panel, PanelNotice, PanelQuestion, Section
from dashboards.errors import InvalidDocument
from dashboards.models import LibraryPanel
from dashboards.panels.controls import PanelControl
from dashboards.panels.kinds import PanelRequest
from dashboards.registry import PANEL_KINDS
from dashboards.services.checks import document_faults
from dashboards.sources.source import panel_source
from interface.text import fold
from layers import access
from layers.errors import InvalidParameter, LayersError
from layers.parsing import FeatureQuery
from tests import deliveries
from tests.builder import controls_of, faults_of, making, values_of
from tests.examples import is_thorough
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, PLANNER, PUBLIC
from tests.selections import visitor
from tests.world import DRAFT, PLAYGROUNDS, TREES, ZONES, World

KINDS = sorted(PANEL_KINDS)
# Related records, features: each with a field that a condition is about.
SOURCES = ((PLAYGROUNDS, "inspections", "etat"), (TREES, "", "genre"))


def refusals(found: PanelDraft) -> list[str]:
    """Return what is wrong after changes that the settings of a panel offer: all of them, or some spread over them.

    Kinds offer much the same changes: each takes others of them.
    """
    offered = [(control.change, value) for control in controls_of(found) for value in values_of(control)]
    step = max(len(offered) // (60 if is_thorough() else 8), 1)
    faults: list[str] = []
    panels: dict[str, Panel] = {}
    for change, value in offered[KINDS.index(found.panel.kind) % step :: step]:
        try:
            after = changed(found, change, value)
        except LayersError as refused:
            faults.append(f"{change}={value!r}: {refused.detail}")
        else:
            settings_form(after)
            panels[f"{change}={value!r}"] = after.panel
    return [*faults, *faults_of(panels, found.maker)]


def able(kind: str, layer: str, relation: str = "") -> bool:
    """Whether a kind can show a layer, or related records of it."""
    source = panel_source(access.scope(visitor(ADMINISTRATOR), layer), relation)
    return not PANEL_KINDS[kind].needs_question or not PANEL_KINDS[kind].unsuitable(source)


def with_a_condition(found: PanelDraft, name: str) -> PanelDraft:
    """Return a panel that keeps some of its rows, and warns."""
    question = found.panel.question
    if question is None:
        return found
    kept = changed(found, "condition-added", f"feature.{name}" if question.relation else name)
    return replace(kept, panel=replace(kept.panel, notice=PanelNotice(">", 1, "{value}")))


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_of_a_kind_leads_to_a_panel_that_reads(kind: str, world: World) -> None:
    wrong = [
        f"{layer}: {fault}"
        for layer, relation, name in SOURCES
        if able(kind, layer, relation)
        for fault in refusals(with_a_condition(making(kind, layer, relation), name))
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_panel_takes_any_kind_by_its_settings(kind: str, world: World) -> None:
    found = making("bar", PLAYGROUNDS, by=("commune",))
    after = changed(found, "kind", kind).panel if able(kind, PLAYGROUNDS) else found.panel
    assert faults_of({kind: after}, found.maker) == []


def test_a_text_becomes_a_chart_of_the_layer_that_is_chosen(world: World) -> None:
    after = changed(making("text"), "kind", "bar", layer=TREES).panel
    assert (after.kind, after.question and after.question.layer) == ("bar", TREES)


def test_bars_with_a_colour_are_stacked_and_without_it_are_not(world: World) -> None:
    found = making("bar", PLAYGROUNDS, by=("commune",))
    coloured = changed(found, "by.1", "etat")
    plain = changed(coloured, "by.1", "")
    assert (coloured.panel.kind, plain.panel.kind) == ("stacked_bar", "bar")


def test_the_settings_of_a_library_panel_show_the_option_that_was_changed(world: World) -> None:
    document = {
        "kind": "line",
        "title": "Ouvertures",
        "question": {"layer": PLAYGROUNDS, "by": ["year:date_ouverture"]},
        "options": {"unit": "aires"},
    }
    LibraryPanel.objects.create(slug="ouvertures", title="Ouvertures", document=document)
    before = panel_draft(visitor(ADMINISTRATOR), Panel("p", "", library="ouvertures"))
    after = changed(before, "options.zero", False)
    is_checked = {control.name: control.is_checked for control in controls_of(after)}
    assert after.panel.options == {"zero": False}
    assert after.full_panel.options == {"unit": "aires", "zero": False}
    assert is_checked["options.zero"] is False


def names_of(found: PanelDraft) -> set[str]:
    """Return the names of the controls of a panel."""
    form = settings_form(found)
    return {control.name for group in (*form.data, *form.look) for control in group.controls}


def test_a_map_of_features_offers_no_order(world: World) -> None:
    assert {"sort", "limit"}.isdisjoint(names_of(making("map", TREES)))
    assert {"sort", "limit"} <= names_of(making("map", TREES, by=("commune",)))


def test_the_fields_and_layers_to_choose_are_in_alphabetical_order(world: World) -> None:
    controls = {control.name: control for control in controls_of(making("bar", TREES, by=("genre",)))}
    form = condition_form(making("bar", TREES, by=("genre",)))
    assert form is not None
    lists = [
        [fold(choice.words) for choice in group.choices if choice.value]
        for control in (controls["layer"], controls["by.0"], form.addition)
        for group in control.groups
        if group.title != "Dates"
    ]
    assert [each for each in lists if each != sorted(each)] == []
    assert max(len(each) for each in lists) > 3


def test_a_map_of_features_is_coloured_by_a_list_of_values(world: World) -> None:
    base = making("map", TREES)
    control = next(each for each in controls_of(base) if each.name == "options.category")
    offered = {choice.value for group in control.groups for choice in group.choices}
    coloured = changed(base, "options.category", "genre")
    assert ({"", "genre", "commune"} <= offered, "hauteur" in offered) == (True, False)
    assert faults_of({"coloured": coloured.panel}, base.maker) == []


def test_the_unit_of_a_panel_says_what_it_converts(world: World) -> None:
    assert (
        _unit_help(making("figure", ZONES, measures=("area",)))
        == "Les valeurs, en m², sont converties en ha, km²."
    )
    assert _unit_help(making("figure", ZONES)) == ""


def _unit_help(draft: PanelDraft) -> str:
    controls = [control for group in settings_form(draft).look for control in group.controls]
    return next(control.help for control in controls if control.name == "options.unit")


def test_an_area_is_shown_in_hectares(world: World) -> None:
    area = making("figure", ZONES, measures=("area",))
    hectares = replace(area.panel, options={"unit": "ha"})
    answers = []
    for panel in (area.panel, hectares):
        assert panel.question is not None
        request = PanelRequest(
            panel, panel.question, area.maker, access.scope(area.maker, ZONES), FeatureQuery()
        )
        answers.append(PANEL_KINDS["figure"].read(request))
    assert [answer.unit for answer in answers] == ["m²", "ha"]
    assert answers[0].value is not None
    assert answers[1].value == pytest.approx(answers[0].value / 10_000)


def test_a_sheet_offers_no_notice_but_to_take_one_off(world: World) -> None:
    found = making("sheet", TREES)
    noticed = replace(found.panel, notice=PanelNotice(">", 1, "{value}"))
    assert "notice" not in names_of(found)
    assert "notice" in names_of(panel_draft(found.maker, noticed))


def test_the_title_follows_the_question_until_somebody_writes_one(world: World) -> None:
    found = making("bar", PLAYGROUNDS, by=("commune",))
    followed = changed(found, "by.0", "etat").panel.title
    own = panel_draft(found.maker, replace(found.panel, title="À moi"))
    kept = changed(own, "by.0", "etat").panel.title
    assert (followed, kept) == ("Aires de jeux par état", "À moi")


def test_a_measure_is_reported_to_inhabitants(world: World) -> None:
    found = making("bar", PLAYGROUNDS, by=("commune",))
    after = changed(changed(found, "measure.0", "sum"), "over.0", "per_inhabitant").panel
    assert after.question is not None
    assert after.question.measures == ("per_inhabitant:sum:surface_m2",)


def test_a_delay_between_two_dates_is_chosen_by_its_dates(world: World) -> None:
    found = making("bar", PLAYGROUNDS, "interventions", by=("nature",))
    asked = changed(changed(found, "measure.0", "median"), "measured.0", "days:")
    turned = changed(asked, "start.0", "date")
    other = changed(turned, "end.0", "feature.date_ouverture")
    measures = [each.panel.question.measures for each in (asked, turned, other) if each.panel.question]
    assert measures == [
        ("median:days:date_demande..date",),
        ("median:days:date..date_demande",),
        ("median:days:date..feature.date_ouverture",),
    ]
    assert (
        asked.panel.title
        == "Délai médian de «\u00a0Date de la demande\u00a0» à «\u00a0Date\u00a0» par nature"
    )
    assert "Le délai médian de <b>date de la demande</b> à <b>date</b>, en jours par" in sentence(asked)
    assert faults_of({"delay": other.panel}, found.maker) == []


@pytest.mark.parametrize("measure", ["median:days:date_demande..date", "p75:days:date_demande..date"])
def test_a_delay_stays_what_it_is_when_something_else_changes(measure: str, world: World) -> None:
    found = making("bar", PLAYGROUNDS, "interventions", by=("nature",), measures=(measure,))
    after = changed(found, "by.0", "year:date").panel
    chosen = {control.name: control.value for control in controls_of(found)}
    assert after.question is not None
    assert after.question.measures == (measure,)
    assert chosen["measure.0"] == measure.partition(":")[0]
    assert chosen["measured.0"] == "days:"


def test_a_mean_takes_a_weight_that_follows_its_field(world: World) -> None:
    found = changed(making("bar", TREES, by=("genre",)), "measure.0", "avg")
    weighted = changed(found, "weight.0", "precision_position")
    other = changed(weighted, "measured.0", "circonference")
    plain = changed(other, "weight.0", "")
    measures = [each.panel.question.measures[0] for each in (weighted, other, plain) if each.panel.question]
    assert measures[0].endswith("*precision_position")
    assert measures[1:] == ["avg:circonference*precision_position", "avg:circonference"]
    assert "pondérée par" in sentence(weighted)
    assert "pondérée par" in weighted.panel.title


def test_the_weight_of_a_mean_is_offered_for_what_does_not_add_up(world: World) -> None:
    mean = changed(making("bar", TREES, by=("genre",)), "measure.0", "avg")
    controls = {control.name: control for control in controls_of(mean)}
    assert controls["weight.0"].value == ""
    summed = {control.name for control in controls_of(changed(mean, "measure.0", "max"))}
    assert "weight.0" not in summed


def test_bins_take_a_width(world: World) -> None:
    found = changed(making("bar", TREES, by=("bins10:hauteur",)), "width.0", "2,5").panel
    assert found.question is not None
    assert found.question.by == ("width2.5:hauteur",)


def test_a_filter_that_rows_do_not_say_is_kept_when_rows_change(world: World) -> None:
    rest = "hauteur > 3 OR genre = 'Cedrus'"
    found = making("bar", TREES, by=("genre",), filter=f"({rest})")
    after = changed(changed(found, "condition-added", "date_releve"), "condition-removed", "0").panel
    assert after.question is not None
    assert after.question.filter == f"({rest})"


def test_a_condition_without_values_goes(world: World) -> None:
    found = changed(making("bar", PLAYGROUNDS, by=("commune",)), "condition-added", "etat")
    after = changed(found, "condition.0", []).panel
    assert after.question is not None
    assert after.question.filter == ""


def test_a_filter_that_cannot_be_read_is_refused_by_name(world: World) -> None:
    with pytest.raises(LayersError) as refused:
        changed(making("bar", TREES, by=("genre",)), "filter", "genre =")
    assert refused.value.parameter == "filter"


WRONG: tuple[tuple[str, Any], ...] = (
    ("kind", "camembert"), ("kind", 3), ("couleur", "x"), ("by.9", "genre"), ("by.0", "nulle_part"),
    ("measure.0", "somme"), ("measured.0", "nulle_part"), ("over.0", "per_mouton"), ("layer", "nulle-part"),
    ("relation", "nulle_part"), ("condition.4", ["x"]), ("condition-added", "nulle_part"), ("options.rien", "x"),
    ("notice.threshold", "beaucoup"), ("notice.operator", "~"), ("sort", {"a": 1}), ("titles-added", "sans signe"),
    ("start.0", "date_releve"), ("end.0", "nulle_part"), ("condition-removed", "-1"), ("width.0", "large"), ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_change_that_cannot_be_is_refused(name: str, value: Any, world: World) -> None:
    with pytest.raises(LayersError):
        changed(making("bar", TREES, by=("genre",)), name, value)


def test_a_layer_that_the_maker_does_not_see_reads_like_none(world: World) -> None:
    def refusal(layer: str) -> str:
        with pytest.raises(LayersError) as refused:
            changed(making("bar", TREES, person=PLANNER, by=("genre",)), "layer", layer)
        return refused.value.detail.replace(layer, "X")

    assert refusal(DRAFT) == refusal("nulle-part")


@pytest.mark.parametrize("name", ["by.0", "measured.0", "condition-added", "shown.etat_sanitaire"])
def test_a_protected_field_cannot_be_asked_by_who_does_not_read_it(name: str, world: World) -> None:
    found = making("table" if "shown" in name else "bar", TREES, person=PLANNER)
    found = changed(found, "measure.0", "distinct") if name == "measured.0" else found
    with pytest.raises(LayersError):
        changed(found, name, "etat_sanitaire" if "shown" not in name else True)


def test_settings_name_nothing_that_their_maker_does_not_read(world: World) -> None:
    question = PanelQuestion(TREES, by=("etat_sanitaire",), filter="etat_sanitaire = 'dangereux'")
    form = settings_form(panel_draft(visitor(PLANNER), Panel("p", "bar", question=question)))
    controls = [control for group in form.data for control in group.controls]
    offered = {choice.value for control in controls for group in control.groups for choice in group.choices}
    assert {"date_dernier_diagnostic", "matricule"}.isdisjoint(offered)


def test_settings_of_a_hidden_layer_say_no_more_than_those_of_none(world: World) -> None:
    def told(layer: str) -> str:
        question = PanelQuestion(layer)
        form = settings_form(panel_draft(visitor(PLANNER), Panel("p", "figure", question=question)))
        return f"{form.sentence} {form.rows} {form.conditions}"

    assert told(DRAFT) == told("nulle-part")


def test_a_panel_is_the_same_once_written_and_read(world: World) -> None:
    found = making("bar", PLAYGROUNDS, by=("commune",)).panel
    assert replace(parse_panel(written_panel(found)), id="") == found


def test_a_panel_that_the_schema_refuses_is_told_by_its_keys(world: World) -> None:
    with pytest.raises(InvalidDocument) as refused:
        parse_panel({"kind": "bar", "question": {"layer": TREES}, "width": 40})
    assert [fault.key for fault in refused.value.faults] == ["width"]


def test_a_condition_on_a_date_takes_a_period_counted_from_today(world: World) -> None:
    asked = changed(making("bar", TREES, by=("genre",)), "condition-added", "date_releve")
    names = [control.name for control in _condition_controls(asked)]
    relative = changed(asked, "condition.0.period", "last-14-days")
    plain = changed(relative, "condition.0.period", "")
    filters = [each.panel.question.filter for each in (relative, plain) if each.panel.question]
    assert names == ["condition.0.period", "condition.0.from", "condition.0.to"]
    assert filters[0] == "(T_INTERSECTS(\"date_releve\", PERIOD('last-14-days')))"
    assert "DATE(" in filters[1]
    assert [control.name for control in _condition_controls(relative)] == ["condition.0.period"]
    assert faults_of({"relative": relative.panel}, asked.maker) == []


def test_a_condition_on_a_date_is_counted_from_today_by_a_number_and_a_unit(world: World) -> None:
    base = changed(making("bar", TREES, by=("genre",)), "condition-added", "date_releve")
    counted = changed(base, "condition.0.period", "today")
    fewer = changed(counted, "condition.0.from.count", "-2")
    months = changed(fewer, "condition.0.from.unit", "m")
    filters = [each.panel.question.filter for each in (counted, months) if each.panel.question]
    forms = {control.name: control.form for control in _condition_controls(months)}
    assert filters == [
        f"((\"date_releve\" >= TODAY('today-{count}') AND \"date_releve\" <= TODAY('today')))"
        for count in ("30d", "2m")
    ]
    assert forms == {
        "condition.0.period": "select",
        "condition.0.from.count": "number",
        "condition.0.from.unit": "select",
        "condition.0.to.count": "number",
        "condition.0.to.unit": "select",
    }
    assert faults_of({"counted": months.panel}, base.maker) == []


def _condition_controls(draft: PanelDraft) -> list[PanelControl]:
    form = condition_form(draft)
    assert form is not None
    return [control for block in form.blocks for control in block.controls]


def condition_fields(slug: str, filter_text: str = "") -> dict[str, str]:
    """Return the fields that a condition may be about, as a maker reads them."""
    source = panel_source(access.scope(visitor(ADMINISTRATOR), slug))
    panel = Panel("chiffre", "figure", question=PanelQuestion(slug, filter=filter_text))
    form = condition_form(PanelDraft(visitor(ADMINISTRATOR), panel, panel, source))
    assert form is not None
    return {choice.value: choice.words for group in form.addition.groups for choice in group.choices}


def test_the_commune_of_a_surface_is_named_apart_from_the_filter_of_the_page(world: World) -> None:
    assert condition_fields(TREES)["commune"] == "Commune"
    assert condition_fields(ZONES)["commune"].startswith("Commune principale")
    source = panel_source(access.scope(visitor(ADMINISTRATOR), ZONES))
    panel = Panel("chiffre", "figure", question=PanelQuestion(ZONES, filter=f"commune = '{MEUDON}'"))
    words = sentence(PanelDraft(visitor(ADMINISTRATOR), panel, panel, source))
    assert "commune principale" in words


def test_a_column_that_repeats_the_commune_makes_no_second_condition(world: World) -> None:
    titled = [deliveries.field(title) for title in ("code_insee", "nom_commune", "commune_origine")]
    schema = replace(deliveries.BENCHES, fields=(*deliveries.BENCHES.fields, *titled))
    deliveries.published(deliveries.dataset(), deliveries.bench(), schema=schema)
    titles = condition_fields("bancs")
    assert titles["commune"] == "Commune"
    assert not {"code_insee", "nom_commune"} & titles.keys()
    assert "commune_origine" in titles


def aspect(kind: str) -> list[PanelControl]:
    """Return the controls of what a kind shows, in their order."""
    form = settings_form(making(kind, TREES))
    return [control for group in form.look for control in group.controls]


def test_the_aspect_of_a_map_begins_with_its_drawing_and_its_colours(world: World) -> None:
    controls = aspect("map")
    assert [control.name for control in controls[:2]] == ["options.mode", "options.category"]
    assert {control.form for control in controls[:3]} == {"select"}


@pytest.mark.parametrize("kind", ["map", "bar"])
def test_the_last_period_is_chosen_from_a_list_after_what_is_drawn(kind: str, world: World) -> None:
    controls = aspect(kind)
    last = next(control for control in controls if control.name == "options.latest")
    choices = {choice.value: choice.words for group in last.groups for choice in group.choices}
    assert choices["month:date_releve"] == "Date du relevé\u00a0: le dernier mois"
    names = [control.name for control in controls]
    assert names.index("options.latest") > names.index("options.decimals")


def test_layers_around_a_map_are_added_from_those_that_its_maker_sees(world: World) -> None:
    draft = changed(making("map", TREES), "context-added", ZONES)
    assert draft.panel.options["context"] == [ZONES]
    assert faults_of({"carte": draft.panel}, draft.maker) == []
    assert changed(draft, "options.context", []).panel.options.get("context") is None
    with pytest.raises(InvalidParameter) as refused:
        changed(making("map", TREES, person=PUBLIC), "context-added", PLAYGROUNDS)
    assert PLAYGROUNDS in refused.value.detail


def test_a_layer_around_a_map_that_its_author_does_not_see_is_a_fault(world: World) -> None:
    panel = replace(making("map", TREES).panel, options={"mode": "categories", "context": [PLAYGROUNDS]})
    document = Document("essai", "Essai", sections=(Section("s", "S", (panel,)),))
    faults = {person: document_faults(document, visitor(person)) for person in (ADMINISTRATOR, PUBLIC)}
    assert faults[ADMINISTRATOR] == []
    assert [(each.key, PLAYGROUNDS in each.text) for each in faults[PUBLIC]] == [
        ("sections[0].panels[0].options.context[0]", True)
    ]
