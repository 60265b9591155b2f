"""How the feedback form lays out what is asked of objectives."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Field
from crispy_forms.utils import TEMPLATE_PACK
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from learner.evaluation_groups import Group


@dataclass(frozen=True, slots=True)
class Heading:
    """The question that its objectives stand below. Not crispy's `HTML`, which runs its text as a template."""

    text: str

    def render(
        self, form: BaseForm, context: Context, template_pack: Any = TEMPLATE_PACK, **options: Any
    ) -> SafeString:
        """What crispy asks of each thing in a layout."""
        del form, context, template_pack, options
        return format_html('<h2 class="h3 mt-5 mb-4">{}</h2>', self.text)


@dataclass(frozen=True, slots=True)
class ModuleRows:
    """One answer for all objectives of the module, and below it, folded, one for each."""

    group: Group
    alike: Field
    rows: list[Field]

    def render(self, form: BaseForm, context: Context, template_pack: Any = TEMPLATE_PACK, **options: Any) -> str:
        """What crispy asks of each thing in a layout."""
        alike, *rows = (each.render(form, context, template_pack, **options) for each in (self.alike, *self.rows))
        is_open = any(form[row.name].value() or form[row.name].errors for row in self.group.rows)
        about = {"group": self.group, "alike": alike, "rows": rows, "is_open": is_open}
        return render_to_string("learner/_scale_module.html", about)
