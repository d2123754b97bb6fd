"""`make lab`: the learner's copies are kept up to date and never lost, and JupyterLab opens tidily on them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tools.lab import ROOT, bring_up_to_date, fold_side_bar, settings, source_hash
from tools.places import has_home, places

NAME = "06_groups.ipynb"


def notebook(*sources: str, output: str = "") -> str:
    """A notebook as JSON; with an output, it has been run."""
    cells = []
    for number, source in enumerate(sources, 1):
        outputs = [{"output_type": "stream", "name": "stdout", "text": [output]}] if output else []
        cells.append({
            "cell_type": "code", "source": source.splitlines(keepends=True), "outputs": outputs,
            "execution_count": number if output else None, "metadata": {},
        })  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


class Course:
    """A folder of notebooks, and the learner's folder beside it."""

    def __init__(self, place: Path) -> None:
        self.notebooks, self.work = place / "notebooks", place / "my work"
        self.notebooks.mkdir(parents=True)

    def publish(self, text: str, name: str = NAME) -> list[str]:
        """A new edition, and what the learner then hears."""
        (self.notebooks / name).write_text(text)
        return bring_up_to_date(self.notebooks, self.work)

    def write(self, text: str) -> None:
        (self.work / NAME).write_text(text)

    def read(self, name: str = NAME) -> str:
        return (self.work / name).read_text()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.work.glob("*.ipynb"))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = Course(tmp_path)
    assert course.publish(notebook("one")) == []
    assert course.read() == notebook("one")
    return course


def test_an_untouched_copy_becomes_the_new_edition(course: Course) -> None:
    assert course.publish(notebook("two")) == []
    assert (course.read(), course.names()) == (notebook("two"), [NAME])


def test_running_cells_is_no_change(course: Course) -> None:
    course.write(notebook("one", "", output="mine"))  # JupyterLab adds an empty cell below the last
    assert course.publish(notebook("two")) == []
    assert (course.read(), course.names()) == (notebook("two"), [NAME])


def test_nothing_new_leaves_the_copy_and_its_outputs_alone(course: Course) -> None:
    course.write(notebook("one", output="mine"))
    assert course.publish(notebook("one")) == []
    assert course.read() == notebook("one", output="mine")


def test_beside_a_changed_copy_the_new_edition_is_laid(course: Course) -> None:
    course.write(notebook("mine"))
    (sentence,) = course.publish(notebook("two"))
    assert sentence == (
        "06_groups has a newer edition. You have changed yours, so it lies beside it: 06_groups (new edition).ipynb"
    )
    assert (course.read(), course.read("06_groups (new edition).ipynb")) == (notebook("mine"), notebook("two"))
    assert course.publish(notebook("two")) == [], "said once"
    course.publish(notebook("three"))
    assert course.read("06_groups (new edition).ipynb") == notebook("two"), "never overwritten"
    assert course.read("06_groups (new edition 2).ipynb") == notebook("three")


def test_new_outputs_alone_are_not_worth_a_second_copy(course: Course) -> None:
    course.write(notebook("mine"))
    assert course.publish(notebook("one", output="new")) == []
    assert course.names() == [NAME]


def test_a_copy_that_already_says_the_same_is_left(course: Course) -> None:
    course.write(notebook("two", output="mine"))
    assert course.publish(notebook("two")) == []
    assert (course.read(), course.names()) == (notebook("two", output="mine"), [NAME])


def test_a_removed_copy_comes_back(course: Course) -> None:
    (course.work / NAME).unlink()
    course.publish(notebook("one"))
    assert course.read() == notebook("one")


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"06_groups.ipynb": 3}', '{"06_groups.ipynb": {"file": "x"}}', "\x00"]
)
def test_a_damaged_record_loses_nothing(course: Course, damage: str) -> None:
    course.write(notebook("mine"))
    (course.work / ".editions.json").write_text(damage)
    first, second = course.publish(notebook("two"))
    assert ".editions.json was damaged" in first
    assert "06_groups has a newer edition" in second
    assert course.read() == notebook("mine")
    assert course.publish(notebook("two")) == []


def test_a_damaged_record_and_nothing_changed(course: Course) -> None:
    (course.work / ".editions.json").write_text("{")
    (sentence,) = course.publish(notebook("one"))
    assert "damaged" in sentence
    assert course.names() == [NAME]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{"source": "x"}]}'])
def test_a_copy_that_cannot_be_read_is_theirs(course: Course, text: str) -> None:
    course.write(text)
    course.publish(notebook("two"))
    assert course.read() == text
    assert course.read("06_groups (new edition).ipynb") == notebook("two")


def test_a_dead_widget_gives_way_to_its_still_and_nothing_else_changes(course: Course) -> None:
    view = "application/vnd.jupyter.widget-view+json"
    run = json.loads(notebook("mine é", output="text"))
    still = {"text/html": ["<img alt='a still'>"], "text/plain": ["a still"]}
    live = {"output_type": "display_data", "metadata": {}, "data": {**still, view: {"model_id": "1"}}}
    run["cells"][0]["outputs"].append(live)
    run["metadata"]["widgets"] = {"state": {}}
    for name in (NAME, "my own.ipynb"):
        (course.work / name).write_text(json.dumps(run))
    assert course.publish(notebook("one")) == []
    run["metadata"].pop("widgets")
    live["data"] = still
    assert json.loads(course.read()) == json.loads(course.read("my own.ipynb")) == run
    before = (course.work / NAME).stat().st_mtime_ns
    course.publish(notebook("one"))
    assert (course.work / NAME).stat().st_mtime_ns == before, "where nothing is to be taken out, nothing is written"


def test_what_a_copy_says_in_one_string_or_in_lines_is_the_same(tmp_path: Path) -> None:
    lines, one = json.loads(notebook("a\nb")), json.loads(notebook("a\nb"))
    one["cells"][0]["source"] = "a\nb"
    (tmp_path / "lines").write_text(json.dumps(lines))
    (tmp_path / "one").write_text(json.dumps(one))
    assert source_hash(tmp_path / "lines") == source_hash(tmp_path / "one") != ""


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = lab(tmp_path / "file" / "work")
    assert done.wait(120) == 1
    assert done.stderr is not None
    (sentence,) = done.stderr.read().splitlines()
    assert sentence.startswith("Your copies of the notebooks could not be laid in")
    assert sentence.endswith(". Name a folder that is yours to write in: make lab COURSE_WORK=/a/folder")


def test_a_jupyterlab_that_runs_never_finds_half_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads all of them now and then, and answers 500 where one cannot be read."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    spaces = WorkspacesManager(str(tmp_path / ".jupyter" / "config" / "lab" / "workspaces"))
    write, looks = Path.write_text, []

    def in_two_steps(path: Path, text: str, **options: Any) -> int:
        write(path, text[: len(text) // 2], **options)
        looks.append(len(spaces.list_workspaces()))
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", in_two_steps)
    fold_side_bar(tmp_path)
    fold_side_bar(tmp_path, "another")
    assert looks == [0, 1] and len(spaces.list_workspaces()) == 2


@pytest.mark.parametrize("wish", ["-h", "--help", "--help-all"])
def test_help_is_help_and_nothing_is_started(tmp_path: Path, wish: str) -> None:
    done = lab(tmp_path / "work", "--no-browser", wish)
    said, wrong = done.communicate(timeout=120)
    assert (done.returncode, wrong) == (0, "")
    assert "make lab ARGS=--no-browser" in said
    assert not (tmp_path / "work").exists()


CHECK = """
from labs.kit.checking import catalogue
from labs.kit import check
assert check("proxies-health", catalogue.find("proxies-health").reference).passed
"""


def test_a_check_leaves_nothing_beside_the_notebooks(tmp_path: Path) -> None:
    work = tmp_path / "my work"
    (work / "sub").mkdir(parents=True)
    env = os.environ | settings(work) | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", CHECK], cwd=work / "sub", env=env, check=True, timeout=300)
    assert list((work / "sub").iterdir()) == []
    assert (work / ".jupyter" / "hypothesis").is_dir()


def test_a_home_is_given_only_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert has_home() and "HOME" not in places(tmp_path)
    monkeypatch.setenv("HOME", "/dev/null/nobody")
    assert not has_home() and Path(places(tmp_path)["HOME"]).is_dir()

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)  # HOME is not set, and the user has no entry in /etc/passwd
    assert not has_home() and Path(places(tmp_path)["HOME"]).is_dir()


def lab(work: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """`make lab` as it is started where nobody sits: without a browser or anything to read from."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER_", "IPYTHON"))}
    env |= variables
    env |= {"COURSE_WORK": str(work), "BROWSER": "/nonexistent/browser"}
    command = [sys.executable, "-m", "tools.lab", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("home", [os.environ.get("HOME", "/"), "/dev/null/nobody"], ids=["at home", "homeless"])
def test_jupyterlab_opens_tidily_on_the_next_free_port(tmp_path: Path, home: str) -> None:
    work = tmp_path / "my work"
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        server = lab(work, "--no-browser", f"--port={port}", HOME=home)
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            said = "".join(server.stdout.readline() for _ in range(5))
            found = re.search(r"    (http://127\.0\.0\.1:(\d+)/lab\S*)\?token=(\w+)\n", said)
            assert found, said + server.stderr.read()
            assert int(found[2]) != port
            base = f"http://127.0.0.1:{found[2]}"

            def ask(path: str) -> Any:
                request = urllib.request.Request(base + path, headers={"Authorization": f"token {found[3]}"})
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.load(answer)

            settings = ask("/lab/api/settings/@jupyterlab/apputils-extension:notification")
            assert "news" not in str(settings["raw"]), "the learner's own settings are their own"
            assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
            assert not [e["name"] for e in ask("/lab/api/extensions") if "nbgrader" in e["name"]]
            shown = {entry["name"] for entry in ask("/api/contents")["content"]}
            assert shown == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
            server.send_signal(signal.SIGINT)
            assert server.wait(120) == 0
            wrong = server.stderr.read()
            assert "Traceback" not in wrong and "UserWarning" not in wrong
        finally:
            if server.poll() is None:
                server.kill()
                server.wait()
