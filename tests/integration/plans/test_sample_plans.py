"""The sample plans: every state is there, figures agree with one another, and each group enters its own rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import F, Sum
from django.utils import timezone

from dashboards.paper.document import document, read_content
from dashboards.paper.layout import PaperLayout
from dashboards.reading.dashboard_page import open_page
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from export_formats.pdf import pdf_of
from gisportal.demo import rights as names
from gisportal.demo.plans import load_plans
from gisportal.demo.rights import load_plan_rights
from gisportal.demo.sample_rows import load_communes
from layers import access
from layers.models import DataVersion
from layers.visitor import Credential, Visitor, system_visitor
from plans.models import Action, BudgetLine, Indicator, LinkedIndicator, Measure
from plans.vocabulary import ActionState, IndicatorState, Pollutant, Sector
from tests.pdf import sheets
from tests.plans import ACTIONS, INDICATORS

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST = TODAY.year - 1


@pytest.fixture
def groups(catalogue: Any) -> dict[str, Group]:
    load_communes()
    found = names.load_groups()
    load_plans(anchor=TODAY)
    load_plan_rights(found, anchor=timezone.localdate())
    return found


def test_every_state_is_there_and_figures_agree(groups: dict[str, Group]) -> None:
    assert set(Indicator.objects.values_list("etat", flat=True)) == set(IndicatorState.values)
    assert set(Action.objects.values_list("etat", flat=True)) == set(ActionState.values)
    for code in ("ges-total", "energie-totale", "dma-total"):
        total = Indicator.objects.get(code=code)
        parts = Indicator.objects.filter(parent=total).aggregate(sum=Sum("valeur_mesure"))["sum"]
        assert total.valeur_mesure == pytest.approx(parts, abs=0.2)
        assert total.valeur_reference == sum(part.valeur_reference or 0 for part in total.parts.all())
    assert {*Indicator.objects.filter(parent="ges-total").values_list("secteur", flat=True)} == {
        *Sector.values
    }
    assert {*Indicator.objects.exclude(polluant="").values_list("polluant", flat=True)} == {*Pollutant.values}
    towns = Measure.objects.filter(indicator__code="ges-total", annee=LAST, commune__isnull=False)
    whole = Indicator.objects.get(code="ges-total").valeur_mesure
    assert towns.count() == 8
    assert towns.aggregate(sum=Sum("valeur"))["sum"] == pytest.approx(whole, rel=0.02)
    assert Measure.objects.filter(annee__gt=TODAY.year).exists()
    assert not LinkedIndicator.objects.exclude(indicator__plan=F("action__plan")).exists()
    before = dict(DataVersion.objects.values_list("table", "version"))
    load_plans(anchor=TODAY)
    assert dict(DataVersion.objects.values_list("table", "version")) == before


def test_nothing_is_spent_of_years_to_come(groups: dict[str, Group]) -> None:
    spent = BudgetLine.objects.exclude(depense=None)
    assert spent.exists()
    assert not spent.filter(annee__gt=TODAY.year).exists()
    assert not BudgetLine.objects.filter(annee__lte=TODAY.year, depense=None).exists()


def test_the_summary_of_the_climate_plan_is_one_sheet_with_a_line_to_spare(groups: dict[str, Group]) -> None:
    text = (settings.BASE_DIR / "fixtures" / "dashboards" / "pcaet-synthese.yaml").read_text("utf-8")
    import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor())
    page = open_page(visitor(groups[names.CLIMATE]), "pcaet-synthese", {})
    html = document(read_content(page), PaperLayout())
    pdf = pdf_of(html.replace("</main>", "<p>Une ligne de plus.</p></main>"))
    assert sheets(pdf.content) == [(210, 297)]


def test_each_group_reads_and_enters_its_rows(groups: dict[str, Group]) -> None:
    def reads(name: str) -> tuple[set[str], bool]:
        scope = access.scope(visitor(groups[name]), ACTIONS)
        money = "budget" in {relation.name for relation in scope.relations}
        return set(scope.queryset.values_list("plan", flat=True)), money

    def enters(name: str, slug: str, field: str) -> set[str]:
        rows = access.editable(access.scope(visitor(groups[name]), slug))
        return set(rows.values_list(field, flat=True))

    both = {"pcaet", "plpdma"}
    assert {
        name: reads(name)
        for name in (names.CLIMATE, names.MANAGEMENT, names.ELECTED, names.ALEC, names.SEVRES)
    } == {
        names.CLIMATE: (both, True),
        names.MANAGEMENT: (both, True),
        names.ELECTED: (both, False),
        names.ALEC: ({"pcaet"}, False),
        names.SEVRES: ({"pcaet"}, False),
    }
    assert enters(names.CLIMATE, INDICATORS, "plan") == {"pcaet"}
    assert enters(names.WASTE, ACTIONS, "plan") == {"plpdma"}
    assert enters(names.PLANNING, INDICATORS, "axe") == {"1. Réduire les émissions"}
    assert enters(names.FLEET, INDICATORS, "axe") == {"4. Une collectivité exemplaire"}
    assert enters(names.MOBILITY, ACTIONS, "code") == {"1.2.1", "1.2.2", "1.2.4"}
    assert enters(names.MANAGEMENT, ACTIONS, "code") == set()


def visitor(group: Group) -> Visitor:
    """Return somebody of a group."""
    return Visitor(
        instant=timezone.now(),
        user_id=1,
        username="x",
        groups=frozenset({group.pk}),
        credential=Credential.SESSION,
    )
