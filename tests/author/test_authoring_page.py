import re

from author.shapes import all_names
from tests.publishing import EXAMPLE

PAGE = (EXAMPLE.parent / "authoring.md").read_text()


def test_page_for_authors_explains_every_name_that_they_type() -> None:
    explained = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))

    assert all_names() - explained == {"sha256"}  # computed, and refused where it is typed
