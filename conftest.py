"""What every test run is given: a throwaway folder for the learner's work, and no one's own configuration.

This file stands at the top because nbval's runs of `notebooks/` and `solutions/` need it as much as `tests/` does.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from labs.kit.guarding.worker import Stop
from tools.build import UNSET, environment

_work = tempfile.TemporaryDirectory(prefix="course-tests-")
for name in UNSET:
    os.environ.pop(name, None)
os.environ.update(environment(Path(_work.name)))
os.environ.update(
    {f"JUPYTER_{what}_DIR": str(Path(_work.name) / what.lower()) for what in ("CONFIG", "DATA", "RUNTIME")}
)

# nbgrader has an environment of its own, and `make test` runs its tests there.
collect_ignore = [] if importlib.util.find_spec("nbgrader") else ["tests/instructor"]


@pytest.hookimpl(trylast=True)  # pytest's own hook is in its place by then
def pytest_configure() -> None:
    """A thread that is being stopped may be hit where nothing can be raised, in a `__del__`: nobody has to hear of it.

    pytest would write it down, in that very thread; on a busy machine the next throw hits that, and a test fails.
    """
    tell = sys.unraisablehook

    def tell_others(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, Stop):
            tell(unraisable)

    sys.unraisablehook = tell_others


with suppress(ImportError):  # without nbval no notebook is run
    import nbval.kernel

    def _start(*given: Any, start: Any = nbval.kernel.start_new_kernel, **named: Any) -> Any:
        """A kernel is given ports that were free a moment ago. Where somebody else has taken one since, it dies before
        it has said a word, and another one is started: among a thousand kernels, beside all that `make test` runs,
        that happens to one or two.
        """
        try:
            return start(*given, **named)
        except RuntimeError:
            return start(*given, **named)

    nbval.kernel.start_new_kernel = _start


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every file starts with an empty folder, as every notebook does in the build: else one sees another's progress."""
    folder = Path(_work.name) / hashlib.sha256(str(item.path).encode()).hexdigest()[:8]
    folder.mkdir(exist_ok=True)
    os.environ["COURSE_WORK"] = str(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser last: Playwright keeps an event loop running, in which nothing else can start one."""
    late = {item.path for item in items if {"browser", "look"} & {*item.path.parts, *getattr(item, "fixturenames", ())}}
    items.sort(key=lambda item: item.path in late)


@pytest.hookimpl(optionalhook=True)  # where xdist is not installed, nobody calls it
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, all files that need a real Kafka go to one worker, and all that need a real RabbitMQ."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneWorkerPerBroker(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            for broker in ("kafka", "rabbitmq"):
                if f"/test_real_{broker}_" in nodeid:
                    return f"real {broker}"
            return str(super()._split_scope(nodeid))

    return OneWorkerPerBroker(config, log)
