"""The exercises of lesson 13: what their cases vary, and answers of the wrong kind."""

import pytest

from labs.kit import Fault, check
from labs.kit.checking import catalogue
from labs.proxies.balancing.algorithms import Server, smooth_weighted
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.exercises.health import HEALTH
from labs.proxies.balancing.exercises.least import LEAST
from labs.proxies.balancing.exercises.rows import row
from labs.proxies.balancing.exercises.smooth import SMOOTH
from labs.proxies.balancing.health import Health, judge

EXERCISES = (SMOOTH, LEAST, HEALTH)


def test_the_catalogue_finds_them():
    assert {name for name in catalogue.ids() if name.startswith("proxies-")} >= {e.id for e in EXERCISES}
    assert all(len(e.hints) >= 3 and len(e.wrong) >= 15 and e.lesson == "13" for e in EXERCISES)


@pytest.mark.parametrize("exercise", [SMOOTH, LEAST], ids=lambda exercise: exercise.id)
def test_servers_vary(exercise):
    servers = [server for case in exercise.cases() for servers in case for server in servers]
    lists = [[server.name for server in servers] for case in exercise.cases() for servers in case]
    assert any(names != sorted(names) for names in lists)
    assert any(a != b and a in b for names in lists for a in names for b in names)
    assert any(server.weight != int(server.weight) for server in servers) and any(s.weight >= 100 for s in servers)
    assert all(len({getattr(server, name) for server in servers}) > 2 for name in ("active", "latency", "weight"))
    assert any(len({len(servers) for servers in case}) > 1 for case in exercise.cases()), "nobody joins or leaves"


def test_requests_vary_too():
    seen = []
    row(lambda servers, memory, request: (seen.append(request), ("a", {}))[1], ((Server("a"),),) * 20)
    assert all(len({getattr(request, name) for request in seen}) > 3 for name in ("number", "path", "client", "dice"))


def test_a_balancer_gets_its_own_copy_of_what_it_may_change():
    case = ((Server("b"), Server("a")),) * 3

    def careless(servers, memory, request):
        servers.sort()
        memory["n"] = memory.get("n", 0) + 1
        return servers[0].name, memory

    assert [memory["n"] for _, memory in row(careless, case)] == [1, 2, 3] and case[0][0].name == "b"


def test_every_pair_of_small_limits_is_tried_to_its_end():
    ends = {(rise, fall) for marks, rise, fall in HEALTH.cases() if marks.count("✗") > fall and marks.count("✓") > rise}
    assert {(rise, fall) for rise in range(1, 5) for fall in range(1, 5)} <= ends


@pytest.mark.parametrize(
    ("exercise", "answer", "told"),
    [
        (SMOOTH, None, "Pick 1: it returned nothing. Does every path end in a `return`?"),
        (SMOOTH, "a", "Pick 1: it returned 'a', not a pair `(name, memory)`."),
        (SMOOTH, Server("a"), "Pick 1: it returned the whole server 'a', not a pair `(name, memory)`."),
        (SMOOTH, (Server("a"), {}), "Pick 1: it returned the whole server 'a': return its name, `server.name`."),
        (SMOOTH, ("x", {}), "Pick 1: it picked 'x', and there is no such server."),
        (SMOOTH, ("a", 3), "Pick 1: what it returned to remember is 3, not a dictionary."),
        (SMOOTH, ({"a": 0}, "a"), "Pick 1: it returned the memory first. Return the name first, then the memory"),
        (LEAST, ("a", None), "Pick 1: what it returned to remember is None, not a dictionary."),
        (HEALTH, None, "Probe 1: it returned nothing, not a Health such as `Health(True, 0)`."),
        (HEALTH, Health(0, True), "Probe 1: `up` and `against` are the wrong way round in Health(up=0, against=True)."),
        (HEALTH, (1, 0), "Probe 1: it returned (1, 0), not a Health such as"),
        (HEALTH, True, "Probe 1: it returned True, not a Health such as"),
        (HEALTH, (True, True), "Probe 1: it returned (True, True), not a Health such as"),
    ],
)
def test_the_wrong_kind_of_answer_is_one_sentence(exercise, answer, told):
    report = check(exercise.id, lambda *case: answer)
    assert report.failure.sentence.startswith(told), repr(report)


def test_a_pair_may_be_a_list_in_the_check_and_in_the_picture():
    def pick(servers, memory, request):
        return list(smooth_weighted(servers, memory, request))

    def health(*case):
        return list(judge(*case))

    assert check(SMOOTH.id, pick).passed and check(HEALTH.id, health).passed
    crash = [Fault(3, "crash", "b")]
    assert balance(pick=pick, judged_by=health, faults=crash).of("eject") == balance(faults=crash).of("eject")


def test_a_server_that_is_not_up_must_not_be_picked():
    report = check(LEAST.id, lambda servers, memory, request: (min(servers, key=lambda s: s.active).name, memory))
    assert "which is not up" in repr(report)


def test_the_sentence_says_which_credit_leads_to_the_right_pick():
    report = check(SMOOTH.id, lambda servers, memory, request: smooth_weighted(servers[::-1], memory, request))
    assert report.failure.sentence == (
        "Pick 1 should be a, but is b. Credit before this pick: a 0, b 0; after earning: a 1, b 1."
    )


def test_a_report_is_short():
    report = check(HEALTH.id, lambda health, ok, rise, fall: Health(ok, 0))
    assert "smallest case found" in repr(report) and len(repr(report).splitlines()) < 30
