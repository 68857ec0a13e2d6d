"""The units of measured and claimed numbers, with the words and digits in which readers meet them.

One table: whoever adds a unit adds one line here, and measures, register, pages and terminal know it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PERCENT, MILLION = 100, 1_000_000


@dataclass(frozen=True)
class Unit:
    """A unit, and how a number in it is written.

    Attributes
    ----------
    id : str
        What measures, the register and results call it.
    words : str
        What stands after a number; empty where `form` says it all, or nothing is said.
    singular : str
        The words after a one; empty where they are `words`.
    short : str or None
        What stands after a number in a table whose caption names the unit; None where that is `words`.
    form : str
        How number and words stand together.
    decimals : int or None
        Those that a reader can use, though a number below one keeps two significant digits; None for three
        significant digits.
    signed : bool
        Whether numbers may be negative and are written with a true minus sign.
    scale : int
        How many of what the words name one unit is: units of the Chinese numerals are written out.
    zh : str
        How number and unit stand together in Chinese.
    zh_short : str
        The same where the text around it says what of; empty where that is `zh`.
    ones : int
        How many of what is counted one unit is, for numbers that Chinese writes with 万, 亿 and 万亿.
    """

    id: str
    words: str = ""
    singular: str = ""
    short: str | None = None
    form: str = "{number} {words}"
    decimals: int | None = None
    signed: bool = False
    scale: int = 1
    zh: str = ""
    zh_short: str = ""
    ones: int = 1

    def word(self, number: str) -> str:
        """Give the words that follow a number, for ``1`` the singular."""
        return self.singular or self.words if number == "1" else self.words

    def attach(self, number: str, short: bool = False) -> str:
        """Put a written number and the unit together.

        Examples
        --------
        >>> UNITS["rank"].attach("2"), UNITS["usd_per_mtok"].attach("0.30", short=True), UNITS["states"].attach("1")
        ('rank 2', '0.30 USD', '1 state')
        """
        words = self.short if short and self.short is not None else self.word(number)
        return self.form.format(number=number, words=words).strip()


# Of what a share is a share: the only place that says so in words.
DENOMINATORS = {
    "platform": "the platform's tokens",
    "named": "the tokens of named models",
    "top_5": "the tokens of the five most used models",
    "top_9": "the tokens of the nine models on the chart",
    "top_10": "the tokens of the ten most used models",
    "top_20": "the tokens of the twenty most used models",
    "disclosed_world": "the disclosed tokens of the world",
    "platform_coding": "the platform's coding tokens",
    "programming": "OpenRouter's programming tokens",
    "programming_chart": "the tokens of the nine models on OpenRouter's programming chart",
    "public_models": "the tokens of public models",
    "public_prompt": "the prompt tokens of public models",
    "model": "the model's tokens",
    "model_prompt": "the model's prompt tokens",
    "growth": "the growth of daily tokens",
    "chinese_labs": "the tokens of Chinese labs' models",
    "two_sellers": "the revenue of two sellers",
    "running_cost": "the running cost",
    "total_cost": "the total cost",
    "listings_abroad": "the listings abroad",
    "listed_comparator": "the other model's list price",
    "named_priced": "the tokens whose price is known",
    "named_priced_listed": "their value at list price",  # stands beside the share of the tokens themselves
    "scope": "the tokens of their own scope",  # of shares of several scopes
    "leaderboard": "the leaderboard's tokens",
    "call": "the tokens of a call",
    "logged": "the logged tokens",
    "host_tokens": "the tokens by host on record",
    "host_prompt": "the prompt tokens by host on record",
    "output_price": "the output price",
    "price_gap": "the gap between the output prices",
    "plant_prices": "the prices paid to plants",
    "countries": "the countries compared",
    "windows": "the context windows listed by vendors",
    "wider_windows": "the wider context windows",
    "listed_models": "the listed paid models",
    "price_changes": "the changes of list prices",
    "moves": "the moves of price",
    "cut_weight": "the weight of all cuts",
    "anonymous": "the weeks of anonymous models",
    "residual_variance": "the variance left",
    "estimates": "the distinct estimates",
    "specifications": "the specifications estimated",
}
# What a share of a few cases bears: whole percents; and its words in Chinese, where a number alone would not be clear.
_OF_FEW = {"listings_abroad": {"decimals": 0, "zh": "境外报价的{number}%", "zh_short": "{number}%"}}
_PERCENT = {"form": "{number}\N{NO-BREAK SPACE}{words}", "decimals": 1, "zh": "{number}%"}

_USD = {"short": "USD", "decimals": 2, "zh": "每百万Token {number}美元", "zh_short": "{number}美元"}
_CNY = {"short": "CNY", "decimals": 2, "zh": "每百万Token {number}元", "zh_short": "{number}元"}

_TABLE = (
    Unit("percent", "%", **_PERCENT),
    *(
        Unit(f"percent_of_{name}", f"% of {words}", short="%", **(_PERCENT | _OF_FEW.get(name, {})))
        for name, words in DENOMINATORS.items()
    ),
    Unit("percent_change", "%", **_PERCENT),  # of what it was before
    Unit("ratio", "times", decimals=2, zh="{number}倍"),
    Unit("times", form="1/{number}", decimals=1, zh="{number}"),  # Chinese has words: `wording.write_part_chinese`
    Unit("rank", form="rank {number}", decimals=0, zh="第{number}位"),
    Unit("pue", decimals=2, zh="{number}"),
    Unit("date", zh="{number}"),
    Unit("year", "year", zh="{number}年"),
    Unit("cases"),
    Unit("models", "models", singular="model", short="", decimals=0, zh="{number}款模型", zh_short="{number}款"),
    Unit("states", "states", singular="state", short="", decimals=0, zh="{number}个州"),
    Unit("countries", "countries", singular="country", short="", decimals=0, zh="{number}个国家"),
    Unit("usd_per_mtok", "USD per million tokens", **_USD),
    Unit("cny_per_mtok", "CNY per million tokens", **_CNY),
    # What a price is listed at, which discounts and caching may leave below what is paid.
    Unit("usd_per_mtok_listed", "USD per million tokens", **_USD),
    Unit("cny_per_mtok_listed", "CNY per million tokens", **_CNY),
    Unit("usd_per_mtok_of_power", "USD of electricity per million tokens", **_USD),
    Unit("cny_per_kwh", "CNY per kWh", short="CNY", decimals=2, zh="每度{number}元", zh_short="{number}元"),
    Unit("thousand_tokens", "thousand tokens", short="", decimals=0, zh="{number}K Token"),
    Unit("ten_thousand_tokens", "tokens", short="", decimals=0, scale=10_000, zh="{number}Token"),
    Unit("million_tokens", "million tokens", short="M", decimals=2, zh="{number}Token", ones=10**6),
    Unit("trillion_tokens", "trillion tokens", short="T", decimals=2, zh="{number}Token", ones=10**12),
    Unit(
        "trillion_tokens_per_day", "trillion tokens a day", short="T", decimals=0, zh="每天{number}Token", ones=10**12
    ),
    Unit(
        "million_tokens_per_kwh", "million tokens per kWh", short="M", decimals=2, zh="每度电{number}Token", ones=10**6
    ),
    Unit("million_characters", "million characters", short="M", decimals=2, zh="{number}字", ones=10**6),
    Unit("elasticity", decimals=2, signed=True),  # percent of tokens per percent of price
)

UNITS = {unit.id: unit for unit in _TABLE}

# What is counted for a sentence, with the word for one of it.
_PLURALS = "cards chips days points provinces publications rows seconds statements tokens weeks"
_COUNTED = {name: name.removesuffix("s") for name in _PLURALS.split()}


def list_repeated(units: Iterable[Unit] = _TABLE) -> list[str]:
    """List the ids that more than one line of the table has, of which only the last would count.

    Examples
    --------
    >>> list_repeated([Unit("cases"), Unit("date"), Unit("cases")])
    ['cases']
    """
    return [name for name, count in Counter(unit.id for unit in units).items() if count > 1]


def find_unit(name: str) -> Unit:
    """Give a unit by its id; what is not in the table, such as ``weeks`` counted for a sentence, is its own word.

    Examples
    --------
    >>> find_unit("percent").words, find_unit("weeks").words
    ('%', 'weeks')
    """
    return UNITS.get(name) or Unit(name, name.replace("_", " "), singular=_COUNTED.get(name, ""))


def find_base(unit: str) -> str:
    """Find the unit without its denominator or basis: that in which a claim is made.

    Examples
    --------
    >>> find_base("percent_of_platform"), find_base("usd_per_mtok_listed"), find_base("rank")
    ('percent', 'usd_per_mtok', 'rank')
    """
    return "percent" if unit.startswith("percent_") else re.sub("_(listed|of_power)$", "", unit)


def is_loose(unit: str) -> bool:
    """Say whether a unit leaves open what it is a share of, or on whose list a price: fit for what is claimed alone.

    Examples
    --------
    >>> is_loose("percent"), is_loose("percent_of_platform"), is_loose("usd_per_mtok"), is_loose("cny_per_kwh")
    (True, False, True, False)
    """
    return any(find_base(other) == unit != other for other in UNITS)
