"""Set-up says in plain words what the machine lacks, and does nothing where nothing is to be done."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

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
    for name in ("sh", "dirname", "cat", "cksum", "grep", "rm", "mkdir", "chmod"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return project


def set_up(
    project: Path, *, variables: dict[str, str] | None = None, how: dict[str, Any] | None = None, **programs: str
) -> subprocess.CompletedProcess[str]:
    """Run set-up where only these programs are found beside the plainest ones."""
    for name, text in programs.items():
        (project.parent / "bin" / name).write_text(text)
        (project.parent / "bin" / name).chmod(0o755)
    env = {"PATH": str(project.parent / "bin")} | ({"HOME": "/"} if variables is None else variables)
    command = ["sh", "tools/setup.sh", ".venv", "--no-default-groups"]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=300, **how or {})


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
echo "$@" "HOME=$HOME" "SSL_CERT_FILE=$SSL_CERT_FILE" "PIP_CERT=$PIP_CERT" >>uv-was-told
if [ "$2" = --help ]; then echo --no-default-groups; exit; fi
mkdir -p .venv/bin && : >.venv/bin/python && chmod +x .venv/bin/python
"""


def test_once_ready_nothing_is_done_until_something_changes(project: Path) -> None:
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
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
        assert "Where an organisation signs the traffic with a" in done.stderr


@pytest.mark.parametrize("home", [None, "", "/dev/null/nobody"], ids=["none", "empty", "cannot be written"])
def test_without_a_home_what_is_downloaded_is_kept_in_the_course(project: Path, home: str | None) -> None:
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
    done = set_up(project, variables={} if home is None else {"HOME": home}, uv=UV)
    assert (done.returncode, done.stderr) == (0, "Setting up .venv (the first time takes a minute or two) ...\n")
    assert f"HOME={project}/.uv/home " in (project / "uv-was-told").read_text()
    assert (project / ".uv" / "home").is_dir()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_organisations_own_certificates_are_shown_to_uv_and_pip(project: Path, name: str) -> None:
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
    bundle = project.parent / "own.pem"
    bundle.write_text("")
    assert set_up(project, variables={"HOME": "/", name: str(bundle)}, uv=UV).returncode == 0
    assert f"SSL_CERT_FILE={bundle} PIP_CERT={bundle}\n" in (project / "uv-was-told").read_text()


def test_the_systems_certificates_are_shown_to_uv_and_pip(project: Path) -> None:
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    if not Path(bundle).exists():
        pytest.skip(f"{bundle} is not there: apt install ca-certificates")
    (project.parent / "bin" / "python3").symlink_to(sys.executable)
    assert set_up(project, variables={"HOME": "/", "SSL_CERT_FILE": "/gone.pem"}, uv=UV).returncode == 0
    assert f"SSL_CERT_FILE={bundle} PIP_CERT={bundle}\n" in (project / "uv-was-told").read_text()


def test_a_folder_that_cannot_be_written(project: Path) -> None:
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders are shut to everybody else
        course = shutil.copytree(project.parent, Path(place) / "x", symlinks=True) / project.name
        for path, mode in ((Path(place), 0o755), (course.parent, 0o755), (course, 0o555)):
            path.chmod(mode)
        nobody: dict[str, Any] = {"user": 65534} if os.geteuid() == 0 else {}  # root can write everywhere
        done = set_up(course, how=nobody, python3="#!/bin/sh\necho 3.11\n")
        course.chmod(0o755)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{course} cannot be written, and the set-up has to lay .venv there: copy the course")
