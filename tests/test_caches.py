"""What is kept is what would be made: a change of any part of it, of the code or of what it runs on makes it anew."""

import pytest

from tokencheck import caches

PARTS = ("words", b"bytes")


def recall(cache, parts, made):
    return cache.recall(parts, lambda: made)


def test_the_same_parts_give_what_was_kept(tmp_path):
    cache = caches.Cache(tmp_path)
    assert [recall(cache, PARTS, made) for made in (b"first", b"second")] == [b"first", b"first"]


@pytest.mark.parametrize("parts", [("word", b"sbytes"), ("words",), ("words", b"Bytes"), (b"bytes", "words")])
def test_other_parts_give_what_is_made_of_them(tmp_path, parts):
    cache = caches.Cache(tmp_path)
    recall(cache, PARTS, b"first")
    assert recall(cache, parts, b"second") == b"second"


def test_of_a_file_the_content_counts(tmp_path):
    file, cache = tmp_path / "file", caches.Cache(tmp_path / "kept")
    for content in ("a", "b", "a"):
        file.write_text(content)
        recall(cache, [file], content.encode())
    assert recall(cache, [file], b"another") == b"a"


def test_what_another_process_removes_is_made_again(tmp_path):
    cache = caches.Cache(tmp_path)
    recall(cache, PARTS, b"first")
    caches.Cache(tmp_path).forget()
    assert recall(cache, PARTS, b"second") == b"second"


def test_what_raises_is_not_kept(tmp_path):
    cache = caches.Cache(tmp_path)

    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        cache.recall(PARTS, fail)
    assert recall(cache, PARTS, b"second") == b"second"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module and a template, whose code is described."""
    folder = tmp_path / "package"
    (folder / "templates").mkdir(parents=True)
    for name in ("module.py", "templates/page.html"):
        (folder / name).write_text("one")
    monkeypatch.setattr(caches, "__file__", str(folder / "caches.py"))
    monkeypatch.setattr(caches.paths, "ROOT", tmp_path)
    monkeypatch.setattr(caches, "describe_code", caches.describe_code.__wrapped__)
    return folder


@pytest.mark.parametrize("name", ["module.py", "templates/page.html", "templates/new.html", "../uv.lock"])
def test_any_file_of_the_code_makes_another_code(package, name):
    before = caches.describe_code()
    assert before == caches.describe_code()
    (package / name).write_text("two, longer")
    assert caches.describe_code() != before
