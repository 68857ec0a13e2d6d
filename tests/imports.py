"""What a file of the project imports, read from its text: at its top, and anywhere."""

import ast
from collections.abc import Iterable
from pathlib import Path


def list_imports(starts: Iterable[Path], package: Path, everywhere: bool = False) -> set[Path]:
    """List the modules of a package that files need, and those that these need.

    Parameters
    ----------
    starts : iterable of Path
        Scripts, or modules of the package.
    package : Path
        Its folder.
    everywhere : bool
        Whether imports inside functions count, which only some calls need; by default those that loading needs.

    Returns
    -------
    set of Path
        With those of `starts` that lie in the package.
    """
    waiting = list(starts)
    found = {file for file in waiting if package in file.parents}
    while waiting:
        tree = ast.parse(waiting.pop().read_text(encoding="utf-8"))
        names = []
        for node in ast.walk(tree) if everywhere else tree.body:
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for module in find_modules(names, package) - found:
            found.add(module)
            waiting.append(module)
    return found


def find_modules(names: Iterable[str], package: Path) -> set[Path]:
    """Find the files that load when names are imported: each module, and the packages that it lies in."""
    found = set()
    for name in names:
        parts = name.split(".")
        if parts[0] != package.name:
            continue
        for length in range(1, len(parts) + 1):
            place = package.joinpath(*parts[1:length])
            module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
            if module.is_file():
                found.add(module)
    return found
