"""Whatever a learner's function does, the check says one true sentence, and the next check is right."""

import gc
import linecache
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import confluent_kafka
import pytest

from labs.kit.checking import catalogue, processes
from labs.kit.checking.asking import Child
from labs.kit.checking.checks import check
from labs.kit.checking.child import Frames
from labs.kit.checking.examine import Limits
from labs.kit.checking.exercise import Exercise, Wrong

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a fork, and what the system tells of it")


def doubled(case, answer):
    if answer != 2 * case[0]:
        raise Wrong(f"Twice {case[0]} is not so.")


DOUBLE = Exercise(
    id="kafka-double", lesson="00", title="Twice", points=3, reference=lambda x: 2 * x, shape="Comes",
    cases=lambda: [(x,) for x in range(6)], properties=(("Is twice as much", doubled),), show_answer=str,
)  # fmt: skip


@pytest.fixture(autouse=True)
def course(monkeypatch):
    monkeypatch.setattr(catalogue, "find", lambda name: DOUBLE)
    monkeypatch.setattr(processes, "LIMITS", Limits(call=0.3, total=0.6, waiting=1.0))


def from_cell(source, name="f", **notebook):
    """A function as a notebook cell would define it."""
    file = f"/tmp/ipykernel_4711/{abs(hash(source))}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space = {"__name__": "__main__", **notebook}
    exec(compile(source, file, "exec"), space)
    return space[name]


BEFORE = set()  # the children that this process had before the test


def children():
    """The numbers of this process's children, those that ended and were not reaped among them. Linux only."""
    found = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            found |= set(map(int, path.read_text().split()))
    return found


@pytest.fixture(autouse=True)
def before():
    BEFORE.clear()
    BEFORE.update(children())


def nothing_is_left():
    """No child of this test's own (other tests may have left a broker to run), no thread that listens to one."""
    assert children() <= BEFORE
    deadline = time.monotonic() + 60
    while any(thread.name == "replies" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


HOSTILE = {
    "a loop": ("while True: pass", "did not come back within 0.3 s: it was in the loop at line 2 of your cell"),
    "a loop that catches": (
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        "it was in the loop at line 2",
    ),
    "a loop in finally": ("while True:\n  try:\n    pass\n  finally:\n    continue", "it was in the loop at line 2"),
    "sum": ("return sum(range(10**12))", "One single call at line 2 of your cell, `return sum(range(10**12))` took"),
    "filter": ("from itertools import repeat\nreturn next(filter(None, repeat(0)))", "One single call at line 3"),
    "regex": ("import re\nreturn re.match('(a+)+$', 'a' * 40 + 'b')", "One single call at line 3"),
    "sleep": ("import time\ntime.sleep(60)", "nothing but wait for 1 s: it was at line 3 of your cell, `time.sleep"),
    "a lock": ("import threading as t\nl = t.Lock()\nl.acquire()\nl.acquire()", "nothing but wait for 1 s"),
    "a lock of the system's": (
        "import ctypes\nc = ctypes.CDLL(None)\nm = ctypes.create_string_buffer(200)\n"
        "c.pthread_mutex_lock(m)\nc.pthread_mutex_lock(m)",
        "nothing but wait for 1 s: it was at line 6 of your cell, `c.pthread_mutex_lock(m)`",
    ),
    "input": ("return input('?')", "It asks for `input()`. In a check nobody can answer"),
    "exit": ("import sys\nsys.exit()", "SystemExit. Give the answer back with `return`."),
    "_exit": ("import os\nos._exit(1)", "It ended the whole process."),
    "kill": ("import os\nos.kill(os.getpid(), 9)", "The system ended it: it took too much time or memory."),
    "segfault": ("import ctypes\nctypes.string_at(0)", "It crashed Python itself at line 3 of your cell"),
    "deep": (
        "import sys\nsys.setrecursionlimit(10**7)\nreturn f(x + 1)",
        "it was at line 4 of your cell, `return f(x + 1)`",
    ),
    "memory": ("a = [0] * 10**9\nreturn a", "MemoryError"),
    "time stands still": (
        "import time\ntime.monotonic = time.process_time = lambda: 0\nwhile 1: pass",
        "the loop at line 4",
    ),
    "a thread": (
        "import threading\ndef spin():\n while True: pass\nthreading.Thread(target=spin).start()\nwhile True: pass",
        "A thread that it has started is still at work.",
    ),
    "fork": ("import os\nos.fork()\nreturn 2 * x + 1", "Twice 0 is not so."),
    "a long number": ("return 10**5000", "holds a number of more than 4,300 digits"),
    "a long text": ("return 'z' * 12_000_000", "far too large"),
    "endless list": ("a = []\na.append(a)\nreturn a", "holds itself"),
    "a large family": ("a = [1]\nfor i in range(60): a = [a, a]\nreturn a", "far too large"),
    "generator": ("yield x", "It returned a generator"),
    "one of ours": (
        "from labs.kit.card import table\nreturn table([x])",
        "AttributeError: 'list' object has no attribute 'items'. (`table` was given rows=[0].)",
    ),
    "naps": ("import time\nwhile True:\n try: time.sleep(0.01)\n except: pass", "nothing but wait for 1 s"),
    "bound method": ("return [].append", "It returned the function `append` itself"),
    "map": ("return map(str, [x])", "`map(…)`, which holds no values yet: write `list(map(…))`"),
    "an object": ("return object()", "holds a value of type object, which cannot"),
    "prints": ("print(2 * x)", "You printed it"),
    "closes all": ("import os\nos.closerange(0, 1000)\nreturn 2 * x", "ended"),
    "signals": (
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nsum(range(10**12))",
        "The system ended it",
    ),
}


@LINUX
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_code_gets_one_sentence(what, capfd, monkeypatch):
    body, told = HOSTILE[what]
    if told == "far too large":  # it comes to its own end, if with much work, and the machine may be busy
        monkeypatch.setattr(processes, "LIMITS", Limits(call=10, total=20, waiting=1.0))
    function = from_cell("def f(x):\n" + textwrap.indent(body, " "))
    report = check("kafka-double", function)
    assert report.verdict == "failed" and told in report.failure.sentence, report
    assert len(report._repr_mimebundle_()["text/html"]) < 8000 and capfd.readouterr() == ("", "")
    assert check("kafka-double", lambda x: 2 * x).passed
    nothing_is_left()


@LINUX
def test_the_line_is_told_even_if_the_system_meets_the_watch():
    """Its signal goes to the thread that runs just then: 1 time in 300 on a busy machine that was not the learner's."""
    body = """
      import signal, threading
      for thread in threading.enumerate():
        if thread.name == "watch":
          signal.pthread_kill(thread.ident, signal.SIGXCPU)
      return sum(range(10**12))"""
    report = check("kafka-double", from_cell("def f(x):" + body))
    assert report.failure.sentence.startswith(
        "One single call at line 6 of your cell, `return sum(range(10**12))` took"
    )
    nothing_is_left()


@LINUX
def test_what_python_itself_calls_is_not_told_as_a_call_of_the_learners():
    line = "fault.t = 2"
    report = check(
        "kafka-double", from_cell(f"def f(x, fault=__import__('labs').kit.Fault(1, 'crash', 'b')):\n {line}")
    )
    told = f"At line 2 of your cell, `{line}`: FrozenInstanceError: cannot assign to field 't'."
    assert report.failure.sentence == told


@LINUX
def test_the_learner_can_stop_it(monkeypatch):
    monkeypatch.setattr(processes, "LIMITS", Limits(call=60, total=60))
    # Ctrl-C comes from the function itself, a moment after it was called: elsewhere it would end the tests.
    ctrl_c = "import os, signal, threading\n threading.Timer(1, os.kill, [os.getppid(), signal.SIGINT]).start()"
    loop = f"def f(x):\n {ctrl_c}\n while True: pass"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        report = check("kafka-double", from_cell(loop))
    finally:
        signal.signal(signal.SIGINT, before)
    assert report.failure.sentence.startswith("You stopped it: it was in the loop at line 4 of your cell")
    nothing_is_left()


def test_a_process_that_was_started_beforehand_does_it_as_well(monkeypatch):
    monkeypatch.setattr(processes, "WAY", "spawn")
    factor = 2

    def shared(function):
        with processes.ask(DOUBLE, function) as child:
            return child.shared

    closure = from_cell("def make(n):\n def f(x):\n  return helper(x) * n\n return f\ndef helper(x): return x", "make")
    assert not shared(closure(factor)) and check("kafka-double", closure(factor)).passed
    loop = check("kafka-double", from_cell("def f(x):\n while True: pass"))
    assert "did not come back within 0.3 s: it was in the loop at line 2 of your cell, `while" in loop.failure.sentence
    held = check("kafka-double", from_cell("def f(x):\n sum(range(10**12))"))
    assert held.failure.sentence == "One single call took longer than 0.3 s, and nothing can stop it halfway."
    error = check("kafka-double", from_cell("def f(x):\n return [][x]"))
    assert error.failure.sentence == "At line 2 of your cell, `return [][x]`: IndexError: list index out of range."
    ended = check("kafka-double", from_cell("import os\ndef f(x): os._exit(3)"))
    assert ended.failure.sentence.startswith("It ended the whole process.")

    lock = threading.Lock()
    assert shared(from_cell("def f(x):\n with lock: return 2 * x", lock=lock)), "a lock has no copy"
    processes.end_spare()
    nothing_is_left()


def test_without_processes_a_thread_does_it_and_says_what_it_cannot(monkeypatch):
    monkeypatch.setattr(processes, "WAY", "thread")
    assert check("kafka-double", lambda x: 2 * x).notes == ["Held in all 6 cases."]
    report = check("kafka-double", from_cell("def f(x):\n while True: pass"))
    assert "did not come back within 0.3 s: it was in the loop" in report.failure.sentence
    assert report.notes == ["Here a check shares the notebook's own process, so it cannot stop everything by itself."]


@LINUX
def test_a_process_that_waits_for_the_machine_is_not_taken_for_one_that_sleeps():
    """Stopped from outside, it gets no processor, as on a machine that is busy."""
    with processes.ask(DOUBLE, from_cell("import time\ndef f(x):\n time.sleep(0.3)\n return 2 * x")) as child:
        pid = child._process.pid
        threading.Timer(0.1, os.kill, [pid, signal.SIGSTOP]).start()
        threading.Timer(2.5, os.kill, [pid, signal.SIGCONT]).start()
        assert [reply.answer for reply in child.replies([(1,), (2,)])] == [2, 4]


@LINUX
def test_what_the_notebook_has_to_throw_away_is_no_concern_of_the_childs():
    """Real Kafka clients, in a ring that only the garbage collector can open: in a child they end with SIGSEGV."""
    settings = {"bootstrap.servers": "127.0.0.1:1", "group.id": "g", "log_level": 0}
    ring = [confluent_kafka.Consumer(settings) for _ in range(3)]
    ring.append(ring)
    del ring
    with processes.ask(DOUBLE, from_cell("import gc\ndef f(x):\n gc.collect()\n return 2 * x")) as child:
        assert [reply.answer for reply in child.replies([(1,), (2,)])] == [2, 4]
    assert gc.isenabled() and not gc.get_freeze_count()


LIAR = """
import json, os, sys
frame = lambda data: os.write(1, len(data).to_bytes(4, "big") + data)
frame(json.dumps({"name": "f", "parameters": ["x"], "empty": False, "hidden": ""}).encode())
os.read(0, 9)
frame(sys.argv[1].encode())
os.read(0, 1 << 20)
"""


@pytest.mark.parametrize(
    "lie",
    [
        "not json", "[]", '{"answer": ["eval", 1]}', '{"passed": true}', '{"answer": {"a": 1}}', '{"problem": [1]}',
        '{"answer": ["record", "os", "system", {}]}', "x" * 5_000_000,
    ],
)  # fmt: skip
def test_a_child_that_lies_is_read_as_data(lie, tmp_path):
    script = tmp_path / "liar.py"
    script.write_text(LIAR.replace("sys.argv[1]", repr(lie)))
    process = subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    with Child(process, Frames(process.stdout, process.stdin), Limits()) as child:
        [reply] = child.replies([(1,), (2,)])
    assert reply.last and reply.problem.kind == "ended" and reply.answer is None
    nothing_is_left()


NOTEBOOK = """
from labs.kit import check
from labs.queues.pace.pace import workers_needed
import os
-
def ends(arrivals, per_worker):
    exit()
-
check("queues-workers", ends)
-
def quits(arrivals, per_worker):
    get_ipython().ask_exit()
-
check("queues-workers", quits)
-
def shows(arrivals, per_worker):
    display("SEEN"); print("PRINTED"); os.write(1, b"WRITTEN"); os.write(2, b"WRITTEN")
    return workers_needed(arrivals, per_worker)
-
check("queues-workers", shows)
-
def asks(arrivals, per_worker):
    return int(input("How many? "))
-
check("queues-workers", asks)
-
from labs.patterns.strangler.picture import explore_rollout
explore_rollout(bucket=lambda user, rollout: exit())
-
import time
time.sleep(0.5)
print("still", "here")
"""


@LINUX
def test_a_real_kernel_survives(tmp_path):
    import nbclient
    import nbformat

    cells = [nbformat.v4.new_code_cell(text.strip()) for text in NOTEBOOK.split("\n-\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    root = str(Path(__file__).resolve().parents[3])
    nbclient.NotebookClient(
        notebook, timeout=300, startup_timeout=300, resources={"metadata": {"path": root}}
    ).execute()
    outputs = ["".join(out.get("text") or out["data"]["text/plain"] for out in cell.outputs) for cell in cells]
    assert outputs[2].count("SystemExit. Give the answer back with `return`.") == 1
    assert outputs[4].count("SystemExit. Give the answer back with `return`.") == 1
    assert outputs[6].startswith("✓ all holds") and "SEEN" not in outputs[6] and "WRITTEN" not in outputs[6]
    assert "It asks for `input()`" in outputs[8]
    assert "SystemExit" in str(cells[9].outputs)
    assert outputs[10] == "still here\n"
