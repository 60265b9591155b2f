"""Every fault of a package, at once."""

from author.faults import Fault
from author.packages import Package


def package_faults(package: Package) -> tuple[Fault, ...]:
    """All faults of files, shapes and cross-references, in the order of files and lines."""
    return tuple(sorted(set(package.faults)))
