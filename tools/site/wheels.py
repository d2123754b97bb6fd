"""Python for a page: Pyodide from npm, pure wheels from PyPI, the course itself, and the list that names them all.

npm's `pyodide` holds the runtime and no package; the list in it (`pyodide-lock.json`) names packages that Pyodide has
built itself and offers on a content network. So the list is written anew: it names the wheels that lie beside it, with
their hashes, and a page that asks for them asks nobody else.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import Parser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.site.recorded import recorded

PYODIDE = "314.0.6"  # the one that jupyterlite-pyodide-kernel 0.8.6 was made for
PYTHON = "3.14"  # and the Python in it
RUNTIME = ("pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "pyodide.js", "python_stdlib.zip", "pyodide-lock.json")
COURSE = "run-break-rebuild"
# What else the course asks for, a page cannot have; the kit has something in its place (labs/kit/page/).
NOT_HERE = {
    "confluent-kafka",
    "cryptography",
    "jupyterlab",
    "matplotlib",
    "numpy",
    "pandas",
    "pika",
    "pyjwt",
    "widgetsnbextension",
}
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def fetch(cache: Path) -> None:
    """Download Pyodide's runtime and the wheels into `cache`, once; they stay there for the next time."""
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"pyodide-{PYODIDE}.tgz"
    if not archive.exists():
        npm = Path(sys.executable).with_name("npm")
        subprocess.run(
            [npm, "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=cache, check=True, stdout=subprocess.DEVNULL
        )
    wheels = cache / f"wheels-{_hash(HERE / 'wheels.txt')[:12]}"
    if not wheels.exists():
        unfinished = wheels.with_suffix(".part")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        target = ["--only-binary=:all:", "--platform=any", f"--python-version={PYTHON}", f"--dest={unfinished}"]
        subprocess.run([*pip, *target, "--require-hashes", "-r", HERE / "wheels.txt"], check=True)
        unfinished.rename(wheels)


def lay(cache: Path, to: Path) -> list[str]:
    """Lay the runtime, the wheels, the course and their list into the folder `to`; the names that a page loads."""
    fetch(cache)
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    with tarfile.open(cache / f"pyodide-{PYODIDE}.tgz") as archive:
        for name in RUNTIME:
            member = archive.extractfile(f"package/{name}")
            assert member is not None
            (to / name).write_bytes(member.read())
    for wheel in (cache / f"wheels-{_hash(HERE / 'wheels.txt')[:12]}").glob("*.whl"):
        shutil.copy(wheel, to)
    course_wheel(to)
    listed = json.loads((to / "pyodide-lock.json").read_text())
    listed["packages"] = dict(sorted((entry["name"], entry) for entry in _entries(to.glob("*.whl"))))
    (to / "pyodide-lock.json").write_text(json.dumps(listed, indent=1, sort_keys=True))
    return sorted(listed["packages"])


def course_wheel(to: Path) -> Path:
    """The course's labs as a wheel, with what its cells answered when the notebooks were built."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "course"
        shutil.copytree(ROOT / "labs", source / "labs", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
            shutil.copy(ROOT / name, source)
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--no-build-isolation", f"--wheel-dir={to}", source], check=True)
    (wheel,) = to.glob("run_break_rebuild-*.whl")
    with zipfile.ZipFile(wheel, "a", zipfile.ZIP_DEFLATED) as file:
        for name, text in recorded(ROOT / "notebooks"):
            file.writestr(f"labs/recorded/{name}.json", text)
    return wheel


def _entries(wheels: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """What Pyodide's list says of each wheel."""
    told = [(wheel, *_metadata(wheel)) for wheel in sorted(wheels)]
    known = {name for _, name, *_ in told}
    for wheel, name, version, needs, imports in told:
        missing = needs - known - NOT_HERE
        if missing:
            raise SystemExit(f"{name} {version} needs {', '.join(sorted(missing))}: name it in {HERE / 'wheels.txt'}.")
        yield {
            "name": name, "version": version, "file_name": wheel.name, "sha256": _hash(wheel),
            "depends": sorted(needs & known), "imports": imports,
            "install_dir": "site", "package_type": "package", "unvendored_tests": False,
        }  # fmt: skip


def _metadata(wheel: Path) -> tuple[str, str, set[str], list[str]]:
    """A wheel's name, its version, what it needs in a page, and what it lets one import."""
    with zipfile.ZipFile(wheel) as file:
        files = file.namelist()
        told = next(name for name in files if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        head = Parser().parsestr(file.read(told).decode())
    in_a_page = {
        "sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "extra": "",
        "python_version": PYTHON, "python_full_version": f"{PYTHON}.0",
    }  # fmt: skip
    needs = {
        str(canonicalize_name(need.name))
        for need in map(Requirement, head.get_all("Requires-Dist") or [])
        if need.marker is None or need.marker.evaluate(dict(in_a_page))
    }
    imports = {name.partition("/")[0].removesuffix(".py") for name in files if name.endswith(".py")}
    return str(canonicalize_name(head["Name"])), head["Version"], needs, sorted(i for i in imports if i.isidentifier())


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
