"""Made-up people and what they did: the same for the same seed and day, so that two seedings can be compared."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from training.rules import ONE_DAY

#: Nobody's birthday: the number from which everything follows.
SEED = 20261122

FIRST = (
    "Ada", "Amara", "Ana", "Anders", "Aylin", "Beatriz", "Ben", "Carmen", "Cora", "Dalia", "Dana", "Dee", "Dev", "Elif",
    "Elias", "Esther", "Farid", "Fiona", "Gwen", "Hana", "Hugo", "Ibrahim", "Ines", "Ivy", "Jalen", "Jin", "Joel",
    "June", "Kai", "Keiko", "Lars", "Leila", "Lena", "Liam", "Luz", "Malik", "Mara", "Mei", "Milo", "Nadia", "Nia",
    "Noor", "Olu", "Omar", "Paz", "Petra", "Priya", "Quinn", "Rafael", "Rosa", "Ruth", "Sam", "Sana", "Soren", "Tess",
    "Theo", "Uma", "Vera", "Wen", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Abbott", "Adeyemi", "Anand", "Bauer", "Becker", "Blake", "Brandt", "Caldeira", "Castillo", "Chen", "Cohen",
    "Costa", "Diallo", "Dubois", "Eriksen", "Farah", "Fischer", "Flores", "Garcia", "Greene", "Haddad", "Hansen",
    "Hughes", "Ibarra", "Ito", "Jansen", "Jensen", "Kaplan", "Keller", "Khan", "Kim", "Kowalski", "Larsen", "Lindqvist",
    "Lopez", "Marchetti", "Mbeki", "Moreau", "Murphy", "Nakamura", "Nguyen", "Novak", "Okafor", "Olsen", "Ortiz",
    "Park", "Patel", "Pereira", "Quist", "Reyes", "Ricci", "Rossi", "Sato", "Schmidt", "Silva", "Singh", "Stone",
    "Tanaka", "Torres", "Umar", "Vance", "Vega", "Weiss", "Whitcombe", "Yilmaz", "Young", "Zhang",
)  # fmt: skip
PLACES = (
    "Alder", "Aspen", "Birch", "Cedar", "Cherry", "Elm", "Fern", "Hazel", "Juniper", "Laurel", "Linden", "Magnolia",
    "Maple", "Myrtle", "Oak", "Olive", "Pine", "Poplar", "Rowan", "Sage", "Spruce", "Sycamore", "Willow", "Yew",
)  # fmt: skip
UNITS = (
    "Outpatient",
    "Crisis team",
    "Youth services",
    "Front desk",
    "Case management",
    "Residential",
    "Intake",
    "Recovery",
)
#: Job title and profession, as an employer records them.
JOBS = (
    ("Counselor", "Counselor"),
    ("Social worker", "Social worker"),
    ("Psychologist", "Psychologist"),
    ("Family therapist", "Marriage and family therapist"),
    ("Nurse", "Nurse"),
    ("Case manager", ""),
    ("Front-desk coordinator", ""),
    ("Peer support specialist", ""),
)


def noon(day: dt.date) -> dt.datetime:
    """Noon in Chicago, or an hour after it, as an instant."""
    return dt.datetime.combine(day, dt.time(18), tzinfo=dt.UTC)


def staff_number(number: int) -> str:
    return f"S{number:06}"


@dataclass(frozen=True, slots=True)
class Away:
    starts_on: dt.date
    ends_on: dt.date | None


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One person: where she is, since when, and how reliably she does what is asked."""

    number: int
    name: str
    job_title: str
    profession: str
    team: int
    started_on: dt.date
    ended_on: dt.date | None
    away: Away | None
    account: str  # joined, invited, or empty
    diligence: float


def team_name(number: int) -> str:
    """No two alike, whatever the number."""
    unit, place = UNITS[number % len(UNITS)], PLACES[number // len(UNITS) % len(PLACES)]
    round_ = number // (len(UNITS) * len(PLACES))
    return f"{place} {unit}" if not round_ else f"{place} {unit} {round_ + 1}"


def parent_of(number: int) -> int | None:
    """Teams form a tree of a few large parts, each with four teams below it, and so on."""
    return None if number < len(UNITS) else (number - len(UNITS)) // 4


def person(number: int, teams: int, today: dt.date) -> MadeUp:
    random = Random(SEED * 1_000_003 + number)  # noqa: S311 - made-up people
    job_title, profession = random.choice(JOBS)
    team = random.randrange(teams)
    started_on = today - random.randint(5, 2500) * ONE_DAY
    return MadeUp(
        number=number,
        name=f"{random.choice(FIRST)} {random.choice(LAST)}",
        job_title=job_title,
        profession=profession,
        team=team,
        started_on=started_on,
        ended_on=_ended_on(random, started_on, today),
        away=_away(random, started_on, today),
        account=random.choices(("joined", "invited", ""), (94, 4, 2))[0],
        # Some teams are far behind, so that a chart has something to say.
        diligence=random.gauss(0.94 if team % 7 else 0.78, 0.04),
    )


def _ended_on(random: Random, started_on: dt.date, today: dt.date) -> dt.date | None:
    if random.random() > 0.05:
        return None
    return max(started_on + ONE_DAY, today + random.randint(-300, 30) * ONE_DAY)


def _away(random: Random, started_on: dt.date, today: dt.date) -> Away | None:
    if random.random() > 0.04:
        return None
    starts_on = max(started_on, today + random.randint(-120, 30) * ONE_DAY)
    return Away(starts_on, None if random.random() < 0.2 else starts_on + random.randint(10, 120) * ONE_DAY)


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person was asked, by when, and what became of it."""

    assigned_on: dt.date
    due_on: dt.date
    opens_on: dt.date | None
    grace_days: int
    done_on: dt.date | None
    extended: int
    waived_until: dt.date | None
    is_waived: bool


def owed(someone: MadeUp, requirement: int, today: dt.date) -> Owed:
    random = Random(SEED * 7 + someone.number * 101 + requirement)  # noqa: S311 - made-up people
    due_on = today + random.randint(-250, 110) * ONE_DAY
    assigned_on = min(max(due_on - 60 * ONE_DAY, someone.started_on), today - ONE_DAY)
    due_on = max(due_on, assigned_on + 14 * ONE_DAY)
    opens_on = due_on - 45 * ONE_DAY if requirement % 3 == 1 else None
    is_waived = random.random() < 0.015
    return Owed(
        assigned_on=assigned_on,
        due_on=due_on,
        opens_on=opens_on,
        grace_days=7 if requirement % 5 == 2 else 0,
        done_on=_done_on(random, someone, max(assigned_on, opens_on or assigned_on), due_on, today),
        extended=random.choice((7, 14, 30)) if random.random() < 0.02 else 0,
        waived_until=today + random.randint(-30, 90) * ONE_DAY if is_waived and random.random() < 0.5 else None,
        is_waived=is_waived,
    )


def _done_on(random: Random, someone: MadeUp, first: dt.date, due_on: dt.date, today: dt.date) -> dt.date | None:
    """In time as a rule, late now and then, and never on a day that has not come or on which she was not here."""
    if random.random() > someone.diligence:
        return None
    is_late = random.random() < 0.07
    last = due_on + 30 * ONE_DAY if is_late else due_on
    start = due_on + ONE_DAY if is_late else first
    day = start + random.randint(0, max((last - start).days, 0)) * ONE_DAY
    return day if first <= day < min(today, someone.ended_on or today) else None
