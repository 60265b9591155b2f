"""Flaws of a pool of questions: what a test-taker learns from the questions together.

Sources as in `quizzes.rules.flaws.items`; a pool too small for its figure to mean anything is passed over.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from courses.document import Quiz
from courses.items import Cognitive, Item, SingleBestAnswer
from quizzes.rules.flaws.items import Flaw, FlawCode
from quizzes.rules.flaws.wording import plain, words

#: House: in three of ten the correct option may be the longest; of four options chance gives one in four.
MOST_LONGEST = 0.3
FEWEST_FOR_A_SHARE = 10
#: By convention; and below five expected in each place chi-square says little (W. G. Cochran 1954).
SIGNIFICANT = 0.05
FEWEST_EXPECTED = 5
#: House: of questions in their own words about one thing, the closest pairs of a good pool stay below this.
ALIKE = 0.4
#: Products of weights that are computed at most, the rarest words first: common words say least of likeness.
MOST_PRODUCTS = 1_000_000


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """What a pool is like; shares are percents, rounded. `positions` counts the correct option's place."""

    items: int
    application: int  # not recall; a course for practice has sixty and more
    longest: int  # of the questions with one correct option
    positions: tuple[int, ...]


def pool_figures(quiz: Quiz) -> PoolFigures:
    single = _single(quiz)
    counts = Counter(map(position, single))
    return PoolFigures(
        items=len(quiz.items),
        application=round(100 * sum(item.cognitive is not Cognitive.RECALL for item in quiz.items) / len(quiz.items)),
        longest=round(100 * sum(map(is_longest, single)) / len(single)) if single else 0,
        positions=tuple(counts[place] for place in range(max(counts, default=-1) + 1)),
    )


def pool_flaws(quiz: Quiz) -> Iterator[Flaw]:
    """Every flaw of the pool as a whole."""
    single = _single(quiz)
    if len(single) >= FEWEST_FOR_A_SHARE and sum(map(is_longest, single)) > MOST_LONGEST * len(single):
        detail = f"{sum(map(is_longest, single))} of {len(single)}"
        yield Flaw(FlawCode.LONGEST_TOO_OFTEN, ("items",), detail)
    yield from _skewed(single)


def repeated_questions(quizzes: Sequence[Quiz]) -> Iterator[tuple[int, Flaw]]:
    """The questions of a course that nearly repeat an earlier one, of whichever quiz, each with the number of its quiz.

    What one quiz practices another would ask again for marks.
    """
    places = [(number, index) for number, quiz in enumerate(quizzes) for index in range(len(quiz.items))]
    # Of many that are alike each is told once: of a hundred copies there are five thousand pairs.
    pairs = near_duplicates([quizzes[number].items[index] for number, index in places])
    mates = {other: one for one, other in reversed(pairs)}
    for other, one in sorted(mates.items()):
        (number, index), (first, place) = places[other], places[one]
        earlier = quizzes[first]
        detail = earlier.items[place].key if first == number else f"{earlier.key}/{earlier.items[place].key}"
        yield number, Flaw(FlawCode.NEAR_DUPLICATE, ("items", index), detail)


def position(item: Item) -> int:
    """The place of the first correct option as the author wrote it."""
    return next(index for index, option in enumerate(item.shown) if option.correct)


def is_longest(item: Item) -> bool:
    """Whether no option is longer than the correct one."""
    lengths = [len(plain(option.text)) for option in item.shown]
    return lengths[position(item)] == max(lengths)


def _single(quiz: Quiz) -> list[SingleBestAnswer]:
    return [item for item in quiz.items if isinstance(item, SingleBestAnswer)]


# --- places


def _skewed(single: Sequence[SingleBestAnswer]) -> Iterator[Flaw]:
    """The right answer stands at every place about as often (Haladyna and others 2002, guideline 20)."""
    places: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for item in single:
        places[len(item.options)][position(item)] += 1
    for options, counts in sorted(places.items()):
        observed = [counts[place] for place in range(options)]
        if sum(observed) >= FEWEST_EXPECTED * options and chance_of(observed) <= SIGNIFICANT:
            yield Flaw(FlawCode.SKEWED_POSITION, ("items",), ", ".join(map(str, observed)))


def chance_of(observed: Sequence[int]) -> float:
    """The chance that places which are equally likely come out at least as unevenly: Pearson's chi-square."""
    expected = sum(observed) / len(observed)
    statistic = sum((count - expected) ** 2 / expected for count in observed)
    return chi_square_survival(statistic, len(observed) - 1)


def chi_square_survival(statistic: float, freedom: int) -> float:
    """The exact upper tail of the chi-square distribution for whole degrees of freedom.

    M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.4.4 for odd degrees and 26.4.5 for even.
    """
    half = statistic / 2
    tail, start = (math.erfc(math.sqrt(half)), 1) if freedom % 2 else (math.exp(-half), 2)
    for degrees in range(start, freedom, 2):
        tail += half ** (degrees / 2) * math.exp(-half) / math.gamma(degrees / 2 + 1)
    return tail


# --- likeness


def near_duplicates(items: Sequence[Item]) -> list[tuple[int, int]]:
    """Pairs of places in the pool whose questions are nearly the same: the cosine of their weighted words is too high.

    A word weighs more the fewer questions have it (G. Salton and C. Buckley, "Term-weighting approaches in automatic text
    retrieval", Information Processing & Management 24 (1988) 513-523).
    """
    weights = _weights([_terms(item) for item in items])
    sizes = [math.sqrt(sum(weight**2 for weight in found.values())) for found in weights]
    return sorted(
        pair for pair, product in _products(weights).items() if product > ALIKE * sizes[pair[0]] * sizes[pair[1]]
    )


def _terms(item: Item) -> Counter[str]:
    texts = (item.stem, item.lead_in, *(option.text for option in item.shown))
    return Counter(word for text in texts for word in words(text) if len(word) > 3)


def _weights(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    known = Counter(word for found in counts for word in found)
    # One more than there are, so that in a pool of two what both say still weighs something.
    total = len(counts) + 1
    return [{word: count * math.log(total / known[word]) for word, count in found.items()} for found in counts]


def _products(weights: Sequence[Mapping[str, float]]) -> dict[tuple[int, int], float]:
    """By pair, the sum of the products of weights; the most common words are left out when the pool is very large."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(weights):
        for word in found:
            holders[word].append(index)
    products: defaultdict[tuple[int, int], float] = defaultdict(float)
    left = MOST_PRODUCTS
    for word, indexes in sorted(holders.items(), key=lambda entry: len(entry[1])):
        left -= len(indexes) * (len(indexes) - 1) // 2
        if left < 0:
            break
        for place, one in enumerate(indexes):
            for other in indexes[place + 1 :]:
                products[one, other] += weights[one][word] * weights[other][word]
    return products
