"""The cache by itself, on a clock of our own: what it keeps, for whom, for how long, and what it asks the server.

Many of these were taught by the public cache-tests suite (https://cache-tests.fyi), which is not part of the course.
"""

import pytest

from labs.http.dates import write_date
from labs.http.messages import Answer, read_request_head
from labs.http.shared_cache import SharedCache

START = 1_700_000_000.0
HOUR = "max-age=3600"


class World:
    """A cache, its clock, and a server that says what it is told to."""

    def __init__(self, room=1000):
        self.time, self.asked = START, []
        self.cache = SharedCache(lambda: self.time, room)
        self.says = Answer(200, [])

    def server(self, *headers, status=200, body=b"page", down=False):
        self.says = None if down else Answer(status, list(headers), body)
        return self

    def ask(self, target="/", method="GET", host="a.example", scheme="http", **headers):
        """The answer to a request, asked for as a proxy asks; names have _ for -."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        request = read_request_head(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode("latin-1"))
        plan = self.cache.plan(request, scheme)
        if plan.ask is None:
            return plan.answer
        self.asked.append(plan.ask)
        told = self.cache.settle(plan, self.says, self.time)
        return plan.answer or told

    def wait(self, seconds):
        self.time += seconds
        return self


def kept(*headers, status=200, wait=1, first=None, then=None, method="GET"):
    """Whether the second request is answered without the server."""
    world = World().server(*headers, status=status)
    world.ask(method=method, **(first or {}))
    world.wait(wait).ask(method=method, **(then or {}))
    return len(world.asked) == 1


def control(value):
    return ("Cache-Control", value)


# ── for whom


@pytest.mark.parametrize(
    ("said", "is_kept"),
    [(HOUR, False), ("", False), (f"{HOUR}, public", True), ("s-maxage=3600", True), (f"{HOUR}, must-revalidate", True),
     (f"{HOUR}, private, public", False), (f"{HOUR}, no-store, public", False)],
)  # fmt: skip
def test_an_answer_to_somebody_who_proved_who_they_are_is_kept_only_if_it_is_for_all(said, is_kept):
    mine = {"Authorization": "Bearer mine"}
    assert kept(control(said), first=mine) is is_kept
    assert kept(control(said), first=mine, then={"Authorization": "Bearer other"}) is is_kept


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ([control(f"private, {HOUR}")], False),
        ([control(f'private="set-cookie", {HOUR}')], False),
        ([control("private"), control(HOUR)], False),
        ([control(HOUR), control("private")], False),
        ([control(f"PRIVATE, {HOUR}")], False),
        ([control(f'x="private", {HOUR}')], True),
        ([control(HOUR), ("Set-Cookie", "session=1")], False),
        ([control(f"public, {HOUR}"), ("Set-Cookie", "country=no")], True),
        ([control(HOUR), ("Vary", "*")], False),
        ([control(HOUR), ("Vary", "Accept, *")], False),
        ([control(HOUR), ("CDN-Cache-Control", "private")], False),
        ([control(f"public, {HOUR}"), ("CDN-Cache-Control", "no-store")], False),
    ],
)
def test_what_one_client_gets_is_not_another_s(headers, is_kept):
    assert kept(*headers) is is_kept


def test_scheme_host_port_target_and_query_make_the_key():
    world = World().server(control(HOUR))
    for there in ({}, {"scheme": "https"}, {"host": "b.example"}, {"host": "a.example:81"}, {"target": "/?"},
                  {"target": "/?x=1"}, {"target": "/?x=2"}, {"target": "/%61"}, {"target": "/a"}):  # fmt: skip
        world.ask(**there)
    assert len(world.asked) == 9
    for again in ({"host": "A.Example"}, {"host": "a.example:80"}, {"host": "a.example."}):
        world.ask(**again)
    assert len(world.asked) == 9


def test_vary_keeps_a_variant_for_each_value():
    world = World().server(control(HOUR), ("Vary", "Accept-Language"), body=b"hei")
    assert world.ask(Accept_Language="no").body == b"hei"
    world.server(control(HOUR), ("Vary", "accept-language"), body=b"hello")
    assert [world.ask(Accept_Language=one).body for one in ("en", "no", "en")] == [b"hello", b"hei", b"hello"]
    assert world.ask().body == b"hello" and len(world.asked) == 3, "a header that is not there is a value, too"
    assert kept(control(HOUR), ("Vary", "X"), first={"X": "a, b"}, then={"X": "a,b"})
    assert not kept(control(HOUR), ("Vary", "X"), ("Vary", "Y"), first={"Y": "1"}, then={"Y": "2"})


# ── for how long


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("max-age=60", 60), ("public, max-age=60", 60), ("max-age=60, s-maxage=5", 5), ("s-maxage=90, max-age=60", 90),
     ("Max-Age=7", 7), ('max-age="8"', 8), ("foo, max-age=9", 9), ('foo="max-age=9", max-age=5', 5), ("max-age=007", 7),
     ("max-age=99999999999", 2**31)],
)  # fmt: skip
def test_it_is_fresh_until_then(said, seconds):
    assert kept(control(said), wait=seconds - 1)
    assert not kept(control(said), wait=seconds)


@pytest.mark.parametrize(
    "said",
    ["", "s-maxage=0, max-age=60", "max-age=0", "max-age=-1", "max-age='60'", "max-age=60x", "max-age=1.5", "max-age",
     "max-age=60, max-age=0", "no-store", "no-cache, max-age=9", "max-age =60", 'x="max-age=60"', "NO-CACHE,max-age=60",
     "no-store, max-age=60", 'no-cache="x", max-age=60', "max-stale=60"],
)  # fmt: skip
def test_it_is_not_given_again(said):
    assert not kept(control(said))


@pytest.mark.parametrize(
    ("expires", "is_kept"),
    [(write_date(START + 60), True), (write_date(START), False), ("0", False), ("-1", False), ("soon", False),
     ("Thu, 18 Aug 2050 02:01:18 GMT", True), ("thu, 18 AUG 2050 02:01:18 gmt", True),
     ("Thu, 18 Aug 2050 2:01:18 GMT", False),
     ("Thursday, 18-Aug-50 02:01:18 GMT", True), ("Thu Aug 18 02:01:18 2050", True),
     ("Thu, 31 Feb 2050 02:01:18 GMT", False),
     ("Thu, 18 Aug 2050 02:01:18 UTC", False), ("Thu, 18 Aug 2050 25:01:18 GMT", False)],
)  # fmt: skip
def test_expires_is_a_date_or_it_is_over(expires, is_kept):
    assert kept(("Expires", expires)) is is_kept
    assert kept(("Expires", expires), control(HOUR)), "max-age goes before it"


def test_expires_counts_from_the_server_s_date():
    date = ("Date", write_date(START - 1000))  # its clock is slow
    assert not kept(("Expires", write_date(START - 900)), date)
    assert kept(("Expires", write_date(START + 1000)), date, wait=900)
    assert kept(("Expires", write_date(START + 60)), ("Date", "yesterday"))
    assert not kept(("Expires", write_date(START + 60)), ("Expires", write_date(START + 60)))


@pytest.mark.parametrize(
    ("age", "is_kept"),
    [("3599", False), ("3500", True), ("7200", False), ("0, 7200", True), ("7200, 0", False), ("old", True),
     ("-1", True), ("1.5", True), ("99999999999999999999", False)],
)  # fmt: skip
def test_the_age_that_it_brings_along_counts(age, is_kept):
    assert kept(control(HOUR), ("Age", age)) is is_kept


def test_the_way_here_and_the_time_here_count_as_age():
    world = World().server(control(HOUR), ("Age", "10"), ("Date", write_date(START)))
    request = read_request_head(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    plan = world.cache.plan(request)
    world.wait(4)
    assert world.cache.settle(plan, world.says, START).headers[1] == ("Age", "10"), "what it says is passed on at first"
    assert [v for n, v in world.wait(5).ask().headers if n == "Age"] == ["19"]
    assert kept(control("max-age=100"), ("Date", write_date(START - 99))) is False, "a Date long ago is age, too"


@pytest.mark.parametrize(
    ("status", "guessed"),
    [(200, True), (203, True), (204, True), (404, True), (410, True), (501, True), (201, False), (302, False),
     (403, False), (503, False), (599, False)],
)  # fmt: skip
def test_without_a_word_it_is_a_guess_and_only_for_some(status, guessed):
    changed = ("Last-Modified", write_date(START - 10_000))
    assert kept(changed, status=status, wait=900) is guessed
    assert not kept(changed, status=status, wait=1100)
    assert kept(changed, control("public"), status=status)
    assert kept(control(HOUR), status=status), "said outright, any status may be kept"


def test_parts_and_other_methods_are_not_kept():
    assert not kept(control(HOUR), ("Content-Range", "bytes 0-3/9"), status=206)
    assert not kept(control(HOUR), method="POST") and not kept(control(HOUR), method="OPTIONS")
    assert not kept(control(HOUR), first={"Range": "bytes=0-3"}, status=206)


@pytest.mark.parametrize(
    ("asked", "status", "body", "which"),
    [("bytes=0-1", 206, b"01", "0-1"), ("bytes=3-", 206, b"3456789", "3-9"), ("bytes=-2", 206, b"89", "8-9"),
     ("bytes=8-99", 206, b"89", "8-9"), ("bytes=-99", 206, b"0123456789", "0-9"), ("Bytes=9-9", 206, b"9", "9-9"),
     ("bytes=10-", 416, b"", "*"), ("bytes=-0", 416, b"", "*"), ("bytes=2-1", 200, b"0123456789", None),
     ("bytes=0-1,3-4", 200, b"0123456789", None), ("bytes=-", 200, b"0123456789", None),
     ("lines=0-1", 200, b"0123456789", None)],
)  # fmt: skip
def test_a_part_is_cut_out_of_a_whole(asked, status, body, which):
    world = World().server(control(HOUR), ("Content-Length", "10"), ("ETag", '"1"'), body=b"0123456789")
    world.ask()
    answer = world.ask(Range=asked)
    assert (answer.status, answer.body, len(world.asked)) == (status, body, 1)
    assert dict(answer.headers).get("Content-Range") == (which and f"bytes {which}/10")
    assert world.ask(Range=asked, If_None_Match='"1"').status == 304
    assert world.ask(method="HEAD", Range=asked).status == 200 and len(world.asked) == 1
    assert world.ask(Range=asked, If_Range='"1"') and len(world.asked) == 2, "whether it applies, the server decides"


def test_must_understand():
    assert kept(control(f"must-understand, no-store, {HOUR}"))
    assert not kept(control(f"must-understand, {HOUR}"), status=299)


def test_the_field_for_caches_like_this_one_goes_before_the_one_for_all():
    ours = "CDN-Cache-Control"
    assert kept(control("max-age=1"), (ours, HOUR), wait=100) and not kept(control(HOUR), (ours, "max-age=1"), wait=2)
    assert kept(control("no-store"), (ours, HOUR)) and not kept(("Expires", write_date(START + 60)), (ours, "x"))
    for spoilt in ("max-age=60, &", 'max-age="60"', "Max-Age=60"):
        assert not kept(control("no-store"), (ours, spoilt)), spoilt
    assert not kept(control(HOUR), (ours, 'private, x="y"'))


# ── asking the server whether it holds


def test_a_stale_answer_is_validated_and_a_304_makes_it_fresh():
    world = World().server(
        control("max-age=10"), ("ETag", '"1"'), ("X", "old"), ("Content-Encoding", "a"), body=b"page"
    )
    world.ask(Accept="x")
    world.wait(10).server(control("max-age=20"), ("X", "new"), ("Content-Encoding", "b"), ("ETag", '"1"'), status=304)
    answer = world.ask(Accept="x")
    assert (answer.status, answer.body) == (200, b"page")
    assert dict(answer.headers) == {"ETag": '"1"', "Content-Encoding": "a", "Cache-Control": "max-age=20", "X": "new",
                                    "Age": "0"}  # fmt: skip
    assert ("If-None-Match", '"1"') in world.asked[1].headers and ("Accept", "x") in world.asked[1].headers
    world.wait(19).ask()
    assert len(world.asked) == 2


def test_a_304_ends_the_age_that_the_old_answer_brought_along():
    world = World().server(control("max-age=10"), ("ETag", '"1"'), ("Age", "9"))
    world.ask()
    world.wait(1).server(("ETag", '"1"'), status=304, body=b"").ask()
    assert ("Age", "5") in world.wait(5).ask().headers and len(world.asked) == 2
    world.wait(5).server(("ETag", '"1"'), ("Age", "8"), status=304, body=b"").ask()
    assert ("Age", "9") in world.wait(1).ask().headers and len(world.asked) == 3


def test_by_last_modified_and_a_new_answer_replaces_the_old():
    world = World().server(control("max-age=1"), ("Last-Modified", write_date(START - 100)))
    world.ask()
    world.wait(5).server(control(HOUR), body=b"new")
    assert world.ask().body == b"new" == world.ask().body
    assert ("If-Modified-Since", write_date(START - 100)) in world.asked[1].headers and len(world.asked) == 2


def test_a_reload_that_may_not_be_kept_takes_the_old_one_away():
    world = World().server(control(HOUR), body=b"old")
    world.ask()
    world.server(control("no-store"), body=b"new").ask(Cache_Control="no-cache")
    assert world.ask().body == b"new"


def test_no_cache_is_kept_and_always_validated():
    world = World().server(control(f"no-cache, {HOUR}"), ("ETag", '"1"'))
    world.ask()
    assert world.server(status=304, body=b"").ask().body == b"page" and len(world.asked) == 2


def test_the_client_s_own_condition():
    world = World().server(
        control("max-age=10"), ("ETag", 'W/"1"'), ("Last-Modified", write_date(START - 100)), ("X", "y")
    )
    world.ask()
    assert [world.ask(If_None_Match=tag).status for tag in ('"1"', 'W/"1"', '"0", "1"', "*", '"2"', '"1')] == [
        304
    ] * 4 + [200] * 2
    later, earlier = write_date(START), write_date(START - 200)
    times = (later, write_date(START - 100), earlier, "lately")
    assert [world.ask(If_Modified_Since=one).status for one in times] == [304, 304, 200, 200]
    assert world.ask(If_Modified_Since=later, If_None_Match='"2"').status == 200, "If-None-Match goes before"
    told = world.ask(If_None_Match='"1"')
    assert ("ETag", 'W/"1"') in told.headers and told.body == b"" and "X" not in dict(told.headers)
    assert len(world.asked) == 1
    world.wait(10).server(status=304, body=b"")
    assert world.ask(If_None_Match='"1"').status == 304 and world.ask(If_None_Match='"2"').status == 200
    assert ("If-None-Match", 'W/"1"') in world.asked[1].headers, "our own condition takes the place of the client's"


def test_a_condition_on_what_is_not_kept_is_the_server_s_business():
    world = World().server(("ETag", '"1"'), status=304, body=b"")
    assert world.ask(If_None_Match='"1"').status == 304 and ("If-None-Match", '"1"') in world.asked[0].headers
    world.server(control(HOUR))
    world.ask()
    world.ask(If_Match='"1"')
    assert len(world.asked) == 3 and ("If-Match", '"1"') in world.asked[2].headers


def test_head_is_answered_from_get_and_keeps_it_up_to_date():
    world = World().server(control("max-age=10"), ("ETag", '"1"'))
    world.ask()
    assert world.ask(method="HEAD").status == 200 and len(world.asked) == 1
    world.wait(11).server(control("max-age=10"), ("ETag", '"1"'), body=b"").ask(method="HEAD")
    assert world.ask().body == b"page" and len(world.asked) == 2
    world.wait(11).server(control("max-age=10"), ("ETag", '"2"'), body=b"").ask(method="HEAD")
    assert world.server(body=b"second").ask().body == b"second"


@pytest.mark.parametrize("says", [control("private"), control("no-store"), ("Set-Cookie", "session=1")])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304)])
def test_what_is_for_one_client_does_not_come_in_by_the_back_door(says, method, status):
    world = World().server(control(HOUR), ("ETag", '"1"'))
    world.ask()
    world.server(says, ("ETag", '"1"'), status=status, body=b"").ask(method=method, Cache_Control="no-cache")
    assert len(world.asked) == 2
    assert world.server(control(HOUR), body=b"new").ask().body == b"new" and len(world.asked) == 3


def test_an_answer_to_a_get_with_a_body_is_for_that_body_only():
    world = World().server(control(HOUR), body=b"poison")
    request = read_request_head(b"GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n\r\n")._replace(body=b"x")
    world.cache.settle(world.cache.plan(request), world.says, world.time)
    assert world.server(control(HOUR), body=b"page").ask().body == b"page" == world.ask().body
    assert world.cache.plan(request).ask


# ── forgetting


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH"])
def test_what_changes_a_page_makes_the_cache_forget_it(method):
    world = World().server(control(HOUR))
    for target in ("/", "/other", "/third", "/elsewhere"):
        world.ask(target)
    asked = len(world.asked)
    world.server(status=500).ask(method=method)
    assert world.ask().status == 200 and len(world.asked) == asked + 1, "an error has changed nothing"
    elsewhere = ("Content-Location", "http://b.example/elsewhere")
    world.server(("Location", "/other"), ("Content-Location", "http://a.example/third")).ask(method=method)
    world.server(elsewhere).ask("/x", method=method)
    for target in ("/", "/other", "/third", "/elsewhere"):
        world.ask(target)
    assert len(world.asked) == asked + 6


def test_what_is_used_least_recently_goes_when_there_is_no_room():
    world = World(room=2).server(control(HOUR))
    for target in ("/a", "/b", "/a", "/c", "/a", "/b"):
        world.ask(target)
    assert [request.asked for request in world.asked] == ["/a", "/b", "/c", "/b"]


# ── what the client says


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({"Cache_Control": "no-cache"}, True),
        ({"Pragma": "no-cache"}, True),
        ({"Pragma": "no-cache", "Cache_Control": "max-age=100"}, False),
        ({"Cache_Control": "max-age=0"}, True),
        ({"Cache_Control": "max-age=4"}, True),
        ({"Cache_Control": "max-age=5"}, False),
        ({"Cache_Control": "min-fresh=5"}, False),
        ({"Cache_Control": "min-fresh=6"}, True),
        ({"Cache_Control": "only-if-cached"}, False),
    ],
)
def test_of_a_fresh_answer(said, asks):
    world = World().server(control("max-age=10"))
    world.ask()
    assert world.wait(5).ask(**said).status == 200
    assert len(world.asked) == 1 + asks


@pytest.mark.parametrize(
    ("server", "said", "asks"),
    [("", "", True), ("", "max-stale", False), ("", "max-stale=2", False), ("", "max-stale=1", True),
     ("", "max-stale=x", True), (", must-revalidate", "max-stale", True), (", proxy-revalidate", "max-stale", True),
     (", s-maxage=10", "max-stale", True)],
)  # fmt: skip
def test_of_a_stale_one(server, said, asks):
    world = World().server(control(f"max-age=10{server}"))
    world.ask()
    world.wait(12).ask(Cache_Control=said)
    assert len(world.asked) == 1 + asks


def test_only_if_cached_and_no_store():
    world = World().server(control(HOUR))
    assert world.ask(Cache_Control="only-if-cached").status == 504 and not world.asked
    world.ask(Cache_Control="no-store")
    world.ask()
    assert len(world.asked) == 2


# ── stale, for a good reason


def test_stale_while_revalidate_answers_first_and_asks_behind_the_client_s_back():
    world = World().server(control("max-age=10, stale-while-revalidate=5"), body=b"old")
    world.ask()
    world.wait(15).server(control("max-age=10, stale-while-revalidate=5"), body=b"new")
    assert world.ask().body == b"old" and len(world.asked) == 2
    assert world.ask().body == b"new" and len(world.asked) == 2
    world.wait(16).server(body=b"newest")
    assert world.ask().body == b"newest"


@pytest.mark.parametrize("down", [{"down": True}, {"status": 500}, {"status": 503}])
def test_stale_if_error(down):
    world = World().server(control("max-age=10, stale-if-error=50"))
    world.ask()
    answer = world.wait(60).server(**down).ask()
    assert answer.body == b"page" and ("Age", "60") in answer.headers
    late = world.wait(1).ask()
    assert late is None or late.status in (500, 503)


@pytest.mark.parametrize("said", ["must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache"])
def test_no_stale_answer_where_the_server_forbids_it(said):
    world = World().server(control(f"{said}, max-age=10, stale-if-error=50, stale-while-revalidate=50"), ("ETag", "1"))
    world.ask()
    assert world.wait(20).server(down=True).ask() is None
    assert world.server(status=503).ask(Cache_Control="stale-if-error=60, max-stale").status == 503


def test_a_client_may_ask_for_a_stale_answer_on_an_error():
    world = World().server(control("max-age=10"))
    world.ask()
    assert world.wait(20).server(down=True).ask() is None
    assert world.ask(Cache_Control="stale-if-error=60").body == b"page"


# ── what is kept of it


def test_what_is_for_one_connection_is_not_kept():
    world = World().server(control(HOUR), ("Connection", "close, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "5"),
                           ("Proxy-Authenticate", "Basic"), ("X-Kept", "1"))  # fmt: skip
    world.ask()
    assert dict(world.ask().headers) == {"Cache-Control": HOUR, "X-Kept": "1", "Age": "0"}
    assert world.cache.hits == 1
