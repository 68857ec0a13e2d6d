"""The choices of the grids in words, by language: what can be chosen, and from what.

A grid's column is a dimension. Names of places, models and sources, years and plain numbers stand for
themselves; everything else has its words here.
"""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache

from tokencheck import wording
from tokencheck.wording import LANGUAGES

# Columns that repeat another, or that number rows.
LEFT_OUT = ("row_id",)

DIMENSIONS = {
    "scope": ("Models counted", "计入的模型"),
    "window": ("Period", "时段"),
    "context": ("Context window of", "上下文窗口"),
    "stealth": ("Models without a name", "未具名模型"),
    "generation": ("Model", "模型"),
    "extra_frame": ("One frame more", "多计一帧"),
    "work": ("What is done", "做什么"),
    "minutes": ("Minutes", "分钟"),
    "end": ("Characters a token", "每个Token合多少字"),
    "items": ("Costs counted", "计入的成本"),
    "with_capital": ("Out of a total with the cost of chips", "总额含芯片成本"),
    "price_usd_per_kwh": ("Power price, USD per kWh", "电价（美元/度）"),
    "price_cny_per_kwh": ("Power price, CNY per kWh", "电价（元/度）"),
    "sector": ("Customers", "用户类别"),
    "customers": ("Customers", "用户类别"),
    "earlier": ("From", "自"),
    "later": ("To", "至"),
    "low_percent": ("Rise of at least, %", "涨幅下限（%）"),
    "high_percent": ("Rise of at most, %", "涨幅上限（%）"),
    "basis": ("How the price is known", "价格依据"),
    "place": ("Place", "地点"),
    "voltage_kv": ("Voltage, kV", "电压（千伏）"),
    "hours": ("Hours a year", "年利用小时"),
    "period": ("Date", "时间"),
    "without": ("Left out of the price", "未计入的部分"),
    "china": ("Chinese price", "中国电价"),
    "tax": ("Taxes", "税费"),
    "exchange": ("Exchange rate of", "汇率取自"),
    "commodity": ("Metal", "金属"),
    "value_kind": ("Value of", "价值口径"),
    "system": ("Source", "来源"),
    "model": ("Model", "模型"),
    "hardware": ("Hardware", "硬件"),
    "statistic": ("Of several", "多个数值时"),
    "pue": ("Power for cooling and the rest (PUE)", "电能利用效率（PUE）"),
    "token_basis": ("Tokens counted", "计入的Token"),
    "condition": ("Cheaper how", "怎样算便宜"),
    "every_seat": ("Hosts of unknown seat", "总部不明的服务商"),
    "comparator": ("Compared with", "对比对象"),
    "seller": ("Sold by", "卖方"),
    "token_class": ("Tokens priced", "价格口径"),
    "as_of": ("Prices of", "价格日期"),
    "market": ("Market", "市场"),
    "rate_month": ("Exchange rate of", "汇率取自"),
    "coding_percent": ("Coding, % of Chinese tokens", "编程占中国模型Token的比例（%）"),
    "table": ("Scores from", "分数来源"),
    "benchmark": ("Test", "测试"),
    "category": ("Kind of test", "测试类别"),
    "listed_by": ("Listed by", "标示方"),
    "thousand": ("A thousand is", "“千”指"),
    "peers": ("Among models of", "比较范围"),
    "of": ("Tokens of", "对象"),
    "kind": ("Kind of figure", "数据类型"),
    "region": ("Region", "地区"),
    "level": ("Efficiency of", "对象"),
    "chips": ("Chips", "芯片数"),
    "rate": ("At the rate of", "吞吐量取自"),
}  # fmt: skip

_YES_NO = {"True": ("yes", "是"), "False": ("no", "否")}
_CUSTOMERS = {
    "all_sectors": ("all customers", "全部用户"),
    "residential": ("households", "居民"),
    "commercial": ("businesses", "商业"),
    "industrial": ("industry", "工业"),
    "ALL": ("all businesses", "全部非居民用户"),
    "IA": ("band IA, the smallest", "IA档（最小）"),
    "IB": ("band IB", "IB档"),
    "IC": ("band IC", "IC档"),
    "ID": ("band ID", "ID档"),
    "IE": ("band IE", "IE档"),
    "IF": ("band IF", "IF档"),
    "IG": ("band IG, the largest", "IG档（最大）"),
}

_STATES = {
    "AK": ("Alaska", "阿拉斯加州"), "AL": ("Alabama", "亚拉巴马州"), "AR": ("Arkansas", "阿肯色州"),
    "AZ": ("Arizona", "亚利桑那州"), "CA": ("California", "加利福尼亚州"), "CO": ("Colorado", "科罗拉多州"),
    "CT": ("Connecticut", "康涅狄格州"), "DC": ("Washington, D.C.", "华盛顿特区"), "DE": ("Delaware", "特拉华州"),
    "FL": ("Florida", "佛罗里达州"), "GA": ("Georgia (US)", "佐治亚州"), "HI": ("Hawaii", "夏威夷州"),
    "IA": ("Iowa", "艾奥瓦州"), "ID": ("Idaho", "爱达荷州"), "IL": ("Illinois", "伊利诺伊州"),
    "IN": ("Indiana", "印第安纳州"), "KS": ("Kansas", "堪萨斯州"), "KY": ("Kentucky", "肯塔基州"),
    "LA": ("Louisiana", "路易斯安那州"), "MA": ("Massachusetts", "马萨诸塞州"), "MD": ("Maryland", "马里兰州"),
    "ME": ("Maine", "缅因州"), "MI": ("Michigan", "密歇根州"), "MN": ("Minnesota", "明尼苏达州"),
    "MO": ("Missouri", "密苏里州"), "MS": ("Mississippi", "密西西比州"), "MT": ("Montana", "蒙大拿州"),
    "NC": ("North Carolina", "北卡罗来纳州"), "ND": ("North Dakota", "北达科他州"),
    "NE": ("Nebraska", "内布拉斯加州"), "NH": ("New Hampshire", "新罕布什尔州"), "NJ": ("New Jersey", "新泽西州"),
    "NM": ("New Mexico", "新墨西哥州"), "NV": ("Nevada", "内华达州"), "NY": ("New York", "纽约州"),
    "OH": ("Ohio", "俄亥俄州"), "OK": ("Oklahoma", "俄克拉何马州"), "OR": ("Oregon", "俄勒冈州"),
    "PA": ("Pennsylvania", "宾夕法尼亚州"), "RI": ("Rhode Island", "罗得岛州"),
    "SC": ("South Carolina", "南卡罗来纳州"), "SD": ("South Dakota", "南达科他州"), "TN": ("Tennessee", "田纳西州"),
    "TX": ("Texas", "得克萨斯州"), "UT": ("Utah", "犹他州"), "VA": ("Virginia", "弗吉尼亚州"),
    "VT": ("Vermont", "佛蒙特州"), "WA": ("Washington", "华盛顿州"), "WI": ("Wisconsin", "威斯康星州"),
    "WV": ("West Virginia", "西弗吉尼亚州"), "WY": ("Wyoming", "怀俄明州"),
}  # fmt: skip
_VALUES = {
    "place": _STATES,
    "scope": {
        "top_5": ("the five most used", "用量前五"),
        "top_9": ("the nine on the chart", "榜图九款"),
        "top_10": ("the ten most used", "用量前十"),
        "top_20": ("the twenty most used", "用量前二十"),
        "named": ("all with a name", "全部具名模型"),
        "platform": ("the whole platform", "全平台"),
        "world": ("the volumes disclosed in the world", "全球已披露用量"),
    },
    "stealth": {
        "none": ("given to nobody", "不归任何一方"),
        "reported": ("those reported as Chinese given to China", "据报属中国的归中国"),
        "all": ("all given to China", "全归中国"),
        "excluded": ("left out of the total", "不计入总数"),
    },
    "extra_frame": _YES_NO,
    "with_capital": _YES_NO,
    "every_seat": {"True": ("counted", "计入"), "False": ("left out", "不计")},
    "work": {
        "limit": ("the vendor's recommended limit", "厂商建议的速率上限"),
        "team": ("a team of agents", "智能体团队"),
        "compiler": ("writing a compiler", "编写编译器"),
        "logged, cached True": ("a logged session, cache counted", "会话记录（含缓存）"),
        "logged, cached False": ("a logged session, without cache", "会话记录（不含缓存）"),
    },
    "end": {
        "low": ("the low estimate", "取低值"), "high": ("the high estimate", "取高值"),
        "": ("stated in characters", "原本按字计"),
    },
    "items": {
        "electricity": ("electricity", "电费"),
        "electricity + colocation": ("electricity and colocation", "电费与机房托管费"),
        "electricity + capital": ("electricity and chips, with interest", "电费与芯片（含利息）"),
    },
    "high_percent": {"1000": ("no limit", "不设上限")},
    "sector": _CUSTOMERS,
    "customers": _CUSTOMERS,
    "basis": {
        "stated, delivered": ("stated, at the meter", "公布，到户"),
        "stated, unknown": ("stated, of what is not said", "公布，口径不明"),
        "stated, generation": ("stated, at the plant", "公布，上网"),
        "stated, built": ("stated, of a project", "公布，项目"),
        "built up, agency": ("built up from the grid's purchase price", "按电网代理购电价累加"),
        "built up, components renewable": ("built up from wind and solar power", "按风光电价累加"),
        "built up, components coal_benchmark": ("built up from the coal benchmark", "按煤电基准价累加"),
        "built up, components market_average": ("built up from the market's average", "按市场均价累加"),
    },
    "voltage_kv": {"": ("not said", "未注明"), "1-10": ("1 to 10", "1至10")},
    "hours": {"": ("not said", "未注明")},
    "without": {
        "": ("nothing", "无"),
        "td_demand": ("the demand charge", "需量电费"),
        "system_operation": ("system operation", "系统运行费"),
        "system_operation, government_funds": ("system operation and funds", "系统运行费与政府性基金"),
    },
    "china": {
        "delivered, median": ("at the meter, the middle one", "到户，中位"),
        "delivered, min": ("at the meter, the lowest", "到户，最低"),
        "generation, median": ("at the plant, the middle one", "上网，中位"),
        "renewable, median": ("from wind and solar, the middle one", "风光，中位"),
        "agency, median": ("bought by the grid, the middle one", "电网代理购电，中位"),
    },
    "tax": {
        "": ("as published", "按公布"),
        "X_VAT": ("without value-added tax", "不含增值税"),
        "I_TAX": ("all included", "全部计入"),
        "X_TAX": ("without any", "不含税费"),
    },
    "commodity": {"aluminium": ("aluminium", "铝"), "polysilicon": ("polysilicon", "多晶硅")},
    "value_kind": {"gain": ("what refining adds", "加工增值"), "gross": ("the whole product", "产品总值"),
                   "profit": ("the profit", "利润")},
    "statistic": {"": ("one figure", "单一数值"), "max": ("the highest", "最高"), "median": ("the middle one", "中位"),
                  "min": ("the lowest", "最低")},
    "token_basis": {
        "output tokens": ("output", "输出"),
        "input tokens": ("input", "输入"),
        "total tokens (ISL+OSL)": ("input and output", "输入与输出"),
        "tokens": ("tokens", "Token"),
        "all tokens incl. cache hits": ("all, with those from the cache", "全部（含缓存命中）"),
        "tokens excl. cache hits": ("all but those from the cache", "全部（不含缓存命中）"),
        "tokens (total vs output not stated)": ("not said whether output or all", "未注明输出或全部"),
        "tokens (basis not stated)": ("not said", "未注明"),
    },
    "condition": {
        "match": ("no dearer than the vendor on both prices", "两项价格均不高于厂商"),
        "copy": ("the vendor's on both prices", "两项价格与厂商相同"),
        "cheaper": ("no dearer than the vendor, and below on one", "均不高于厂商且至少一项更低"),
        "undercut": ("below the vendor on both prices", "两项价格均低于厂商"),
        "input": ("no dearer than the vendor on input", "输入价不高于厂商"),
        "output": ("no dearer than the vendor on output", "输出价不高于厂商"),
    },
    "model": {"all": ("all", "全部"), "": ("none named", "未注明"), "not stated in excerpt": ("not said", "未注明")},
    "hardware": {"": ("not said", "未注明")},
    "seller": {
        "vendor": ("its maker", "厂商"),
        "openrouter": ("OpenRouter", "OpenRouter"),
        "mainland": ("its maker, in mainland China", "厂商（中国大陆）"),
    },
    "token_class": {
        "input": ("input", "输入"),
        "output": ("output", "输出"),
        "cached": ("cached input", "缓存输入"),
        "blended_3_1": ("three parts input, one output", "输入与输出按三比一"),
        "blended_measured": ("input and output as measured", "混合价"),
        "blended_cached": ("the same, with the cache as measured", "混合价（含缓存）"),
    },
    "market": {"international": ("international", "国际"), "mainland": ("mainland China", "中国大陆")},
    "rate_month": {"": ("none needed", "无需换算")},
    "table": {"livebench": ("LiveBench", "LiveBench"), "maker": ("the maker", "厂商"),
              "swe-bench": ("SWE-bench", "SWE-bench"), "arena": ("Arena", "Arena"),
              "artificial-analysis": ("Artificial Analysis", "Artificial Analysis"), "epoch": ("Epoch AI", "Epoch AI")},
    "category": {"coding": ("coding", "编程"), "general": ("general", "综合"), "reasoning": ("reasoning", "推理"),
                 "agents": ("agents", "智能体")},
    "listed_by": {"vendor": ("its maker", "厂商"), "openrouter": ("OpenRouter", "OpenRouter")},
    "peers": {"vendors": ("makers' own lists", "厂商列表"), "openrouter": ("OpenRouter", "OpenRouter")},
    "of": {
        "agent": ("one agent", "单个智能体"), "multi-agent": ("several agents", "多智能体"),
        "prompt": ("a prompt, late 2025 over early 2024", "提示词（2025年末较2024年初）"),
        "OpenClaw's request": ("a request of OpenClaw", "OpenClaw的一次请求"),
    },
    "region": {"China": ("China", "中国"), "world": ("the world", "全球"),
               "western China": ("western China", "中国西部")},
    "rate": {"decode": ("writing (decode)", "解码（生成）"), "prefill": ("reading (prefill)", "预填充（读入）")},
    "window": {
        "kimi-k25-window": ("Kimi K2.5", "Kimi K2.5"), "kimi-k3-window": ("Kimi K3", "Kimi K3"),
        "kimi-app-window": ("the Kimi app", "Kimi应用"),
    },
}  # fmt: skip

# A window of days, with its first and last one.
_WINDOWS = {
    "stated week": ("week stated: {}", "所述一周：{}"),
    "calendar month": ("calendar month: {}", "自然月：{}"),
    "trailing week": ("seven days: {}", "七天：{}"),
    "trailing month": ("thirty days: {}", "三十天：{}"),
}
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")

ANY = {"en": "any", "zh": "不限"}


def name_dimension(column: str, row: Mapping[str, str], language: str) -> str:
    """Name what can be chosen, of a column in the rows of a grid.

    Examples
    --------
    >>> name_dimension("scope", {"scope": "top_5"}, "en"), name_dimension("scope", {"scope": "top_5"}, "zh")
    ('Models counted', '计入的模型')
    """
    key = "context" if column == "window" and row[column] in _VALUES["window"] else column
    return DIMENSIONS[key][LANGUAGES.index(language)]


def _write_days(first: str, last: str, language: str) -> str:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    if language == "zh":
        return f"{start.month}月{start.day}日至{end.month}月{end.day}日"
    month = "" if start.month == end.month else f" {start:%b}"
    return f"{start.day}{month}–{end.day} {end:%b %Y}"


def name_value(column: str, row: Mapping[str, str], language: str) -> str:
    """Name what was chosen of a column, in one row of a grid.

    Examples
    --------
    >>> name_value("scope", {"scope": "top_10"}, "en")
    'the ten most used'
    >>> row = {"window": "stated week", "start": "2026-02-09", "end": "2026-02-15"}
    >>> name_value("window", row, "en"), name_value("window", row, "zh")
    ('week stated: 9–15 Feb 2026', '所述一周：2月9日至2月15日')
    >>> name_value("comparator", {"comparator": "openai/gpt-5.4"}, "en")
    'gpt-5.4'
    """
    days = (row["start"], row["end"]) if column == "window" and row.get("start") else None
    return _name_value(column, row[column], days, language)


@cache
def _name_value(column: str, value: str, days: tuple[str, str] | None, language: str) -> str:
    place = LANGUAGES.index(language)
    if days:
        return _WINDOWS[value][place].format(_write_days(*days, language))
    if value in _VALUES.get(column, {}):
        return _VALUES[column][value][place]
    if span := _SPAN.fullmatch(value):
        return _write_days(span[1], span[2], language)
    if wording.KEPT_DATE.fullmatch(value):
        return wording.write_date_text(value, language)
    name = value.rpartition("/")[2] if column == "comparator" else value
    return name.replace("_", " ") or "–"
