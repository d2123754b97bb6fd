"""One learner's server on a JupyterHub: what `make lab` does on their own machine, then jupyterhub-singleuser.

The hub starts it in place of jupyterhub-singleuser (deploy/jupyterhub_config.py), with the same options. The course
itself may be a checkout that nobody can write in; the learner's notebooks, attempts and predictions are in `~/course`,
or where COURSE_WORK says.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tools.lab import ROOT, bring_up_to_date, fold_side_bar, settings

OPTIONS = ("--KernelManager.transport_encryption=auto", "--ContentsManager.pre_save_hook=tools.views.before_saving")


def main() -> int:
    """Lay the learner's copies, then become their server; returns only if it cannot."""
    work = Path(os.environ.get("COURSE_WORK") or Path.home() / "course").resolve()
    try:
        said = bring_up_to_date(ROOT / "notebooks", work)
        os.environ.update(settings(work))
        fold_side_bar(work)
    except OSError as e:
        print(f"The course's notebooks could not be laid in {work}: {e.strerror or e}.", file=sys.stderr)
        return 1
    for sentence in said:
        print(sentence)
    server = [sys.executable, "-m", "jupyterhub.singleuser", f"--ServerApp.root_dir={work}", *OPTIONS, *sys.argv[1:]]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        server.append("--allow-root")  # in a container one often is
    os.execv(server[0], server)


if __name__ == "__main__":
    sys.exit(main())
