"""What a browser's page does in place of what it does not have, as far as that can be asked outside of one.

tests/site runs whole lessons in a page's own Python.
"""

import errno
import types

import pytest

from labs.kit import not_here
from labs.kit.not_here import NotHere
from labs.kit.page import browser
from labs.kit.page.browser import GOES_ON, NO_RECORD, SYSTEM, given, key, reason


def raised(code: str) -> Exception:
    with pytest.raises(Exception) as caught:
        exec(code, {})
    return caught.value


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise OSError(138, 'Not supported')", SYSTEM),
        ('raise RuntimeError("can\'t start new thread")', SYSTEM),
        ("try:\n    raise OSError(138, 'no')\nexcept OSError as e:\n    raise ValueError('so') from e", SYSTEM),
        ("raise ModuleNotFoundError('x', name='cryptography.x')", "This cell needs the package cryptography"),
        ("raise ModuleNotFoundError('x', name='confluent_kafka')", "This cell needs the package confluent-kafka"),
        ("raise ConnectionError('the database is down')", ""),  # a fault that a lesson plays
        ("open('/no/such/file')", ""),
        ("raise ModuleNotFoundError('x', name='cryptografy')", ""),
        ("raise NotImplementedError", ""),  # an exercise that is not written yet
        ("1 / 0", ""),
        ("no_such_name", ""),
    ],
)
def test_only_what_a_page_does_not_have_is_the_page_s_fault(code, said):
    assert reason(raised(code)).startswith(said) and bool(reason(raised(code))) == bool(said)


def test_a_real_system_that_is_not_here_says_so(monkeypatch):
    assert reason(NotHere("no")) == SYSTEM and not_here.said(NotHere("no")) == "no"
    monkeypatch.setattr(not_here, "IN_A_PAGE", True)
    with pytest.raises(NotHere):
        not_here.said(NotHere("no"))


def test_the_names_that_a_cell_gives():
    cell = "import a.b, c as d\nfrom e import f\nx, (y, *z) = 1, (2, 3)\ndef g(h): pass\nfor i in z:\n    j = i\n"
    assert given(cell) >= {"a", "d", "f", "x", "y", "z", "g", "i", "j"} and "h" not in given(cell)


class Shell:
    def __init__(self, cell: str, **names: object) -> None:
        self.user_ns = {"In": ["", cell], **names}
        self.shown: list[object] = []
        self.display_pub = types.SimpleNamespace(publish=lambda data, metadata: self.shown.append(data))

    def transform_cell(self, cell: str) -> str:
        return cell

    def showtraceback(self, what, tb_offset=None):
        self.shown.append(what[0])


@pytest.fixture
def sentences(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(browser, "_show_sentence", told.append)
    monkeypatch.setattr(browser, "_not_given", set())
    return told


def test_a_cell_that_cannot_run_shows_what_was_recorded_of_it(monkeypatch, sentences, capsys):
    kept = {key("ask()"): [{"name": "stdout", "text": "yes\n"}, {"data": {"text/plain": "1"}}]}
    monkeypatch.setattr(browser, "recorded", lambda source: kept.get(key(source)))
    shell = Shell("ask()\n")
    browser._answer(shell, OSError, OSError(errno.ENOTSUP, "no"), None)
    assert sentences == [f"{SYSTEM} {browser.ANSWERED}"]
    assert capsys.readouterr().out == "yes\n" and shell.shown == [{"text/plain": "1"}]


def test_a_changed_cell_has_no_record(monkeypatch, sentences):
    monkeypatch.setattr(browser, "recorded", lambda source: None)
    browser._answer(Shell("ask(2)"), OSError, OSError(errno.ENOTSUP, "no"), None)
    assert sentences == [f"{SYSTEM} {NO_RECORD}"]


def test_a_cell_that_carries_on_is_answered_too_and_a_slip_of_one_s_own_is_not(monkeypatch, sentences):
    monkeypatch.setattr(browser, "recorded", lambda source: [{"data": {}}])
    browser._answer(Shell("got = ask()"), OSError, OSError(errno.ENOTSUP, "no"), None)
    browser._answer(Shell("print(got)"), NameError, NameError("x", name="got"), None)
    assert sentences[1].startswith(GOES_ON)
    shell = Shell("print(gto)")
    browser._answer(shell, NameError, NameError("x", name="gto"), None)
    assert shell.shown == [NameError] and len(sentences) == 2
