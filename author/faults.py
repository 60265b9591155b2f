"""What is wrong with a package: where, by which rule, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a package from being published; a warning is a good editor's doubt, which can be waived."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    file: str
    line: int
    rule: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}\n    {self.remedy}"


def warning(file: str, line: int, rule: str, message: str, remedy: str) -> Fault:
    """What could be published, and a good editor would look at again."""
    return Fault(file, line, rule, message, remedy, Severity.WARNING)
