"""A review in words for a person, and as JSON for an automatic check. docs/authoring.md promises the JSON's shape."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction

from author.figures import Figures
from author.reviews import Review, Told, Waived
from courses.rules import CreditEstimate
from quizzes.rules import GraphProof


def as_text(review: Review) -> str:
    """What is wrong, what is doubtful, what is waived and why, and the figures; the counts are told at the end."""
    sections = (
        ("Errors", [str(told.fault) for told in review.errors]),
        ("Warnings", [str(told.fault) for told in review.warnings]),
        ("Waived", [_waived(waived) for waived in review.waived]),
        ("Figures", list(_figures(review.figures)) if review.figures else []),
    )
    return "\n\n".join("\n".join([f"{title}:", *lines]) for title, lines in sections if lines)


def as_json(review: Review) -> str:
    """One object: `errors`, `warnings`, `waived`, `figures`. The same package makes the same text."""
    whole = {
        "errors": [_told(told) for told in review.errors],
        "warnings": [_told(told) for told in review.warnings],
        "waived": [{**_told(waived.told), "reason": waived.reason} for waived in review.waived],
        "figures": _figures_object(review.figures) if review.figures else None,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _waived(waived: Waived) -> str:
    fault = waived.told.fault
    return f"{fault.file}:{fault.line}: {fault.rule}: {fault.message}\n    Kept: {waived.reason}"


def _figures(figures: Figures) -> Iterator[str]:
    yield f"{'':12}{'parts':>7}{'words':>9}{'minutes':>9}"
    for part in figures.parts:
        yield f"{part.kind:12}{part.parts:>7}{part.words:>9,}{part.minutes:>9}"
    yield f"{'lesson':36}{'words':>7}{'minutes':>9}{'grade':>7}{'words a sentence':>18}"
    for lesson in figures.lessons:
        grade, mean = (_tenth(value) for value in (lesson.grade, lesson.mean_sentence))
        yield f"{lesson.lesson[:35]:36}{lesson.words:>7,}{lesson.minutes:>9}{grade:>7}{mean:>18}"
    for key, pool in figures.pools.items():
        if key in figures.counting:
            places = " ".join(map(str, pool.positions))
            shares = f"{pool.application}% application, correct is longest in {pool.longest}%, by place {places}"
            yield f"{key}: {pool.items} items, {shares}"
    for key, proof in figures.cases.items():
        yield f"{key}: {_proved(proof, counts=key in figures.counting)}"
    yield "Credit as each method would count it. None is claimed here: that takes a body's approval, and its own rule."
    for estimate in figures.credit:
        yield f"{estimate.method:20}{_amount(estimate):>14}  {_basis(estimate)}"


def _proved(proof: GraphProof, *, counts: bool) -> str:
    if not proof.states:
        return "not proved"
    ways = f"{proof.shortest} to {proof.longest} decisions, {proof.minimum} to {proof.maximum} points"
    verdicts = f"{'some' if proof.passes else 'no'} path passes, {'some' if proof.fails else 'none'} fails"
    return f"{ways}, {verdicts}, {proof.states:,} states, {'counts' if counts else 'practice'}"


def _tenth(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _amount(estimate: CreditEstimate) -> str:
    return "no number" if estimate.amount is None else f"{float(estimate.amount):g} {estimate.unit}"


def _basis(estimate: CreditEstimate) -> str:
    if estimate.lacking:
        return estimate.lacking
    note = f"; {estimate.note}" if estimate.note else ""
    inputs = (f"{name.replace('_', ' ')} {_value(value)}" for name, value in estimate.inputs.items())
    return f"{', '.join(inputs)} ({estimate.source}){note}"


def _value(value: int | tuple[int, ...]) -> str:
    return f"{value:,}" if isinstance(value, int) else " ".join(map(str, value))


def _told(told: Told) -> dict[str, object]:
    fault = told.fault
    return {
        "file": fault.file,
        "line": fault.line,
        "at": told.at,
        "rule": fault.rule,
        "message": fault.message,
        "remedy": fault.remedy,
    }


def _figures_object(figures: Figures) -> dict[str, object]:
    parts = {part.kind: {"parts": part.parts, "words": part.words, "minutes": part.minutes} for part in figures.parts}
    pools = {key: asdict(pool) for key, pool in figures.pools.items()}
    cases = {key: _case(proof) for key, proof in figures.cases.items()}
    return {
        "parts": parts,
        "lessons": [asdict(lesson) for lesson in figures.lessons],
        "pools": pools,
        "cases": cases,
        "credit": [_estimate(estimate) for estimate in figures.credit],
    }


def _case(proof: GraphProof) -> dict[str, int | bool]:
    names = ("states", "minimum", "maximum", "shortest", "longest", "passes", "fails")
    return {name: getattr(proof, name) for name in names}


def _estimate(estimate: CreditEstimate) -> dict[str, object]:
    return {
        "method": estimate.method,
        "source": estimate.source,
        "unit": estimate.unit,
        "inputs": dict(estimate.inputs),
        "estimate": _number(estimate.amount),
        "lacking": estimate.lacking or None,
        "note": estimate.note or None,
    }


def _number(amount: Fraction | None) -> float | None:
    return None if amount is None else float(amount)
