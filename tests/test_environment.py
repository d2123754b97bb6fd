"""environment.yml, for conda and Binder, asks for what pyproject.toml asks for: the same packages, the same bounds."""

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# repo2docker (Binder) takes Python 3.10 where it reads >=3.11; the course runs on 3.11, but Binder need not.
PYTHON = "python>=3.12"
# What conda-forge calls otherwise; matplotlib-base is matplotlib without Qt.
CONDA = {"confluent-kafka": "python-confluent-kafka", "matplotlib": "matplotlib-base"}


def test_the_two_lists_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert project["requires-python"] == ">=3.11"
    wanted = {PYTHON}
    for dependency in project["dependencies"]:
        name, bound = dependency.split(">=")
        wanted.add(f"{CONDA.get(name, name)}>={bound}")
    assert {entry for entry in listed if isinstance(entry, str)} - {"pip"} == wanted


def test_the_course_itself_is_installed() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert {"pip": ["-e ."]} in listed
