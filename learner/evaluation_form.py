"""The feedback form, made from what the course asks."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from certificates.rules import LONGEST_TEXT, SCALE, Asked
from courses.document import Document, EvaluationQuestion
from learner.evaluation_groups import Group, groups
from learner.evaluation_layout import Heading, ModuleRows
from web.forms import fields_only

#: Kinds of questions that are answered on the scale.
SCALED = frozenset({"scale", "objectives"})
CHOICES = "learner/_scale.html"
MISSING = gettext_lazy("Choose an answer.")
MISSING_IN_MODULE = gettext_lazy("Choose one answer for the module, or one for each of its objectives below.")


class EvaluationForm(forms.Form):
    """Every question; objectives of one module can be answered alike, by one field more for each module.

    That field is only a way to fill in the form: `answers` knows the objectives alone.
    """

    def __init__(self, questions: tuple[Asked, ...], document: Document, data: Any = None) -> None:
        super().__init__(data)
        self.questions = questions
        self.document = document
        self.groups = groups(questions, document)
        for group in self.groups:
            self.fields[group.name] = _alike(group)
        grouped = {row.name for group in self.groups for row in group.rows}
        for row in questions:
            self.fields[row.name] = _field(row, document, required=row.question.required and row.name not in grouped)

    def clean(self) -> dict[str, Any]:
        for group in self.groups:
            self._take_what_is_alike(group)
        return self.cleaned_data

    def answers(self) -> dict[str, int | str]:
        """What was answered, in the shape that the service asks; questions left open are left out."""
        answers: dict[str, int | str] = {}
        for row in self.questions:
            value = self.cleaned_data[row.name]
            if value != "":
                answers[row.name] = int(value) if row.question.kind in SCALED else value
        return answers

    @property
    def helper(self) -> FormHelper:
        return fields_only(*self._rows())

    def _take_what_is_alike(self, group: Group) -> None:
        """An objective that has no answer of its own has that of its module; without either it is missing."""
        alike = self.cleaned_data.get(group.name, "")
        open_rows = [row for row in group.rows if self.cleaned_data.get(row.name) == ""]
        self.cleaned_data |= {row.name: alike for row in open_rows}
        if alike or not group.question.required or group.name in self.errors:
            return
        if len(open_rows) == len(group.rows):
            self.add_error(group.name, str(MISSING_IN_MODULE))
            return
        for row in open_rows:
            self.add_error(row.name, str(MISSING))

    def _rows(self) -> list[Any]:
        rows: list[Any] = []
        told = ""
        group_of = {row.name: group for group in self.groups for row in group.rows}
        for row in self.questions:
            if row.objective and told != row.question.key:
                told = row.question.key
                rows.append(Heading(row.question.text))
            group = group_of.get(row.name)
            if group is None:
                rows.append(_placed(row))
            elif group.rows[0] == row:
                rows.append(ModuleRows(group, _on_scale(group.name), [_placed(each) for each in group.rows]))
        return rows


def _placed(row: Asked) -> Field:
    if row.question.kind == "text":
        return Field(row.name)
    return _on_scale(row.name) if row.question.kind in SCALED else Field(row.name, template=CHOICES)


def _on_scale(name: str) -> Field:
    return Field(name, template=CHOICES, wrapper_class="v-scale")


def _alike(group: Group) -> forms.Field:
    words = gettext("All %(total)d objectives alike") % {"total": len(group.rows)}
    label = format_html('<span class="visually-hidden">{} {}: </span>{}', group.question.text, group.title, words)
    return _scale(group.question, label, required=False)


def _field(row: Asked, document: Document, *, required: bool) -> forms.Field:
    question = row.question
    if question.kind == "text":
        return forms.CharField(
            label=question.text
            if question.required
            else gettext("%(question)s (optional)") % {"question": question.text},
            required=required,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    return _scale(question, _label(row, document), required=required)


def _scale(question: EvaluationQuestion, label: str, *, required: bool) -> forms.Field:
    return forms.ChoiceField(
        label=label,
        choices=_choices(question),
        required=required,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": MISSING, "invalid_choice": MISSING},
    )


def _label(row: Asked, document: Document) -> str | SafeString:
    if not row.objective:
        return row.question.text
    # The heading above asks the question; a screen reader that meets the group alone hears it too.
    objective = document.objective_by_key[row.objective].text
    return format_html('<span class="visually-hidden">{} </span>{}', row.question.text, objective)


def _choices(question: EvaluationQuestion) -> list[tuple[str, str]]:
    if question.kind == "choice":
        return [(option.key, option.text) for option in question.options]
    ends = {SCALE[0]: question.low, SCALE[-1]: question.high}
    return [(str(step), f"{step} · {ends[step]}" if step in ends else str(step)) for step in SCALE]
