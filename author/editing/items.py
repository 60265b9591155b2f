"""Questions whose answer can be found without the course, told as warnings at the line of the option or the lead-in."""

from collections.abc import Iterator

from author.editing.objectives import is_english
from author.faults import Fault, warning
from author.packages import Package, Source
from author.yaml import Path
from courses.document import Quiz
from quizzes.rules.flaws import Flaw, FlawCode, item_flaws, pool_flaws, repeated_questions

LENGTH = "Give all options about the same length: shorten the long one, or let the others say as much."
WORDS: dict[FlawCode, tuple[str, str]] = {
    FlawCode.ALL_OR_NONE: (
        '"{detail}" is answered by whoever knows two of the options',
        "Write an option that says something itself, or leave it out.",
    ),
    FlawCode.NEGATIVE_STEM: (
        "`{detail}` is easily read over in a question",
        "Ask for what is so. Where the exception is what matters, emphasize the word: *not*.",
    ),
    FlawCode.LONGEST_CORRECT: ("the correct option is seen to be the longest ({detail} letters)", LENGTH),
    FlawCode.SHORT_DISTRACTOR: ('"{detail}" is so short that nobody chooses it', LENGTH),
    FlawCode.GRAMMAR_CUE: (
        "the option does not go on from `{detail}`, and can be struck out unread",
        "End the lead-in before the word, or let every option fit it.",
    ),
    FlawCode.OVERLAPPING_OPTIONS: (
        'the option and "{detail}" can both be right, so that both are struck out',
        "Let options exclude each other.",
    ),
    FlawCode.ABSOLUTE_TERM: (
        "`{detail}` marks the option as wrong, as no correct one has a word of its kind",
        "Say what a careful colleague could hold, without the word.",
    ),
    FlawCode.REPEATED_WORD: (
        "of all options the correct one alone takes up words of the question: {detail}",
        "Use another word there, or let a distractor take up a word of the question as well.",
    ),
    FlawCode.TRUE_FALSE_IN_DISGUISE: (
        '"{detail}": each option is judged true or false by itself',
        "Ask a question that can be answered with the options covered.",
    ),
    FlawCode.LONGEST_TOO_OFTEN: (
        "the correct option is the longest in {detail} questions",
        "Shorten correct options or let others say more, until it is so in three of ten at most.",
    ),
    FlawCode.SKEWED_POSITION: (
        "the correct option has favorite places: {detail} by place",
        "Move correct options, until no place stands out.",
    ),
    FlawCode.NEAR_DUPLICATE: (
        "the question is nearly the same as `{detail}`, which tells its answer or asks it twice",
        "Ask about something else, or keep one of the two.",
    ),
}
#: Found by English words.
ENGLISH = frozenset(
    {
        FlawCode.ALL_OR_NONE,
        FlawCode.NEGATIVE_STEM,
        FlawCode.GRAMMAR_CUE,
        FlawCode.ABSOLUTE_TERM,
        FlawCode.REPEATED_WORD,
        FlawCode.TRUE_FALSE_IN_DISGUISE,
    }
)


def item_warnings(package: Package) -> Iterator[Fault]:
    """Flaws of every question, of every quiz as a pool, and questions that stand twice in the course."""
    silent = frozenset() if is_english(package) else ENGLISH
    read = [(source, source.part) for source in package.quizzes if source.part]
    for source, quiz in read:
        for number, item in enumerate(quiz.items):
            told = (flaw for flaw in item_flaws(item) if flaw.code not in silent)
            yield from (_told(source, flaw, ("items", number, *flaw.path)) for flaw in told)
        for flaw in pool_flaws(quiz):
            yield _told(source, flaw, flaw.path)
    for number, flaw in repeated_questions([quiz for _source, quiz in read]):
        yield _told(read[number][0], flaw, flaw.path)


def _told(source: Source[Quiz], flaw: Flaw, path: Path) -> Fault:
    message, remedy = WORDS[flaw.code]
    return warning(source.file, source.line(*path), flaw.code.value, message.format(detail=_short(flaw.detail)), remedy)


def _short(detail: str) -> str:
    return detail if len(detail) <= 80 else f"{detail[:79]}…"
