"""What is in memory does not grow with the number of letters, apart from the records of the recipients."""

import gc
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.workspace import write_workspace

from petitioner.build.letter_files import LetterFiles, LetterMaker, Task
from petitioner.checks import find_problems
from petitioner.commands import load_and_check
from petitioner.commands.build import Ways, build_letters
from petitioner.commands.load_and_check import Scope, find_all_problems
from petitioner.errors import Problem
from petitioner.inputs import recipients
from petitioner.model.letter import Letter
from petitioner.model.limits import KEPT_NAMES, KEPT_TEXTS
from petitioner.model.recipient import Recipient
from petitioner.source.yaml import Document, parse_yaml
from petitioner.terminal import Terminal

FEW, MANY = 40, 120
WITHOUT_PROCESSES = 20  # letters, fewer than those before which processes are started
OF_CHARACTERS_OR_COUNTRIES = {
    "petitioner.checks.words.characters._find_glyph",
    "petitioner.checks.words.characters._make_sort_key",
    "petitioner.fonts._have",
    "petitioner.tables.locales.name_country_in",
}


def write(folder: Path, count: int) -> Scope:
    folder.mkdir()
    return Scope(write_workspace(folder, count, "en"), None, datetime.now(UTC))


def count(kind: type[object]) -> int:
    return sum(type(one) is kind for one in gc.get_objects())


def list_caches() -> dict[str, Any]:
    """The caches of the program, but those of characters and countries, of which there are a few thousand."""
    modules = [module for name, module in sys.modules.items() if name.startswith("petitioner.")]
    caches = [one for module in modules for one in vars(module).values() if type(one).__name__ == "_lru_cache_wrapper"]
    named = {f"{one.__module__}.{getattr(one, '__qualname__', '')}": one for one in caches}
    own = {name for name in named if name.startswith("petitioner.")} - OF_CHARACTERS_OR_COUNTRIES
    return {name: named[name] for name in own}


def test_check_lets_each_letter_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[int] = []

    def watch(workspace: Any, letters: Iterable[Letter], *rest: Any) -> Iterator[Problem]:  # noqa: ANN401 - passed on
        def count_each() -> Iterator[Letter]:
            for letter in letters:
                alive.append(count(Letter))
                yield letter

        return find_problems(workspace, count_each(), *rest)

    before = count(Letter)
    monkeypatch.setattr(load_and_check, "find_problems", watch)
    problems, totals = find_all_problems(write(tmp_path / "many", MANY))
    assert (problems, totals.letters, totals.recipients, len(alive)) == ((), MANY, MANY, MANY)
    assert max(alive) <= before + 3


def test_build_lets_the_recipients_go_and_then_each_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[tuple[int, int]] = []

    def count_instead(_: LetterMaker, task: Task) -> LetterFiles:
        alive.append((count(Letter), count(Recipient)))
        return LetterFiles({"docx": task.letter.file_stem.encode()})

    letters, people = count(Letter), count(Recipient)
    monkeypatch.setattr(LetterMaker, "make", count_instead)
    build_letters(Terminal(quiet=True), write(tmp_path / "few", WITHOUT_PROCESSES), Ways(), as_json=False)
    assert len(alive) == WITHOUT_PROCESSES
    assert {found for _, found in alive} == {people}
    assert all(found - letters <= WITHOUT_PROCESSES - made + 3 for made, (found, _) in enumerate(alive))


def test_caches_that_grow_with_the_letters_have_one_of_two_limits(tmp_path: Path) -> None:
    find_all_problems(write(tmp_path / "first", 1))
    for name, cache in list_caches().items():
        if name != "petitioner.fonts.find_face":  # which holds open files
            cache.cache_clear()
    find_all_problems(write(tmp_path / "few", FEW))
    few = {name: cache.cache_info().currsize for name, cache in list_caches().items()}
    find_all_problems(write(tmp_path / "many", MANY))
    many = {name: cache.cache_info() for name, cache in list_caches().items()}
    grown = {name: info.maxsize for name, info in many.items() if info.currsize >= few[name] + (MANY - FEW) / 2}
    assert len(grown) > 5
    assert set(grown.values()) == {KEPT_TEXTS, KEPT_NAMES}


def test_the_values_of_records_are_let_go_one_after_the_other() -> None:
    taken: list[tuple[object, object, int]] = []

    def take(document: Document, at: tuple[str | int, ...]) -> None:
        taken.append((document.value, at, document.line_of((*at, "city"))))

    document, problems = parse_yaml("f.yaml", "records:\n  a:\n    city: A\n  b: {city: B}\nrest: c\n", take=take)
    assert document
    assert problems == ()
    assert document.value == {"records": {"a": None, "b": None}, "rest": "c"}
    assert taken == [
        ({"records": {"a": {"city": "A"}}}, ("records", "a"), 3),
        ({"records": {"b": {"city": "B"}}}, ("records", "b"), 4),
    ]


def test_recipients_share_what_is_equal(tmp_path: Path) -> None:
    content = (write(tmp_path / "few", FEW).folder / recipients.PATH).read_bytes()
    (first, second, *_), _ = recipients.read_recipients(content)
    assert first.model_fields_set is second.model_fields_set
    assert first.visit is second.visit
    assert first.source is second.source
    changed = second.model_copy(update={"hold": "until they answer"})
    assert changed.model_fields_set - first.model_fields_set == {"hold"}


@pytest.mark.parametrize("text", ["recipients:\n  - a\n", "recipients: a\n", "recipients: {a: {}, {b}: c}\n"])
def test_a_list_of_another_form_has_no_recipients(text: str) -> None:
    people, problems = recipients.read_recipients(text.encode())
    assert people == ()
    assert problems
