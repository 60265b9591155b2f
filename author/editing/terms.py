"""Words that shame or stigmatize, each with the words to prefer and where that is asked for.

Phrases are matched word by word, in any case and over marks and line ends, longest first: "non compliant" is also
"non-compliant". Where a word is only sometimes meant so, the phrase has its neighbor with it. What is quoted in order to
teach about it, or is a person's own word for herself, is right as it is, and waived.
"""

from dataclasses import dataclass
from typing import Final

APA: Final = "APA Inclusive Language Guide, 2nd ed. (2023)"
SUICIDE: Final = "Best Practices and Recommendations for Reporting on Suicide (reportingonsuicide.org)"
NIDA: Final = "NIDA, Words Matter: Preferred Language for Talking About Addiction"
LUXEMBOURG: Final = (
    "Terminology Guidelines for the Protection of Children (Luxembourg Guidelines, 2016), which NCMEC follows"
)
CCRI: Final = "Cyber Civil Rights Initiative, definitions"
RECORDS: Final = (
    "Healy, Richard and Kidia, J Gen Intern Med 37 (2022), How to Reduce Stigma and Bias in Clinical Communication"
)
CHARTS: Final = "Nelson, How to Use Patient-Centered Language in Documentation, Current Psychiatry"
HOUSE: Final = "our own rule for describing what people do"


@dataclass(frozen=True, slots=True)
class Term:
    phrases: tuple[str, ...]
    prefer: str
    source: str


def _terms(source: str, *pairs: tuple[str, str]) -> tuple[Term, ...]:
    """Terms of one source, each as its phrases with bars between, and what to prefer."""
    return tuple(Term(tuple(phrases.split("|")), prefer, source) for phrases, prefer in pairs)


TERMS: Final = (
    *_terms(
        SUICIDE,
        ("commit suicide|commits suicide|committed suicide|committing suicide", "died by suicide"),
        ("failed attempt|failed attempts|failed suicide attempt|unsuccessful attempt|unsuccessful suicide attempt", "attempted suicide"),
        ("successful suicide|successful suicides|successful suicide attempt|completed suicide|completed suicides", "died by suicide"),
        ("complete suicide|completes suicide|completing suicide", "die by suicide"),
        ("suicide epidemic|epidemic of suicide|epidemic of suicides|skyrocketing suicide|skyrocketing suicides", "rising rates"),
        ("suicide victim|suicide victims", "person who died by suicide"),
    ),
    *_terms(
        NIDA,
        ("addict|addicts|junkie|junkies|drug abuser|drug abusers|substance abuser|substance abusers", "person with a substance use disorder"),
        ("drug user|drug users", "person who uses drugs"),
        ("former addict|former addicts|reformed addict|reformed addicts|ex addict|ex addicts", "person in recovery"),
        ("an alcoholic|the alcoholic|is alcoholic|alcoholics|drunkard|drunkards", "person with an alcohol use disorder"),
        ("addicted baby|addicted babies|born addicted", "baby with signs of withdrawal"),
        ("drug habit|drug habits", "substance use disorder"),
        ("substance abuse|drug abuse|alcohol abuse", "substance use, or misuse of a medicine"),
        ("opioid replacement|opioid substitution|replacement therapy for opioids", "medication for opioid use disorder"),
        ("clean urine|clean test|clean screen|clean drug test|clean drug screen|tested clean|tests clean", "negative test"),
        ("dirty urine|dirty test|dirty screen|dirty drug test|dirty drug screen|tested dirty|tests dirty", "positive test"),
        ("got clean|get clean|gets clean|getting clean|stay clean|stays clean|stayed clean|staying clean", "in recovery; not using"),
        ("clean and sober|is clean now|been clean for|clean for years|clean for months|clean time", "in recovery; not using"),
    ),
    *_terms(
        LUXEMBOURG,
        ("child pornography|child porn|kiddie porn|kiddy porn|kiddie pornography", "child sexual abuse material"),
        ("child prostitute|child prostitutes|teen prostitute|underage prostitute", "child exploited in prostitution"),
        ("child prostitution", "exploitation of children in prostitution"),
        ("child sex tourism|child sex tourist|child sex tourists", "sexual exploitation of children in travel and tourism"),
        ("child sex worker|child sex workers|underage sex worker", "child exploited in prostitution"),
        ("sex with a child|sex with children|sex with a minor|sex with minors", "sexual abuse of a child"),
    ),
    *_terms(CCRI, ("revenge porn|revenge pornography", "intimate images shared without consent")),
    *_terms(
        APA,
        ("mentally ill|the mentally ill|mental patient|mental patients", "person living with a mental health condition"),
        ("schizophrenics|a schizophrenic|is schizophrenic|the schizophrenic|schizophrenic patient|schizophrenic patients", "person with schizophrenia"),
        ("depressives|manic depressive|manic depressives", "person with depression, or with bipolar disorder"),
        ("anorexics|an anorexic|bulimics|a bulimic", "person with an eating disorder"),
        ("borderlines|a borderline patient|borderline patient|borderline patients", "person with borderline personality disorder"),
        ("psychotics|psycho|psychos|lunatic|lunatics|maniac|maniacs|insane", "what the person says or does"),
        ("suffers from|suffering from|suffered from|afflicted with|stricken with|victim of depression", "has, or lives with"),
        ("wheelchair bound|confined to a wheelchair|confined to her wheelchair|confined to his wheelchair", "uses a wheelchair"),
        ("handicapped|crippled|cripple|cripples|the disabled|physically challenged|differently abled", "person with a disability"),
        ("special needs", "the need itself, or disability"),
        ("hearing impaired|deaf mute|deaf and dumb", "Deaf, or hard of hearing"),
        ("mentally retarded|retarded|retard|retards|mental retardation", "person with an intellectual disability"),
        ("high functioning autistic|high functioning autism|low functioning autism|suffers from autism", "autistic person, and what support she needs"),
        ("the elderly|elderly people|the aged|senior citizen|senior citizens|senile", "older adults"),
        ("the homeless|homeless people|homeless person|homeless man|homeless woman", "person without housing"),
        ("illegal alien|illegal aliens|illegal immigrant|illegal immigrants|illegals", "person without papers"),
        ("prostitute|prostitutes|hooker|hookers", "person in sex work, or exploited in it"),
        ("ex con|ex cons|ex convict|ex convicts|felon|felons", "person who was incarcerated"),
        ("sexual preference|sexual preferences", "sexual orientation"),
        ("homosexuals|a homosexual|transgendered|transgenders|tranny|trannies|transvestite|transvestites", "gay, lesbian or transgender person"),
        ("sex change|sex change operation", "gender-affirming care"),
        ("hermaphrodite|hermaphrodites", "intersex person"),
        ("opposite sex", "another gender"),
        ("orientals|an oriental|colored people|caucasian|caucasians", "the group's own name"),
        ("welfare mother|welfare mothers|welfare queen|welfare queens|poverty stricken", "person living in poverty"),
    ),
    *_terms(
        RECORDS,
        ("drug seeking|drug seeker|drug seekers", "asked for the medicine, in pain"),
        ("frequent flyer|frequent flyers|frequent flier|frequent fliers", "person who comes often"),
        ("difficult patient|difficult patients|difficult client|difficult clients", "what was difficult, and for whom"),
        ("patient denies|client denies|client claims", "says"),
    ),
    *_terms(
        CHARTS,
        ("non compliant|noncompliant|non compliance|noncompliance", "what happened: did not come, stopped the medicine"),
        ("refused treatment|refuses treatment|refused medication|refuses medication", "declined, with the reason"),
        ("manipulative|manipulator|manipulators", "what he did to get what he needed"),
        ("self mutilation|self mutilating|self mutilator|self mutilators|cutters|a cutter", "self-injury; person who injures herself"),
    ),
    *_terms(
        HOUSE,
        ("attention seeking|attention seeker|attention seekers", "what she did, and what she needed"),
        ("cry for help", "what she said"),
        ("help rejecting|treatment resistant patient|treatment resistant client", "what has not helped yet"),
        ("victim identity|professional victim|playing the victim", "what happened to the person"),
        ("fell for it|fall for it|falls for it", "was deceived, pressured or coerced"),
    ),
)  # fmt: skip

#: Names that stand as they are, whatever is in them.
NAMES: Final = (
    "substance abuse and mental health services",
    "national institute on drug abuse",
    "alcoholics anonymous",
    "adult children of alcoholics",
    "rethink mental illness",
    "drug abuse resistance education",
    "drug abuse treatment act",
    "comprehensive drug abuse prevention",
)
