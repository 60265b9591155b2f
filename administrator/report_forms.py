import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Team
from administrator.filters import team_choices
from administrator.forms import Day
from administrator.messages.reports import format_names, kind_choices
from training.making import BINDER
from training.queries import RequirementChoice
from training.services import Wanted
from training.tables import Format
from web.forms import fields_only


class ReportForm(forms.Form):
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(label=gettext_lazy("What"), widget=forms.RadioSelect)
    day = forms.DateField(
        label=gettext_lazy("As of"),
        widget=Day,
        help_text=gettext_lazy("The end of this day, as the facts were known then. For today: as of now."),
    )
    from_on = forms.DateField(
        label=gettext_lazy("Hours from"),
        widget=Day,
        help_text=gettext_lazy("Hours of training, and the audit trail of a binder, begin on this day."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.none(),
        required=False,
        help_text=gettext_lazy("Who was in it on that day, or in a team that stands below it today."),
    )
    requirement = forms.TypedChoiceField(
        label=gettext_lazy("Requirement"), required=False, coerce=UUID, empty_value=None
    )
    format = forms.TypedChoiceField(label=gettext_lazy("File"), coerce=Format)

    def __init__(
        self,
        *args: Any,
        teams: QuerySet[Team],
        requirements: Iterable[RequirementChoice],
        today: dt.date,
        of_teams: bool = False,
        **kwargs: Any,
    ) -> None:
        """`of_teams`: for a manager, who has reports of her teams, and no binder, which is of everybody."""
        super().__init__(*args, **kwargs)
        self.initial = {"kind": "compliance", "day": today, "from_on": today.replace(month=1, day=1)}
        self.helper, self.today = fields_only(), today
        asked = [(str(one.public_id), one.title) for one in requirements]
        choices: dict[str, list[tuple[str, Any]]] = {
            "kind": [choice for choice in kind_choices() if not of_teams or choice[0] != BINDER],
            "format": format_names(),
            "requirement": [("", gettext_lazy("All requirements")), *asked],
        }
        for name, values in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values
        team = self.fields["team"]
        if isinstance(team, forms.ModelChoiceField):
            team.queryset = teams
            everybody = gettext("All your teams") if of_teams else gettext("All teams")
            team.choices = [("", everybody), *team_choices(teams)]
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(
                gettext_lazy("Nothing is known of this day yet. Choose today or an earlier one.")
            )
        if day.year < 2000:
            raise forms.ValidationError(gettext_lazy("Choose a day from the year 2000 on."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, from_on = cleaned.get("day"), cleaned.get("from_on")
        if day and from_on and not (from_on.year >= 2000 and from_on <= day):
            self.add_error("from_on", gettext_lazy("Choose a day that is not after the day of the report."))
        return cleaned

    def wanted(self, *, with_trail: bool) -> Wanted:
        """What the service that makes reports takes. The binder is of everybody, and an archive."""
        chosen = self.cleaned_data
        is_binder = chosen["kind"] == BINDER
        return Wanted(
            kind=chosen["kind"],
            day=chosen["day"],
            from_on=chosen["from_on"],
            format=Format.CSV if is_binder else chosen["format"],
            team=chosen["team"].pk if chosen["team"] and not is_binder else None,
            requirement=None if is_binder else chosen["requirement"],
            with_trail=is_binder and with_trail,
        )
