"""Two users at once on a real JupyterHub: one checkout, read by both and written by neither; each their own work."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hub.conftest import HUB, Hub, User
from tools.lesson import ROOT

RIGHT = "def workers_needed(arrivals, per_worker):\n    return -(-arrivals // per_worker)"
WRONG = "def workers_needed(arrivals, per_worker):\n    return arrivals // per_worker"


@pytest.fixture(scope="module")
def users(hub: Hub) -> tuple[User, User]:
    """Ann and Ben, whose servers start at the same moment."""
    both = User(hub, "ann"), User(hub, "ben")
    with ThreadPoolExecutor() as pool:
        list(pool.map(User.start, both))
    return both


def test_everybody_finds_their_own_copies_of_all_lessons(hub: Hub, users: tuple[User, User]) -> None:
    for user in users:
        found = json.loads(user.ask(f"user/{user.name}/api/contents/"))["content"]
        names = {entry["name"] for entry in found}
        assert names >= {path.name for path in (hub.homes.parent / "course" / "notebooks").glob("*.ipynb")}
        assert (hub.homes / user.name / "course" / "00_start_here.ipynb").is_file()
    page = users[0].ask("user/ann/lab/tree/00_start_here.ipynb")
    assert "jupyter-config-data" in page


def test_the_answers_and_attempts_of_two_at_once_are_kept_apart(hub: Hub, users: tuple[User, User]) -> None:
    before = {path: path.read_bytes() for path in (hub.homes.parent / "course").rglob("*") if path.is_file()}
    check = "from labs.kit import check\nprint(check('queues-workers', workers_needed))"
    where = "from labs.kit.work import work_folder\nprint(work_folder())"

    def work(user: User, answer: str) -> list[str]:
        return user.run(answer, check, where)

    with ThreadPoolExecutor() as pool:
        ann, ben = pool.map(work, users, (RIGHT, WRONG))
    for user, told in zip(users, (ann, ben), strict=True):
        assert told[2].strip() == str(hub.homes / user.name / "course"), told
    verdicts = [
        (hub.homes / user.name / "course" / "attempts" / "queues-workers" / "0001.py").read_text() for user in users
    ]
    assert "# Verdict  passed" in verdicts[0] and "# Verdict  failed" in verdicts[1]
    assert {path: path.read_bytes() for path in before if path.exists()} == before
    assert {path for path in (hub.homes.parent / "course").rglob("*") if path.is_file()} == set(before)


def test_nobody_reads_what_is_somebody_elses(users: tuple[User, User]) -> None:
    ann, _ = users
    with pytest.raises(urllib.error.HTTPError) as refused:
        ann.ask("user/ben/api/contents/00_start_here.ipynb")
    assert refused.value.code in (403, 404)


def test_pictures_are_sent_at_once_on_a_hub_too(hub: Hub, users: tuple[User, User]) -> None:
    """The server extension of labs/kit/serving.py is on: without it every control answers 40 ms later."""
    assert hub.log.read_text().count("labs.kit.serving | extension was successfully loaded") == len(users)


BINDER = """
from repo2docker.app import Repo2Docker
for kind in Repo2Docker().buildpacks:
    pack = kind(Repo2Docker().base_image)
    if pack.detect():
        print(type(pack).__name__, pack.python_version, sep=",")
        break
"""


def test_binder_finds_python_and_what_the_course_needs() -> None:
    """repo2docker's own detection, in its own order: the first that fits builds the image."""
    if not (HUB / "repo2docker").exists():
        pytest.skip("no repo2docker here: make env-hub")
    found = subprocess.run([HUB / "python", "-c", BINDER], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip().split(",") == ["PythonBuildPack", "3.12"], found


def test_a_binder_session_finds_its_own_copies(tmp_path: object) -> None:
    """binder/start lays the copies in my_work/, and then becomes the command that it is given."""
    for script in ("postBuild", "start"):
        assert os.access(ROOT / "binder" / script, os.X_OK)
    asked = "import os; print(os.environ['COURSE_WORK']); print(os.environ['JUPYTER_CONFIG_PATH'].split(os.pathsep)[0])"
    told = subprocess.run(
        [ROOT / "binder" / "start", "python", "-c", asked], capture_output=True, text=True, check=True,
        env=os.environ | {"PATH": f"{HUB}{os.pathsep}{os.environ['PATH']}"},
    ).stdout.splitlines()[-2:]  # fmt: skip
    assert told == [str(ROOT / "my_work"), str(ROOT / "tools" / "jupyter")]
    assert (ROOT / "my_work" / "00_start_here.ipynb").is_file()
