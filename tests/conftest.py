"""For every test: the attempts and predictions that it keeps go into a folder of its own, not into the reader's."""

import pytest

from tests.programs import nginx


@pytest.fixture(autouse=True)
def own_work(monkeypatch, tmp_path):
    """A new `my_work`, and no nbgrader around."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture(scope="module")
def nginx_with(tmp_path_factory):
    """`with nginx_with(http_block) as port`: a real nginx."""
    return lambda http_block: nginx(tmp_path_factory.mktemp("nginx"), http_block)
