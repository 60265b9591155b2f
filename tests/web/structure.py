"""Faults of a page that can be read from its HTML alone. A browser with axe finds more; this finds them in every test."""

import re
from html.parser import HTMLParser
from pathlib import Path

SPRITE = frozenset(re.findall(r'id="([^"]+)"', Path("static/icons.svg").read_text()))
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}
DRAWN = {"path", "circle", "rect"}
REFERRING = ("aria-describedby", "aria-labelledby", "aria-controls")
NOT_LABELED = {"hidden", "submit", "button", "image", "reset"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.referred: list[tuple[str, str]] = []
        self.labels: set[str] = set()
        self.fields: list[tuple[str, str]] = []
        self.post_form = ""
        self.has_token = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID | DRAWN:
            self.open.append(tag)
        self.refuse_inline(tag, given)
        self.note_structure(tag, given)
        self.note_missing(tag, given)
        self.note_form(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID | DRAWN:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes nothing, or not what was opened last: {self.open[-3:]}")
            return
        self.open.pop()
        if tag == "form" and not self.has_token:
            self.faults.append(f"a form that posts to {self.post_form!r} has no token")
            self.has_token = True

    def refuse_inline(self, tag: str, given: dict[str, str]) -> None:
        runs = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if tag == "style" or runs:
            self.faults.append(f"<{tag}> in the page is refused by the content security policy")
        self.faults += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href"):
            if tag in ("script", "link", "img") and given.get(name, "").startswith(("http:", "https:", "//")):
                self.faults.append(f"<{tag}> loads {given[name]} from elsewhere")

    def note_structure(self, tag: str, given: dict[str, str]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"])
        self.referred += [(name, each) for name in REFERRING for each in given.get(name, "").split()]
        if tag == "a" and given.get("href", "").startswith("#"):
            self.referred.append(("href", given["href"][1:]))

    def note_missing(self, tag: str, given: dict[str, str]) -> None:
        if tag == "use" and given["href"].partition("#")[2] not in SPRITE:
            self.faults.append(f"no icon {given['href']}")
        if tag == "img" and "alt" not in given:
            self.faults.append(f"a picture without alt: {given.get('src')}")
        if tag == "th" and "scope" not in given:
            self.faults.append("a header cell without scope")
        if tag == "html" and not given.get("lang"):
            self.faults.append("the page does not say its language")
        if int(given.get("tabindex", "0")) > 0:
            self.faults.append("a tabindex above zero")

    def note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and given.get("method", "").lower() == "post":
            self.post_form, self.has_token = given.get("action", ""), False
        if given.get("name") == "csrfmiddlewaretoken":
            self.has_token = True
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        is_field = tag in ("select", "textarea") or (tag == "input" and given.get("type") not in NOT_LABELED)
        if is_field and not {"aria-label", "aria-labelledby"} & given.keys() and "label" not in self.open:
            self.fields.append((given.get("id", ""), given.get("name", "")))

    def close(self) -> None:
        super().close()
        if self.headings.count(1) != 1:
            self.faults.append(f"{self.headings.count(1)} headings of the first level")
        steps = zip(self.headings, self.headings[1:], strict=False)
        self.faults += [
            f"a heading of level {below} after one of {above}" for above, below in steps if below > above + 1
        ]
        self.faults += sorted(
            f"the id {each!r} stands {self.ids.count(each)} times" for each in set(self.ids) if self.ids.count(each) > 1
        )
        self.faults += [
            f"{name} refers to {each!r}, which is not here"
            for name, each in self.referred
            if each and each not in self.ids
        ]
        self.faults += [f"the field {name!r} has no label" for each, name in self.fields if each not in self.labels]


def structural_faults(html: str) -> list[str]:
    """What is wrong with the page's structure: headings, ids, labels, inline code, icons, tokens."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults
