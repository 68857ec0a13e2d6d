"""A copy of the project in the place of the project, for one test."""

from pathlib import Path

import pytest

from tokencheck import paths


def move_project(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Let a copy be the project, in this process."""
    for name, place in list(vars(paths).items()):
        if isinstance(place, Path) and place.is_relative_to(paths.ROOT) and name != "ROOT":
            monkeypatch.setattr(paths, name, root / place.relative_to(paths.ROOT))
    monkeypatch.setattr(paths, "ROOT", root)
