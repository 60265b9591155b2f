from pathlib import Path

import pytest

from tests.author.folders import change, copy_of_example, faults_of, line_of

COURSE = "course.yaml"
LESSON = "lessons/01-who-may-hear.md"
SECOND = "lessons/02-say-it-slowly.md"
WARM_UP = "quizzes/warm-up.yaml"
TEST = "quizzes/voicemail-test.yaml"
CASE = "scenarios/the-callback.yaml"
FIRST = "scenarios/first-message.yaml"
EVALUATION = "evaluation.yaml"
GUIDANCE = "guidance.yaml"

#: file, what stands there, what shall stand there, and every fault: rule, file and the words at whose line it is told.
Expected = list[tuple[str, str, str]]
MUTATIONS: dict[str, tuple[str, str, str, Expected]] = {
    # YAML
    "tab": (COURSE, "title: Leaving", "\ttitle: Leaving", [("yaml", COURSE, "\ttitle")]),
    "open quote": (TEST, "title: Post-test", "title: 'Post-test", [("yaml", TEST, "      - {claim: The name")]),
    "colon in text": (COURSE, "prerequisites: None.", "prerequisites: None: really", [("yaml", COURSE, "prerequisites")]),
    "anchor": (
        COURSE, "level: introductory", "level: &level introductory", [("anchor", COURSE, "level: &level")],
    ),
    "alias": (COURSE, "level: introductory", "level: *nowhere", [("yaml", COURSE, "level: *nowhere")]),
    "duplicate name": (
        COURSE, "level: introductory", "level: introductory\nlevel: advanced", [("duplicate", COURSE, "level: advanced")],
    ),
    "duplicate node": (
        CASE, "  told:\n", "  not-called:\n    text: x\n  told:\n", [("duplicate", CASE, "  not-called:\n    text: Inez")],
    ),
    "tag": (COURSE, "level: introductory", "level: !word introductory", [("tag", COURSE, "level: !word")]),
    "python tag": (
        COURSE, "level: introductory", "level: !!python/object:os.system x", [("tag", COURSE, "level: !!python")],
    ),
    "float": (TEST, "pass_percent: 60", "pass_percent: 60.5", [("float", TEST, "pass_percent")]),
    "two documents": (COURSE, "language:", "---\nlanguage:", [("yaml", COURSE, "---\nlanguage")]),
    "escaped null": (
        COURSE, "subtitle: Say enough to be called back, and nothing more", 'subtitle: "a\\0b"',
        [("character", COURSE, "subtitle")],
    ),
    # names and values
    "kind of lesson": (LESSON, "module: m1", "module: m1\nkind: handout", [("word", LESSON, "kind: handout")]),
    "reference at a taken address": (
        SECOND, "key: say-it-slowly", "key: facts\nkind: reference",
        [("unknown-key", COURSE, "parts: [say-it-slowly"), ("outline", SECOND, "key: facts"), ("shape", SECOND, "key: facts")],
    ),
    "unknown name": (COURSE, "subtitle:", "sub_title:", [("unknown-name", COURSE, "sub_title")]),
    "missing name": (COURSE, "grievances: Write", "subtitle_: Write", [
        ("missing", COURSE, "format: 1"), ("unknown-name", COURSE, "subtitle_"),
    ]),
    "empty text": (COURSE, "prerequisites: None.", "prerequisites: ''", [("empty", COURSE, "prerequisites")]),
    "null text": (COURSE, "prerequisites: None.", "prerequisites:", [("type", COURSE, "prerequisites")]),
    "number for text": (COURSE, "prerequisites: None.", "prerequisites: 12", [("type", COURSE, "prerequisites")]),
    "quoted number": (TEST, "pass_percent: 60", "pass_percent: '60'", [("type", TEST, "pass_percent")]),
    "yes for true": (COURSE, "evaluation: true", "evaluation: yes", [("type", COURSE, "gates:")]),
    "text for list": (COURSE, "audience: [Counselors, Social workers, Front-desk staff]", "audience: Counselors", [
        ("type", COURSE, "audience"),
    ]),
    "list for group": (COURSE, "review:\n  reviewed_on: '2026-11-02'\n  review_by: '2027-11-02'\n  change_note: First publication.",
        "review: [one]", [("type", COURSE, "review: [one]")]),
    "unknown word": (COURSE, "level: introductory", "level: beginner", [("word", COURSE, "level")]),
    "unknown release": (TEST, "release: after_pass_or_last_attempt", "release: at_once", [("word", TEST, "release")]),
    "unknown standing": (GUIDANCE, "standing: stands\n", "standing: good\n", [("word", GUIDANCE, "standing: good")]),
    "format of tomorrow": (COURSE, "format: 1", "format: 2", [("word", COURSE, "format")]),
    "capital in key": (COURSE, "- key: choose-words", "- key: Choose-words", [("key", COURSE, "- key: Choose")]),
    "date that is none": (COURSE, "reviewed_on: '2026-11-02'", "reviewed_on: '2026-02-30'", [("date", COURSE, "reviewed_on")]),
    "date of another kind": (COURSE, "review_by: '2027-11-02'", "review_by: November 2027", [("date", COURSE, "review_by")]),
    "plain http": (COURSE, "url: https://example.org", "url: http://example.org", [("link", COURSE, "url")]),
    "too many percent": (TEST, "pass_percent: 60", "pass_percent: 101", [("range", TEST, "pass_percent")]),
    "no minutes": (WARM_UP, "minutes: 7", "minutes: 0", [("range", WARM_UP, "minutes")]),
    "long key": (COURSE, "- key: R1", f"- key: {'R' * 41}", [("too-long", COURSE, "- key: RRR")]),
    "name of a picture": (COURSE, "file: media/handset.svg", "file: ../handset.svg", [("media-name", COURSE, "- file")]),
    "absolute picture": (COURSE, "file: media/handset.svg", "file: /etc/passwd", [("media-name", COURSE, "- file")]),
    "language tag": (COURSE, "language: en-US", "language: English", [("pattern", COURSE, "language")]),
    "guidance id": (WARM_UP, "guidance: [G02]", "guidance: [g2]", [("pattern", WARM_UP, "guidance: [g2]")]),
    # quizzes
    "no correct option": (WARM_UP, "correct: true, rationale: It can", "rationale: It can", [("shape", WARM_UP, "- key: shared")]),
    "two correct options": (
        WARM_UP, "rationale: By then", "correct: true, rationale: By then", [("shape", WARM_UP, "- key: first-visit")],
    ),
    "no rationale": (WARM_UP, ", rationale: By then nobody is there to ask.", "", [("missing", WARM_UP, "- {key: later")]),
    "option twice": (WARM_UP, "key: later", "key: now", [("shape", WARM_UP, "- key: first-visit")]),
    "item twice": (WARM_UP, "- key: pace", "- key: first-visit", [("shape", WARM_UP, "")]),
    "same text": (WARM_UP, "text: 'Once, clearly and in one breath.'", "text: 'IN groups, slowly,  and twice.'", [("same-text", WARM_UP, "- {key: once")]),
    "draws too many": (TEST, "draw: 3", "draw: 5", [("shape", TEST, "")]),
    "no pass percent": (TEST, "pass_percent: 60\n", "", [("shape", TEST, "")]),
    "unknown objective of an item": (TEST, "objectives: [choose-words, be-understood]", "objectives: [choose-words, be-understod]", [
        ("unknown-key", TEST, "objectives: [choose-words, be-understod]"),
    ]),
    "unknown module of an item": (TEST, "key: number-first\n    kind: single_best_answer\n    module: m2",
        "key: number-first\n    kind: single_best_answer\n    module: m9", [("unknown-key", TEST, "module: m9")]),
    "list in a stem": (WARM_UP, "stem: You are about to say your number.", "stem: |-\n      - You are\n      - about", [
        ("block", WARM_UP, "stem: |-\n      - You"),
    ]),
    "html in a stem": (WARM_UP, "stem: You are about to", "stem: You <b>are</b> about to", [
        ("html", WARM_UP, "stem: You <b>"), ("html", WARM_UP, "stem: You <b>"),
    ]),
    "link in a rationale": (WARM_UP, "rationale: The reason is hers to tell.", "rationale: 'The [reason](http://x.org) is hers.'", [
        ("link", WARM_UP, "- {key: x2"),
    ]),
    "unknown kind": (WARM_UP, "kind: true_false", "kind: true_or_false", [("word", WARM_UP, "kind: true_or_false")]),
    "no kind": (WARM_UP, "    kind: true_false\n", "", [("missing", WARM_UP, "- key: a-missed-call")]),
    "unknown name of a kind": (WARM_UP, "if_true: A missed", "if_tru: A missed", [
        ("missing", WARM_UP, "- key: a-missed-call"), ("unknown-name", WARM_UP, "if_tru: A missed"),
    ]),
    "unknown name in an option of a kind": (WARM_UP, "{key: m3, text: The name", "{key: m3, txt: The name", [
        ("missing", WARM_UP, "- {key: m3"), ("unknown-name", WARM_UP, "- {key: m3"),
    ]),
    "credit of another kind": (WARM_UP, "credit: per_pair", "credit: per_option", [("word", WARM_UP, "credit: per_option\n    stem: Four")]),
    "everything correct": (WARM_UP, "text: Your first name., rationale: Without", "text: Your first name., correct: yes, rationale: Without", [
        ("type", WARM_UP, "- {key: r9"),
    ]),
    "question for a statement": (WARM_UP, "a message that is overheard.\n    correct", "a message that is overheard?\n    correct", [
        ("no-statement", WARM_UP, "lead_in: A call without"),
    ]),
    "same step": (WARM_UP, "text: Your hours.", "text: Your first name.", [("same-text", WARM_UP, "- {key: p8")]),
    "text by place": (WARM_UP, "text: Why you call.", "text: None of the above.", [("by-place", WARM_UP, "- {key: k1")]),
    "small panel": (WARM_UP, "    rationale: A new voice", "    panel: [0, 1, 2, 3, 1]\n    rationale: A new voice", [
        ("small-panel", WARM_UP, "panel: [0"),
    ]),
    "three of a panel": (WARM_UP, "    rationale: A new voice", "    panel: [4, 4, 4]\n    rationale: A new voice", [
        ("missing", WARM_UP, "panel: [4"), ("missing", WARM_UP, "panel: [4"),
    ]),
    # cross-references
    "passage of no lesson": (COURSE, "passages: [who-may-hear#", "passages: [who-may-heer#", [
        ("unknown-key", COURSE, "passages: [who-may-heer"),
    ]),
    "passage without a heading": (COURSE, "#what-a-stranger-learns", "#what-a-stranger-lerns", [
        ("unknown-key", COURSE, "passages: [who-may-hear#what-a-stranger-lerns"),
    ]),
    "unknown guidance": (WARM_UP, "guidance: [G02]", "guidance: [G03]", [("unknown-key", WARM_UP, "guidance: [G03]")]),
    "unknown guidance of an objective": (COURSE, "guidance: [G02]", "guidance: [G07]", [("unknown-key", COURSE, "guidance: [G07]")]),
    "guidance twice": (GUIDANCE, "- id: G02", "- id: G01", [
        ("unknown-key", COURSE, "guidance: [G02]"), ("duplicate-key", GUIDANCE, "- id: G01\n  point: Speak"),
        ("unknown-key", SECOND, "guidance: [G02]"), ("unknown-key", TEST, "guidance: [G02]"),
        ("unknown-key", WARM_UP, "guidance: [G02]"), ("unknown-key", CASE, "guidance: [G01, G02]"),
    ]),
    "no correction": (GUIDANCE, "  correction: Clear is not enough; slow and twice is what can be written down.\n", "",
        [("shape", GUIDANCE, "- id: G02")]),
    "unknown source": (LESSON, "source: GK R1", "source: GK R2", [("unknown-key", LESSON, "source: GK R2")]),
    "check before it is checked": (LESSON, "check_by: '2027-05-02'", "check_by: '2026-11-02'", [("dates", LESSON, "check_by")]),
    "review before it is reviewed": (COURSE, "review_by: '2027-11-02'", "review_by: '2025-11-02'", [("dates", COURSE, "review_by")]),
    "unknown part": (COURSE, "parts: [who-may-hear, warm-up", "parts: [who-may-heer, warm-up", [
        ("unknown-key", COURSE, "parts: [who-may-heer"), ("outline", LESSON, "key: who-may-hear"),
    ]),
    "part twice": (COURSE, "parts: [who-may-hear, warm-up", "parts: [who-may-hear, who-may-hear, warm-up", [
        ("outline", COURSE, "parts: [who-may-hear"),
    ]),
    "part left out": (COURSE, "parts: [say-it-slowly, the-callback", "parts: [the-callback", [("outline", SECOND, "key: say-it")]),
    "module twice": (COURSE, "- module: m2", "- module: m1", [
        ("duplicate-key", COURSE, "- module: m1\n    title: Being"), ("unknown-key", SECOND, "module: m2"),
        ("unknown-key", TEST, "module: m2"), ("unknown-key", TEST, "module: m2\n    objectives: [choose-words, be"),
        ("unknown-key", CASE, "module: m2"),
    ]),
    "in another module": (LESSON, "module: m1", "module: m2", [("outline", LESSON, "module: m2")]),
    "key of another": (FIRST, "key: first-message", "key: warm-up", [
        ("unknown-key", COURSE, "parts: [who-may-hear"), ("duplicate-key", FIRST, "key: warm-up"),
    ]),
    "key of a page": (FIRST, "key: first-message", "key: review", [
        ("unknown-key", COURSE, "parts: [who-may-hear"), ("outline", FIRST, "key: review"), ("taken-key", FIRST, "key: review"),
    ]),
    "unknown gate": (COURSE, "pass: [voicemail-test", "pass: [voicemail-tests", [("unknown-key", COURSE, "gates:")]),
    "lesson as a gate": (COURSE, "pass: [voicemail-test", "pass: [say-it-slowly", [("unknown-key", COURSE, "gates:")]),
    "formative gate": (COURSE, "pass: [voicemail-test", "pass: [warm-up", [("gate", COURSE, "gates:")]),
    "gate twice": (COURSE, "pass: [voicemail-test", "pass: [the-callback", [("gate", COURSE, "gates:")]),
    "attestation of another version": (COURSE, "version: v1\n  text: I did", "version: v2\n  text: I did", [("gate", COURSE, "gates:")]),
    "objective nobody teaches": (COURSE, "references:\n", "  - {key: sing, text: Sing.}\nreferences:\n", [
        ("objective-unused", COURSE, "- {key: sing"),
    ]),
    "objective twice": (COURSE, "references:\n", "  - {key: choose-words, text: Again.}\nreferences:\n", [
        ("duplicate-key", COURSE, "- {key: choose-words, text: Again"),
    ]),
    "reference twice": (COURSE, "review:\n", "  - {key: R1, text: x, grade: primary, checked_on: '2026-11-02'}\nreview:\n", [
        ("duplicate-key", COURSE, "- {key: R1"),
    ]),
    "credit below the parts": (COURSE, "minutes: 18", "minutes: 13", [("minutes", COURSE, "minutes: 13")]),
    "credit far above the parts": (COURSE, "minutes: 18", "minutes: 60", [("minutes", COURSE, "minutes: 60")]),
    "minutes of a lesson": (LESSON, "minutes: 1", "minutes: 3", [
        ("minutes", COURSE, "minutes: 18"), ("minutes", LESSON, "minutes: 3"),
    ]),
    # lessons
    "no front matter": (LESSON, "---\nkey: who-may-hear", "key: who-may-hear", [("front-matter", LESSON, "")]),
    "body in front matter": (LESSON, "minutes: 1", "minutes: 1\nbody: x", [("unknown-name", LESSON, "body: x")]),
    "front matter name": (LESSON, "minutes: 1", "minutes: 1\nminute: 1", [("unknown-name", LESSON, "minute: 1")]),
    "unknown anchor": (LESSON, "skip_to: what-a", "skip_to: what-the", [("skip-to", LESSON, "skip_to")]),
    "skipping in a case": (CASE, "  text: A relative asks", "  skip_to: told\n  text: A relative asks", [("skip-to", CASE, "skip_to")]),
    "skipping on the course page": (COURSE, "  text: One call", "  skip_to: told\n  text: One call", [("skip-to", COURSE, "skip_to")]),
    "first-level heading": (SECOND, "## A message to keep", "# A message to keep", [("heading", SECOND, "# A message")]),
    "heading that jumps": (SECOND, "## A message to keep", "#### A message to keep", [("heading", SECOND, "#### A message")]),
    "script": (SECOND, "Try three short parts.", "<script>alert(1)</script>\n\nTry three short parts.", [("html", SECOND, "<script>")]),
    "tag in a sentence": (SECOND, "Your first name. The", "Your <i>first name. The", [("html", SECOND, "Try three")]),
    "script address": (SECOND, "](https://example.org", "](javascript:alert", [("link", SECOND, "called back. The")]),
    "relative address": (SECOND, "](https://example.org/messages)", "](../messages)", [("link", SECOND, "called back. The")]),
    "unlisted picture": (SECOND, "![](media/handset.svg)", "![](media/hand.svg)", [
        ("media-unused", COURSE, "- file"), ("media-unlisted", SECOND, "![]"),
    ]),
    "picture from elsewhere": (SECOND, "Try three", "![x](https://example.org/x.png)\n\nTry three", [("media-unlisted", SECOND, "![x]")]),
    "control character": (SECOND, "Try three", "Try\x07three", [
        ("character", SECOND, "Try\x07three"),
    ]),
    # media
    "picture without alt": (COURSE, "    alt: A telephone handset with three short lines beside it, for name, number and hours.\n", "",
        [("missing", COURSE, "- file")]),
    "sum of a picture": (COURSE, "    license: CC0-1.0\n", f"    license: CC0-1.0\n    sha256: {'a' * 64}\n", [
        ("unknown-name", COURSE, "    sha256:"),
    ]),
    "listed twice": (COURSE, "media:\n", "media:\n  - {file: media/handset.svg, alt: x, license: x, source: x}\n", [
        ("media-twice", COURSE, "- file: media/handset.svg\n"),
    ]),
    "listed and absent": (COURSE, "media:\n", "media:\n  - {file: media/absent.png, alt: x, license: x, source: x}\n", [
        ("media-missing", COURSE, "- {file: media/absent"),
    ]),
    # scenarios
    "unknown start": (CASE, "start: before-dialing", "start: before", [("unknown-start", CASE, "start: before")]),
    "unknown target": (FIRST, "to: overheard", "to: over", [("unknown-target", FIRST, "to: over")]),
    "unknown target of a route": (CASE, "      - to: mother-unknown\n", "      - to: mother\n", [("unknown-target", CASE, "- to: mother\n")]),
    "unknown variable": (CASE, "effects: [{add: {care: 2}}]", "effects: [{add: {caring: 2}}]", [
        ("unknown-variable", CASE, "- key: open-chart"),
    ]),
    "unreachable node": (FIRST, "  overheard:\n", "  lost:\n    text: x\n    ending: {verdict: fail, points: 0}\n    debrief: x\n  overheard:\n", [
        ("unreachable-node", FIRST, "  lost:"),
    ]),
    "way without an end": (FIRST, "to: overheard", "to: the-beep", [("unlimited-cycle", FIRST, "  the-beep:\n")]),
    "guard that never holds": (CASE, "        when: {at_least: {care: 1}}\n", "        when: {at_least: {care: 3}}\n", [
        ("choice-never-open", CASE, "when: {at_least: {care: 3}}"),
    ]),
    "wrong maximum": (CASE, "maximum: 6", "maximum: 7", [("maximum-differs", CASE, "maximum: 7")]),
    "too many states": (CASE, "care: {min: 0, max: 2,", "more: {min: -100, max: 100, start: 0, meaning: x}\n  most: {min: -100, max: 100, start: 0, meaning: x}\n  care: {min: 0, max: 2,", [
        ("too-many-states", CASE, "variables:"),
    ]),
    "harm that passes": (CASE, "to: not-called\n", "to: kept-private\n", [
        ("unreachable-node", CASE, "  not-called:"), ("critical-path-passes", CASE, "  kept-private:"),
    ]),
    "no way to pass": (CASE, "ending: {verdict: pass, points: 2}", "ending: {verdict: fail, points: 2}", [("no-passing-path", CASE, "nodes:")]),
    "last route with a guard": (CASE, "      - to: mother-unknown\n", "      - to: mother-unknown\n        when: {at_least: {care: 0}}\n", [
        ("shape", CASE, "  ringing:"),
    ]),
    "ending with choices": (FIRST, "    debrief: A short", "    kind: info\n    debrief: A short", [("shape", FIRST, "  called-back:")]),
    "ending without debrief": (FIRST, "    debrief: A short message leaves room for a long talk.\n", "", [("shape", FIRST, "  called-back:")]),
    "route tells HTML": (
        CASE, "      - to: mother-unknown\n", "      - to: mother-unknown\n        text: It <b>rings</b>.\n",
        [("html", CASE, "        text: It <b>rings</b>")] * 2,
    ),
    "route moves nothing that there is": (
        CASE, "      - to: mother-unknown\n", "      - to: mother-unknown\n        effects: [{add: {luck: 1}}]\n",
        [("unknown-variable", CASE, "  ringing:\n")],
    ),
    "one choice": (FIRST, "      - key: full\n        text: Leave the clinic's name, the reason and the new time.\n        consequence: The message is played in the car, on speaker.\n        to: overheard\n        points: 0\n        rationale: Her voice on the recording does not mean that she listens alone.\n", "", [("shape", FIRST, "  the-beep:\n")]),
    "no passing rule": (CASE, "passing_rule: You", "intro_: You", [
        ("unknown-name", CASE, "intro_"), ]),
    "reasons while it runs": (CASE, "max_attempts: 3", "max_attempts: 3\nrelease: after_each_choice", [("shape", CASE, "")]),
    "four visits": (FIRST, "    kind: decision\n", "    kind: decision\n    max_visits: 4\n", [("range", FIRST, "max_visits")]),
    "variable outside its range": (CASE, "start: 0, meaning", "start: 3, meaning", [("shape", CASE, "  care:")]),
    "guard without a bound": (CASE, "when: {at_least: {care: 2}}", "when: {}", [("shape", CASE, "when: {}")]),
    "debrief in mid-story": (CASE, "    kind: info\n", "    kind: info\n    debrief: x\n", [("shape", CASE, "  ringing:")]),
    "node of no kind": (CASE, "    kind: info\n", "", [("shape", CASE, "  ringing:")]),
    "routes of a decision": (CASE, "  ringing:\n    kind: info\n", "  ringing:\n    kind: decision\n", [("shape", CASE, "  ringing:")]),
    "story without a way on": (
        CASE, "    routes:\n      - to: mother-known\n        when: {at_least: {care: 2}}\n      - to: mother-unknown\n", "",
        [("shape", CASE, "  ringing:")],
    ),
    "choice twice": (FIRST, "- key: full", "- key: short", [("shape", FIRST, "  the-beep:\n")]),
    "target twice": (FIRST, "        rationale: It is enough to be called back, and nothing to explain.\n      - key: full\n",
        "        rationale: It is enough.\n        to: called-back\n      - key: full\n", [("duplicate", FIRST, "        to: called-back\n      - key")]),
    "long text": (FIRST, "    text: You agree on Thursday.", f"    text: {'word ' * 5000}", [("too-long", FIRST, "    text: word")]),
    "html as a block": (FIRST, "    text: You agree on Thursday.", "    text: |-\n      Yes.\n\n      <div>\n", [
        ("html", FIRST, "    text: |-"),
    ]),
    "link definition": (FIRST, "    text: You agree on Thursday.", "    text: '[a]: https://example.org'", [
        ("block", FIRST, "    text: '[a]"),
    ]),
    "list as a name": (FIRST, "minutes: 2", "minutes: 2\n? [a, b]\n: c", [("yaml", FIRST, "[a, b]")]),
    "tag on a list": (COURSE, "audience: [", "audience: !set [", [("tag", COURSE, "audience:")]),
    "tag on a group": (COURSE, "gates: {", "gates: !gates {", [("tag", COURSE, "gates:")]),
    "number of another base": (FIRST, "minutes: 2", "minutes: 0x2", [("yaml", FIRST, "minutes: 0x2")]),
    # evaluation
    "options of a scale": (EVALUATION, "required: false}", "required: false, options: [{key: a, text: a}, {key: b, text: b}]}", [
        ("shape", EVALUATION, "- {key: change"),
    ]),
    "scale without ends": (EVALUATION, "required: true, low: Not at all, high: Entirely", "required: true", [("shape", EVALUATION, "- {key: clear")]),
    "question twice": (EVALUATION, "key: change", "key: clear", [("shape", EVALUATION, "")]),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_package_with_one_change_has_these_faults(name: str, tmp_path: Path) -> None:
    file, old, new, expected = MUTATIONS[name]
    folder = copy_of_example(tmp_path)

    change(folder, file, old, new)

    assert faults_of(folder) == sorted(
        ((rule, where, line_of(folder, where, words)) for rule, where, words in expected),
        key=lambda fault: (fault[1], fault[2], fault[0]),
    )
