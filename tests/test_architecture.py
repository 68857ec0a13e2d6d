"""The rooms: what imports what, read from the code and compared with ARCHITECTURE.md; and no name means two things."""

import ast
import copy
import re
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from pkgutil import resolve_name

import pytest

from tokencheck import paths

PACKAGE = "tokencheck"
DOOR = f"{PACKAGE}.render"
FALLBACK = f"{DOOR}.fallback"


def name_module(file: Path) -> str:
    parts = file.relative_to(paths.ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parse_modules() -> dict[str, ast.Module]:
    files = sorted((paths.ROOT / "src" / PACKAGE).rglob("*.py"))
    return {name_module(file): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def list_imports(tree: ast.Module, modules) -> list[tuple[str, str]]:
    """Give each import of the project's own, those inside functions too: the module, and the name if there is one."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(one.name, "") for one in node.names if one.name.split(".")[0] == PACKAGE]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports inside the package are absolute"
            for one in node.names if (node.module or "").split(".")[0] == PACKAGE else ():
                whole = f"{node.module}.{one.name}"
                found.append((whole, "") if whole in modules else (node.module, one.name))
    return found


def map_imports(modules) -> dict[str, set[str]]:
    return {name: {module for module, _ in list_imports(tree, modules)} - {name} for name, tree in modules.items()}


def read_rooms() -> list[str]:
    text = (paths.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = text.split("<!-- rooms: from the ground up -->")[1].split("<!-- /rooms -->")[0]
    return re.findall(r"^\d+\. `(\w+)`: ", listed, re.MULTILINE)


def find_room(module: str) -> str:
    return module.split(".")[1] if "." in module else PACKAGE


def find_upward(imports, rooms) -> set[tuple[str, str]]:
    floors = {room: floor for floor, room in enumerate([PACKAGE, *rooms])}  # the package itself holds its version
    return {
        (module, other)
        for module, others in imports.items()
        for other in others
        if floors[find_room(other)] > floors[find_room(module)]
    }


def find_circle(imports) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as problem:
        return problem.args[1]
    return []


TYPE_NAME = re.compile(r"[A-Z]\w*[a-z]\w*")  # a constant is in capitals throughout


def list_types(tree: ast.Module) -> set[str]:
    """Give every class, and every name that a module gives to a type made of others."""
    return {name for name in list_names(tree) if TYPE_NAME.fullmatch(name)}


def list_names(tree: ast.Module) -> set[str]:
    """Give every class, function and constant that a module defines at its top."""
    named = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [one for node in assigned for one in (node.targets if isinstance(node, ast.Assign) else [node.target])]
    names = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return names | {node.name for node in named}


# What several modules have by design, each meaning the same of its own subject.
ALIKE = {
    "grid": "of each topic's measures, the sensitivity of its claims: tables, claim to cells",
    "main": "of a module that is run by itself",
}


def list_measures(tree: ast.Module) -> set[str]:
    """Give the measures: the register knows each by its topic, such as ``usage.share``, and so do callers."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if any("measure(" in ast.unparse(one) for one in node.decorator_list)}


def find_shared(modules, list_some) -> set[str]:
    counted = Counter(name for tree in modules.values() for name in list_some(tree))
    return {name for name, count in counted.items() if count > 1 and not name.startswith("_")}


def test_every_room_is_listed_and_every_listed_room_exists():
    assert sorted(read_rooms()) == sorted({find_room(module) for module in parse_modules()} - {PACKAGE})


def test_no_import_runs_upward():
    assert find_upward(map_imports(parse_modules()), read_rooms()) == set()


def test_no_import_runs_in_a_circle():
    assert find_circle(map_imports(parse_modules())) == []


def test_only_the_door_leads_to_the_fallback():
    imports = map_imports(parse_modules())
    inside = {module for module in imports if module.startswith(FALLBACK)}
    assert {module for module, others in imports.items() if others & inside} - inside == {DOOR}


def test_no_two_modules_share_a_name():
    last = Counter(module.rpartition(".")[2] for module in parse_modules())
    assert [name for name, count in last.items() if count > 1] == []


def test_no_two_types_share_a_name():
    assert find_shared(parse_modules(), list_types) == set()


def test_no_two_modules_give_others_the_same_name():
    """Be it a type, a function or a constant; what only its own module uses begins with an underscore."""
    assert find_shared(parse_modules(), lambda tree: list_names(tree) - list_measures(tree)) == set(ALIKE)


def list_registered(tree: ast.Module) -> set[str]:
    """Give what is found without its name: measures, by their topic, and sources of new data, by being there."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return list_measures(tree) | {
        one.name for one in classes if any(ast.unparse(base) == "Source" for base in one.bases)
    }


def list_words(tree: ast.Module) -> list[str]:
    """Give every word of the code with its repeats, but for those of docstrings."""
    tree = copy.deepcopy(tree)  # it is parsed once for all tests
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return re.findall(r"\w+", ast.unparse(tree))


def find_unused(modules, others) -> set[str]:
    """Find names at the top of modules that no program or template of the project uses; tests do not count."""
    given = Counter(name for tree in modules.values() for name in list_names(tree))
    kept = set().union(*map(list_registered, modules.values())) | set(ALIKE)
    used = Counter(word for tree in modules.values() for word in list_words(tree)) + Counter(others)
    return {name for name, count in given.items() if used[name] <= count} - kept


def list_words_outside() -> list[str]:
    """Give the words of what calls the package from outside, tests apart: scripts, notebooks and templates."""
    files = [paths.ROOT / "dodo.py", *(paths.ROOT / "notebooks").glob("*.py"), *(paths.ROOT / "tools").glob("*.py")]
    scripts = [word for file in files for word in list_words(ast.parse(file.read_text(encoding="utf-8")))]
    templates = (paths.ROOT / "src" / PACKAGE).rglob("*.j2")
    return scripts + [word for file in templates for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))]


# What only tests call, on purpose.
ASKED_BY_TESTS = {"check_site": "what tests ask of every site that is built, here and after a refresh"}


def test_nothing_is_there_that_nothing_uses():
    assert find_unused(parse_modules(), list_words_outside()) == set(ASKED_BY_TESTS)


@pytest.mark.parametrize(
    "line", ['def lonely():\n    """Give `lonely`."""', "LONELY = 1", "class Lonely:\n    pass", "_lonely: int = 1"]
)
def test_what_nothing_uses_is_found(line):
    found = find_unused(parse_modules() | {"tokencheck.units.lonely": ast.parse(line)}, list_words_outside())
    assert {name.strip("_").lower() for name in found - set(ASKED_BY_TESTS)} == {"lonely"}


def test_what_a_text_of_the_code_refers_to_exists():
    with pytest.raises(AttributeError):
        resolve_name("tokencheck.units.find_nothing")
    for tree in parse_modules().values():
        for reference in re.findall(r"`(tokencheck(?:\.\w+)+)`", ast.unparse(tree)):
            resolve_name(reference)


def test_a_measure_shares_its_name_with_nothing_but_measures():
    modules = parse_modules()
    measures = set().union(*map(list_measures, modules.values()))
    assert {"share", "price"} <= measures
    assert not measures & set().union(*(list_names(tree) - list_measures(tree) for tree in modules.values()))


@pytest.mark.parametrize(
    ("line", "finds"),
    [
        ("def read():\n    from tokencheck.render import find_quarto", "upward"),
        ("import tokencheck.render", "upward"),
        ("from tokencheck.render.fallback import pdf", "upward"),
        ("class Claim:\n    pass", "type"),
        ("Role = Literal['star', 'extra']", "type"),
        ("Tables: TypeAlias = dict[str, str]", "type"),
        ("Specification = NewType('Specification', str)", "type"),
        ("def load_register():\n    pass", "name"),
        ("CLAIMS: int = 1", "name"),
        ("PERCENT, OTHER = 100, 1", "name"),
    ],
)
def test_each_fault_is_found(line, finds):
    """Synthetic modules beside the real ones."""
    name = "tokencheck.measures.invented"
    modules = parse_modules() | {name: ast.parse(line)}
    upward = {one for one in find_upward(map_imports(modules), read_rooms()) if one[0] == name}
    shared = find_shared(modules, list_names) - find_shared(parse_modules(), list_names)
    found = {"upward": upward, "type": find_shared(modules, list_types), "name": shared}
    assert found[finds]


def test_a_circle_is_found():
    modules = parse_modules() | {"tokencheck.errors": ast.parse("from tokencheck import paths")}
    modules["tokencheck.paths"] = ast.parse("from tokencheck import errors")
    assert set(find_circle(map_imports(modules))) == {"tokencheck.errors", "tokencheck.paths"}
