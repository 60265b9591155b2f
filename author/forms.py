from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from quizzes.models import AdjustmentKind, ChallengeOutcome
from web.forms import fields_only


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Your finding"),
        choices=[
            (ChallengeOutcome.UPHELD, gettext_lazy("The learner is right: the question is at fault")),
            (ChallengeOutcome.EXPLAINED, gettext_lazy("The question stands, and this is why")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Your answer to the learner"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("2,000 characters at most. It cannot be changed once it is sent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class ProposalForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("How it should be scored"), widget=forms.RadioSelect)
    option = forms.ChoiceField(label=gettext_lazy("Option to accept too"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For the author who approves, and for the record. 2,000 characters at most."),
    )

    def __init__(self, *args: Any, acceptable: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        kinds = [
            (AdjustmentKind.FULL_CREDIT, gettext("Full marks for everybody who was asked")),
            (AdjustmentKind.DROP, gettext("Take it out of the score: out of marks and maximum")),
        ]
        if acceptable:
            kinds.append((AdjustmentKind.ACCEPT_OPTION, gettext("Accept a further option with full marks")))
        else:
            del self.fields["option"]
        for name, choices in (("kind", kinds), ("option", [("", gettext("None")), *acceptable])):
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        accepts = cleaned.get("kind") == AdjustmentKind.ACCEPT_OPTION
        if accepts and not cleaned.get("option"):
            self.add_error("option", gettext("Choose the option that is to be accepted too."))
        return {**cleaned, "option": cleaned.get("option", "") if accepts else ""}
