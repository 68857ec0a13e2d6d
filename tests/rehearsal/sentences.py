"""Sentences of the pages, each with the data that make it false, written by hand and apart from their guards.

Usage is added up here from the rows, by the second computation that `tests/register/test_headlines.py` makes; what
rests on prices and power takes values of readings, never their outcomes. A text is looked for on the pages as it
stands; “…” is anything up to the end of the sentence.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tests.register import test_headlines as rows
from tokencheck.register import guards
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts

STATED, FOLLOWING, TWO_AFTER = "2026-02-09/2026-02-15", "2026-02-16/2026-02-22", "2026-02-23/2026-03-01"
TEN, LAUNCH_DAYS, FEBRUARY = "2026-02-11/2026-02-17", "2026-02-12/2026-02-18", "2026-02-01/2026-02-28"
FIRST_DAY = "2026-02-13/2026-02-13"  # the first of which M2.5 had all hours
TO_ARTICLE, ARTICLE_WEEK = "2026-02-12/2026-03-13", "2026-03-07/2026-03-13"
M25, K25 = "minimax/minimax-m2.5-20260211", "moonshotai/kimi-k2.5-0127"
FOUR = (M25, K25, "z-ai/glm-5-20260211", "deepseek/deepseek-v3.2-20251201")


class Truths:
    """What is so, by the tables and results at hand."""

    @cached_property
    def known(self) -> dict[str, guards.Known]:
        """Everything that the results know by name."""
        return guards.list_known(load_register(with_measures=False), read_verdicts(), guards.read_facts())

    def low(self, name: str) -> float:
        """Give the lower end of a reading or fact."""
        return self.known[name].low

    def high(self, name: str) -> float:
        """Give the upper end of a reading or fact."""
        return self.known[name].high

    def is_verdict(self, name: str, verdict: str) -> bool:
        """Say whether a claim or part has a verdict."""
        return self.known[name].said == verdict

    def nine(self) -> float:
        """Give the Chinese tokens of the nine most used models in the stated week, trillion."""
        return rows.measure_tokens("top_9", STATED, "none")

    def all_low(self) -> float:
        """Give the least that all Chinese models had in the stated week, trillion."""
        return rows.measure_tokens("platform", STATED)[0]

    def leads_on_chart(self, window: str = STATED) -> bool:
        """Say whether Chinese models led among the nine most used."""
        return rows.measure_lead("top_9", window)[0] > 1

    def leads_over_all(self, window: str = STATED) -> bool:
        """Say whether Chinese models led over all models, whoever made the unknown ones."""
        return rows.measure_lead("platform", window)[0] > 1

    def first_on_chart(self) -> str:
        """Give the Monday of the first lead on the chart."""
        return rows.find_first_lead("top_9")

    def first_over_all(self) -> str:
        """Give the Monday of the first lead over all named models, up to today."""
        return rows.find_first_lead("named", until="9999-12-31")

    def ten_are_61(self) -> bool:
        """Say whether the ten most used models of the earliest print give the printed share."""
        return round(rows.measure_share("top_10", TEN, "none")) == 61

    def last_days(self, count: int) -> str:
        """Give the window of the last days on record."""
        last = dt.date.fromisoformat(max(rows.read_by_day("usage_daily")))
        return f"{last - dt.timedelta(days=count - 1)}/{last}"

    def last_week(self) -> str:
        """Give the last whole week on record."""
        last = dt.date.fromisoformat(max(rows.read_by_day("usage_daily")))
        sunday = last - dt.timedelta(days=(last.weekday() + 1) % 7)
        return f"{sunday - dt.timedelta(days=6)}/{sunday}"


@dataclass(frozen=True)
class Sentence:
    """A sentence of the pages, and what makes it false."""

    text: str
    is_false: Callable[[Truths], bool]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What to look for."""
        return re.compile(r"[^.;]{1,80}?".join(map(re.escape, self.text.split("…"))))


def _week_is_412(truths: Truths) -> bool:
    return round(truths.nine(), 2) == 4.12


def _is_between_fifth_and_third(truths: Truths, reading: str) -> bool:
    return 2.995 <= truths.low(reading) <= 5.005


def _four_of_five(window: str, named: int = 4) -> bool:
    return rows.count_in_top(5, window)[0] == 4 and rows.count_named_in_top(FOUR, 5, window) == named


SENTENCES = (
    # ------------------------------------------------------------------------------------------- usage, then
    Sentence("The number is right for what its source counted", lambda one: not _week_is_412(one)),
    Sentence("too low for what the sentence says", lambda one: one.all_low() <= 4.12),
    Sentence("The number counts only models named on a chart; all Chinese models had more",
             lambda one: not _week_is_412(one) or one.all_low() <= 4.12),
    Sentence("trillion tokens are the Chinese models among the nine", lambda one: not _week_is_412(one)),
    Sentence("Not “fully”: over all models", lambda one: one.leads_over_all()),
    Sentence("Ahead among the models on a chart, behind over all models",
             lambda one: not one.leads_on_chart() or one.leads_over_all()),
    Sentence("Among the nine models on the public chart Chinese ones were ahead",
             lambda one: not one.leads_on_chart()),
    Sentence("Among the nine models that the public chart names, Chinese ones led, for the first time",
             lambda one: not one.leads_on_chart() or one.first_on_chart() != "2026-02-09"),
    Sentence("holds on the chart, not on the platform", lambda one: not one.leads_on_chart() or one.leads_over_all()),
    Sentence("the stated one is indeed the first with a Chinese lead",
             lambda one: one.first_on_chart() != "2026-02-09"),
    Sentence("The same cut decides who leads", lambda one: one.leads_on_chart() == one.leads_over_all()),
    Sentence("Two weeks later the chart's lead was gone", lambda one: one.leads_on_chart(TWO_AFTER)),
    Sentence("the chart's Chinese models were behind again", lambda one: one.leads_on_chart(TWO_AFTER)),
    Sentence("Over all models they did not; the first full week in which all named ones did came after the article",
             lambda one: one.leads_over_all() or one.first_over_all() <= "2026-03-13"),
    Sentence("It came later. The first full week", lambda one: not "2026-03-13" < one.first_over_all() < "9999"),
    Sentence("The first week in which all named Chinese models led began on",
             lambda one: not "2026-03-13" < one.first_over_all() < "9999"),
    Sentence("Over all named models, Chinese ones led for the first time in the week of",
             lambda one: not "2026-03-13" < one.first_over_all() < "9999"),
    Sentence("four of the five most used models were Chinese, and they are the four",
             lambda one: not _four_of_five(STATED)),
    Sentence("True of the stated week, and of exactly the models it names", lambda one: not _four_of_five(STATED)),
    Sentence("speaks of the following week, in which it was true as well", lambda one: not _four_of_five(FOLLOWING)),
    Sentence("61 % was ten models' share in another week; of all tokens it was",
             lambda one: not one.ten_are_61() or rows.measure_share("platform", STATED)[1] >= 61 / 1.1),
    Sentence("The share was of ten models, not of the world", lambda one: not one.ten_are_61()),
    Sentence("the seven days to 17 February give", lambda one: not one.ten_are_61()),
    Sentence("It led on its first full day: MiniMax M2.5",
             lambda one: rows.find_rank(M25, FIRST_DAY) != 1),
    Sentence("It led the platform on its first full day and over its first seven days",
             lambda one: max(rows.find_rank(M25, window) for window in (FIRST_DAY, LAUNCH_DAYS)) > 1),
    Sentence("It kept that place for its first calendar week and its first seven days",
             lambda one: max(rows.find_rank(M25, window) for window in (STATED, LAUNCH_DAYS)) > 1),
    Sentence("Right for the calendar week of the launch",
             lambda one: round(rows.measure_model(M25, STATED), 2) != 1.44),
    Sentence("In February, the last calendar month before the article, Kimi K2.5 had",
             lambda one: rows.find_rank(K25, FEBRUARY) > 2),
    Sentence("Near that for the month; by the article's date the rank had slipped",
             lambda one: not 4.18 / 1.1 <= rows.measure_model(K25, FEBRUARY) <= 4.18 * 1.1
             or rows.find_rank(K25, TO_ARTICLE) <= 2),
    Sentence("Near the number for the month; the rank did not hold",
             lambda one: not 4.18 / 1.1 <= rows.measure_model(K25, FEBRUARY) <= 4.18 * 1.1
             or rows.find_rank(K25, TO_ARTICLE) <= 2),
    Sentence("it did not hold the place “firmly”",
             lambda one: rows.find_rank(K25, TO_ARTICLE) <= 2 or rows.find_rank(K25, ARTICLE_WEEK) <= 2),
    # -------------------------------------------------------------------------------------------- usage, now
    Sentence("Where anonymous and unnamed models belong now decides",
             lambda one: one.leads_over_all(one.last_week()) or rows.measure_lead("platform", one.last_week())[1] < 1),
    Sentence("In the last complete week of the data it was among no day's fifty most used",
             lambda one: M25 in rows.add_up(one.last_week())),
    Sentence("Chinese models' share has grown since, by value with wide swings",
             lambda one: rows.measure_share("named", one.last_week(), "none")
             < rows.measure_share("named", ARTICLE_WEEK, "none")),
    # ------------------------------------------------------------------------------------------------ prices
    Sentence("The price is right; the ratio is that of output prices",
             lambda one: one.low("C20.ratio.input_opus_46") > 19),
    Sentence("A twentieth of the price is the ratio of output prices",
             lambda one: one.low("C20.ratio.input_opus_46") > 19),
    Sentence("holds against one of the two rivals that the passage names, and not against both",
             lambda one: one.low("C26.ratio.call_gemini_3_pro") > 4.5),
    Sentence("DeepSeek's output was cheap, and not as cheap as one percent",
             lambda one: one.low("C28.percent.vendor_output") < 1.1),
    Sentence("What DeepSeek sells now under the same name is at",
             lambda one: one.low("C28.percent.vendor_output_now") >= one.low("C28.percent.vendor_output")),
    Sentence("The printed number is an output price; a call is cheaper",
             lambda one: one.low("C44.price.call") >= 2.8),
    Sentence("Near a ninth of Claude Opus at list prices, and not of Sonnet",
             lambda one: not 9 / 1.1 <= one.low("C45.ratio.call_opus_46") <= 9 * 1.1),
    Sentence("Qwen3.5-Plus's lowest input price on the mainland list; abroad OpenRouter asked over twice that",
             lambda one: one.low("C49.price.openrouter_input") <= 1.6),
    Sentence("A model listed in August 2026 holds",
             lambda one: one.high("C43.window.k25_now") <= one.high("C43.window.k25")),
    # ----------------------------------------------------------------------------------------------- electricity
    Sentence("The range is what plants get, not what data centres pay",
             lambda one: not 0.195 <= one.low("C13.price.wind_and_solar_sold") <= 0.305),
    Sentence("Right for middling European customers; American industry pays only",
             lambda one: not _is_between_fifth_and_third(one, "C14.europe.eu_headline_band")
             or one.low("C14.us.us_industrial") >= 2.995),
    Sentence("A third to a fifth holds for middling customers in Europe, not for America",
             lambda one: not _is_between_fifth_and_third(one, "C14.europe.eu_headline_band")
             or one.low("C14.us.us_industrial") >= 2.995),
    Sentence("so it fails for America, which the sentence includes",
             lambda one: _is_between_fifth_and_third(one, "C14.us.us_industrial")),
    Sentence("the claim holds there",
             lambda one: not _is_between_fifth_and_third(one, "C14.europe.eu_headline_band")),
    Sentence("For industry in California the claim holds",
             lambda one: not _is_between_fifth_and_third(one, "C14.us.california_industrial")),
    Sentence("American commercial customers pay more",
             lambda one: one.low("C14.us.us_commercial") <= one.low("C14.us.us_industrial")),
    Sentence("In no state did the average household bill rise by 20–30 % in 2025",
             lambda one: one.high("C12.states.residential_year") > 0),
    # ----------------------------------------------------------------------------------------------- all together
    Sentence("Some of it holds", lambda one: not (
        all(one.is_verdict(f"{claim}.verdict", "Supported") for claim in ("C04", "C18", "C27"))
        and one.is_verdict("C48.verdict", "Roughly right"))),
    Sentence("the ranks at launch, models of which a small part is active",
             lambda one: rows.find_rank(M25, FIRST_DAY) != 1),
)  # fmt: skip
