"""The editor's eye for sources: every reference is used, every citation is listed, and what is known is known well.

That a fact names a reference that does not exist is an error, told by `author.references`.
"""

import datetime as dt
import re
from collections.abc import Iterator

from author.editing.links import links_of
from author.editing.texts import BODY, passages
from author.faults import Fault, warning
from author.packages import Package, Source
from author.references import part_sources, stated_facts
from courses.document import CourseFile, Grade
from courses.parts import FactStatus

#: What was looked at longer before the review than this was not looked at for it.
FRESH = dt.timedelta(days=366)
#: A citation in a text: the key of a reference in brackets, as in [R1]. It is no link.
CITATION = re.compile(r"\[([A-Za-z]{1,20}[0-9]{1,10})\](?![(\[:])")


def source_warnings(package: Package) -> Iterator[Fault]:
    course = package.course.part
    if course is None:
        return
    yield from _unused(package, course)
    yield from _unlisted(package, course)
    yield from _unlisted_links(package, course)
    yield from _facts(package, course)
    yield from _listed(package.course, course)


def _unused(package: Package, course: CourseFile) -> Iterator[Fault]:
    # Who writes a part of which nothing can be read yet is not told that nothing cites it.
    if any(source.part is None for source in part_sources(package)):
        return
    used = {word for _source, _path, facts in stated_facts(package) for fact in facts for word in fact.sources}
    used |= {found[1] for passage in passages(package) for found in CITATION.finditer(passage.text)}
    linked = {placed.link.address for placed in links_of(package)}
    for index, reference in enumerate(course.references):
        if reference.key not in used and reference.url not in linked:
            message = f"nothing names `{reference.key}` as its source"
            remedy = f"Cite it where it is used, as the `source` of a fact or as [{reference.key}], or take it out."
            yield warning(package.course.file, package.course.line("references", index), "uncited", message, remedy)


def _unlisted(package: Package, course: CourseFile) -> Iterator[Fault]:
    known = {reference.key for reference in course.references}
    for passage in passages(package):
        for found in CITATION.finditer(passage.text):
            if found[1] not in known:
                message = f"[{found[1]}] is no reference of course.yaml"
                remedy = "List it under `references`, or correct its key."
                yield warning(passage.file, passage.line(*found.span(1)), "unlisted", message, remedy)


def _unlisted_links(package: Package, course: CourseFile) -> Iterator[Fault]:
    known = {reference.url for reference in course.references}
    for placed in links_of(package):
        address = placed.link.address
        if placed.passage.path == BODY and address.startswith("https:") and address not in known:
            message = f"the lesson leads to {address[:80]}, which is no reference"
            remedy = "List it under `references`, so that it is looked at again when the course is."
            yield warning(placed.passage.file, placed.line, "unlisted", message, remedy)


def _facts(package: Package, course: CourseFile) -> Iterator[Fault]:
    grades = {reference.key: reference.grade for reference in course.references}
    for source, path, facts in stated_facts(package):
        for index, fact in enumerate(facts):
            at = (*path, "facts", index)
            weak = all(grades.get(word) is Grade.TERTIARY for word in fact.sources)
            if fact.status is FactStatus.VERIFIED and weak:
                message = f"a verified fact rests on {' '.join(fact.sources)} alone, which is tertiary"
                remedy = "Read the rule, the ruling or the study itself, or call the fact `reported`."
                yield warning(source.file, source.line(*at, "status"), "tertiary", message, remedy)
            if _is_stale(fact.checked_on, course):
                yield _stale(source.file, source.line(*at, "checked_on"), "the fact", fact.checked_on)


def _listed(source: Source[CourseFile], course: CourseFile) -> Iterator[Fault]:
    for index, reference in enumerate(course.references):
        at = ("references", index)
        if reference.url is None and reference.note is None:
            message = f"`{reference.key}` has no address, and does not say why"
            remedy = "Write the `url`, or a `note`: where it was read, and why no address is given."
            yield warning(source.file, source.line(*at), "no-address", message, remedy)
        if _is_stale(reference.checked_on, course):
            line = source.line(*at, "checked_on")
            yield _stale(source.file, line, f"`{reference.key}`", reference.checked_on)


def _is_stale(checked_on: str, course: CourseFile) -> bool:
    return dt.date.fromisoformat(course.review.reviewed_on) - dt.date.fromisoformat(checked_on) > FRESH


def _stale(file: str, line: int, what: str, checked_on: str) -> Fault:
    message = f"{what} was last looked at on {checked_on}, more than a year before the review"
    return warning(file, line, "stale", message, "Look again, and write the day on which you did.")
