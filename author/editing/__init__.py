"""The editor's eye: what a package could publish, and a good editor would look at again.

Each module here looks at one thing and says so in warnings. None of them raises, whatever the package holds: a file whose
shape is wrong has no `part`, and is passed over.
"""

from collections.abc import Callable, Iterator
from typing import Final

from author.editing.cases import case_warnings
from author.editing.items import item_warnings
from author.editing.marks import mark_warnings
from author.editing.objectives import objective_warnings
from author.editing.reading import reading_warnings
from author.editing.references_cited import source_warnings
from author.editing.voice import voice_warnings
from author.editing.wording import wording_warnings
from author.faults import Fault
from author.packages import Package

Eye = Callable[[Package], Iterator[Fault]]

EYES: Final[tuple[Eye, ...]] = (
    item_warnings,
    case_warnings,
    objective_warnings,
    reading_warnings,
    mark_warnings,
    source_warnings,
    wording_warnings,
    voice_warnings,
)


def warnings(package: Package) -> tuple[Fault, ...]:
    """All warnings about the package, in the order of files and lines."""
    return tuple(sorted({fault for eye in EYES for fault in eye(package)}))
