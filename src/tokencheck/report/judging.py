"""Find sentences that judge: those whose words say how data stand, not merely what they are."""

import re
from collections.abc import Iterator

# Words that order, bound, generalise, deny or grade. A sentence with one of them can go false on new data.
JUDGING = (
    "first|last|only|sole|none|no|nobody|nothing|neither|nor|never|not|cannot|without|always|ever|still|yet|already|anymore|"
    "all|every|any|both|most|mostly|least|more|less|fewer|fewest|few|many|much|majority|minority|half|twice|double|"
    "higher|lower|cheaper|dearer|larger|smaller|bigger|greater|longer|shorter|wider|better|worse|faster|slower|stronger|"
    "weaker|nearer|highest|lowest|cheapest|dearest|largest|smallest|biggest|greatest|longest|widest|best|worst|"
    "high|low|cheap|dear|expensive|large|small|big|usual|common|rare|"
    "above|below|beyond|within|inside|outside|under|exceeds|exceeded|exceed|reaches|reached|reach|"
    "ahead|behind|lead|leads|led|overtake|overtook|surpass|surpassed|rose|fell|grew|shrank|doubled|jumped|"
    "rise|rises|rising|risen|fall|falls|falling|fallen|grow|grows|growing|grown|shrink|shrinks|shrinking|shrunk|jump|jumps|"
    "jumping|soar|soars|soared|soaring|plunge|plunged|plunging|surge|surged|surging|climb|climbs|climbed|climbing|drop|drops|"
    "dropped|dropping|decline|declines|declined|declining|increase|increases|increased|increasing|decrease|decreased|"
    "decreasing|doubles|halve|halved|halves|halving|tripled|slip|slips|slipped|gain|gains|gained|loses|lost|losing|"
    "exceeding|reaching|leading|overtakes|overtaken|overtaking|surpasses|surpassing|topped|tops|topping|trail|trails|"
    "trailed|dominate|dominates|dominated|outnumber|outnumbers|several|mainly|largely|chiefly|usually|often|rarely|seldom|"
    "generally|typically|third|quarter|fifth|thirds|quarters|fully|entirely|wholly|hardly|barely|merely|"
    "nearest|closer|closest|differed|differing|agreed|agreeing|disagrees|disagreed|matches|matched|fitted|understated|"
    "overstated|decided|"
    "fits|fit|hold|holds|held|fail|fails|failed|agree|agrees|disagree|true|false|wrong|correct|indeed|exactly|near|nearly|"
    "almost|close|enough|same|equal|differ|differs|understates|overstates|decides|matters|point|stands"
)

# Verbs of a statement: what has none of them, such as the head of a column, names and does not say.
STATING = re.compile(r"\b(?:is|are|was|were|be|been|has|have|had|does|do|did|will|would|led|rose|fell|stands)\b")

_WORD = re.compile(rf"\b(?:{JUDGING})\b", re.IGNORECASE)
PHRASE = re.compile(
    r"\bfar from\b|\bone and a half\b|\bas claimed\b|\bno longer\b|\bas the article says\b", re.IGNORECASE
)
# In Chinese no list tells which sentence judges, so each is marked; what one sees on a picture is asked by these.
CHINESE_JUDGING = re.compile(
    r"没有一|只有|始终|多数|大多|不到|不及|越过|到达|高于|低于|大于|小于|高出|贵|便宜|最[高低大小多长少]|更|远|少数|之外"
)
_QUOTED = re.compile(r"“[^”]*”")
# Names of samples, and questions: their words order nothing.
_NAMED = re.compile(
    r"\b(?:five|nine|ten|twenty|fifty) most used\b|\bhow (?:much|many|near|far)\b"
    r"|\b(?:several|of) (?:readings|ratios|scopes|windows)\b|\bseveral scopes and windows\b",
    re.IGNORECASE,
)

# What is no prose: code, shortcodes, addresses of links, attributes.
NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\{\{<.*?>\}\}|\]\([^)]*\)|\{[#.][^{}]*\}|^:::.*$", re.DOTALL | re.MULTILINE)
_END = re.compile(r"(?<=[.?!])[”)*_\]]*\s+(?=[^a-z\s])")
_SHORT = re.compile(r"(?:\S+ ){0,2}\S*[^.?!]")  # the name of a section, or of what a link leads to
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )")


def list_judging(text: str) -> list[str]:
    """List the words of a text that judge; what it quotes is the judgement of others.

    Examples
    --------
    >>> list_judging("Over all models they never led; the article says “first”.")
    ['all', 'never', 'led']
    >>> list_judging("How many of the fifty most used are cheap?")
    ['cheap']
    """
    plain = _NAMED.sub(" ", _QUOTED.sub(" ", NO_PROSE.sub(" ", text)))
    return [match[0] for match in _WORD.finditer(plain)] + [match[0] for match in PHRASE.finditer(plain)]


def split_sentences(text: str) -> Iterator[str]:
    """Split Markdown into sentences, each on one line, without the marks of lists and tables.

    Examples
    --------
    >>> list(split_sentences("- One had 4.5. Two had\\nmore.\\n- Three?"))
    ['One had 4.5.', 'Two had more.', 'Three?']
    """
    text = re.sub(r"```.*?```", "\n\n", text, flags=re.DOTALL)
    for block in BLOCK.split(text):
        plain = re.sub(r"^\s*(?:[-*]|\d+\.|#+) ", "", block)
        yield from (sentence for sentence in _END.split(" ".join(plain.split())) if sentence)


def list_unguarded(text: str) -> list[str]:
    """List the sentences of a text that judge."""
    return [sentence for sentence in split_sentences(text) if list_judging(sentence) and not _SHORT.fullmatch(sentence)]
