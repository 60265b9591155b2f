"""A learner's journey, walked as a browser walks it: by what the pages give, over one connection kept alive."""

import html
import http.client
import re
import time
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ruamel.yaml import YAML

COURSE = Path(__file__).parent / "course"
PASSWORD = "a password of the bench"

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
CONTROL = re.compile(r"<(input|button)\b([^>]*)>")
LABEL = re.compile(r"<label\b([^>]*)>(.*?)</label>", re.DOTALL)
ATTRIBUTE = re.compile(r"""([\w:-]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")
TAG = re.compile(r"<[^>]+>")


class Unexpected(Exception):
    """A page was not what the journey expects: the figures would mean nothing."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Transport(Protocol):
    def exchange(self, kind: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply: ...


class HttpTransport:
    """One connection to a server on this machine, kept alive."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def exchange(self, kind: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        del kind
        self.connection.request(method, path, body=body, headers=dict(headers))
        response = self.connection.getresponse()
        return Reply(response.status, response.getheaders(), response.read())


@dataclass(frozen=True)
class Form:
    action: str
    fields: dict[str, str]  # what is sent without touching anything
    buttons: list[tuple[str, str]]  # the name and value that a pressed button adds
    choices: dict[str, dict[str, str]]  # radio buttons: name -> label -> value


def letters(text: str) -> str:
    """What is left of a text when typography and markup do not count."""
    return "".join(character for character in html.unescape(TAG.sub("", text)) if character.isalnum()).lower()


def attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in ATTRIBUTE.findall(tag)}


def form_of(head: str, inside: str, address: str) -> Form:
    attrs = attributes(head)
    controls = [(element, attributes(tag)) for element, tag in CONTROL.findall(inside)]
    buttons = [
        (control.get("name", ""), control.get("value", ""))
        for element, control in controls
        if element == "button" or control.get("type") == "submit"
    ]
    named = [control for element, control in controls if element == "input" and control.get("name")]
    action = attrs.get("action") or attrs.get("hx-post") or address
    return Form(urllib.parse.urljoin(address, action), fields_of(named), buttons, choices_of(named, inside))


def fields_of(controls: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What is sent without touching anything: of radio buttons the checked one, and no box."""
    return {
        control["name"]: control.get("value", "")
        for control in controls
        if control.get("type") != "checkbox" and (control.get("type") != "radio" or "checked" in control)
    }


def choices_of(controls: Iterable[Mapping[str, str]], inside: str) -> dict[str, dict[str, str]]:
    """Radio buttons by what their labels say, whether a label stands around its button or names it."""
    radios = [control for control in controls if control.get("type") == "radio"]
    by_id = {control.get("id", ""): control for control in radios}
    choices: dict[str, dict[str, str]] = {control["name"]: {} for control in radios}
    for tag, text in LABEL.findall(inside):
        within = CONTROL.search(text)
        control = attributes(within[2]) if within else by_id.get(attributes(tag).get("for", ""), {})
        name, value = control.get("name", ""), control.get("value", "")
        if name in choices and value:
            choices[name][letters(text)] = value
    return choices


@dataclass(frozen=True)
class Page:
    address: str
    text: str

    def form(self, *endings: str, asks: bool = False) -> Form:
        """The form that posts to an address with one of these endings, or that asks a question."""
        for head, inside in FORM.findall(self.text):
            form = form_of(head, inside, self.address)
            path = form.action.split("?")[0]
            if (form.choices if asks else True) and (not endings or path.endswith(endings)):
                return form
        raise Unexpected(f"{self.address}: no form for {endings or 'an answer'} in\n{self.text[:3000]}")


@dataclass(frozen=True)
class Record:
    kind: str
    seconds: float
    size: int


@dataclass
class Browser:
    transport: Transport
    cookies: dict[str, str] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    def get(self, kind: str, path: str) -> Page:
        reply = self._send(kind, "GET", path, {}, None)
        self._expect(reply, 200, kind, path)
        return Page(path, reply.body.decode())

    def post(self, kind: str, form: Form, values: Mapping[str, str]) -> str:
        """Post and be redirected: where to."""
        reply = self._post(kind, form, values, {})
        if reply.status not in (302, 303):
            raise Unexpected(
                f"{kind}: {reply.status} from {form.action}, expected a redirect\n{reply.body.decode()[:3000]}"
            )
        return urllib.parse.urljoin(form.action, reply.header("location"))

    def post_with_script(self, kind: str, form: Form, values: Mapping[str, str], page: str) -> Page:
        """Post as htmx does, and get a piece of a page."""
        reply = self._post(kind, form, values, {"HX-Request": "true", "HX-Current-URL": f"http://127.0.0.1{page}"})
        self._expect(reply, 200, kind, form.action)
        if b"<html" in reply.body:
            raise Unexpected(f"{kind}: a whole page came where a fragment was asked for")
        return Page(page, reply.body.decode())

    def _post(self, kind: str, form: Form, values: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        body = urllib.parse.urlencode({**form.fields, **values}).encode()
        kinds = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._send(kind, "POST", form.action, kinds, body)

    def _send(self, kind: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        sent = {
            "Accept": "text/html,application/xhtml+xml",
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "en-US,en;q=0.9",
            "User-Agent": "Mozilla/5.0 (bench)",
            **headers,
        }
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        reply = self.transport.exchange(kind, method, path, sent, body)
        self.records.append(Record(kind, time.perf_counter() - started, len(reply.body)))
        for name, value in reply.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return reply

    @staticmethod
    def _expect(reply: Reply, status: int, kind: str, path: str) -> None:
        if reply.status != status:
            raise Unexpected(f"{kind}: {reply.status} from {path}, expected {status}\n{reply.body.decode()[:3000]}")


def correct_answers() -> frozenset[str]:
    """The texts of the correct options, as their letters: the learner of the bench has read the lesson well."""
    quiz = YAML(typ="safe").load(COURSE / "quizzes" / "post-test.yaml")
    return frozenset(letters(o["text"]) for item in quiz["items"] for o in item["options"] if o.get("correct"))


CORRECT = correct_answers()


def answer_to(form: Form) -> dict[str, str]:
    """The correct option, and the button that goes on."""
    name = next(iter(form.choices))  # the question comes first; how sure she is stays unsaid
    pressed = next(((button, value) for button, value in form.buttons if button and value == "next"), None)
    for label, value in form.choices[name].items():
        if any(label == text or label.endswith(text) for text in CORRECT):
            return {name: value, **dict([pressed] if pressed else [])}
    raise Unexpected(f"none of the options is a correct one: {list(form.choices[name])}")


def expect(page: Page, words: str) -> None:
    if letters(words) not in letters(page.text):
        raise Unexpected(f"{page.address} does not say {words!r}:\n{page.text[:6000]}")


def reference(browser: Browser, learner: str) -> None:
    """Sign in, read the lesson, start, ten questions, each with POST, redirect, GET, the result: 25 requests."""
    page = browser.get("login-page", "/login/?next=/lessons/1/")
    lesson = browser.post("login", page.form(), {"username": learner, "password": PASSWORD})
    page = browser.get("lesson", lesson)
    address = browser.post("start", page.form("/start/"), {})
    for _ in range(10):
        form = browser.get("question", address).form(asks=True)
        address = browser.post("answer", form, answer_to(form))
    page = browser.get("result", address)
    expect(page, "You passed")
    expect(page, "10 of 10")


def vignette_start(browser: Browser, learner: str) -> Page:
    lesson = "/learn/courses/bench/lessons/writing-notes/"
    page = browser.get("login-page", f"/accounts/login/?next={lesson}")
    address = browser.post("login", page.form("/login/"), {"login": learner, "password": PASSWORD})
    if address != lesson:
        raise Unexpected(f"signing in leads to {address}")
    browser.get("lesson", lesson)
    page = browser.get("quiz-page", "/learn/courses/bench/quizzes/post-test/")
    address = browser.post("start", page.form("/quizzes/post-test/"), {})
    return browser.get("question", address)


def vignette_finish(browser: Browser, page: Page) -> None:
    address = browser.post("finish", page.form("/submission/"), {})
    page = browser.get("result", address)
    expect(page, "passed")
    expect(page, "10 of 10")


def vignette_with_script(browser: Browser, learner: str) -> None:
    """The answer's POST brings the next question."""
    page = vignette_start(browser, learner)
    for _ in range(10):
        form = page.form("/response/", asks=True)
        page = browser.post_with_script("answer", form, answer_to(form), page.address)
    vignette_finish(browser, page)


def vignette_with_autosave(browser: Browser, learner: str) -> None:
    """A learner who looks at each answer for longer than a second before going on: the page saves it meanwhile."""
    page = vignette_start(browser, learner)
    for _ in range(10):
        form = page.form("/response/", asks=True)
        values = answer_to(form)
        saved = browser.post_with_script("autosave", form, {**values, "go": "stay"}, page.address)
        fresh = [attributes(tag) for _, tag in CONTROL.findall(saved.text)]
        values |= {control["name"]: control["value"] for control in fresh}
        page = browser.post_with_script("answer", form, values, page.address)
    vignette_finish(browser, page)


def vignette_without_script(browser: Browser, learner: str) -> None:
    """POST, redirect, GET."""
    page = vignette_start(browser, learner)
    for number in range(10):
        form = page.form("/response/", asks=True)
        address = browser.post("answer", form, answer_to(form))
        page = browser.get("question" if number < 9 else "review", address)
    vignette_finish(browser, page)


JOURNEYS = {
    "reference": reference,
    "vignette with script": vignette_with_script,
    "vignette without script": vignette_without_script,
    "vignette with autosave": vignette_with_autosave,
}


def learner_name(number: int) -> str:
    return f"learner-{number}@bench.example"
