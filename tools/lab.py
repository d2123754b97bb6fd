"""Open the course in JupyterLab: `make lab`, or `python -m tools.lab`, with any of JupyterLab's own options after it.

The learner works on copies in `my_work/`, which git does not see, so neither an update nor a rebuild ever collides
with their work. A notebook that they have not changed is brought up to date; beside one that they have, the newer
edition is laid under a name of its own. JupyterLab listens on this machine only, on the next free port, and keeps its
settings in `my_work/` too: it neither reads nor changes anyone's own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import secrets
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tools.quick  # noqa: F401  (before JupyterLab, which starts two seconds sooner with it)
from tools.places import places
from tools.views import strip_views

ROOT = Path(__file__).resolve().parent.parent
START = "00_start_here.ipynb"
HELP = """\
Open the course in JupyterLab: make lab, or python -m tools.lab. Ctrl-C stops it.

  make lab ARGS=--no-browser       only say the address (on a server, in a container)
  make lab ARGS=--port=8899        listen there; if it is taken, on the next free port
  make lab ARGS="--ip=0.0.0.0"     listen on every network: whoever has the address and its token can run code here
  make lab COURSE_WORK=/a/folder   keep your notebooks there, not in my_work/
  make lab COURSE_OPEN=1           open every picture that waits for a prediction

After ARGS= comes any option of JupyterLab's own; `.venv/bin/jupyter lab --help` lists them all."""
RECORD = ".editions.json"
"""Which edition of each notebook was copied: {"name.ipynb": {"file": hash of it all, "source": hash of its cells}}."""


def bring_up_to_date(notebooks: Path, work: Path) -> list[str]:
    """Lay a copy of every notebook in `work`, or the newer edition of one; return what the learner should know.

    Running cells is no change: only what is written in them counts. Nothing that the learner wrote is overwritten; when
    it cannot be told whether they wrote it (the record is damaged), they did.
    """
    work.mkdir(parents=True, exist_ok=True)
    record, said = read_record(work / RECORD)
    for path in sorted(notebooks.glob("*.ipynb")):
        mine = work / path.name
        new = {"file": hashlib.sha256(path.read_bytes()).hexdigest(), "source": source_hash(path)}
        old = record.get(path.name)
        record[path.name] = new
        if mine.exists() and old == new:
            continue  # nothing new
        written = source_hash(mine) if mine.exists() else ""
        if not mine.exists() or (old and written == old["source"]):
            put(path, mine)  # not theirs yet, or not changed by them
        elif written != new["source"] and (old is None or old["source"] != new["source"]):
            beside = next(name for name in names_beside(mine) if not name.exists())
            put(path, beside)
            said.append(f"{path.stem} has a newer edition. You have changed yours, so it lies beside it: {beside.name}")
    put_text(work / RECORD, json.dumps(record, indent=1, sort_keys=True))
    for mine in work.glob("*.ipynb"):
        leave_stills(mine)
    return said


def leave_stills(mine: Path) -> None:
    """Take the dead widgets out of a notebook that was saved by another JupyterLab than ours; what is written stays."""
    try:
        nb = json.loads(mine.read_text(encoding="utf-8"))
        if strip_views(nb):
            put_text(mine, json.dumps(nb, indent=1, ensure_ascii=False) + "\n")
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass  # no notebook that can be read: theirs, and left alone


def read_record(path: Path) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The record of editions, and a sentence if it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: {"file": str(e["file"]), "source": str(e["source"])} for name, e in found.items()}, []
    except FileNotFoundError:
        return {}, []
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}, [f"{path} was damaged and has been written anew: your notebooks are all kept as they are."]


def source_hash(path: Path) -> str:
    """Stands for what is written in a notebook's cells, without what came out of them; "" if it cannot be read.

    Empty cells do not count: JupyterLab adds one when the last cell is run.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        written = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, TypeError, KeyError):
        return ""
    return hashlib.sha256(json.dumps([cell for cell in written if cell[1].strip()]).encode()).hexdigest()


def names_beside(mine: Path) -> Iterator[Path]:
    """Names for a newer edition, in order of preference."""
    yield mine.with_name(f"{mine.stem} (new edition).ipynb")
    for number in range(2, 1000):
        yield mine.with_name(f"{mine.stem} (new edition {number}).ipynb")


def put(source: Path, target: Path) -> None:
    """Copy a notebook: all of it or, if we are stopped halfway, none."""
    put_text(target, source.read_text(encoding="utf-8"))


def put_text(target: Path, text: str) -> None:
    """Write a file: all of it or none."""
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def settings(work: Path) -> dict[str, str]:
    """The environment that JupyterLab and its kernels get: the learner's folder, and no one's own configuration."""
    own = work / ".jupyter"
    return places(own) | {
        "COURSE_WORK": str(work),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "tools" / "jupyter"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def fold_side_bar(work: Path, workspace: str = "default") -> None:
    """The lesson has the whole width until the learner opens the side bar; what they have left open stays open."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    folder = work / ".jupyter" / "config" / "lab" / "workspaces"
    if not any(folder.glob(f"{workspace}-*")):
        layout = {"main": {"dock": None}, "left": {"collapsed": True}, "right": {"collapsed": True}}
        space = {"data": {"layout-restorer:data": layout}, "metadata": {"id": workspace}}
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as aside:  # a JupyterLab that runs may be reading all of them
            made = WorkspacesManager(aside).save(workspace, json.dumps(space))
            made.replace(folder / made.name)


def options(work: Path) -> list[str]:
    """What JupyterLab is told; the learner's own options come after and win."""
    page = f"/lab/tree/{START}" if (work / START).exists() else "/lab"
    told = [
        f"--ServerApp.root_dir={work}",
        "--ServerApp.ip=127.0.0.1",
        f"--LabApp.default_url={page}",
        f"--IdentityProvider.token={secrets.token_hex(24)}",  # given, so that we are the ones who show it
        "--KernelManager.transport_encryption=auto",  # what a kernel says stays between it and its owner
        "--ContentsManager.pre_save_hook=tools.views.before_saving",
        "--Application.log_level=ERROR",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        told.append("--allow-root")  # in a container one often is
    return told


def serve(work: Path, arguments: Sequence[str]) -> None:
    """Start JupyterLab, say where it is, and stay until it is stopped."""
    os.environ.update(settings(work))
    from jupyterlab.labapp import LabApp

    fold_side_bar(work)
    try:
        webbrowser.get()
        there = ""
    except webbrowser.Error:
        arguments = ["--no-browser", *arguments]
        there = " (no browser was found here: open it in one)"
    server: Any = LabApp.initialize_server(argv=[*options(work), *arguments])
    token = server.identity_provider.token
    address = server.local_url.partition("?")[0] + (f"?token={token}" if token else "")
    say = f"The course is open at{there}\n\n    {address}\n\nYour work is kept in {work}. Ctrl-C here stops it."
    server.io_loop.add_callback(print, say, flush=True)  # the port is taken when the loop starts: not true before
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))  # at once, without a question
    server.start()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if {"-h", "--help", "--help-all"} & set(arguments):
        print(HELP)
        return 0
    work = Path(os.environ.get("COURSE_WORK") or ROOT / "my_work").resolve()
    try:
        said = bring_up_to_date(ROOT / "notebooks", work)
    except OSError as e:
        print(
            f"Your copies of the notebooks could not be laid in {work}: {e.strerror or e}. "
            "Name a folder that is yours to write in: make lab COURSE_WORK=/a/folder",
            file=sys.stderr,
        )
        return 1
    for sentence in said:
        print(sentence)
    if importlib.util.find_spec("jupyterlab") is None:
        print(f"JupyterLab is not installed for {sys.executable}: start the course with make lab.", file=sys.stderr)
        return 1
    serve(work, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
