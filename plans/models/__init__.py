"""Tables of plans."""

from plans.models.action import Action, ActionNote, ActionStep, BudgetLine, LinkedIndicator
from plans.models.indicator import Indicator, Measure, Milestone
from plans.models.plan import Axis, Plan

__all__ = [
    "Action",
    "ActionNote",
    "ActionStep",
    "Axis",
    "BudgetLine",
    "Indicator",
    "LinkedIndicator",
    "Measure",
    "Milestone",
    "Plan",
]
