"""Reading a page as a browser does: its forms, and what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    method: str
    enctype: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def data(self) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return data


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(given.get("action", ""), given.get("method", "get"), given.get("enctype", ""))
            self.forms.append(self.inside)
        if self.inside is None:
            return
        if tag == "input" and given.get("type") == "file":
            self.inside.files.append(given["name"])
        elif tag == "input" and given.get("name"):
            self.inside.fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self.area, self.text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        if tag == "textarea" and self.inside is not None and self.area is not None:
            # A browser drops the one line break after the tag, and sends CRLF.
            text = self.text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            self.inside.fields.append((self.area, text))
            self.area = None


def forms(html: bytes) -> list[Form]:
    reader = _Reader()
    reader.feed(html.decode())
    return reader.forms


def form_to(html: bytes, action: str) -> Form:
    (form,) = [form for form in forms(html) if form.action == action]
    return form
