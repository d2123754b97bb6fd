import json

import pytest

from labs.kit import Control, Fault, Scene, Strike, Trace, explore
from labs.kit.guarding.guard import guarded
from labs.kit.playing.player import payload


def run(n=3, mode="x", *, faults=(), seed=0):
    trace = Trace({"n": n, "mode": mode}, tuple(faults), seed, end=10.0)
    for fault in faults:
        if fault.t > 10:
            raise ValueError(f"{fault.kind} at {fault.t} s lies outside the run")
        trace.emit(fault.t, fault.kind, fault.who)
    return trace


def draw(trace):
    scene = Scene(100, 50, end=trace.end, title=f"n is {trace.settings['n']}, {trace.settings['mode']}")
    scene.box("a", 0, 0, 10, 10)
    scene.say(0, f"There are {trace.settings['n']}.")
    return scene


def make(**more):
    options = dict(
        controls=[Control("n", 3, low=1, high=9)],
        strikes=[Strike("crash", "crash it"), Strike("join", "join", who=lambda t: "c9")],
        targets=lambda trace: ["c1"],
        monitors=[("faults", lambda trace: (str(len(trace)), not len(trace)))],
    )
    return explore(run, draw, **{**options, **more})


def ask(explorer, number=1, **wish):
    explorer.widget.ask = json.dumps({"number": number, "settings": {"n": 3}, "faults": [], **wish})
    return json.loads(explorer.widget.data)


def test_a_changed_setting_is_a_new_run():
    explorer = make()
    answer = ask(explorer, settings={"n": 5})
    assert answer["number"] == 1 and answer["scenes"][0]["title"] == "n is 5, x"
    assert explorer.settings == {"n": 5} and explorer.traces[0].settings["n"] == 5


def test_a_fault_strikes_and_the_monitors_see_it():
    explorer = make()
    assert explorer.table == [("faults", [("0", True)])]
    answer = ask(explorer, faults=[{"t": 4.0, "kind": "crash", "who": "c1"}])
    assert answer["monitors"] == [["faults", ["1", False]]]
    assert explorer.faults == (Fault(4.0, "crash", "c1"),)
    assert answer["strikes"][1] == {"kind": "join", "label": "join", "who": "c9"}


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"settings": {"n": 77}}, "n = 77 cannot be: it must be from 1 to 9."),
        ({"settings": {"n": "many"}}, "n = 'many' cannot be: it must be from 1 to 9."),
        ({"settings": {"m": 1}}, "there is no control 'm'; there are n."),
        ({"faults": [{"t": 99, "kind": "crash", "who": "c1"}]}, "crash at 99 s lies outside the run"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_the_last_good_run_stays(wish, sentence):
    explorer = make()
    ask(explorer, settings={"n": 4})
    answer = ask(explorer, 2, **wish)
    assert (answer["error"], answer["settings"], answer["faults"]) == (sentence, {"n": 4}, [])
    assert answer["scenes"][0]["title"] == "n is 4, x", "a view that opens now shows it"
    assert explorer.traces[0].settings["n"] == 4
    assert ask(explorer, 3, settings={"n": 6})["scenes"], "the widget is alive"


def test_a_learners_mistake_is_a_sentence_too():
    def mine(n):
        return 10 // (n - 5)

    def with_mine(n=3, **more):
        guarded(mine)(n)
        return run(n, **more)

    explorer = explore(with_mine, draw, controls=[Control("n", 3, low=1, high=9)])
    answer = ask(explorer, settings={"n": 5})
    assert "ZeroDivisionError" in answer["error"] and "10 // (n - 5)" in answer["error"]
    assert "`" not in answer["error"], "the panel shows plain words"
    assert explorer.settings == {"n": 3}


def test_a_piece_that_is_not_written_yet_shows_so_and_does_not_raise():
    def mine():
        raise NotImplementedError()

    def with_mine(**settings):
        guarded(mine)()
        return run(**settings)

    explorer = explore(with_mine, draw, controls=[Control("n", 3, low=1, high=9)])
    data, _ = explorer._repr_mimebundle_()
    assert "as soon as it works" in data["text/plain"]


def test_our_own_mistakes_do_raise():
    with pytest.raises(ZeroDivisionError):
        explore(lambda **settings: 1 // 0, draw)


def test_a_and_b_are_one_seed_and_one_setting_apart():
    explorer = make(versus=("mode", "left", "right"), seed=7)
    assert [t.settings["mode"] for t in explorer.traces] == ["left", "right"]
    assert {t.seed for t in explorer.traces} == {7}
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"].splitlines()[-1] == "faults: ✓ 0 | ✓ 0"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("left", "right"), ["left", "right"]),
        ((1, 2), ["mode: 1", "mode: 2"]),
        ((False, True), ["mode: no", "mode: yes"]),
    ],
)
def test_a_side_is_called_what_a_reader_understands(values, told):
    assert [name for name, _ in make(versus=("mode", *values)).scenes] == told


def test_an_author_can_say_what_a_side_is_called():
    explorer = make(versus=("mode", "1", "all"), called=lambda value: f"acks={value}")
    assert [name for name, _ in explorer.scenes] == ["acks=1", "acks=all"]
    assert Control("age", 60, low=0, high=90, unit="s", label="retention.ms").tell(60) == "retention.ms 60 s"


@pytest.mark.parametrize(
    ("name", "title", "shown"),
    [
        ("eager", "eager, range: 6 partitions", "eager, range: 6 partitions"),
        ("range", "eager, range: 6 partitions", "eager, range: 6 partitions"),
        ("reject", "60 messages per second", "reject · 60 messages per second"),
        ("1", "acks=1", "acks=1"),
        ("by", "rubygems", "by · rubygems"),
        ("", "alone", "alone"),
    ],
)
def test_a_title_says_once_what_its_side_is_called(name, title, shown):
    scene = Scene(100, 50, end=1, title=title)
    assert payload([(name, scene)])["scenes"][0]["title"] == shown


def test_one_mimebundle_has_the_widget_and_the_still():
    data, _ = make()._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert (
        data["text/html"].startswith('<img src="data:image/svg+xml;base64,') and 'alt="n is 3, x' in data["text/html"]
    )


def test_a_prediction_locks_only_the_live_picture():
    class Asked:
        answered = False

        def when_answered(self, callback):
            self.callback = callback

    asked = Asked()
    explorer = make(after=asked)
    still = explorer._repr_mimebundle_()[0]["text/html"]
    assert explorer.widget.locked and 0 < still.index("<details>") < still.index("<img")  # folded: it would answer
    asked.callback()
    assert not explorer.widget.locked


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"value": 9, "low": 1, "high": 5}, "9 is not between 1 and 5"),
        ({"value": "c", "options": ("a", "b")}, "'c' is not one of its options"),
    ],
)
def test_a_control_that_cannot_be(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        Control("n", **options)


def half_a_run(n=3, *, faults=(), seed=0):
    pass


def half_a_picture(trace):
    Scene(10, 10, end=1, title="not given back")


CONTROLS = [Control("n", 3, low=1, high=9)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"run": half_a_run}, "half_a_run must return a Trace, not None (is the `return` missing?)."),
        ({"draw": half_a_picture}, "half_a_picture must return a Scene, not None (is the `return` missing?)."),
        ({"run": 3}, "explore takes the run function itself, without calling it, not 3."),
        ({"monitors": [("n", lambda trace: (3, True))]}, "monitor 'n' gave (3, True): it must give a text,"),
        ({"monitors": [("n", lambda trace: ("3", "yes"))]}, "monitor 'n' gave ('3', 'yes'): it must give a text,"),
        ({"monitors": [lambda trace: "3"]}, "a monitor is a pair (label, function of the trace), not <function"),
        ({"controls": ["n"]}, "controls= is a list of Control(…), not of 'n'."),
        ({"controls": [*CONTROLS, *CONTROLS]}, "there are two controls 'n': one is enough."),
        ({"controls": [Control("rate", 1, low=1, high=2)]}, "run takes no 'rate'; it takes n, mode, faults, seed."),
        ({"versus": ("speed", 1, 2)}, "run takes no 'speed'; it takes n, mode, faults, seed."),
        ({"versus": ("mode", "x")}, "versus= is (setting, one value, another value), not ('mode', 'x')."),
        (
            {"versus": ("n", 1, 2)},
            "A | B sets 'n' itself, so a control of that name would change nothing: leave it out.",
        ),
        (
            {"targets": lambda trace: []},
            "nobody can be struck by 'crash it': name them in targets=, or give it a who=.",
        ),
        ({"after": "06-fifth"}, "after= is a prediction, which is what predict(…) gives, not '06-fifth'."),
    ],
)
def test_an_authors_mistake_is_one_sentence(changes, sentence):
    asked = {"run": run, "draw": draw, "controls": CONTROLS, "strikes": [Strike("crash", "crash it")],
             "targets": lambda trace: ["c1"], **changes}  # fmt: skip
    with pytest.raises(ValueError) as problem:
        explore(**asked)
    assert str(problem.value).startswith(sentence) and "\n" not in str(problem.value)


def test_a_monitor_may_give_a_number_or_a_verdict_of_numpys():
    numpy = pytest.importorskip("numpy")
    explorer = make(monitors=[("n", lambda trace: 3), ("well", lambda trace: ("3", numpy.True_))])
    assert explorer.table == [("n", [("3", None)]), ("well", [("3", True)])]
    assert ask(explorer)["monitors"][1] == ["well", ["3", True]]
