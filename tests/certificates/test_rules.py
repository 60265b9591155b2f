import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import rules
from certificates.rules import Facts, Gate, GateKind, GateState, Verdict
from courses.document import Evaluation, EvaluationQuestion, Gates

KEYS = st.sampled_from(["test", "case", "call", "talk"])
LESSONS = st.sampled_from(["one", "two", "three"])
COURSE_GATES = st.builds(
    lambda passed, evaluation: Gates.model_validate(
        {"lessons": "all", "pass": sorted(passed), "evaluation": evaluation, "attestation": "v1"}
    ),
    st.sets(KEYS, max_size=3),
    st.booleans(),
)
FACTS = st.builds(
    Facts,
    lessons=st.frozensets(LESSONS, min_size=1),
    read=st.frozensets(LESSONS),
    passed=st.frozensets(KEYS),
    is_evaluated=st.booleans(),
    is_attested=st.booleans(),
)
CODES = st.integers(min_value=0, max_value=(1 << 128) - 1).map(rules.code_of)


def gates(*passed: str, evaluation: bool = True) -> Gates:
    return Gates.model_validate({"lessons": "all", "pass": passed, "evaluation": evaluation, "attestation": "v1"})


def facts(
    read: tuple[str, ...] = (), passed: tuple[str, ...] = (), *, evaluated: bool = False, attested: bool = False
) -> Facts:
    return Facts(frozenset({"one", "two"}), frozenset(read), frozenset(passed), evaluated, attested)


def test_missing_requirements_are_in_the_order_of_the_checklist() -> None:
    assert rules.missing_requirements(gates("test", "case"), facts()) == (
        Gate(GateKind.LESSONS),
        Gate(GateKind.ASSESSMENT, "test"),
        Gate(GateKind.ASSESSMENT, "case"),
        Gate(GateKind.EVALUATION),
        Gate(GateKind.ATTESTATION),
    )


def test_missing_requirements_are_empty_when_all_is_done() -> None:
    done = facts(("one", "two"), ("test",), evaluated=True, attested=True)

    assert rules.missing_requirements(gates("test"), done) == ()


def test_gate_rows_open_the_last_two_one_after_the_other() -> None:
    def states(of: Facts) -> list[str]:
        return [row.state for row in rules.gate_rows(gates("test"), of)]

    assert states(facts(("one",))) == ["open", "open", "closed", "closed"]
    assert states(facts(("one", "two"), ("test",))) == ["met", "met", "open", "closed"]
    assert states(facts(("one", "two"), ("test",), evaluated=True)) == ["met", "met", "met", "open"]


def test_gate_rows_count_lessons_of_this_version_only() -> None:
    row = rules.gate_rows(gates(), facts(("one", "gone")))[0]

    assert (row.done, row.total, row.state) == (1, 2, GateState.OPEN)


@given(COURSE_GATES, FACTS, FACTS)
def test_more_done_never_leaves_more_missing(course: Gates, some: Facts, more: Facts) -> None:
    both = Facts(
        some.lessons,
        some.read | more.read,
        some.passed | more.passed,
        some.is_evaluated or more.is_evaluated,
        some.is_attested or more.is_attested,
    )

    assert set(rules.missing_requirements(course, both)) <= set(rules.missing_requirements(course, some))


@given(COURSE_GATES, FACTS, st.frozensets(st.text(max_size=5)))
def test_optional_parts_change_nothing(course: Gates, some: Facts, optional: frozenset[str]) -> None:
    extra = optional - set(course.pass_)
    with_extra = Facts(some.lessons, some.read, some.passed | extra, some.is_evaluated, some.is_attested)

    assert rules.missing_requirements(course, with_extra) == rules.missing_requirements(course, some)


@given(COURSE_GATES, st.permutations(["one", "two", "three", "test", "case", "call", "talk"]))
def test_order_of_finishing_is_irrelevant(course: Gates, order: list[str]) -> None:
    lessons = frozenset({"one", "two", "three"})
    done: frozenset[str] = frozenset()
    for key in order:
        done |= {key}
        reached = Facts(lessons, done & lessons, done - lessons, is_evaluated=True, is_attested=True)
        missing = rules.missing_requirements(course, reached)
        needed = lessons | set(course.pass_)
        assert (missing == ()) == (needed <= done)


@given(COURSE_GATES, FACTS)
def test_attestation_is_offered_when_and_only_when_all_else_is_met(course: Gates, some: Facts) -> None:
    missing = rules.missing_requirements(course, some)
    before = rules.missing_before(GateKind.ATTESTATION, course, some)

    assert before == tuple(gate for gate in missing if gate.kind is not GateKind.ATTESTATION)


# --- evaluations

FORM = Evaluation.model_validate(
    {
        "version": "v1",
        "intro": "Hello.",
        "questions": [
            {"key": "able", "kind": "objectives", "text": "Able?", "required": True, "low": "No", "high": "Yes"},
            {"key": "clear", "kind": "scale", "text": "Clear?", "required": True, "low": "No", "high": "Yes"},
            {
                "key": "level",
                "kind": "choice",
                "text": "Level?",
                "required": False,
                "options": [{"key": "low", "text": "Low"}, {"key": "high", "text": "High"}],
            },
            {"key": "change", "kind": "text", "text": "Change?", "required": False},
        ],
    }
)
ASKED = rules.asked(FORM, ("listen", "speak"))
GOOD: dict[str, int | str] = {"able.listen": 1, "able.speak": 5, "clear": 3}


def test_asked_asks_once_for_each_objective() -> None:
    assert [row.name for row in ASKED] == ["able.listen", "able.speak", "clear", "level", "change"]


def test_evaluation_faults_are_none_without_what_is_optional() -> None:
    assert rules.evaluation_faults(ASKED, GOOD) == frozenset()
    assert rules.evaluation_faults(ASKED, GOOD | {"level": "low", "change": "Much."}) == frozenset()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("clear", 0),
        ("clear", 6),
        ("clear", "3"),
        ("clear", True),
        ("level", "middle"),
        ("change", 5),
        ("change", "x" * 4001),
        ("other", 1),
    ],
)
def test_evaluation_faults_name_what_does_not_fit(name: str, answer: int | str) -> None:
    assert rules.evaluation_faults(ASKED, GOOD | {name: answer}) == {name}


def test_evaluation_faults_name_what_is_missing() -> None:
    assert rules.evaluation_faults(ASKED, {}) == {"able.listen", "able.speak", "clear"}


# --- codes


@given(CODES)
def test_code_comes_back_from_its_printed_form(code: str) -> None:
    assert len(code) == 26
    assert rules.normalized_code(rules.grouped_code(code)) == code


@given(CODES, st.data())
def test_code_is_read_however_it_is_typed(code: str, data: st.DataObject) -> None:
    spelled = "".join(
        data.draw(st.sampled_from({"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())))
        + data.draw(st.sampled_from(["", "-", " "]))
        for letter in code
    )

    assert rules.normalized_code(spelled) == code


@given(CODES, st.integers(0, 25), st.sampled_from(rules.ALPHABET))
def test_another_letter_is_another_code(code: str, place: int, letter: str) -> None:
    changed = code[:place] + letter + code[place + 1 :]

    assert (rules.normalized_code(changed) == code) == (letter == code[place])


@pytest.mark.parametrize(
    "text", ["", "A" * 25, "0" * 27, "8" + "0" * 25, "U" + "0" * 25, "0" * 25 + "é", "-" * 200 + "0" * 26]
)
def test_normalized_code_refuses_what_is_none(text: str) -> None:
    assert rules.normalized_code(text) is None


@pytest.mark.parametrize("bits", [-1, 1 << 128])
def test_code_of_refuses_more_than_its_bits(bits: int) -> None:
    with pytest.raises(ValueError, match="128 bits"):
        rules.code_of(bits)


@given(st.text())
def test_normalized_code_never_fails_and_is_stable(text: str) -> None:
    code = rules.normalized_code(text)

    assert code is None or rules.normalized_code(code) == code


# --- license numbers


@pytest.mark.parametrize("typed", ["LCSW 12345", "lcsw-12345", " L.C.S.W. 123 45 ", "LCSW/12345", "ＬＣＳＷ12345"])
def test_number_hash_is_one_for_every_spelling(typed: str) -> None:
    assert rules.number_hash("salt", typed) == rules.number_hash("salt", "LCSW12345")


def test_number_hash_depends_on_salt_and_number() -> None:
    hashes = {rules.number_hash(salt, number) for salt in ("a", "b") for number in ("1", "2")}

    assert len(hashes) == 4


# --- what was said


MONTHS = [dt.date(2026, month, 1) for month in range(1, 9)]
SAID = st.dictionaries(st.sampled_from(MONTHS), st.lists(st.sampled_from(rules.SCALE), max_size=7))


@given(SAID, st.sampled_from(MONTHS), st.sampled_from(MONTHS))
def test_two_looks_differ_by_five_answers_or_by_none(
    by_month: dict[dt.date, list[int | str]], one: dt.date, other: dt.date
) -> None:
    def look(before: dt.date) -> Counter[int | str]:
        return Counter(rules.released({month: given for month, given in by_month.items() if month < before}))

    earlier, later = look(min(one, other)), look(max(one, other))

    assert earlier <= later
    assert (later - earlier).total() not in range(1, rules.FEWEST_ANSWERS)
    assert earlier.total() not in range(1, rules.FEWEST_ANSWERS)


def test_months_wait_for_one_another_until_there_are_five_answers() -> None:
    said: dict[dt.date, list[int | str]] = {MONTHS[0]: [1] * 4, MONTHS[2]: [2], MONTHS[3]: [3] * 4}

    assert Counter(rules.released(said)) == Counter({1: 4, 2: 1})
    assert rules.released({MONTHS[0]: [1] * 4}) == []


@given(st.permutations(["one", "two", "three", "four", "five", "two"]), st.integers(0, 4))
def test_order_of_remarks_does_not_depend_on_who_wrote_first(words: list[str], cut: int) -> None:
    apart: dict[dt.date, list[int | str]] = {MONTHS[0]: [*words[:cut]], MONTHS[1]: [*words[cut:]]}

    row = rules.Asked("change", question(kind="text", low=None, high=None))
    assert rules.said(row, [rules.released(apart)]) == rules.said(row, [sorted(words)])


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ("2026-10-31T23:00:00+14:00", 10),  # noon in London, and on the last of October everywhere
        ("2026-11-01T11:59:00+00:00", 10),  # still October at twelve hours west of Greenwich
        ("2026-11-01T23:59:00+00:00", 10),
        ("2026-11-02T00:00:00+00:00", 11),
        ("2026-12-01T05:00:00+00:00", 11),
    ],
)
def test_month_is_open_until_it_is_over_everywhere(now: str, month: int) -> None:
    assert rules.first_open_month(dt.datetime.fromisoformat(now)) == dt.date(2026, month, 1)


def question(**more: object) -> EvaluationQuestion:
    given = {"key": "clear", "kind": "scale", "text": "Clear?", "required": True, "low": "No", "high": "Yes"}
    return EvaluationQuestion.model_validate(given | more)


def test_figures_of_a_scale() -> None:
    said = rules.said(rules.Asked("clear", question()), [[5, 4, 4, 2, 1], [], [5] * 5])

    assert said.counts == ((1, 1), (2, 1), (3, 0), (4, 2), (5, 6))
    assert (said.agreed, said.median) == (8, 5)
    assert rules.said(rules.Asked("clear", question()), [[1, 1, 2, 3, 4, 5]]).median == 2.5


def test_figures_of_a_choice_are_in_the_order_of_its_options() -> None:
    options = [{"key": key, "text": key.capitalize()} for key in ("yes", "no", "none")]
    asked = rules.Asked("met", question(kind="choice", low=None, high=None, options=options))

    assert rules.said(asked, [["no", "yes", "no", "no", "no"]]).counts == (("yes", 1), ("no", 4), ("none", 0))


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({"required": False}, True),
        ({"text": "Very clear?"}, False),
        ({"low": "Never"}, False),
        ({"key": "other"}, False),
    ],
)
def test_question_is_the_same_where_its_words_and_its_scale_are(changed: dict[str, object], is_same: bool) -> None:
    def of(asked: EvaluationQuestion, objective: str) -> object:
        return rules.same_question(rules.Asked(f"{asked.key}.ask", asked, "ask"), objective)

    assert (of(question(**changed), "Ask.") == of(question(), "Ask.")) is is_same
    assert of(question(), "Ask.") != of(question(), "Ask well.")


# --- verdicts


@pytest.mark.parametrize(
    ("status", "genuine", "demo", "expected"),
    [
        ("issued", True, False, Verdict.VALID),
        ("issued", True, True, Verdict.DEMONSTRATION),
        ("issued", False, False, Verdict.UNCONFIRMED),
        ("issued", False, True, Verdict.UNCONFIRMED),
        ("superseded", True, False, Verdict.SUPERSEDED),
        ("superseded", True, True, Verdict.SUPERSEDED),
        ("superseded", False, False, Verdict.UNCONFIRMED),
        ("revoked", True, False, Verdict.REVOKED),
        ("revoked", True, True, Verdict.REVOKED),
        ("revoked", False, False, Verdict.REVOKED),
        ("", True, False, Verdict.UNCONFIRMED),
    ],
)
def test_verdict(status: str, genuine: bool, demo: bool, expected: Verdict) -> None:
    assert rules.verdict(status=status, is_genuine=genuine, is_demo=demo) is expected
