"""The act of deciding in a scenario; an ending closes the attempt."""

from django.db import IntegrityError, transaction

from accounts.models import User
from quizzes.models import Step
from quizzes.queries import Path
from quizzes.rules import Walk, advance, scenario_outcome
from quizzes.services.closing import claim_turn, close_attempt
from quizzes.services.refusals import AlreadyDecided, AttemptClosed


def take_choice(*, path: Path, number: int, choice_key: str, by: User) -> Walk:
    """Take the `number`th decision of a walk; at an ending the attempt is closed with its outcome.

    The same decision again changes nothing. Refuses another one in its place (AlreadyDecided), a choice that is not open
    here (IllegalStep), a decision after the end (AttemptClosed).
    """
    walk = path.walk
    if number <= len(walk.turns):
        return _decided_before(path, number, choice_key)
    if path.has_ended or not path.attempt.is_open:
        raise AttemptClosed
    after = advance(path.scenario, walk, choice_key)
    step = Step(attempt=path.attempt, number=len(walk.turns) + 1, node_key=walk.node, choice_key=choice_key)
    try:
        _append_step(path, step, after, by)
    except IntegrityError:
        taken = Step.objects.get(attempt=path.attempt, number=step.number)
        if taken.choice_key != choice_key:
            raise AlreadyDecided(taken) from None
    return after


def _decided_before(path: Path, number: int, choice_key: str) -> Walk:
    step = Step.objects.get(attempt=path.attempt, number=number)
    if step.choice_key != choice_key:
        raise AlreadyDecided(step)
    return path.walk


@transaction.atomic
def _append_step(path: Path, step: Step, after: Walk, by: User) -> None:
    claim_turn(path.attempt)
    step.save(force_insert=True)
    if path.scenario.nodes[after.node].ending:
        score, passed = scenario_outcome(path.scenario, after)
        # A practice walk shows how it would have ended, and passes nothing.
        close_attempt(path.attempt, path.scenario, score, passed=passed and path.attempt.counts, by=by)
