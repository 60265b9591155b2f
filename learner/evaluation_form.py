"""The feedback form, made from what the course asks."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from certificates.rules import LONGEST_TEXT, SCALE, Asked
from courses.document import Document, EvaluationQuestion

#: The field template of each kind of question.
TEMPLATES = {"scale": "learner/_scale.html", "objectives": "learner/_scale.html", "choice": "learner/_scale.html"}
MISSING = gettext_lazy("Choose an answer.")


class EvaluationForm(forms.Form):
    def __init__(self, questions: tuple[Asked, ...], document: Document, data: Any = None) -> None:
        super().__init__(data)
        self.questions = questions
        self.document = document
        for row in questions:
            self.fields[row.name] = _field(row, document)

    def answers(self) -> dict[str, int | str]:
        """What was answered, in the shape that the service asks; questions left open are left out."""
        answers: dict[str, int | str] = {}
        for row in self.questions:
            value = self.cleaned_data[row.name]
            if value != "":
                answers[row.name] = int(value) if row.question.kind in ("scale", "objectives") else value
        return answers

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True  # the page prints the token beside the field that says whose form it is
        helper.layout = Layout(*self._rows())
        return helper

    def _rows(self) -> list[Any]:
        rows: list[Any] = []
        told = ""
        for row in self.questions:
            if row.objective and told != row.question.key:
                told = row.question.key
                rows.append(HTML(format_html('<h2 class="h3 mt-5">{}</h2>', row.question.text)))
            template = TEMPLATES.get(row.question.kind)
            rows.append(Field(row.name, template=template) if template else Field(row.name))
        return rows


def _field(row: Asked, document: Document) -> forms.Field:
    question = row.question
    if question.kind == "text":
        return forms.CharField(
            label=question.text
            if question.required
            else gettext("%(question)s (optional)") % {"question": question.text},
            required=question.required,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    return forms.ChoiceField(
        label=_label(row, document),
        choices=_choices(question),
        required=question.required,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": MISSING, "invalid_choice": MISSING},
    )


def _label(row: Asked, document: Document) -> str:
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
