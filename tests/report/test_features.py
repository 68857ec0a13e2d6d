"""The features that `docs/features.md` counts, each looked up in the built site; and the tests that guard its faults.

The site is that of all tests; a few of its pages are published once more as they would be with an address and with a
project file that somebody has filled in. Names and addresses of that file are synthetic.
"""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from tests.reports import share_site
from tokencheck import paths
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import cards, claimpages, front, imprint, machine, sharing
from tokencheck.report.publication import BASE_URL, load_publication

LIST = paths.ROOT / "docs" / "features.md"
WANTED, ENOUGH = 40, 36
FIRST_VIEW = 100_000  # bytes, compressed, without the font for Chinese
ADDRESS = "https://report.example.org/"
SYNTHETIC = f"""
name: tokencheck
base_url: {ADDRESS}
publisher: Synthetic Institute
people: [{{name: Synthetic Person, role: checked}}]
funding: Synthetic funds.
conflicts: None.
contact: {{text: Write to us, url: "mailto:desk@report.example.org"}}
repository: https://report.example.org/source
licence: https://creativecommons.org/licenses/by/4.0/
"""
CLAIMS = {one.id: one for one in read_verdicts().claims}
RATED = next(one.id for one in CLAIMS.values() if one.verdict in machine.SCALE)  # whose verdict rates truth

# Where each is seen: a file of the built site, and a pattern that it holds. Those in PUBLISHED need an address.
SEEN = {
    1: ("C05.html", r'class="claim-band[^>]*>.*?class="verdict .*?<dt>\s*Claim\s*</dt>.*?<dt>\s*Found\s*</dt>'),
    2: ("methods.html", r"Roles of readings.*<table"),
    3: ("claims.html", r'class="claimed">[^<]+</span> → <span class="measured"'),
    4: ("C05.html", r"<th[^>]*>Grade</th>"),
    5: ("C05.html", r'id="c05-lineage".*?class="step\b'),
    6: ("methods.html", r"<th[^>]*>[^<]*25"),
    7: ("changes.html", r'<h2 id="edition-'),
    8: ("search.html", r'src="[^"]*search-index\.js"'),
    9: ("claims.html", r'data-verdict="misleading".*name="q".*name="topic".*name="sort"'),
    10: ("claims.js", r"history\.replaceState"),
    11: ("C05.html", r'rel="prev".*rel="next"'),
    12: ("assets/frame.js", r"aria-current"),
    13: ("assets/frame.js", r'className = "anchor".*?heading\.append\(anchor\)'),
    14: ("index.html", r'<button[^>]*class="theme"'),
    15: ("C05.html", r'<svg[^>]*class="chart[^>]*>.*?var\(--chart-'),
    16: ("usage.html", r"chart-narrow.*chart-wide"),
    17: ("C05.html", r'class="whatif".*?<select>.*?src="whatif\.js"|src="whatif\.js".*?class="whatif".*?<select>'),
    18: ("usage.html", r'class="figure-links".*?href="figures/[\w-]+\.(?:svg|png)[^>]*>.*?href="figures/[\w-]+\.csv'),
    19: ("C05.html", r'href="downloads/C05\.csv"'),
    20: ("downloads/claims.json", r'"claims":'),
    21: ("C05.html", r'data-share="c05-share"'),
    22: ("C05.html", r"&lt;iframe src="),
    23: ("C05.html", r"@misc\{"),
    24: ("site.js", r"clipboard\.writeText"),
    30: ("404.html", r"does not exist.*没有这个页面"),
    34: ("C05.html", r'href="notebooks/[\w]+\.html"'),
    35: (
        "methods.html",
        r'<a[^>]*href="glossary\.html#[^"]+"[^>]*title="[^"]+"|<a[^>]*title="[^"]+"[^>]*href="glossary',
    ),
    36: ("zh/C05.html", r'<html[^>]*lang="zh-Hans".*class="claim-band.*class="whatif"'),
    38: ("tokencheck.pdf", r"/MarkInfo"),
}
PUBLISHED = {
    25: (
        "C05.html",
        rf'name="twitter:card" content="summary_large_image".*property="og:image" content="{ADDRESS}cards/C05\.png',
    ),
    26: ("C05.html", rf'rel="canonical" href="{ADDRESS}C05\.html"'),
    27: ("sitemap.xml", rf"<loc>{ADDRESS}zh/C05\.html</loc>|{ADDRESS}zh/C05\.html"),
    28: ("index.html", r'rel="alternate" href="downloads/verdicts\.atom" type="application/atom\+xml"'),
    29: (f"{RATED}.html", rf'"@type": ?"ClaimReview".*{ADDRESS}{RATED}\.html'),
}
PAGES = (
    "index.html",
    "C05.html",
    f"{RATED}.html",
    "zh/C05.html",
    "zh/index.html",
    "downloads/claims.json",
    "downloads/verdicts.atom",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return share_site(tmp_path_factory)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The project file as somebody fills it in."""
    file = tmp_path_factory.mktemp("project") / "project.yml"
    file.write_text(SYNTHETIC, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "PROJECT", file)
        patch.delenv(BASE_URL, raising=False)
        yield load_publication()


@pytest.fixture(scope="module")
def published(site, filled, tmp_path_factory):
    """A few pages of the site, published at an address."""
    folder = tmp_path_factory.mktemp("published")
    for name in PAGES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(site / name, folder / name)
    found = read_verdicts()
    kept = found.model_copy(update={"claims": [one for one in found.claims if one.id in ("C05", RATED)]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "read_verdicts", lambda: kept)
        patch.setattr(sharing, "write_package", lambda site: None)
        patch.setattr(cards, "CARD_CACHE", folder / "cache")
        sharing.share_site(folder)
    return folder


def holds(folder: Path, where: tuple[str, str]) -> bool:
    """Say whether a file of a site holds a pattern."""
    file, pattern = folder / where[0], where[1]
    text = file.read_bytes().decode("utf-8" if file.suffix != ".pdf" else "latin-1") if file.exists() else ""
    return re.search(pattern, text, re.DOTALL) is not None


def tells_who_publishes(publication) -> bool:
    """About: publisher, people, money and interests."""
    who = make_about(publication)["who"]
    return all(name in who for name in ("Synthetic Institute", "Synthetic Person", "Synthetic funds", "**Interests.**"))


def takes_corrections(publication) -> bool:
    """Corrections: a log, and an address that a reader can write to."""
    about = make_about(publication)
    return "mailto:desk@report.example.org" in about["who"] and "sec-corrections" in about["log"]


def opens_an_issue(publication) -> bool:
    """Dispute: a filled-in issue from each claim."""
    context = {"claim": load_register(with_measures=False).find("C05"), "result": CLAIMS["C05"]}
    address = claimpages.write_dispute(context, publication)
    return address.startswith("https://report.example.org/source/issues/new?title=Dispute+C05")


def make_about(publication) -> dict[str, str]:
    pages = imprint.make_about(read_verdicts(), [], [], publication)
    return {name: pages[f"_generated/about-{name}.md"] for name in ("who", "log")}


def reads_without_a_script(site) -> bool:
    """Every claim, its verdict and its numbers stand in the HTML of the list."""
    text = (site / "claims.html").read_text(encoding="utf-8")
    return all(re.search(rf'href="{one.id}\.html".*?{one.verdict}', text, re.DOTALL) for one in CLAIMS.values())


def weighs_little(site) -> bool:
    """The first view: the page with its style, its scripts, and the two Latin fonts."""
    text = (site / "index.html").read_text(encoding="utf-8")
    loaded = set(re.findall(r'(?:href|src)="([^"#?:]+\.(?:css|js))"', text))
    packed = [gzip.compress((site / name).read_bytes()) for name in loaded] + [gzip.compress(text.encode())]
    fonts = [file.stat().st_size for file in (site / "fonts" / "web").glob("*Latin*.woff2")]
    return "<style>" in text and len(loaded) > 2 and len(fonts) == 2 and sum(map(len, packed)) + sum(fonts) < FIRST_VIEW


def is_looked_at_by_axe(site) -> bool:
    """Accessibility is for a browser to say; here is said whether one is asked, of all kinds of pages."""
    from tests.browser import conftest

    return {"index", "claims", "C05", "zh/C05", "usage"} <= set(conftest.CHOSEN)


OTHERS = {31: tells_who_publishes, 32: takes_corrections, 33: opens_an_issue}
OF_THE_SITE = {37: reads_without_a_script, 39: is_looked_at_by_axe, 40: weighs_little}


def read_rows(heading: str) -> dict[int, list[str]]:
    """Read a table of the document: by its first column, the others."""
    section = LIST.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if re.match(r"\| *\d", line)]
    return {int(number): rest for number, *rest in rows}


FEATURES, FAULTS = read_rows("Features"), read_rows("Faults")


@pytest.mark.parametrize("number", range(1, WANTED + 1))
def test_a_feature_is_there_as_the_document_says(number, site, published, filled):
    if number in SEEN:
        found = holds(site, SEEN[number])
    elif number in PUBLISHED:
        found = holds(published, PUBLISHED[number])
    else:
        found = OTHERS[number](filled) if number in OTHERS else OF_THE_SITE[number](site)
    assert FEATURES[number][1] == ("yes" if found else "no"), FEATURES[number][0]


def test_enough_features_are_there():
    assert sorted(FEATURES) == list(range(1, WANTED + 1))
    assert sum(row[1] == "yes" for row in FEATURES.values()) >= ENOUGH


def test_every_fault_that_is_said_to_be_mended_is_guarded_by_a_test_that_exists():
    assert sorted(FAULTS) == list(range(1, 34))
    for number, (what, mended, *_, guard) in FAULTS.items():
        assert mended in ("yes", "in part"), number
        for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", guard):
            text = (paths.ROOT / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {name}\(", text, re.MULTILINE), (number, what, name)
        assert "::" in guard, number


def test_the_front_page_answers_in_its_first_words(site):
    """Ten seconds: the answer, the article, who checked or that nobody is named, and as of when."""
    text = (site / "index.html").read_text(encoding="utf-8").partition("<main")[2]
    first = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", text, flags=re.DOTALL)[:1500]
    found = read_verdicts()
    answer = front.write_answer(found.counts).replace("\xa0", " ")
    assert answer in re.sub(r"[\s\xa0]+", " ", first)
    assert load_register(with_measures=False).article.title_en in first.replace("’", "'")
    assert front.NAMELESS in first or "Checked by" in first
