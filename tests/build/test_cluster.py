"""Letters are made on the workers of a Dask cluster: the same files, and only if the machines are alike."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import cloudpickle
import pytest
from distributed import Client, LocalCluster

import many_letters
from conftest import WorkspaceCopy
from letters_for_renderers import sample_theme
from many_letters import COUNT, end_process, list_tasks, make_all, with_processes
from petitioner.build import program
from petitioner.build.cluster import use_cluster
from petitioner.build.workers import Workers
from petitioner.errors import PetitionerError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler on this machine with two workers, each a process with one thread."""
    for module in (many_letters, sys.modules[__name__]):  # the workers do not have the modules of the tests
        cloudpickle.register_pickle_by_value(module)
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as running:
        yield running.scheduler_address


def with_cluster(address: str) -> Workers:
    """Workers that make letters after fewer than usual, so that a test needs few."""
    return replace(use_cluster(address, sample_theme()), warm_up=8)


def test_a_cluster_makes_the_same_files(cluster: str) -> None:
    tasks = list_tasks(["pdf", "docx"])
    here, there = make_all(tasks, with_processes(1)), make_all(tasks, with_cluster(cluster))
    assert [made.contents for made in there] == [made.contents for made in here]


def test_a_letter_that_ends_every_worker_is_named_and_the_others_are_made(cluster: str, tmp_path: Path) -> None:
    check = partial(end_process, tmp_path, 99)
    made = make_all(list_tasks(["pdf"]), with_cluster(cluster), check)
    assert [number for number, one in enumerate(made) if not one.contents] == [11]
    assert [problem.code for problem in made[11].problems["pdf"]] == ["B906"]
    assert len(made) == COUNT


def test_a_build_takes_the_address_of_the_scheduler(
    cluster: str, real: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petitioner.build.cluster.Workers", partial(Workers, warm_up=8))
    ending = real.run("build", "--lang", "en", "--lang", "ja", "--scheduler", cluster)
    assert "28 made." in ending.err
    assert ending.status == 0


def test_a_worker_with_other_versions_makes_nothing(cluster: str) -> None:
    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
        client.run(pretend_other_version)
        with pytest.raises(PetitionerError, match=r"has lxml 1\.0, and here it is "):
            use_cluster(cluster, sample_theme())
        client.run(show_own_version)


def pretend_other_version() -> None:
    """Let a worker say that it has another lxml."""
    module = vars(program)
    known = module["_kept"] = module["read_versions"]
    module["read_versions"] = lambda: {**known(), "lxml": "1.0"}


def show_own_version() -> None:
    """Let a worker say again what it has."""
    vars(program)["read_versions"] = vars(program).pop("_kept")


def test_workers_that_make_several_letters_at_once_are_refused() -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address="127.0.0.1:0") as threaded,
        pytest.raises(PetitionerError, match="several letters at once") as refused,
    ):
        use_cluster(threaded.scheduler_address, sample_theme())
    assert "--nthreads 1" in refused.value.hint


def test_where_no_scheduler_answers_nothing_is_made(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("build", "--scheduler", "tcp://127.0.0.1:1")
    assert ending.status != 0
    assert "No scheduler answers at tcp://127.0.0.1:1" in ending.err
    assert workspace.list_made() == []
