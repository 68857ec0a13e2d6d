"""Write Markdown that Pandoc reads the same whatever the text is."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from tokencheck.characters import HAN, UNFIT_FOR_ADDRESS

# What a record says it does not know.
UNKNOWN = re.compile(r"\s*\((?:[^()]*\bnot (?:shown|recorded)\b[^()]*)\)\s*|^not shown$")

# Where no line may end: between a number, or the variable that stands for one, and per cent, and in 3 : 1.
NUMBER_SPACE = re.compile(r"(?<=[\d}]) (?=%|: \d)|(?<=\d :) (?=\d)")

VARIABLE = r"\{\{< var ([\w.]+) >\}\}"  # of a page's source, with its name


def cell(text: Any) -> str:
    """Make a text safe inside a Markdown pipe table, on one line; no line ends between a number and its per cent.

    Examples
    --------
    >>> cell("a |\\nb"), cell("61 %"), cell("3 : 1")
    ('a \\\\| b', '61\\xa0%', '3\\xa0:\\xa01')
    """
    text = "" if text is None or text != text else str(text)
    line = bind_numbers(re.sub(r"[^\S\xa0]+", " ", text).strip())
    return re.sub(r"([|\\*_$<>\[\]~^`@#])", r"\\\1", line)


def bind_numbers(text: str) -> str:
    """Keep a number and its per cent on one line.

    Examples
    --------
    >>> bind_numbers("61 % of {{< var all >}} %")
    '61\\xa0% of {{< var all >}}\\xa0%'
    """
    return NUMBER_SPACE.sub("\xa0", text)


def curl(text: str) -> str:
    """Write apostrophes as they are printed, where no Pandoc does.

    Examples
    --------
    >>> curl("ten models' share of the world's tokens")
    'ten models’ share of the world’s tokens'
    """
    return text.replace("'", "’")


def nest(text: str) -> str:
    """Write the quotation marks of a text as they stand within others.

    Examples
    --------
    >>> nest("the model's “IQ”")
    "the model's ‘IQ’"
    """
    return text.translate({ord("“"): "‘", ord("”"): "’"})


def drop_unknown(text: str) -> str:
    """Take out of a record's text the notes that say what was not known.

    Examples
    --------
    >>> drop_unknown("NetEase account (name not shown)"), drop_unknown("(title not recorded)")
    ('NetEase account', '')
    """
    return " ".join(UNKNOWN.sub(" ", text).split())


def link(url: str, text: str) -> str:
    """Write a link whose text needs no care; plain text where there is no address, or one that is not http or https."""
    return f"[{cell(text)}]({encode_address(url)})" if is_web(url) else cell(text)


def fill_variables(text: str, variables: Mapping[str, Any]) -> str:
    """Fill the variables of a page's source in; of two ends, the first goes without the unit that the second says.

    Examples
    --------
    >>> fill_variables("{{< var a >}} to {{< var b >}}", {"a": "0.2 CNY per kWh", "b": "0.3 CNY per kWh"})
    '0.2 to 0.3 CNY per kWh'
    """

    def look_up(name: str) -> str:
        value: Any = variables
        for key in name.split("."):
            value = value[key]
        return str(value)

    def join(match: re.Match[str]) -> str:
        ends = [look_up(name) for name in match.groups()]
        (first, unit), (_, last_unit) = (re.fullmatch(r"([^a-zA-Z%]*?)(\s*[a-zA-Z%].*|)", end).groups() for end in ends)
        return f"{first if unit == last_unit else ends[0]} to {ends[1]}"

    joined = re.sub(f"{VARIABLE} to {VARIABLE}", join, text)
    return bind_numbers(re.sub(VARIABLE, lambda match: look_up(match[1]), joined).strip())


def is_web(url: str) -> bool:
    """Say whether an address begins with http or https."""
    return re.match(r"https?://", url) is not None


def find_domain(url: str) -> str:
    """Give the domain of an address.

    Examples
    --------
    >>> find_domain("https://www.techtimes.com/articles/1.htm")
    'techtimes.com'
    """
    return urlsplit(url).netloc.removeprefix("www.")


def join_domain(told: str, url: str, comma: str = ", ") -> str:
    """Put the domain of an address behind what is told of it, unless that names it, as where a site has no other name.

    Examples
    --------
    >>> join_domain("Tech Times", "https://www.techtimes.com/1.htm"), join_domain("x.cn (blog)", "https://x.cn/1")
    ('Tech Times, techtimes.com', 'x.cn (blog)')
    """
    domain = find_domain(url)
    is_told = domain.lower() in re.split(r"[^\w.-]+", told.lower(), flags=re.ASCII)
    return comma.join(filter(None, [told, "" if is_told else domain]))


def encode_address(url: str) -> str:
    """Encode what could end an address in Markdown or HTML, and leave the rest as it is.

    Examples
    --------
    >>> encode_address("https://x.example/a b)[c](d")
    'https://x.example/a%20b%29[c]%28d'
    """
    return re.sub(UNFIT_FOR_ADDRESS, lambda found: quote(found[0]), url)


def write_figure(figure: Mapping[str, Any], identifier: str = "", root: str = "") -> str:
    """Write a figure with the title and the alternative text of its record; of a lineage, the timeline.

    Parameters
    ----------
    figure : mapping
        Its record: name, title, alt.
    identifier : str
        What cross-references call it; by default ``fig-`` and its name.
    root : str
        The way from the page's folder to that of the report.

    Returns
    -------
    str
    """
    if "steps" in figure:
        return write_timeline(figure)
    name, alt = figure["name"], json.dumps(figure["alt"], ensure_ascii=False)
    place = identifier or name_figure_place(name)
    return f"![{cell(figure['title'])}]({root}figures/{name}.svg){{#{place} fig-alt={alt}}}"


WORKINGS = "notebooks"  # the folder of their pages


def name_notebook_page(notebook: str, place: str = "", ending: str = ".qmd") -> str:
    """Name the page of a notebook, and a place on it, as seen from the folder of the report.

    Examples
    --------
    >>> name_notebook_page("02_usage"), name_notebook_page("02_usage", "c05", ".html")
    ('notebooks/02_usage.qmd', 'notebooks/02_usage.html#c05')
    """
    return f"{WORKINGS}/{notebook}{ending}{place and f'#{place}'}"


def name_drawing_place(figure: Mapping[str, Any], ending: str = ".qmd") -> str:
    """Name the place on the page of a notebook where it draws a figure."""
    return name_notebook_page(figure["notebook"], name_figure_place(figure["name"]), ending)


def name_figure_place(name: str) -> str:
    """Name the place of a figure on a page, where the page gives it no other name."""
    return f"fig-{name}"


def write_figure_links(figure: Mapping[str, Any], root: str = "", is_drawn_here: bool = False) -> str:
    """Write what stands under a figure on a page: its picture to pass on, its data, and the notebook that drew it.

    Parameters
    ----------
    figure : mapping
        Its record: name and notebook.
    root : str
        The way from the page's folder to that of the report.
    is_drawn_here : bool
        Whether the page is that of the notebook, to which no link leads then.

    Returns
    -------
    str
        A block of its own, which the filter leaves out on paper; nothing for a lineage, whose links are its text.
    """
    if "steps" in figure:
        return ""
    name = figure["name"]
    links = [f"[Picture]({root}figures/{name}.svg){{.picture}} (CC BY 4.0)", f"[data]({root}figures/{name}.csv)"]
    if not is_drawn_here:
        links.append(f"[drawn here]({root}{name_drawing_place(figure)})")
    return f"::: {{.figure-links}}\n{' · '.join(links)}\n:::"


MARKS = {"lost": "×", "shifted": "≠", "kept": "=", "aside": "–"}  # beside the words, for those who skim


def name_step(sort: str) -> str:
    """Name the class of a step of a timeline by what changed there.

    Parameters
    ----------
    sort : str
        From `tokencheck.notebook.timelines.sort_change`.

    Returns
    -------
    str
    """
    return "beside" if sort == "aside" else sort  # Quarto moves what is of the class `aside` into the margin


def _quote(text: str) -> str:
    """Write words of a publication with their language, where that is not the page's."""
    return f"[{cell(text)}]{{lang=zh}}" if HAN.search(text) else cell(text)


def write_timeline(record: Mapping[str, Any]) -> str:
    """Write the lineage of a claim as a list of steps, which the theme draws as a timeline.

    Parameters
    ----------
    record : mapping
        Its record: title and steps; see `tokencheck.notebook.timelines`.

    Returns
    -------
    str
        Divs and spans that read well without any theme.
    """
    lines = ["::: {.timeline}", f"**{cell(record['title'])}**", ""]
    for step in record["steps"]:
        classes = f".step .{name_step(step['sort'])}" + " .article" * step["article"] + " .after" * step["after"]
        told = drop_unknown(step["publisher"])
        name = f"[{cell(step['date'])}]{{.when}} {_quote(join_domain(told, step['url']))}"
        if is_web(step["url"]):
            name = f"[{name}]({encode_address(step['url'])})"
        lines += [
            f"::: {{{classes}}}",
            f"{name}{' (after the article)' if step['after'] else ''}\\",
            f"**{cell(step['gist'])}**"
            + (f" [{_quote(step['wording'])}]{{.wording}}" if step["wording"] != step["gist"] else "")
            + "\\",
            f"[{MARKS[step['sort']]} {cell(step['change'])}]{{.change}}"
            + (f"; {cell(step['note'])}" if step["note"] else ""),
            ":::",
            "",
        ]
    return "\n".join([*lines, ":::"])
