"""Forms of inquiries: what a planner says of one, and the opinion of the commissioner on a remark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from interface.forms import add_input_classes
from layers.visitor import Visitor
from planning.models import PublicInquiry, RemarkOpinion
from webforms.access import forms_of, may_review
from webforms.models import Form

if TYPE_CHECKING:
    InquiryBase = forms.ModelForm[PublicInquiry]
    OpinionBase = forms.ModelForm[RemarkOpinion]
else:
    InquiryBase = OpinionBase = forms.ModelForm


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InquiryForm(InquiryBase):
    """An inquiry; it offers the forms whose answers ``visitor`` decides of."""

    class Meta:
        model = PublicInquiry
        fields = ["notice", "commissioner", "opens_on", "closes_on", "form", "readers"]
        widgets = {"notice": forms.Textarea(attrs={"rows": 6}), "opens_on": _day(), "closes_on": _day()}

    def __init__(self, visitor: Visitor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [form.pk for form, scope in forms_of(visitor)[1] if may_review(scope)]
        choices: Any = self.fields["form"]
        choices.queryset = Form.objects.filter(pk__in=own).order_by("title")
        add_input_classes(self)

    def clean(self) -> dict[str, Any] | None:
        """Refuse days out of order."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("opens_on"), values.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("Le dernier jour précède le premier."))
        return values


class OpinionForm(OpinionBase):
    """An opinion on a remark."""

    class Meta:
        model = RemarkOpinion
        fields = ["verdict", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)
