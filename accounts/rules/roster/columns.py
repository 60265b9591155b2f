"""Which column of a roster holds what."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    WORK_EMAIL = "work_email"
    STAFF_NUMBER = "staff_number"
    JOB_TITLE = "job_title"
    PROFESSION = "profession"
    TEAM = "team"
    HIRED_ON = "hired_on"
    STARTED_ON = "started_on"


#: The longest text that each may hold.
LONGEST: Final[Mapping[Field, int]] = {
    Field.NAME: 120,
    Field.FIRST_NAME: 60,
    Field.LAST_NAME: 60,
    Field.WORK_EMAIL: 254,
    Field.STAFF_NUMBER: 40,
    Field.JOB_TITLE: 80,
    Field.PROFESSION: 60,
    Field.TEAM: 700,
}

DATES: Final = (Field.HIRED_ON, Field.STARTED_ON)

#: How personnel systems head their columns, as letters and digits only. The first that is found is taken.
_HEADINGS: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.WORK_EMAIL: (
        "workemail", "workemailaddress", "businessemail", "companyemail", "email", "emailaddress", "mail", "emailwork",
        "primaryemail",
    ),
    Field.STAFF_NUMBER: (
        "staffnumber", "staffid", "staffno", "employeenumber", "employeeid", "employeeno", "empid", "empno", "personnelnumber",
        "personnumber", "externalpersonkey", "workerid", "payrollnumber", "badgenumber", "id",
    ),
    Field.FIRST_NAME: ("firstname", "givenname", "legalfirstname", "preferredfirstname", "first", "forename"),
    Field.LAST_NAME: ("lastname", "surname", "familyname", "legallastname", "last"),
    Field.NAME: ("name", "fullname", "employeename", "displayname", "staffname", "workername", "personname", "employee"),
    Field.JOB_TITLE: ("jobtitle", "title", "position", "positiontitle", "job", "role", "employmentrole"),
    Field.PROFESSION: ("profession", "discipline", "licensetype", "credential", "credentials", "occupation"),
    Field.TEAM: (
        "team", "teampath", "department", "departmentname", "dept", "unit", "businessunit", "program", "division", "site",
        "costcenter", "location",
    ),
    Field.HIRED_ON: ("hiredon", "hiredate", "dateofhire", "datehired", "originalhiredate", "lasthiredate", "hired", "doh"),
    Field.STARTED_ON: ("startedon", "startdate", "firstday", "firstdayhere", "started", "start", "dateofjoining", "joined"),
}  # fmt: skip

#: The mapping of a file: the number of each field's column.
Mapped = Mapping[Field, int]


def _bare(heading: str) -> str:
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def guessed(header: Sequence[str]) -> dict[Field, int]:
    """The column of each field, as far as the headings tell; no column twice."""
    bare = [_bare(heading) for heading in header]
    found: dict[Field, int] = {}
    for field, headings in _HEADINGS.items():
        taken = set(found.values())
        places = (bare.index(heading) for heading in headings if heading in bare)
        column = next((place for place in places if place not in taken), None)
        if column is not None:
            found[field] = column
    return _without_second_name(found)


def _without_second_name(found: dict[Field, int]) -> dict[Field, int]:
    """First and last name make the name; a column of whole names beside them is left alone."""
    if Field.FIRST_NAME in found and Field.LAST_NAME in found:
        found.pop(Field.NAME, None)
    elif Field.NAME in found:
        found.pop(Field.FIRST_NAME, None)
        found.pop(Field.LAST_NAME, None)
    return found


def remembered(header: Sequence[str], names: Mapping[str, str]) -> dict[Field, int] | None:
    """The columns that an earlier file had under these headings; None when one of them is not there."""
    bare = [_bare(heading) for heading in header]
    if not names or any(_bare(name) not in bare for name in names.values()):
        return None
    return {Field(field): bare.index(_bare(name)) for field, name in names.items()}


class MappingFault(StrEnum):
    NO_NAME = "no_name"
    NO_EMAIL = "no_email"
    COLUMN_TWICE = "column_twice"
    NO_SUCH_COLUMN = "no_such_column"
    NAME_TWICE = "name_twice"  # whole names, and their parts


def mapping_faults(mapping: Mapped, width: int) -> list[MappingFault]:
    """Why people cannot be read by this mapping; empty when they can."""
    faults = []
    has_parts = Field.FIRST_NAME in mapping or Field.LAST_NAME in mapping
    if Field.NAME not in mapping and not (Field.FIRST_NAME in mapping and Field.LAST_NAME in mapping):
        faults.append(MappingFault.NO_NAME)
    if Field.NAME in mapping and has_parts:
        faults.append(MappingFault.NAME_TWICE)
    if Field.WORK_EMAIL not in mapping:
        faults.append(MappingFault.NO_EMAIL)
    if any(not 0 <= column < width for column in mapping.values()):
        faults.append(MappingFault.NO_SUCH_COLUMN)
    if len(set(mapping.values())) < len(mapping):
        faults.append(MappingFault.COLUMN_TWICE)
    return faults
