"""The article's date and its numbers stand in the register; code takes them from there."""

import ast

import pytest

from tokencheck import paths
from tokencheck.article import read_article
from tokencheck.errors import UserError

# What a drawing calls the claimed value, the claimed range, and what counts as near.
CLAIMED = {"claimed", "band", "tolerance", "half", "least"}
DATES = {read_article().published, read_article().stated_week, *read_article().stated_week.split("/")}
SCRIPTS = sorted([*(paths.ROOT / "src").rglob("*.py"), *paths.NOTEBOOK_FOLDER.glob("*.py")])


def list_docstrings(tree: ast.AST) -> set[int]:
    """Give the ids of strings that stand as statements; they explain, and compute nothing."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def is_typed(node: ast.AST) -> bool:
    """Tell a number, or a tuple of numbers, written down from one that is read or computed."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return bool(parts) and all(isinstance(one, ast.Constant) and isinstance(one.value, int | float) for one in parts)


def find_typed(text: str, dates: set[str]) -> list[str]:
    """Find the article's dates and claimed values that are typed in a script: line and what stands there."""
    tree = ast.parse(text)
    explained = list_docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in dates and id(node) not in explained:
            found.append(f"{node.lineno}: a date of the article")
        elif isinstance(node, ast.keyword) and node.arg in CLAIMED and is_typed(node.value):
            found.append(f"{node.value.lineno}: {node.arg}")
        elif isinstance(node, ast.Assign) and is_typed(node.value):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            found += [f"{node.lineno}: {name}" for name in sorted(names & CLAIMED)]
    return found


def test_no_script_types_the_articles_date_or_a_claimed_value():
    typed = {
        f"{paths.shorten(file)}:{one}"
        for file in SCRIPTS
        for one in find_typed(file.read_text(encoding="utf-8"), DATES)
    }
    assert typed == set()


@pytest.mark.parametrize(
    "line",
    [
        "day = '2026-03-13'",
        "draw(shares, claimed=61)",
        "draw(readings, claimed=(3, 5))",
        "draw(tolerance=3)",
        "half = 0.5",
    ],
)
def test_what_is_typed_is_found(line):
    assert len(find_typed(f'"""Such as 2026-03-13."""\n{line}\n', {"2026-03-13"})) == 1


def test_what_is_read_is_not():
    assert (
        find_typed("draw(shares, claimed=float(part.value), tolerance=points)\nhalf = float(part.value)", set()) == []
    )


def test_the_register_and_the_head_say_the_same(register):
    assert register.article == read_article()
    readings = [one for claim in register.claims for part in claim.parts for one in part.readings]
    windows = {one.parameters.get("window") for one in readings if one.role == "literal"}
    assert register.article.stated_week in windows


def test_a_register_without_an_article_is_said(tmp_path, monkeypatch):
    file = tmp_path / "claims.yml"
    monkeypatch.setattr(paths, "CLAIMS", file)
    for text in ("sections: []\n", "article:\n  title_zh: x\nsections: []\n", "article: [\n"):
        file.write_text(text, encoding="utf-8")
        read_article.cache_clear()
        with pytest.raises(UserError, match="does not begin with the article"):
            read_article()
    read_article.cache_clear()
