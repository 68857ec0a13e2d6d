"""Write the pages in Chinese, in ``report/zh/``, from the same texts and numbers as the English ones.

What was written by hand stands in ``report/words/zh/``: sentences with guards, as in ``report/words/``, and numbers as
names in braces, as in the short texts of ``data/claims.yml`` (`tokencheck.register.texts`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from tokencheck import paths, wording
from tokencheck.characters import HAN
from tokencheck.notebook.timelines import sort_change
from tokencheck.register import guards, texts
from tokencheck.register.claims import Register
from tokencheck.register.lineage import EARLIEST
from tokencheck.register.verdicts import ClaimResult, VerdictFile
from tokencheck.report import (
    claimpages,
    front,
    labels,
    markup,
    phrases,
    publishers,
    templating,
    whatif,
    words,
)
from tokencheck.report.languages import CHINESE_FOLDER
from tokencheck.report.publication import Publication
from tokencheck.report.strips import describe_strip
from tokencheck.report.templating import fill, fill_once, slug
from tokencheck.results import read_yaml

PDF_PAGE = "tokencheck-zh.qmd"
HAND_WRITTEN = {"verdicts": "怎样读结论", "glossary": "术语表"}  # pages that are prose alone: name and title

UNDATED = "日期不详"
# What our tables note beside a date, around it.
NOTED_DATES = (
    (re.compile(r"about (.+)"), "约{}"),
    (re.compile(r"extracted (.+)"), "{}提取"),
    (re.compile(r"retrieved upstream (.+)"), "{}取得"),
    (re.compile(r"to (.+)"), "截至{}"),
    (re.compile(r"(.+) to (.+)"), "{}至{}"),
    (re.compile(r"(\d{4})-(\d{4})"), "{}至{}"),
    (re.compile(r"(.+); (.+)"), "{}、{}"),
)


def say_date(text: str) -> str:
    """Write a day, month, quarter or year, without the note that a record of lineage adds to it.

    Examples
    --------
    >>> [say_date(text) for text in ("2026-08", "2026-Q1", "2026-03-13", "2026", "2026-06/07 (day not shown)", "")]
    ['2026年8月', '2026年第一季度', '2026年3月13日', '2026年', '2026年6月至7月', '']
    >>> say_date("2026-03 (text mentions 11 March)"), say_date("not shown (2026)")
    ('2026年3月', '日期不详')
    >>> say_date("2025-06-04 to 2026-07-02"), say_date("to 2026-06"), say_date("about 2021"), say_date("2025/26")
    ('2025年6月4日至2026年7月2日', '截至2026年6月', '约2021年', '2025/26年度')
    """
    text, _, _ = text.partition(" (")
    if wording.KEPT_DATE.fullmatch(text):
        return wording.write_date_text(text, "zh")
    if text.startswith("not "):
        return UNDATED
    if re.fullmatch(r"\d{4}/\d\d", text):
        return f"{text}年度"
    for pattern, form in NOTED_DATES:
        if match := pattern.fullmatch(text):
            return form.format(*map(say_date, match.groups()))
    return text if not re.fullmatch(r"\d{4}", text) else wording.write_date_text(text, "zh")


@cache
def _read_documents() -> dict[str, str]:
    """Read what documents without titles of their own are called, by our words for them."""
    return read_yaml(paths.WORDS / CHINESE_FOLDER / "documents.yml")


def name_document(title: str) -> str:
    """Name a document: by its title as it was published, or in Chinese by what it is where only our words name it.

    Examples
    --------
    >>> name_document("(title not shown) Horinger New Area"), name_document("(title not recorded)")
    ('关于和林格尔新区的报道', '')
    >>> name_document("OpenRouter rankings chart: the nine named models a week, 2024-09-02 to 2025-08-25")
    'OpenRouter排行图：每周列名的九款模型，2024年9月2日至2025年8月25日'
    >>> name_document("Servers account for 60% of the cost, 2026-01-05")
    'Servers account for 60% of the cost, 2026-01-05'
    """
    told, title = _read_documents(), markup.drop_unknown(title)
    what, _, days = title.rpartition(", ")
    return told.get(title) or (f"{told[what]}，{say_date(days)}" if what in told else title)


def split_note(title: str) -> tuple[str, str]:
    """Take our note on a title off its end, and write the note in Chinese.

    Examples
    --------
    >>> split_note("Token出海,将中 (cut off where read)"), split_note("AI Premium")
    (('Token出海,将中', '（读取时已截断）'), ('AI Premium', ''))
    """
    head, bracket, note = title.rpartition(" (")
    told = _read_documents().get(f"({note}") if head else None
    return (head, told) if told else (title, "")


def list_untold(claims: Iterable[ClaimResult]) -> list[str]:
    """List our words for documents whose titles were not shown, which a Chinese page would show in English."""
    titles = [row["title"] for row in publishers.list_shown(claims) if row["title"].startswith("(")]
    named = ((title, name_document(title)) for title in titles)
    return [title for title, told in named if told and not HAN.search(told)]


def _badge(verdict: str) -> str:
    """Write a verdict as the span that the theme draws as a badge."""
    return templating.badge(verdict, "zh")


def _mark(outcome: str) -> str:
    """Write an outcome as the span that the theme colours."""
    return f"[{wording.translate(outcome)}]{{.outcome .outcome-{slug(outcome)}}}"


def _say(text: str) -> str:
    """Write a text that may be in English, with its language."""
    return _mark_language(markup.cell(text))


def _write_source(row: Mapping[str, str], with_title: bool = True) -> str:
    """Write a source as one link, whose text by itself says where it leads; see `tokencheck.report.citations`.

    Examples
    --------
    >>> row = {"publisher": "Tencent (earnings call)", "title": "(title not recorded)", "published_date": "2026-05",
    ...     "url": "https://www.longbridge.com/1"}
    >>> _write_source(row)
    '[腾讯（业绩电话会），2026年5月，longbridge.com](https://www.longbridge.com/1)'
    >>> _write_source(row | {"title": "H2 investment"})
    '[腾讯（业绩电话会），2026年5月：[H2 investment]{lang=en}，longbridge.com](https://www.longbridge.com/1)'
    >>> _write_source(row | {"title": "H2 investment (from address)"})
    '[腾讯（业绩电话会），2026年5月：[H2 investment]{lang=en}（据网址），longbridge.com](https://www.longbridge.com/1)'
    """
    publisher = publishers.name_publisher(markup.drop_unknown(row["publisher"]))
    day = say_date(row["published_date"]) if row["published_date"] else ""
    known = [publisher, *([day] if day and day != UNDATED else [])]
    title, note = split_note(row["title"]) if with_title else ("", "")
    named = name_document(title)
    told = "：".join(filter(None, ["，".join(map(_say, known)), f"{_say(named)}{note}" if named else ""]))
    text = markup.join_domain(told, row["url"], "，")
    return f"[{text}]({markup.encode_address(row['url'])})" if markup.is_web(row["url"]) else text


def _mark_language(text: str) -> str:
    return text if HAN.search(text) else f"[{text}]{{lang=en}}"


def describe_guard_chinese(guard: guards.Guard, known: Mapping[str, guards.Known], found: VerdictFile) -> str:
    """Say plainly, in Chinese, what was claimed and measured of the claims that a guard names."""
    results = {one.id: one for one in found.claims}
    named = dict.fromkeys(name.partition(".")[0] for name in guards.list_names(guard))
    told = [
        f"{name}：文章称{one.texts['zh'].claimed}，核查得{one.texts['zh'].measured}（{one.texts['zh'].verdict}）。"
        for name in named
        if (one := results.get(name))
    ]
    return "".join(told) or "数据已有变化，原来的这句话不再成立。"


def compile_words(
    register: Register, found: VerdictFile, facts: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[str, str]:
    """Compile what was written by hand: by name, with its numbers, and plain words where a guard does not hold."""
    known = guards.list_known(register, found, facts)
    written = words.read_words(CHINESE_FOLDER)
    compiled = words.compile_all(known, written, {}, lambda guard, _: describe_guard_chinese(guard, known, found))
    return {
        name: texts.fill_prose(text, "zh", f"report/words/{CHINESE_FOLDER}/{name}.md", register, found, known, facts)
        for name, text in compiled.texts.items()
    }


def lift_links(text: str) -> str:
    """Turn the links of a text that lies in the folder into those of a page above it.

    Examples
    --------
    >>> lift_links("[a](../data.qmd) [b](verdicts.qmd#c) [d](https://x.example)")
    '[a](data.qmd) [b](zh/verdicts.qmd#c) [d](https://x.example)'
    """
    return re.sub(r"\]\((\.\./)?([\w-]+\.qmd)", lambda one: f"]({'' if one[1] else CHINESE_FOLDER + '/'}{one[2]}", text)


def write_title(found: VerdictFile) -> str:
    """Write what was found as the title of the front page."""
    counts = front.count_answers(found.counts)
    return (
        f"中国AI“Token出海”的{counts['claims']}条说法：{counts['hold']}条成立，{counts['fail']}条不成立（含误导{found.counts['Misleading']}条），"
        f"{counts['open']}条未能定论"
    )


def name_change(kind: str, day: str) -> str:
    """Name what a step of a lineage did to the words; of the first one, without a day, that its place is not known.

    Examples
    --------
    >>> name_change("number changed", "2026年3月"), name_change("earliest found", "日期不详")
    ('换了数字', '先后不详')
    """
    return "先后不详" if kind == EARLIEST and day == UNDATED else phrases.CHANGES[kind]


@cache
def draw_key(name: str) -> dict[str, str]:
    """Put the drawings of a figure into Chinese: by the end of their names, and what stays English under ``left``."""
    drawings, left = {}, []
    for end in ("", "-narrow", "-wide"):
        svg = (paths.FIGURES / f"{name}{end}.svg").read_text(encoding="utf-8")
        drawings[end], stays = labels.translate_drawing(svg)
        left += stays
    return drawings | {"left": "、".join(dict.fromkeys(left))}


def tell_picture(figure: Mapping[str, Any]) -> str:
    """Tell what one sees on a figure, written by hand; nothing where its guard does not hold."""
    return labels.read_pictures().get(figure["name"], "") if figure["holds"] else ""


def count_alike(findings: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """Count findings of which a page that leaves out their words would give the same row twice."""
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in findings:
        alike.setdefault((one["direction"], one["source"], one["grade"], one["interested"]), []).append(one)
    return [(own[0], len(own)) for own in alike.values()]


def _describe_claim(context: Mapping[str, Any]) -> dict[str, Any]:
    """Add to what a claim's page shows what only the Chinese one needs."""
    result: ClaimResult = context["result"]
    readings = [
        {
            "label": one.label["zh"],
            "role": phrases.READ_AS["zh"][one.role] + ("，作为上下限" if one.evidence == "bound" else ""),
            "part": one.part,
            "measured": texts.write_measured_in(one, one.unit, "zh"),
            "range": wording.write_ends((one.low, one.high), one.unit, "zh", style="short")
            if one.interval_kind == "range"
            else "",
            "outcome": one.outcome,
            "later": texts.write_measured_in(later, one.unit, "zh") if (later := one.now or one.latest) else "",
            "later_outcome": one.now.outcome if one.now else "",
            "later_as_of": say_date(later.as_of) if later else "",
        }
        for one in result.readings
    ]
    parts = [
        {
            "id": part.id,
            "says": part.says_zh,
            "pair": texts.write_pair(context["claim"], result, "zh", part.id),
            "coded": wording.write_claimed_chinese(part.relation, part.value, part.unit, part.min_count),
            "verdict": decided.verdict,
            "why": phrases.explain_part(decided, context["readings"][part.id], "zh"),
        }
        for part, decided in context["parts"]
    ]
    key = next((one for one in context["figures"] if one["name"] == result.key_figure and "steps" not in one), None)
    return {
        **context,
        "told": result.texts["zh"],
        "drawn": draw_key(key["name"]) if key else {},
        "seen": tell_picture(key) if key else "",
        "whole": phrases.say_whole(result.parts, "zh"),
        "because": phrases.say_briefly(context["decisive"], "zh", result.parts),
        "trials": phrases.say_trials(result.firmness, "zh"),
        "leans": phrases.count_leans(result.firmness, "zh"),
        "counted": whatif.read_ways(context["claim"], result.readings, "zh"),
        "rows": readings,
        "pairs": parts,
        "key": key,
        "lineage_first": bool(result.key_figure) and not key,  # a lineage is no drawing
        "now": texts.write_measured_in(literal.now, literal.unit, "zh")
        if (literal := context["literal"]) and literal.now
        else "",
        "latest": texts.write_measured_in(result.latest, result.latest.unit, "zh") if result.latest else "",
        "then": texts.write_measured_in(before, result.latest.unit, "zh")
        if (before := context["before_latest"])
        else "",
    }


def make_chinese_pages(
    contexts: Sequence[Mapping[str, Any]],
    register: Register,
    found: VerdictFile,
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]],
    publication: Publication,
    headlines: Sequence[str],
) -> dict[str, str]:
    """Make every page in Chinese.

    Parameters
    ----------
    contexts : sequence of mapping
        From `tokencheck.report.claimpages.describe_claims`.
    register : Register
    found : VerdictFile
    facts : mapping
        From `tokencheck.register.guards.read_facts`.
    publication : Publication
    headlines : sequence of str
        The claims that the front page shows first.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    prose = compile_words(register, found, facts)
    claims = [_describe_claim(context) for context in contexts]
    named = {claim["claim"].id: claim for claim in claims}
    strips = {name: describe_strip(named[name]["claim"], named[name]["result"], "zh") for name in headlines}
    shared = {
        "register": register,
        "article": register.article,
        "found": found,
        "claims": claims,
        "publication": publication,
        "title": write_title(found),
        "counts": front.count_answers(found.counts),
        "badge_zh": _badge,
        "mark_zh": _mark,
        "say": _say,
        "write_source": _write_source,
        "name_publisher": publishers.name_publisher,
        "drop_unknown": markup.drop_unknown,
        "write_date": say_date,
        "directions": phrases.DIRECTION_WORDS["zh"],
        "count_alike": count_alike,
        "sort_change": sort_change,
        "change_marks": markup.MARKS,
        "name_step": markup.name_step,
        "name_change": name_change,
        "write_ways": whatif.write_ways,
        "whatif_rule": whatif.WHAT_COUNTS["zh"],
        "verdict_words": front.IN_ORDER,
        "topics": claimpages.list_topics(register, "zh"),
        "list_words": phrases.LIST["zh"],
        "headlines": [{**named[name], "strip": strips[name]} for name in headlines],
        "prose": prose,
    }
    pages = {
        f"{CHINESE_FOLDER}/{name}.qmd": fill(f"zh/{name}.qmd.j2", **shared) for name in ("index", "claims", "search")
    }
    pages |= {f"{CHINESE_FOLDER}/figures/strip-{name.lower()}.svg": one["svg"] for name, one in strips.items() if one}
    lifted = {name: lift_links(text) for name, text in prose.items()}
    pages[PDF_PAGE] = fill(f"{PDF_PAGE}.j2", heading=HAND_WRITTEN["verdicts"], **(shared | {"prose": lifted}))
    for name, title in HAND_WRITTEN.items():
        pages[f"{CHINESE_FOLDER}/{name}.qmd"] = fill("zh/words.qmd.j2", heading=title, text=prose[name], **shared)
    for place, claim in enumerate(claims):
        around = {
            "before": claims[place - 1]["claim"].id if place else "",
            "after": claims[place + 1]["claim"].id if place + 1 < len(claims) else "",
        }
        for end, svg in claim["drawn"].items():
            if end != "left":
                pages[f"{CHINESE_FOLDER}/figures/{claim['key']['name']}{end}.svg"] = svg
        pages[f"{CHINESE_FOLDER}/{claim['claim'].id}.qmd"] = fill_once("zh/claim.qmd.j2", **(shared | claim | around))
    return pages
