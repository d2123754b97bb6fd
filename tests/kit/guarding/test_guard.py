"""Learner code may do what it likes: the kernel survives, and the learner is told in one sentence."""

import _thread
import builtins
import linecache
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from labs.kit.guarding import guard, telling, worker
from labs.kit.guarding.guard import LearnerError, guarded
from labs.kit.guarding.telling import hidden_builtins, show

SOON = 0.2  # seconds, for what is endless; what is not may be kept waiting by a busy machine


def wrong(function, *args, seconds=30):
    with pytest.raises(LearnerError) as caught:
        guarded(function, seconds)(*args)
    return caught.value


def from_cell(source, name, **notebook):
    """A function as a notebook cell would define it."""
    file = f"/tmp/ipykernel_4711/{abs(hash(source))}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space = dict(notebook)
    exec(compile(source, file, "exec"), space)
    return space[name]


@contextmanager
def nothing_goes_on():
    """Every thread that is started meanwhile comes to rest or to its end."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 60
    while any(t.name == "learner" and t not in worker._resting for t in {*threading.enumerate()} - before):
        assert time.monotonic() < deadline, "its thread goes on"
        time.sleep(0.01)


# ── endless ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def plain():
    while True:
        pass


def swallowing():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def swallowing_all_the_time():
    while True:
        try:
            sum(range(5))
        except:  # noqa: E722
            continue


def sleeping_and_swallowing():
    while True:
        try:
            time.sleep(0.005)
        except BaseException:
            continue


def swallowing_twice():
    while True:
        try:
            while True:
                try:
                    time.sleep(0.005)
                except BaseException:
                    continue
        except BaseException:
            pass


def holding_on_in_finally():
    while True:
        try:
            while True:
                pass
        finally:
            continue  # noqa: B012


def in_a_helper():
    return plain()


@pytest.mark.parametrize(
    "function",
    [plain, swallowing, swallowing_all_the_time, sleeping_and_swallowing, swallowing_twice, holding_on_in_finally],
)
def test_an_endless_loop_is_stopped_whatever_it_catches(function):
    with nothing_goes_on():
        error = wrong(function, seconds=SOON)
    assert error.kind == "time", error.sentence
    assert error.line == function.__code__.co_firstlineno + 1
    assert f"in the loop at line {error.line} of your cell, `while True:`" in error.sentence
    assert guarded(len)([1]) == 1


def test_a_call_that_comes_back_late_leaves_its_worker_at_rest():
    def nearly(seconds):
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass

    with nothing_goes_on():
        for extra in (-0.01, -0.002, 0, 0.002, 0.01):  # now in time, now late, now while it is being stopped
            for _ in range(3):
                with suppress(LearnerError):
                    guarded(nearly, seconds=0.05)(0.05 + extra)


def test_nobody_ends_the_process_from_within():
    code = """
        import os
        from labs.kit.guarding.guard import LearnerError, guarded
        for leave in (lambda: os._exit(3), lambda: exit(), lambda: quit()):
            try:
                guarded(leave)()
            except LearnerError as problem:
                print(problem.exception, flush=True)
        os._exit(4)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (4, ["SystemExit"] * 3), done.stderr


def test_the_courses_own_code_may_wait():
    """A wrong answer with threads of its own waits for them, and on a busy machine for long."""
    theirs, ours = guarded(lambda: time.sleep(0.5), seconds=0.1), guarded(lambda: time.sleep(0.5), seconds=0.1)
    ours.ours = True
    ours()
    with pytest.raises(LearnerError, match=r"did not come back within 0\.1 s"):
        theirs()


@pytest.mark.skipif(not os.path.exists("/proc/thread-self/schedstat"), reason="this system does not tell")
def test_waiting_for_a_processor_does_not_count_and_other_waiting_does(monkeypatch):
    monkeypatch.setattr(worker, "WAITING", 1)

    def beside_others():
        everywhere = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(everywhere)})  # this thread's
        working(0.2)
        os.sched_setaffinity(0, everywhere)

    one = str(min(os.sched_getaffinity(0)))
    hog = f"import os; os.sched_setaffinity(0, {{{one}}})\nwhile True: pass"
    hogs = [subprocess.Popen([sys.executable, "-c", hog]) for _ in range(3)]
    try:
        safe = guarded(beside_others, seconds=60)
        began = time.monotonic()
        safe()
        assert time.monotonic() - began > 2 * safe.used
        safe = guarded(time.sleep, seconds=60)
        safe(0.2)
        assert safe.used > 0.15
    finally:
        for process in hogs:
            process.kill()
            process.wait()


def test_the_loop_is_found_in_a_helper():
    assert wrong(in_a_helper, seconds=SOON).line == plain.__code__.co_firstlineno + 1


def working(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_calls_that_share_a_budget_stop_when_it_is_used_up():
    safe = guarded(working, seconds=60, total=0.6)
    safe(0.05)
    with pytest.raises(LearnerError) as caught:
        safe(60)
    assert (caught.value.kind, caught.value.line) == ("time", working.__code__.co_firstlineno + 2)
    assert "Its calls took longer than 0.6 s together: it was in the loop at line" in caught.value.sentence
    with pytest.raises(LearnerError, match=r"longer than 0\.6 s together\. Does it do more than"):
        safe(0)  # nothing is left
    guarded(working, seconds=60, total=0.6)(0.01)  # a new run, a new budget


def test_many_short_calls_use_a_budget_up():
    safe = guarded(working, total=0.2)
    with pytest.raises(LearnerError, match="together"):
        for _ in range(100):
            safe(0.03)


def test_the_time_of_others_is_not_the_functions():
    """Another thread keeps the interpreter busy; the function's own time is short."""
    ended = threading.Event()
    other = threading.Thread(target=lambda: [sum(range(1000)) for _ in iter(ended.is_set, True)])
    other.start()
    try:
        assert guarded(lambda: [x * x for x in range(200_000)][-1], seconds=5)() == 199_999**2
    finally:
        ended.set()
        other.join()


def test_waiting_counts_for_a_part():
    with pytest.raises(LearnerError, match=r"did not come back within 0\.1 s"):
        guarded(sleeping_and_swallowing, seconds=0.1)()


def test_one_call_within_a_budget_still_has_its_own_limit():
    with pytest.raises(LearnerError, match=r"It did not come back within 0.1 s: it was in the loop"):
        guarded(plain, seconds=0.1, total=3)()


def test_what_waits_in_a_builtin_is_left_behind_and_that_is_said(monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", 0.1)
    error = wrong(lambda: time.sleep(20), seconds=SOON)
    assert error.kind == "stuck" and "cannot be stopped halfway" in error.sentence
    assert guarded(len)("ab") == 2


def test_a_builtin_that_lets_nobody_else_run_is_reported_afterwards():
    error = wrong(lambda: sum(range(4 * 10**7)), seconds=0.05)
    assert error.kind == "time" and "did not come back within 0.05 s" in error.sentence


def test_the_learner_can_interrupt():
    timer = threading.Timer(0.5, _thread.interrupt_main)

    def goes_on():
        timer.start()  # not before it is at work: elsewhere the interrupt would end the tests
        while True:
            pass

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        error = wrong(goes_on)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert error.kind == "interrupted" and error.sentence.startswith("You stopped it: it was in the loop at line")


# ── raising ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_exception_is_told_with_the_line_of_the_cell_and_no_stack():
    function = from_cell("def f(xs):\n    first = xs[0]\n    return first[7]\n", "f")
    error = wrong(function, [[1]])
    assert error.sentence == "At line 3 of your cell, `return first[7]`: IndexError: list index out of range."
    assert (error.kind, error.line) == ("raised", 3)
    assert error.__cause__ is None and error.__suppress_context__


def test_a_helper_of_another_cell_is_told_apart():
    helper = from_cell("def helper(x):\n    return 1 / x\n", "helper")
    function = from_cell("\n\ndef f(x):\n    return helper(x)\n", "f", helper=helper)
    assert wrong(function, 0).sentence.startswith("At line 2 of another cell, `return 1 / x`: ZeroDivisionError")


def test_the_library_below_is_not_shown():
    function = from_cell("import json\ndef f():\n    return json.loads('{')\n", "f")
    assert wrong(function).sentence.startswith("At line 3 of your cell, `return json.loads('{')`: JSONDecodeError")


def test_nothing_told_differs_from_run_to_run():
    file, number = "/tmp/ipykernel_12/345.py", "0x7f1122334455"

    class Odd:
        pass

    def f():
        raise ValueError(f"{Odd()} in {file} and {number}")

    assert wrong(f).sentence.endswith("Odd object> in your cell and 0x….")


def test_exceptions_that_cannot_be_written():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    class Endless(Exception):
        def __str__(self):
            plain()

    def f(problem):
        raise problem

    assert wrong(f, Mute).sentence.endswith("Mute.")
    assert wrong(f, Endless, seconds=SOON).kind == "time"
    assert len(wrong(f, ValueError("x" * 10**6)).sentence) < 400


@pytest.mark.parametrize("stop", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_would_end_the_program_does_not(stop):
    def f():
        raise stop

    assert wrong(f).kind == "raised" and stop.__name__ in wrong(f).sentence


def test_a_part_still_to_be_written():
    def f():
        raise NotImplementedError

    assert wrong(f).kind == "unfinished"


def test_deep_recursion():
    def f(n=0):
        return f(n + 1)

    def through_c(n=0):
        return sorted([1], key=lambda x: through_c(n + 1))

    assert "calls itself again and again" in wrong(f).sentence
    assert "calls itself again and again" in wrong(through_c).sentence


def test_a_raised_recursion_limit_is_put_back():
    before = sys.getrecursionlimit()
    guarded(lambda: sys.setrecursionlimit(before + 500))()
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "call", [lambda f: f(1, 2), lambda f: f(), lambda f: f(b=1), lambda f: f(1, a=2), lambda f: f(1)()]
)
def test_calling_with_other_arguments(call):
    with pytest.raises(TypeError) as problem:
        call(lambda a: a)
    assert telling.told(problem.value.with_traceback(None), len).sentence.startswith(
        "It could not be called as it should: "
    )
    assert wrong(lambda a: a, 1, 2).sentence.startswith("It could not be called as it should: ")


@pytest.mark.parametrize("use", [lambda: len(None), lambda: 1 in 1, lambda: sum(["a"]), lambda: {}[[]]])
def test_an_answer_that_the_model_cannot_use(use):
    with pytest.raises(TypeError) as problem:
        use()
    assert telling.told(problem.value.with_traceback(None), len).sentence.startswith("Its answer could not be used: ")


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_promises_are_no_answers():
    def generator():
        yield 1

    async def coroutine():
        return 1

    def endless():
        a = []
        a.append(a)
        return a

    assert wrong(generator).kind == "lazy" and "generator" in wrong(generator).sentence
    assert "write `def`" in wrong(coroutine).sentence
    assert wrong(endless).sentence == "Its answer holds itself, or is nested without end."


@dataclass(frozen=True)
class Frozen:
    name: str
    parts: tuple = ()


def test_arguments_and_answers_are_copied_unless_they_cannot_change():
    kept = []

    def f(numbers, record, pair):
        kept.append(numbers)
        numbers.append(4)
        return kept, record, pair

    numbers, record, pair = [1, [2]], Frozen("a", (1, 2)), (1, ("b",))
    safe = guarded(f)
    answer, same_record, same_pair = safe(numbers, record, pair)
    assert numbers == [1, [2]] and answer == [[1, [2], 4]]
    assert answer is not kept and answer[0] is not kept[0]
    assert same_record is record and same_pair is pair
    assert safe.changed == "It changed its argument `numbers`: work on a copy, since whoever called may still need it."
    safe([], record, pair)
    assert safe.changed is not None
    safe(numbers=[1], record=record, pair=pair)
    assert safe.changed.startswith("It changed its argument `numbers`")
    swapped = guarded(lambda first, second: second.append(first))
    swapped(1, second=[])
    assert swapped.changed.startswith("It changed its argument `second`")
    untouched = guarded(lambda xs: sorted(xs))
    untouched([2, 1])
    assert untouched.changed is None


def test_records_with_something_changeable_in_them_are_copied():
    record = Frozen("a", ([1],))
    guarded(lambda r: r.parts[0].append(2))(record)
    assert record.parts == ([1],)


def test_copying_can_be_switched_off():
    numbers = [1]
    assert guarded(lambda xs: xs, copy=False)(numbers) is numbers


# ── printing, built-ins ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_million_lines_are_counted_not_kept(capsys):
    def f():
        for i in range(1_000_000):
            print(i)

    safe = guarded(f, 30)
    safe()
    lines = safe.printed.text.splitlines()
    assert lines[:2] == ["0", "1"] and lines[-1] == "… and 999,980 more lines" and len(lines) == 21
    assert capsys.readouterr().out == ""
    print("ours again")
    assert capsys.readouterr().out == "ours again\n"


def test_one_endless_line_is_cut():
    safe = guarded(lambda: print("x" * 10**7))
    safe()
    assert len(safe.printed.text) < 2000


def test_a_replaced_builtin_is_named_and_put_back():
    def f():
        builtins.len = lambda x: 42
        del builtins.sum

    error = wrong(f)
    assert error.kind == "builtin" and "`len`" in error.sentence and "`sum`" in error.sentence
    assert len([]) == 0 and sum([1]) == 1


def test_a_builtin_replaced_by_another_cell_is_put_back_too():
    true_sorted, builtins.sorted = sorted, lambda xs: []
    try:
        error = wrong(lambda: 1)
    finally:
        builtins.sorted = true_sorted
    assert error.kind == "builtin" and "`sorted`" in error.sentence
    assert guarded(lambda: 1)() == 1


def test_a_variable_that_hides_a_builtin_is_pointed_out():
    function = from_cell("def f(xs):\n    return max(xs)\n", "f", max=3)
    hint = "In this notebook `max` is 3, which hides Python's own: run `del max` and try again."
    assert wrong(function, [1]).sentence.endswith(hint)
    assert hidden_builtins(function) == hint
    attribute = from_cell("def f(m):\n    return m.id\n", "f", id=3)
    assert hidden_builtins(attribute) == ""


# ── where and how it runs ─────────────────────────────────────────────────────────────────────────────────────────────


def test_without_threads_all_but_the_time_limit_holds(monkeypatch):
    monkeypatch.setattr(guard, "THREADS", False)
    assert guarded(lambda x: x + 1)(1) == 2
    assert wrong(lambda: 1 / 0).sentence.endswith("ZeroDivisionError: division by zero.")
    safe = guarded(lambda xs: (print("hi"), xs.append(1))[1])
    safe([])
    assert safe.printed.text == "hi" and safe.changed


def test_a_guarded_function_may_call_another():
    inner = guarded(lambda x: x + 1)
    assert guarded(lambda x: inner(x) + 1)(1) == 3
    assert "ZeroDivisionError" in wrong(lambda: guarded(lambda: 1 / 0)()).sentence


def test_no_function_is_a_plain_error():
    with pytest.raises(TypeError, match="wants a function, not 3"):
        guarded(3)


def test_values_are_shown_short_and_in_order():
    assert show({"b", "a"}) == "{'a', 'b'}"
    assert len(show(list(range(10**6)))) < 100
    assert len(show({i: "x" * 1000 for i in range(1000)})) <= 1300
    assert "0x" not in show(object())
    assert "cannot be shown" in show(10**5000)


def test_a_step_without_a_line_is_at_the_line_before_it():
    """CPython 3.11 compiles the way back to an inner loop into steps that have no line of their own."""

    def slow():
        worst = 0
        for closed in range(100_000):
            last = -1
            for served in range(closed, 100_000):
                if closed == 7 or served < closed + 1:
                    last = served
            worst = max(worst, last)
        return worst

    loop = slow.__code__.co_firstlineno + 2
    bare = [start for start, _, line in slow.__code__.co_lines() if line is None]

    class Frame:  # what `sys._current_frames` shows of it at such a step
        f_code, f_lineno, f_lasti = slow.__code__, None, bare[0] if bare else 0

    assert loop - 2 <= telling._line_of(Frame()) <= loop + 5
    assert wrong(slow, seconds=SOON).line == loop
