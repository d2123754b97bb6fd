"""Rules, runs, pictures and verdicts of lesson 12."""

import json
from ipaddress import ip_address
from itertools import product
from random import Random

import pytest

from labs.http import freshness
from labs.http.messages import Answer, read_request_head
from labs.http.syntax import NotHTTP, Refuse
from labs.kit.trace import Fault
from labs.proxies.forward.access import USUAL, Rule, asked_too_much, is_inner, may_connect
from labs.proxies.forward.claims import NOTES
from labs.proxies.forward.crowd import KINDS, crowd
from labs.proxies.forward.crowd_picture import MONITORS, draw_crowd, explore_crowd
from labs.proxies.forward.hops import TELLS, check_is_for_proxy, onward
from labs.proxies.forward.predictions import CROWD, HIDDEN, RULE
from labs.proxies.forward.shelf import SAYS, fresh_for, shelf
from labs.proxies.forward.shelf_picture import draw_shelf
from labs.proxies.forward.views import known, views
from labs.proxies.forward.views_picture import draw_views
from labs.proxies.forward.ways_in import ways_in


def test_the_verdicts():
    assert {one.id: one.judge().claim.verdict for one in NOTES.statements} == {
        "proxies-on-behalf": "holds",
        "proxies-anonymous": "holds only in part",
        "proxies-grouping": "holds only in part",
        "proxies-restricts": "holds only in part",
        "proxies-blocks-sites": "holds",
        "proxies-caches": "holds only in part",
        "proxies-one-each": "does not hold",
    }
    assert (HIDDEN.answer(), CROWD.answer(), RULE.answer()) == (HIDDEN.options[2], CROWD.options[3], RULE.options[3])


def test_inner_addresses_are_those_that_python_does_not_call_global():
    dice = Random("inner")
    for _ in range(3000):
        address = ip_address(dice.getrandbits(32))
        documentation = str(address).startswith(("192.0.2.", "198.51.100.", "203.0.113."))
        if not documentation and not str(address).startswith("192.0.0."):
            assert is_inner(str(address)) == (not address.is_global or address.is_multicast), address
    inner = ("::", "::1", "fe80::1", "fc00::1", "ff02::1", "64:ff9b::a00:5", "2002:a00:5::", "::ffff:10.0.0.5", "x", "")
    assert all(map(is_inner, inner))
    assert not any(map(is_inner, ("2606:4700::1", "::ffff:8.8.8.8", "8.8.8.8")))


def test_azure_s_service_for_its_machines_is_inner_though_its_address_looks_public():
    assert [is_inner(f"168.63.129.{last}") for last in (15, 16, 17)] == [False, True, False]
    assert ip_address("168.63.129.16").is_global and is_inner("::ffff:168.63.129.16")


@pytest.mark.parametrize(
    ("method", "host", "port", "goes"),
    [("GET", "a", 80, True), ("GET", "a", 443, False), ("CONNECT", "a", 443, True), ("CONNECT", "a", 80, False),
     ("CONNECT", "a", 25, False), ("POST", "a", 80, True)],
)  # fmt: skip
def test_the_usual_rules(method, host, port, goes):
    assert (not asked_too_much(USUAL, method, host, port)) is goes


def test_a_rule_for_subdomains_is_not_one_for_names_that_end_alike():
    rule = Rule(host="*.example", ports=(80,))
    assert rule.lets_through("GET", "shop.example", 80)
    assert not rule.lets_through("GET", "example", 80) and not rule.lets_through("GET", "badexample", 80)


@pytest.mark.parametrize(
    "line",
    ["GET /cart HTTP/1.1", "GET https://shop.example/ HTTP/1.1", "TRACE http://shop.example/ HTTP/1.1",
     "OPTIONS * HTTP/1.1"],
)  # fmt: skip
def test_what_is_no_request_to_a_proxy_is_refused(line):
    with pytest.raises(Refuse):
        check_is_for_proxy(read_request_head(f"{line}\r\nHost: shop.example\r\n\r\n".encode()), "http")


def test_a_request_that_has_come_through_here_and_a_connect_with_a_body_are_refused():
    for more in ("Via: 1.0 fred, 1.1 proxy", "Max-Forwards: -1"):
        request = read_request_head(f"OPTIONS http://a.example/ HTTP/1.1\r\nHost: a\r\n{more}\r\n\r\n".encode())
        with pytest.raises((Refuse, NotHTTP)):
            check_is_for_proxy(request, "http")
            onward(request, "192.0.2.1")
    raw = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n\r\n"
    with pytest.raises(NotHTTP):
        check_is_for_proxy(read_request_head(raw), "http")


def test_fresh_for_says_what_the_cache_itself_goes_by():
    names = ("private", "no-store", "public", "must-revalidate", "proxy-revalidate")
    for flag, numbers, authorized in product(
        ("", *names), ({}, {"max-age": 9}, {"s-maxage": 5}, {"s-maxage": 0, "max-age": 9}), (False, True)
    ):
        said = {**numbers, **({flag: True} if flag else {})}
        told = ", ".join(name if value is True else f"{name}={value}" for name, value in said.items())
        answer = Answer(200, [("Cache-Control", told)])
        asked = [("Authorization", "x")] if authorized else []
        may = freshness.may_store("GET", asked, answer)
        assert fresh_for(said, authorized, 1, 2) == (max(0, freshness.lifetime(answer, 0) - 3) if may else 0), told


def test_every_run_can_be_drawn():
    for scheme, tells, cookie in product(("http", "https"), TELLS, (True, False)):
        trace = views(scheme, tells, cookie)
        draw_views(trace).live()
        assert ("client's address" in known(trace, "origin")) == (scheme == "http" and tells != "nothing")
        assert known(views("https"), "proxy") == ["client's address", "site"]
    for answer, collapse, clients in product(KINDS, (True, False), (1, 2, 100)):
        trace = crowd(clients, answer, collapse)
        draw_crowd(trace).live()
        assert len(trace.of("give")) == clients
        assert len(trace.of("ask")) == (1 if collapse and answer != "private" else clients)
    for says, who in product(SAYS, ("origin", "proxy")):
        draw_shelf(shelf(says, 5, faults=[Fault(9, "down", who), Fault(30, "down", who)])).live()


def test_what_collapsing_costs_is_on_the_screen():
    """The others have waited for nothing where the answer is private: the last one gets its own a second later."""
    last = dict(MONITORS)["the last answer comes"]
    told = {(answer, collapse): last(crowd(100, answer, collapse)) for answer in KINDS for collapse in (True, False)}
    assert told["private", True] == "at 3.5 s" and told["private", False] == "at 2.5 s"
    assert told["max-age=60", True] == told["no answer", True] == "at 2.0 s"


def test_one_client_is_spoken_of_in_the_singular():
    told = json.dumps(draw_crowd(crowd(1)).live(), ensure_ascii=False)
    assert "1 client asks for one page" in told and "All of them" not in told and "1 clients" not in told


@pytest.mark.parametrize("bad", [{"answer": "x"}, {"clients": 0}, {"collapse": 1}])
def test_a_setting_that_cannot_be_is_one_sentence(bad):
    with pytest.raises(ValueError, match="must be"):
        crowd(**bad)
    with pytest.raises(ValueError, match="origin or the proxy"):
        shelf(faults=[Fault(1, "down", "client")])


def _raises(*_):
    raise KeyError("no")


@pytest.mark.parametrize("hostile", [lambda *_: None, lambda *_: 7, lambda *_: [], lambda *_: [[("x",)]], _raises])
def test_a_learner_s_function_that_breaks_is_told_so(hostile):
    assert explore_crowd(clients=3, collapse_with=hostile) is not None
    assert set(ways_in(hostile)["yours"]) <= {"not usable", "refused", "goes out"}


def test_the_learner_s_rule_stands_beside_the_course_s():
    table = ways_in(may_connect)
    assert list(table["yours"]) == list(table["ports and addresses"])
    assert table.loc["CONNECT mail.example:25", "a list of names"] == "goes out"
    assert list(table.loc["GET 167772165:80", ["a list of names", "yours"]]) == ["goes out", "refused"]
