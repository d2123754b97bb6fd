"""For every test: the attempts and predictions that it keeps go into a folder of its own, not into the reader's."""

import sys

import hypothesis
import pytest

from tests.programs import nginx

# As Hypothesis itself does where CI is set, and everywhere else too: the same examples in every run, and no example is
# a failure because it took long (by default 0.2 s, which a busy machine spends on anything).
hypothesis.settings.register_profile(
    "course",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("course")


LONGEST = "test_grade.py"  # begun last, it would keep one worker busy for minutes after all others have ended


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The file that takes longest comes first."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Real servers, proxies and clients of the course wait for each other for a minute: the machine may be busy."""
    for name in ("http.gateway", "http.servers", "http.wire", "proxies.forward.real", "sessions.real.servers"):
        if module := sys.modules.get(f"labs.{name}"):
            monkeypatch.setattr(module, "PATIENCE", 60.0)


@pytest.fixture(autouse=True)
def own_work(monkeypatch, tmp_path):
    """A new `my_work`, and no nbgrader around."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture(scope="module")
def nginx_with(tmp_path_factory):
    """`with nginx_with(http_block) as port`: a real nginx."""
    return lambda http_block: nginx(tmp_path_factory.mktemp("nginx"), http_block)
