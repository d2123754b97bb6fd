"""Set-up says in plain words what the machine lacks, and does nothing where nothing is to be done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OLD = "#!/bin/sh\nexit 1\n"
# A Python that is new enough, whose venv module is not there: Debian's, before python3-venv is installed.
NO_VENV = '#!/bin/sh\nif [ "$1" = -m ]; then echo "ensurepip is not available" >&2; exit 1; fi\necho 3.11\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What set-up looks at, in a folder with a space, beside a `bin` with hardly anything in it."""
    project = tmp_path / "a course"
    (project / "tools").mkdir(parents=True)
    for name in ("tools/setup.sh", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, project / name)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname", "cat", "cksum", "grep", "rm"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return project


def set_up(project: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run set-up where only these programs are found beside the plainest ones."""
    for name, text in programs.items():
        (project.parent / "bin" / name).write_text(text)
        (project.parent / "bin" / name).chmod(0o755)
    env = {"PATH": str(project.parent / "bin"), "HOME": os.environ.get("HOME", "/")}
    command = ["sh", "tools/setup.sh", ".venv", "--no-default-groups"]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("programs", [{}, {"python3": OLD}], ids=["none", "too old"])
def test_no_python_that_is_new_enough(project: Path, programs: dict[str, str]) -> None:
    done = set_up(project, **programs)
    assert done.returncode == 1
    assert done.stderr.startswith("The course needs Python 3.11 or later, and none was found.")


def test_python_without_venv(project: Path) -> None:
    done = set_up(project, python3=NO_VENV)
    assert done.returncode == 1
    assert "On Debian and Ubuntu: apt install python3-venv" in done.stderr
    assert not (project / ".uv").exists()


UV = """#!/bin/sh
echo "$@" >>uv-was-told
if [ "$2" = --help ]; then echo --no-default-groups; exit; fi
mkdir -p .venv/bin && : >.venv/bin/python && chmod +x .venv/bin/python
"""


def test_once_ready_nothing_is_done_until_something_changes(project: Path) -> None:
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
    for name in ("mkdir", "chmod"):
        (project.parent / "bin" / name).symlink_to(str(shutil.which(name)))
    told = project / "uv-was-told"
    assert set_up(project, uv=UV).returncode == 0
    assert "--frozen" in told.read_text()
    told.unlink()
    assert set_up(project).returncode == 0
    assert not told.exists(), "ready, and offline it stays so"
    (project / "uv.lock").write_text("changed")
    assert set_up(project).returncode == 0
    assert told.exists()


def test_what_went_wrong_is_not_taken_for_ready(project: Path) -> None:
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
    failing = UV.replace("mkdir", "exit 2\nmkdir")
    for _ in range(2):
        done = set_up(project, uv=failing)
        assert done.returncode == 1
        assert ".venv could not be set up" in done.stderr
