"""Targets: their forms, hosts, and the path that routes are compared with, which is nginx's own `$uri`."""

from random import Random
from urllib.parse import unquote_to_bytes

import pytest

from labs.http.syntax import NotHTTP
from labs.http.targets import Host, Target, normal_path, read_host, read_target, same_origin_host


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/", "/"),
        ("/api", "/api"),
        ("/%61pi", "/api"),
        ("//api", "/api"),
        ("///api//x", "/api/x"),
        ("/x/../api", "/api"),
        ("/./api/.", "/api/"),
        ("/api/x/..", "/api/"),
        ("/api/", "/api/"),
        ("/%2e%2e/api/%2E%2e", None),
        ("/x/%2e%2e/api", "/api"),
        ("/x%2f..%2Fapi", "/api"),
        ("/api%2fx", "/api/x"),
        ("/%2561pi", "/%61pi"),
        ("/..", None),
        ("/a/../..", None),
        ("/a%00", None),
        ("/...", "/..."),
        ("/.a/..b", "/.a/..b"),
        ("/%3f%23", "/?#"),
        ("/caf%c3%a9", "/caf\xc3\xa9"),
    ],
)
def test_one_path_has_one_spelling(path, normal):
    if normal is None:
        with pytest.raises(NotHTTP):
            normal_path(path)
    else:
        assert normal_path(path) == normal
        assert normal_path(normal) == normal or "%" in path


def test_nginx_reads_the_same_path(nginx_with, answer_to):
    with nginx_with("server { listen PORT; location / { return 200 $uri; } }") as port:
        chance, refused = Random(13), 0
        pieces = [
            "/",
            "/",
            ".",
            "..",
            "a",
            "api",
            "%2e",
            "%2F",
            "%61",
            "%25",
            "%3F",
            "%2e.",
            "%00",
            "%c3%a9",
            "b.c",
            "~",
        ]
        for _ in range(600):
            path = "/" + "".join(chance.choice(pieces) for _ in range(chance.randrange(9)))
            answer = answer_to(port, f"GET {path}?x=/../y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            try:
                assert answer.rpartition(b"\r\n\r\n")[2].decode("latin-1") == normal_path(path), path
            except NotHTTP:
                refused += 1
                assert answer.startswith(b"HTTP/1.1 400 "), path
        assert 20 < refused < 300


def test_the_four_forms():
    assert read_target("/a?b", "GET") == Target("origin", None, None, "/a", "b")
    assert read_target("/a?", "GET") == Target("origin", None, None, "/a", "")
    assert read_target("HTTP://Shop.example:80?x", "GET") == Target("absolute", "http", "Shop.example:80", "/", "x")
    assert read_target("shop.example:443", "CONNECT") == Target("authority", None, "shop.example:443", "", None)
    assert read_target("*", "OPTIONS") == Target("asterisk", None, None, "", None)
    for text, method in (("*", "GET"), ("/", "CONNECT"), ("shop.example:443", "GET"), ("", "GET"), ("a", "GET")):
        with pytest.raises(NotHTTP):
            read_target(text, method)


def test_hosts_are_compared_without_case_dot_or_default_port():
    assert read_host("Shop.Example.") == Host("shop.example", None)
    assert read_host("[2001:DB8:0::1]:8080") == Host("[2001:db8::1]", 8080)
    assert read_host("a:") == Host("a", None)
    assert same_origin_host("http", "A.example:80") == same_origin_host("http", "a.example.") == "a.example"
    assert same_origin_host("https", "a.example:80") == "a.example:80"


def test_a_path_is_decoded_once_only():
    assert unquote_to_bytes("%2561") == b"%61"
    assert normal_path("/%252e%252e/x") == "/%2e%2e/x"
