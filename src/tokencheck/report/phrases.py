"""What the pages of claims say beside numbers: role of a reading, why the rule decided so, by language.

Every phrase stands here once, in English and in Chinese, so that a page in either language says the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tokencheck import wording
from tokencheck.register import lineage, rule
from tokencheck.register.claims import Search
from tokencheck.register.firmness import Firmness
from tokencheck.register.reviews import Review

# How a sentence was read, by the role of the reading.
READ_AS = {
    "en": {
        "literal": "as written",
        "source": "as its source meant it",
        "charitable": "as a fair reader may take it",
        "diagnostic": "for orientation",
    },
    "zh": {
        "literal": "按字面",
        "source": "按原始出处的意思",
        "charitable": "按善意的理解",
        "diagnostic": "仅供参考",
    },
}

# What a finding does to the sentence.
DIRECTION_WORDS = {
    "en": {rule.SUPPORTS: "for it", rule.CONTRADICTS: "against it", rule.CONTEXT: "context"},
    "zh": {rule.SUPPORTS: "支持", rule.CONTRADICTS: "反对", rule.CONTEXT: "背景"},
}

# Whether a source was opened once more before it was cited.
CHECKED = {
    "en": {"read again": "read again", "page found": "page found again", "not reached": "could not be opened again"},
    "zh": {"read again": "已复读", "page found": "网页仍在", "not reached": "未能再次打开"},
}

# Both sides of a part are empty, which the rule puts with those of grade D.
NOTHING_COUNTS = "nothing counts on either side"
# One side of a part is empty: what is there is better than nothing, of which no page should make a comparison.
ONE_SIDED = {
    "X better than S": "nothing counts for it",
    "S at A or B, X at least two grades lower or absent, and not all of S interested": "records, and nothing against",
    "S better than X otherwise": "weaker sources, and nothing against",
}

OF_ONE_PART = {"en": "one part: ", "zh": "其中一项："}
# How parts that fare differently make a whole: the worse of two, the worst of more.
WHOLE = {"en": "Of the {count} parts the {worst} decides.", "zh": "整句取{count}项中{worst}的一项。"}
WORST = {"en": ("worse", "worst"), "zh": ("较差", "最差")}
# Why the rule decided so, by the row that did: in a few words beside the verdict, and in a sentence.
DECISIONS = {
    "en": {
        "literal agrees; it rests on interested parties alone": (
            "it holds, on the word of interested parties alone",
            "As written it agrees with what was measured, but all the numbers for that come from parties who speak of "
            "their own product.",
        ),
        "literal agrees; any": ("it holds as written", "As written it agrees with what was measured."),
        "literal near; any": (
            "it comes near as written",
            "As written it misses what was measured by no more than the tolerance.",
        ),
        "literal differs; a source or charitable reading agrees or is near": (
            "true only in a way that its words do not say",
            "As written it fails; it holds or comes near {others}. That is what we call misleading.",
        ),
        "literal differs; none does": (
            "it fails in every reading that counts",
            "It fails as written, and in every other way of reading that enters the verdict.",
        ),
        "literal no data or inconclusive; a bound on the literal one excludes the claim": (
            "what can be measured rules it out",
            "What it says cannot be measured as such, but a limit that can be measured rules it out.",
        ),
        "literal no data or inconclusive; a proxy agrees": (
            "a stand-in for what cannot be measured agrees",
            "What it says cannot be measured as such; something close to it can, and agrees.",
        ),
        "literal no data or inconclusive; otherwise": (
            "what can be measured leaves it open",
            "What can be measured leaves room for yes and for no.",
        ),
        "both sides at D, or nothing found": (
            "no source is good enough to say",
            "No source that speaks for it or against it is better than grade D; better ones in the list are context.",
        ),
        NOTHING_COUNTS: (
            "nothing that counts speaks for or against it",
            "Nothing found counts for it or against it: what is listed is context, or the claim's own lineage.",
        ),
        "X better than S": ("the better sources speak against it", "The better sources speak against it."),
        "nothing counts for it": (
            "what was found speaks against it",
            "What was found speaks against it, and nothing for it.",
        ),
        "S equals X, and the two hold under different readings": (
            "true in one sense, false in another",
            "Sources of equal grade speak for it and against it, each taking the words in a different sense. "
            "That is what we call misleading.",
        ),
        "S equals X otherwise": (
            "sources of equal grade speak for it and against it",
            "Sources of equal grade speak for it and against it.",
        ),
        "S at A or B, X at least two grades lower or absent, and not all of S interested": (
            "records speak for it",
            "Records of grade A or B speak for it; what speaks against it is at least two grades lower.",
        ),
        "records, and nothing against": (
            "records speak for it",
            "Records of grade A or B speak for it, and nothing found against it.",
        ),
        "S better than X otherwise": ("the better sources speak for it", "The better sources speak for it."),
        "weaker sources, and nothing against": (
            "what was found speaks for it",
            "What was found speaks for it, and nothing found against it; but it is of low grade, or from parties alone "
            "who speak of their own product, which is not enough for Supported.",
        ),
        "": ("a forecast or an opinion", "It is a forecast or an opinion, which gets no verdict."),
    },
    "zh": {
        "literal agrees; it rests on interested parties alone": (
            "属实，但只有利益相关方的说法",
            "按字面与实测相符，但所据数字全部出自利益相关方。",
        ),
        "literal agrees; any": ("按字面成立", "按字面与实测相符。"),
        "literal near; any": ("按字面接近", "按字面略有出入，未超出容差。"),
        "literal differs; a source or charitable reading agrees or is near": (
            "只在原文没有说明的条件下成立",
            "按字面不成立；{others}则成立或接近。这就是我们所说的“误导”。",
        ),
        "literal differs; none does": ("按计入结论的读法都不成立", "按字面不成立，按其他计入结论的读法也不成立。"),
        "literal no data or inconclusive; a bound on the literal one excludes the claim": (
            "可测的上下限已将其排除",
            "原话无法直接测量，但可测的上下限已将其排除。",
        ),
        "literal no data or inconclusive; a proxy agrees": ("替代指标相符", "原话无法直接测量，相近的指标与之相符。"),
        "literal no data or inconclusive; otherwise": (
            "实测不足以定论",
            "能测的部分既有相符的可能，也有不符的可能，无法判定。",
        ),
        "both sides at D, or nothing found": (
            "没有足够可靠的来源",
            "明确支持或反对的来源都不高于D级；如列有更高等级的来源，只作背景。",
        ),
        NOTHING_COUNTS: (
            "没有可计入的证据",
            "没有可计入的证据：所见材料只是背景，或出自这句话自身的来路。",
        ),
        "X better than S": ("更可靠的来源说法相反", "更可靠的来源说法与之相反。"),
        "nothing counts for it": ("查到的来源与之相反", "查到的来源与之相反，没有查到支持它的来源。"),
        "S equals X, and the two hold under different readings": (
            "一种意义上成立，另一种意义上不成立",
            "支持与反对的来源等级相同，所指却不是一回事。这就是我们所说的“误导”。",
        ),
        "S equals X otherwise": ("支持与反对的来源等级相同", "支持与反对的来源等级相同。"),
        "S at A or B, X at least two grades lower or absent, and not all of S interested": (
            "有原始记录支持",
            "A级或B级记录支持这一说法；反对的来源至少低两级。",
        ),
        "records, and nothing against": ("有原始记录支持", "A级或B级记录支持这一说法，没有查到反对的来源。"),
        "S better than X otherwise": ("更可靠的来源支持", "更可靠的来源支持这一说法。"),
        "weaker sources, and nothing against": (
            "有来源支持，未见反对",
            "有来源支持这一说法，没有查到反对的来源；但支持的来源等级偏低，或都是利益相关方，不足以判为“属实”。",
        ),
        "": ("预测或观点", "这是预测或观点，不作裁定。"),
    },
}  # fmt: skip

LINEAGE = {
    "en": "Publications of the same words or number, oldest first. They show how it was passed on; none of them enters "
    "a measurement.",
    "zh": "同一说法或数字的历次发表，由早到晚。它们说明说法如何流传，均不计入测量。",
}

# What a step of a lineage did to the words that it passed on; English pages say it as the table does.
CHANGES = {
    lineage.EARLIEST: "这条来路上已知最早",
    "faithful": "照原意",
    "qualifier added": "加了限定",
    "qualifier dropped": "丢了限定",
    "number changed": "换了数字",
    "subject changed": "换了所指",
    "period changed": "换了时段",
    "wording strengthened": "措辞加重",
    lineage.ASIDE: "旁支",
}

# What claims are about, by language.
TOPICS = {
    "usage": {"en": "usage", "zh": "用量"},
    "prices": {"en": "prices", "zh": "价格"},
    "electricity": {"en": "electricity", "zh": "电价"},
    "energy": {"en": "energy", "zh": "能耗"},
    "tokens": {"en": "tokens", "zh": "Token"},
    "models": {"en": "models", "zh": "模型"},
    "hosts": {"en": "hosts", "zh": "服务商"},
    "companies": {"en": "companies", "zh": "企业"},
    "policy": {"en": "policy", "zh": "政策与产业"},
}

# The form above the list of claims.
LIST = {
    "en": {
        "form": "Choose claims", "verdict": "Verdict", "search": "Words", "topic": "Topic", "topics": "all topics",
        "order": "Order", "article": "as in the article", "distance": "farthest from the claim first",
        "count": "{shown} of {all} claims", "all": "Show all", "none": "Nothing fits.",
    },
    "zh": {
        "form": "筛选说法", "verdict": "结论", "search": "关键词", "topic": "主题", "topics": "全部主题",
        "order": "排序", "article": "按文章顺序", "distance": "与实测相差最大的在前",
        "count": "{all}条中的{shown}条", "all": "显示全部", "none": "没有符合的说法。",
    },
}  # fmt: skip

# In how many trials of its firmness a verdict stood.
TRIALS = {"en": "the verdict stands in {stood} of {tried} trials", "zh": "{tried}次检验中{stood}次结论不变"}

# What a verdict leans on, counted by its sort: one of it, and several; names stand in the list below and in the annex.
LEANS = {
    "en": {
        "source": ("one source", "{} sources"), "reading": ("one reading", "{} readings"),
        "tolerance": ("the tolerance", "the tolerance"), "attribution": ("one pair of bounds", "{} pairs of bounds"),
    },
    "zh": {
        "source": ("1个来源", "{}个来源"), "reading": ("1种读法", "{}种读法"), "tolerance": ("容差", "容差"),
        "attribution": ("1个区间", "{}个区间"),
    },
}  # fmt: skip
REVIEWED = {
    "en": ("disputed by {}", " ({} without an answer)", "agreed to by {}", ", "),
    "zh": ("{}人提出异议", "（{}条未答复）", "{}人赞同", "，"),
}
LEANING = {"en": (", ", " and "), "zh": ("、", "和")}

_BETWEEN = {"en": (", ", " or "), "zh": ("、", "或")}

# What is counted of the readings that enter a verdict: by outcome, for one and for several.
COUNTED = {
    "en": {
        rule.AGREES: ("{} agrees", "{} agree"),
        rule.NEAR: ("{} comes near", "{} come near"),
        rule.DIFFERS: ("{} differs", "{} differ"),
        rule.INCONCLUSIVE: ("{} leaves it open", "{} leave it open"),
        rule.NO_DATA: ("{} has no data", "{} have no data"),
    },
    "zh": {
        rule.AGREES: ("{}种相符",) * 2,
        rule.NEAR: ("{}种接近",) * 2,
        rule.DIFFERS: ("{}种不符",) * 2,
        rule.INCONCLUSIVE: ("{}种无法判定",) * 2,
        rule.NO_DATA: ("{}种没有数据",) * 2,
    },
}


def _join(items: Iterable[str], language: str) -> str:
    """Join alternatives.

    Examples
    --------
    >>> _join(["by month", "by week", "by day"], "en"), _join(["按周", "按月"], "zh")
    ('by month, by week or by day', '按周或按月')
    """
    items = list(items)
    between, last = _BETWEEN[language]
    return last.join([between.join(items[:-1])] * (len(items) > 1) + items[-1:])


def _find_decision(part: Any) -> str:
    """Find the row that decided a part; where findings count on one side alone, or none does, that is said instead."""
    if part.basis != "findings" or not part.decided_by or (part.best.supports and part.best.contradicts):
        return part.decided_by
    if not (part.best.supports or part.best.contradicts):
        return NOTHING_COUNTS
    return ONE_SIDED.get(part.decided_by, part.decided_by)


def say_briefly(part: Any, language: str, parts: Iterable[Any] = ()) -> str:
    """Say in a few words, beside a claim's verdict, why the rule decided so; of one part, where others fare better.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> say_briefly(Part(basis="readings", decided_by="literal agrees; any"), "en")
    'it holds as written'
    """
    alone = all(one.verdict == part.verdict for one in parts)
    return ("" if alone else OF_ONE_PART[language]) + DECISIONS[language][_find_decision(part)][0]


def say_whole(parts: Iterable[Any], language: str) -> str:
    """Say how the parts of a claim make a whole; empty where they fare alike, or where there is only one.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> both = [Part(verdict="Supported"), Part(verdict="Unverifiable")]
    >>> say_whole(both, "en"), say_whole(both, "zh")
    ('Of the 2 parts the worse decides.', '整句取2项中较差的一项。')
    >>> say_whole([*both, *both], "en"), say_whole([*both, *both], "zh")
    ('Of the 4 parts the worst decides.', '整句取4项中最差的一项。')
    >>> say_whole(both[:1], "en")
    ''
    """
    rated = [one.verdict for one in parts if rule.take_worst([one.verdict])]
    if len(set(rated)) < 2:
        return ""
    return WHOLE[language].format(count=len(rated), worst=WORST[language][len(rated) > 2])


def explain_part(part: Any, readings: Iterable[Any], language: str) -> str:
    """Say in a sentence why the rule decided a part as it did.

    Parameters
    ----------
    part : PartResult
    readings : iterable of ReadingResult
        Those of the part.
    language : str

    Returns
    -------
    str
    """
    roles = {one.role for one in readings if one.id in part.true_under and not one.literal}
    words = READ_AS[language]
    return DECISIONS[language][_find_decision(part)][1].format(
        others=_join([words[role] for role in rule.ENTERING_ROLES if role in roles], language)
    )


def count_outcomes(readings: Iterable[Any], language: str) -> str:
    """Count how the readings that enter a verdict came out.

    Examples
    --------
    >>> from types import SimpleNamespace as R
    >>> count_outcomes([R(role="literal", outcome="differs"), R(role="source", outcome="agrees")], "en")
    'Of 2 ways of reading that enter the verdict, 1 agrees, 1 differs.'
    """
    counts = Counter(one.outcome for one in readings if one.role in rule.ENTERING_ROLES)
    total = sum(counts.values())
    told = [
        COUNTED[language][outcome][counts[outcome] > 1].format(counts[outcome])
        for outcome in rule.OUTCOMES
        if counts[outcome]
    ]
    if language == "zh":
        return f"计入结论的{total}种理解中，{'，'.join(told)}。"
    if total == 1:
        return f"One way of reading enters the verdict: {told[0].replace('1', 'it', 1)}."
    return f"Of {total} ways of reading that enter the verdict, {', '.join(told)}."


def write_best(best: Any, language: str) -> str:
    """Say of which grade the best findings on either side are."""
    supports, contradicts = (
        grade or {"en": "none", "zh": "无"}[language] for grade in (best.supports, best.contradicts)
    )
    if language == "zh":
        return f"支持方最高等级：{supports}；反对方最高等级：{contradicts}（利益相关方降一级）。"
    return (
        f"Best grade for it: {supports}; against it: {contradicts} "
        "(a party that speaks of its own product counts one grade lower)."
    )


def say_trials(firmness: Any, language: str) -> str:
    """Say in how many trials a verdict stood.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> say_trials(SimpleNamespace(stood=7, tried=10), "en")
    'the verdict stands in 7 of 10 trials'
    """
    return TRIALS[language].format(stood=firmness.stood, tried=firmness.tried)


def count_leans(firmness: Firmness, language: str) -> str:
    """Count what a verdict leans on, for the one line that stands above a claim's figure; empty for a firm one.

    Examples
    --------
    >>> from tokencheck.register.firmness import Lean
    >>> def lean(kind, id, source=""):
    ...     return Lean(kind=kind, move="out", id=id, source=source, part="p", becomes="Supported", words={})
    >>> leans = [lean("grade", "F1", "S1"), lean("source", "S1", "S1"), lean("reading", "a"), lean("reading", "b")]
    >>> leaning = Firmness(firm=False, stood=0, tried=4, share=0, leans_on=leans, weak_sources={}, words={})
    >>> count_leans(leaning, "en"), count_leans(leaning, "zh")
    ('one source and 2 readings', '1个来源和2种读法')
    >>> count_leans(leaning.model_copy(update={"leans_on": []}), "en")
    ''
    """
    groups = firmness.group_leans()
    counts = {sort: len(groups[sort]) for sort in LEANS[language] if sort in groups}
    told = [LEANS[language][sort][count > 1].format(count) for sort, count in counts.items()]
    between, last = LEANING[language]
    return last.join([between.join(told[:-1])] * (len(told) > 1) + told[-1:])


def count_reviews(reviews: Sequence[Review], language: str) -> str:
    """Count who disputes a verdict and who agrees with it, for the line under its band.

    Examples
    --------
    >>> given = {"claim": "C05", "reason": "x", "by": "A", "date": "2026-11-29", "verdict": "Supported"}
    >>> disputed, agreed = (Review(**given, edition="2026-10-04", stance=stance) for stance in ("dispute", "agree"))
    >>> count_reviews([disputed, agreed], "en"), count_reviews([agreed], "zh")
    ('disputed by 1 (1 without an answer), agreed to by 1', '1人赞同')
    """
    disputed = sum(one.stance == "dispute" for one in reviews)
    waiting, agreed = sum(one.is_open for one in reviews), len(reviews) - disputed
    of, open_, by, comma = REVIEWED[language]
    told = [of.format(disputed) + (open_.format(waiting) if waiting else "")] * bool(disputed)
    return comma.join(told + [by.format(agreed)] * bool(agreed))


def say_search(search: Search, language: str = "en") -> str:
    """Say what was looked for before a page says that something was not found.

    Examples
    --------
    >>> places = {"en": "stored web pages", "zh": "存档的网页"}
    >>> sought = Search(by="2026-11-28", places=places, supports="a ranking with it", contradicts="one without it",
    ...     asked=("one", "two"))
    >>> say_search(sought)
    'Searched to 28 November 2026, for both sides, in stored web pages; the register keeps the last 2 queries.'
    >>> say_search(sought, "zh")
    '检索截至2026年11月28日，正反两面都查，范围是存档的网页；最后2次检索的用语存于数据文件。'
    """
    day = wording.write_date_text(search.by, language)
    where, count = getattr(search.places, language), len(search.asked)
    if language == "zh":
        return f"检索截至{day}，正反两面都查，范围是{where}；最后{count}次检索的用语存于数据文件。"
    return f"Searched to {day}, for both sides, in {where}; the register keeps the last {count} queries."
