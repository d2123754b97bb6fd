"""What goes no further than one connection, and who is said to have asked."""

import pytest

from labs.http.forwarding import end_to_end, forwarded, read_forwarded, to_client, to_server


def test_what_was_meant_for_one_connection_goes_no_further():
    headers = [("Host", "h"), ("Connection", "keep-alive, X-Mine"), ("x-mine", "1"), ("Keep-Alive", "5"),
               ("Accept", "*/*"), ("TE", "trailers"), ("Accept", "text/html"), ("Connection", "Y-Mine"),
               ("Y-MINE", "2"), ("Proxy-Connection", "x"), ("Upgrade", "h2c"), ("Trailer", "T"),
               ("Proxy-Authorization", "Basic x")]  # fmt: skip
    assert end_to_end(headers) == [("Host", "h"), ("Accept", "*/*"), ("Accept", "text/html")]


@pytest.mark.parametrize("name", ["Content-Length", "Host", "Cache-Control", "Authorization"])
def test_connection_takes_nothing_off_that_is_meant_for_all(name):
    headers = [("Connection", f"close, {name.lower()}"), (name, "1")]
    assert end_to_end(headers) == [(name, "1")]


def test_a_client_cannot_say_for_itself_who_it_is():
    sent = [
        ("Host", "h"),
        ("x-forwarded-for", "203.0.113.9"),
        ("Forwarded", "for=203.0.113.9"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Real-IP", "203.0.113.9"),
        ("X_Forwarded_For", "203.0.113.9"),
    ]
    assert to_server(sent, "192.0.2.7", "http") == [
        ("Host", "h"),
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-Proto", "http"),
        ("Via", "1.1 proxy"),
    ]


def test_connection_cannot_take_off_what_the_proxy_writes():
    sent = [("Host", "h"), ("Connection", "X-Forwarded-For, Forwarded, Via")]
    assert to_server(sent, "192.0.2.7", "http")[1:] == to_server([("Host", "h")], "192.0.2.7", "http")[1:]


def test_a_trusted_proxy_s_list_is_carried_on():
    sent = [("Host", "h"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "198.51.100.2"),
            ("X-Forwarded-Proto", "https"), ("Forwarded", "for=203.0.113.9;proto=https")]  # fmt: skip
    told = dict(to_server(sent, "192.0.2.7", "http", version="1.0", trusted=True, standard=True))
    assert told["X-Forwarded-For"] == "203.0.113.9, 198.51.100.2, 192.0.2.7" and told["X-Forwarded-Proto"] == "https"
    assert told["Forwarded"] == "for=203.0.113.9;proto=https, for=192.0.2.7;proto=http;host=h"
    assert told["Via"] == "1.0 proxy"


def test_via_is_added_after_those_that_were_there():
    assert to_server([("Via", "1.0 other")], "::1", "http")[::3] == [("Via", "1.0 other"), ("Via", "1.1 proxy")]


@pytest.mark.parametrize(
    ("client", "host", "element"),
    [
        ("192.0.2.7", "h", "for=192.0.2.7;proto=http;host=h"),
        ("2001:db8::1", "h:80", 'for="[2001:db8::1]";proto=http;host="h:80"'),
        ("not an address", "", "for=unknown;proto=http"),
    ],
)
def test_forwarded_as_rfc_7239_writes_it(client, host, element):
    assert forwarded(client, "http", host) == element
    assert read_forwarded([("Forwarded", element)])[0]["for"].strip("[]") == client or client == "not an address"


def test_forwarded_is_read_over_lines_quotes_and_case():
    headers = [
        ("forwarded", 'For="[2001:db8:cafe::17]:4711";by=_x, for=unknown'),
        ("Forwarded", 'for="a,b;c";Proto=https'),
    ]
    assert read_forwarded(headers) == [
        {"for": "[2001:db8:cafe::17]:4711", "by": "_x"},
        {"for": "unknown"},
        {"for": "a,b;c", "proto": "https"},
    ]


@pytest.mark.parametrize("spoilt", ["for", "for=[::1]", "for=a;for=b", "=a", 'for="a', "for=a b", "for = a"])
def test_a_spoilt_forwarded_says_nothing(spoilt):
    assert read_forwarded([("Forwarded", f"for=192.0.2.1, {spoilt}")]) == []


def test_the_server_s_name_stays_behind():
    assert to_client([("Server", "acme"), ("X-Powered-By", "y"), ("ETag", "1"), ("Keep-Alive", "5")]) == [
        ("ETag", "1"),
        ("Via", "1.1 proxy"),
    ]
