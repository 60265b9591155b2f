"""The shape of what is typed of people and teams."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Role, Team
from accounts.texts import validate_plain
from administrator.forms import Day
from web.forms import fields_only


class TeamChoice(forms.TypedChoiceField):
    """One of the organization's open teams by its path, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, required=False, **kwargs)

    def offer(self, paths: Mapping[int, str], nothing: Any) -> None:
        self.choices = [("", nothing), *paths.items()]


class _WithTeam(forms.Form):
    team = TeamChoice(label=gettext_lazy("Team"))

    def __init__(self, *args: Any, paths: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        team = self.fields["team"]
        assert isinstance(team, TeamChoice)
        team.offer(paths, gettext_lazy("No team"))

    def clean_team(self) -> Team | None:
        pk = self.cleaned_data["team"]
        return Team.objects.get(pk=pk) if pk else None


class _Record(_WithTeam):
    """What an organization holds of a person."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        validators=[validate_plain],
        help_text=gettext_lazy("As your organization writes it. The name on certificates is the person’s own to set."),
    )
    work_email = forms.EmailField(label=gettext_lazy("Work e-mail"), max_length=254)
    staff_number = forms.CharField(
        label=gettext_lazy("Staff number"), max_length=40, required=False, validators=[validate_plain]
    )
    job_title = forms.CharField(
        label=gettext_lazy("Job title"), max_length=80, required=False, validators=[validate_plain]
    )
    profession = forms.CharField(
        label=gettext_lazy("Profession"),
        max_length=60,
        required=False,
        validators=[validate_plain],
        help_text=gettext_lazy(
            "As you record it, for example Nurse. Licenses are the person’s own, and not shown to you."
        ),
    )
    hired_on = forms.DateField(
        label=gettext_lazy("Hired on"),
        widget=Day,
        required=False,
        help_text=gettext_lazy("For rules that count from the day of hire."),
    )

    field_order = ["name", "work_email", "staff_number", "job_title", "profession", "team", "hired_on", "started_on"]

    def clean_work_email(self) -> str:
        return str(self.cleaned_data["work_email"]).strip().lower()


class PersonForm(_Record):
    """Somebody new."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    started_on = forms.DateField(
        label=gettext_lazy("First day here"),
        widget=Day,
        help_text=gettext_lazy("Courses begun on or after this day count for you; earlier ones only if shared."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["work_email"].help_text = gettext_lazy(
            "The invitation goes here, and only the owner of this address can accept it."
        )

    def facts(self) -> dict[str, Any]:
        """What the service that adds a member takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "request_id"}


class RecordForm(_Record):
    """A correction. `seen` is when the record was read, so that nobody overwrites what somebody else just wrote."""

    seen = forms.CharField(widget=forms.HiddenInput)
    started_on = forms.DateField(label=gettext_lazy("First day here"), widget=Day)

    def __init__(self, *args: Any, first_day_holds: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first_day_holds:
            del self.fields["started_on"]

    def clean_seen(self) -> dt.datetime:
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(gettext_lazy("Open the record again.")) from error

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def record_of(membership: Membership) -> dict[str, Any]:
    """A record as the form shows it."""
    facts = {name: getattr(membership, name) for name in RecordForm.field_order}
    return {**facts, "team": membership.team_id, "seen": membership.changed_at.isoformat()}


class ReturnForm(_WithTeam):
    started_on = forms.DateField(label=gettext_lazy("First day back"), widget=Day)
    hired_on = forms.DateField(
        label=gettext_lazy("Hired again on"),
        widget=Day,
        required=False,
        help_text=gettext_lazy(
            "Rules that count from the day of hire ask again from this day. Left empty, it is the first day back."
        ),
    )
    job_title = forms.CharField(
        label=gettext_lazy("Job title"), max_length=80, required=False, validators=[validate_plain]
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    field_order = ["started_on", "hired_on", "job_title", "team"]


class EndForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("No longer here from"),
        widget=Day,
        help_text=gettext_lazy("The first day on which the person is no longer here: past, today or later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class LeaveForm(forms.Form):
    starts_on = forms.DateField(label=gettext_lazy("First day away"), widget=Day)
    ends_on = forms.DateField(
        label=gettext_lazy("First day back"),
        widget=Day,
        required=False,
        help_text=gettext_lazy("Leave it empty while nobody knows."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", gettext_lazy("The first day back comes after the first day away."))
        return cleaned


class DayBackForm(forms.Form):
    ends_on = forms.DateField(label=gettext_lazy("First day back"), widget=Day)


class RoleForm(_WithTeam):
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=Day)
    ends_on = forms.DateField(
        label=gettext_lazy("Until before"),
        widget=Day,
        required=False,
        help_text=gettext_lazy("The first day on which it no longer holds. Leave it empty for no end."),
    )

    field_order = ["role", "team", "starts_on", "ends_on"]

    def __init__(self, *args: Any, roles: Iterable[tuple[Role, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = list(roles)
        self.fields["team"].help_text = gettext_lazy(
            "For managers only: they see the people of this team and of the teams below it."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_manager = cleaned.get("role") == Role.MANAGER
        if is_manager and not cleaned.get("team") and not self.has_error("team"):
            self.add_error("team", gettext_lazy("Choose the team that is managed."))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", gettext_lazy("The end comes after the beginning."))
        return cleaned if is_manager else {**cleaned, "team": None}


class GrantEndForm(forms.Form):
    on = forms.DateField(required=False, widget=Day)


class TeamForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[validate_plain])
    parent = TeamChoice(label=gettext_lazy("Stands below"))

    def __init__(self, *args: Any, paths: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        parent = self.fields["parent"]
        assert isinstance(parent, TeamChoice)
        parent.offer(paths, gettext_lazy("No other team: it stands at the top"))

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if " / " in name:
            raise forms.ValidationError(
                gettext_lazy("A slash with spaces around it separates teams; write the name without.")
            )
        return name

    def clean_parent(self) -> Team | None:
        pk = self.cleaned_data["parent"]
        return Team.objects.get(pk=pk) if pk else None
