"""The model's browser, its tables, the planted id, and how Python's cookie jar differs."""

from http.cookiejar import CookieJar
from urllib.request import Request

import pytest

from labs.kit.guarding.telling import LearnerError
from labs.sessions.cookies.browser import GRACE, LIMIT, NotTaken, sends, site, take
from labs.sessions.cookies.fixation import fix, robbed
from labs.sessions.cookies.login import log_in
from labs.sessions.cookies.picture import _usable, draw_fixation
from labs.sessions.cookies.tables import LINES, same_site, sent, taken
from labs.sessions.real.servers import Client, journey, three_servers
from labs.sessions.real.stores import SqliteSessions


@pytest.mark.parametrize(("line", "kept"), LINES)
def test_what_is_taken(line: str, kept: bool) -> None:
    if kept:
        take(line, "shop.test", https=True)
    else:
        with pytest.raises(NotTaken):
            take(line, "shop.test", https=True)


def test_the_limits() -> None:
    take(f"a={'x' * (LIMIT - 1)}", "shop.test", https=True)
    with pytest.raises(NotTaken):
        take(f"a={'x' * LIMIT}", "shop.test", https=True)
    with pytest.raises(NotTaken):
        take("a=1; Secure", "shop.test", https=False)


def test_the_two_minutes_are_for_cookies_without_same_site() -> None:
    for given, young, old in (("", True, False), ("; SameSite=Lax", False, False), ("; SameSite=Strict", False, False)):
        cookie = take(f"a=1; Secure{given}", "shop.test", https=True)
        for age, told in ((GRACE, young), (GRACE + 1, old)):
            assert sends(cookie, "https://shop.test/", "POST", "form", "https://evil.test", age) == told


def test_hosts_ports_paths_and_sites() -> None:
    own, wide = take("a=1", "shop.test", https=True), take("a=1; Domain=shop.test", "shop.test", https=True)
    assert sends(own, "https://shop.test:8443/", "GET", "link", "")
    assert not sends(own, "https://www.shop.test/", "GET", "link", "")
    assert sends(wide, "https://www.shop.test/", "GET", "link", "")
    assert not sends(wide, "https://notshop.test/", "GET", "link", "")
    deep = take("a=1; Path=/acc", "shop.test", https=True)
    assert sends(deep, "https://shop.test/acc/1", "GET", "link", "")
    assert not sends(deep, "https://shop.test/account", "GET", "link", "")
    assert site("https://a.shop.test:1") == site("https://shop.test") != site("http://shop.test")


def test_the_tables() -> None:
    assert same_site().shape == (5, 4)
    assert taken().shape == (len(LINES), 2)
    assert not any(sent("Strict", what) for what in same_site().index[1:])


def test_a_planted_id_works_only_where_it_is_kept() -> None:
    assert robbed(fix())
    assert not robbed(fix(new_id=True))
    assert not robbed(fix(login=log_in))
    assert fix(new_id=True).of("login")[0]["cart"] == ["tea"]
    for trace, end in ((fix(), "takes her for Ada."), (fix(new_id=True), "does not open Ada's session.")):
        assert draw_fixation(trace).stills and draw_fixation(trace).caption(trace.end).endswith(end)


def test_an_old_session_that_stays_is_seen() -> None:
    def leaves_it(sessions, old_id, user, new_id):
        cart = sessions[old_id]["cart"]
        sessions[id := new_id()] = {"user": user, "cart": cart}
        return id

    trace = fix(login=leaves_it)
    scene = draw_fixation(trace)
    assert not robbed(trace) and scene.caption(trace.end).endswith("the old session is still there.")
    assert scene.value("end", "label", trace.end) == "Mallory's id still opens a session, though not as Ada."


@pytest.mark.parametrize("answer", [None, 5, ["a"]])
def test_a_login_that_is_not_usable_is_a_sentence(answer) -> None:
    with pytest.raises(LearnerError):
        fix(login=_usable(lambda *given: answer))


def test_the_real_servers_agree_with_the_model(monkeypatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    table = journey()
    assert table.loc["session"].tolist() == [[200] * 3, 3, [401] * 3]
    assert table.loc["token"].tolist() == [[200] * 3, 0, [200] * 3]


def test_real_servers_give_a_new_id_and_adopt_none() -> None:
    store = SqliteSessions()
    with three_servers(store) as urls:
        client = Client()
        client.get(urls[0] + "/login")
        (first,) = [cookie.value for cookie in client.jar]
        client.get(urls[1] + "/login")
        (second,) = [cookie.value for cookie in client.jar]
        assert first != second
        assert len(str(first)) == 22
    store.end()


def test_a_stolen_cookie_serves_the_thief_until_the_session_ends() -> None:
    store = SqliteSessions()
    with three_servers(store) as urls:
        ada, thief = Client(), Client()
        ada.get(urls[0] + "/login")
        for cookie in ada.jar:
            thief.jar.set_cookie(cookie)
        assert thief.get(urls[2] + "/me") == (200, "ada")
        store.close("ada")
        assert thief.get(urls[2] + "/me")[0] == ada.get(urls[1] + "/me")[0] == 401
    store.end()


def test_where_nothing_can_listen_there_is_a_sentence(monkeypatch) -> None:
    def refuse(*given):
        raise OSError

    monkeypatch.setattr("labs.sessions.real.servers.ThreadingHTTPServer", refuse)
    assert journey() == "No server can listen on 127.0.0.1 here."


class _Answer:
    """As much of an HTTP answer as the jar looks at."""

    def __init__(self, line: str) -> None:
        from email.message import Message

        self.message = Message()
        self.message["Set-Cookie"] = line

    def info(self):
        return self.message


@pytest.mark.parametrize(
    ("line", "asked", "initiator"),
    [
        ("a=1; Path=/; SameSite=Strict", "https://shop.test/", "evil.test"),  # SameSite is not looked at
        ("__Host-a=1; Path=/", "https://shop.test/", ""),  # nor is the prefix: Secure is missing
        ("a=1; Path=/; Secure", "https://shop.test:8443/", ""),  # ports share cookies, as in browsers
    ],
)
def test_how_the_jar_differs_from_a_browser(line: str, asked: str, initiator: str) -> None:
    jar = CookieJar()
    jar.extract_cookies(_Answer(line), Request("https://shop.test/"))  # type: ignore[arg-type]
    request = Request(asked, origin_req_host=initiator or None)
    jar.add_cookie_header(request)
    assert request.get_header("Cookie")
