"""Every lesson of the bundled course and the page before each case and quiz, on a phone: axe reads, and no link is dead."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import BrowserContext

from accounts.models import User
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from enrollments.services import enroll
from tests.browser.conftest import Walker
from tests.conftest import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PACKAGE = Path(django_settings.BASE_DIR) / "content" / "anonymous-platforms"
PASSWORD = "correct horse battery"


def test_every_part_of_the_course_can_be_read_on_a_phone(
    live_server: Any, open_window: Callable[..., BrowserContext], clinic: Clinic, ana: User
) -> None:
    package = read_package(PACKAGE)
    document = package.document()
    assert document is not None
    version = publish_package(package=package, slug="anonymous-platforms", provider=clinic.organization, by=SYSTEM)
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    window = open_window(viewport={"width": 390, "height": 844})
    walker = Walker(window.new_page(), live_server.url, with_axe=True)
    walker.go("/accounts/login/")
    walker.sign_in("ana@example.com", PASSWORD)

    links: set[str] = set()
    about = "/courses/anonymous-platforms/"
    paths = [about, f"{about}facts/", f"{about}references/", "/learn/courses/anonymous-platforms/"]
    paths += [f"{about}{page.key}/" for page in document.reference_pages]
    for key in document.part_keys:
        kind = "lessons" if key in document.lesson_by_key else "quizzes"
        paths.append(f"/learn/courses/anonymous-platforms/{kind}/{key}/")
    for path in paths:
        walker.with_axe = "/quizzes/" not in path  # the pages before cases and quizzes are looked at in the whole way
        walker.go(path)
        ids = set(walker.page.eval_on_selector_all("[id]", "nodes => nodes.map(node => node.id)"))
        for link in walker.page.eval_on_selector_all("main a[href]", "nodes => nodes.map(node => node.href)"):
            address, fragment = urldefrag(link)
            if address == walker.page.url and fragment:
                assert fragment in ids, (path, link)
            elif link.startswith(live_server.url):
                links.add(address)

    dead = [link for link in sorted(links) if window.request.get(link).status != 200]
    assert dead == []
    assert walker.complaints == []
