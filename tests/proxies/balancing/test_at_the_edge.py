"""Routing, what TLS hides, and how far away things are. What a proxy changes and keeps: tests/http."""

import pytest

from labs.proxies.balancing.distance import CITIES, FIBRE, first_page, kilometres, round_trip
from labs.proxies.balancing.routing import Route, route, seen

ROUTES = [
    Route("shop.example", "/", "pages"),
    Route("shop.example", "/api", "api"),
    Route("*.shop.example", "/", "branches"),
]


@pytest.mark.parametrize(
    ("host", "path", "group"),
    [
        ("shop.example", "/", "pages"),
        ("SHOP.Example:8080", "/cart", "pages"),
        ("shop.example.", "/api/orders", "api"),
        ("shop.example", "/apiary", "api"),
        ("shop.example", "/API", "pages"),
        ("oslo.shop.example", "/api", "branches"),
        ("a.b.shop.example", "/", "branches"),
        ("other.example", "/", None),
        ("xshop.example", "/", None),
    ],
)
def test_host_first_then_the_longest_path(host, path, group):
    found = route(ROUTES, host, path)
    assert (found and found.group) == group


def test_the_order_of_the_routes_does_not_matter_and_a_default_takes_the_rest():
    assert route(ROUTES[::-1], "shop.example", "/api/1") == ROUTES[1]
    assert route([*ROUTES, Route("*", "/", "rest")], "other.example", "/x").group == "rest"
    assert route([], "shop.example", "/") is None


def test_the_longer_wildcard_wins():
    routes = [Route("*.example", "/", "one"), Route("*.shop.example", "/", "two")]
    assert route(routes, "a.shop.example", "/").group == "two"


def test_what_can_be_seen_depends_on_where_tls_ends():
    assert seen("terminate", "192.0.2.1", "h", "/p") == ("192.0.2.1", "h", "/p", True)
    assert seen("passthrough", "192.0.2.1", "h", "/p") == ("192.0.2.1", "h", None, False)
    assert seen("layer 4", "192.0.2.1", "h", "/p") == ("192.0.2.1", None, None, False)
    with pytest.raises(ValueError, match=r"^TLS can end by terminate, passthrough or layer 4, and not by 'magic'$"):
        seen("magic", "192.0.2.1", "h", "/p")


def test_distances_on_the_globe():
    assert kilometres(CITIES["London"], CITIES["New York"]) == pytest.approx(5570, rel=0.01)
    assert kilometres(CITIES["Sydney"], CITIES["Frankfurt"]) == pytest.approx(16_500, rel=0.01)
    assert kilometres((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20_015, rel=0.001)
    assert round_trip((0.0, 0.0), (0.0, 180.0)) == pytest.approx(2 * 20_015 / FIBRE, rel=0.001)


def test_a_first_page_takes_three_round_trips_and_an_edge_shortens_two():
    far = round_trip(CITIES["Sydney"], CITIES["Frankfurt"])
    near = round_trip(CITIES["Sydney"], CITIES["Singapore"])
    on = round_trip(CITIES["Singapore"], CITIES["Frankfurt"])
    assert first_page("Sydney", "Frankfurt").end == pytest.approx(3 * far)
    assert first_page("Sydney", "Frankfurt", "Singapore").end == pytest.approx(3 * near + on)
    assert first_page("Sydney", "Frankfurt", "Singapore", cached=True).end == pytest.approx(3 * near)
    assert [e["what"] for e in first_page("Sydney", "Frankfurt", "London").of("send", who="edge")] == [
        "accept",
        "TLS done",
        "request",
        "page",
    ]


def test_a_city_that_is_not_on_the_map_is_one_sentence():
    with pytest.raises(ValueError, match=r"^origin must be one of Frankfurt, London, .*, and not 'Atlantis'$"):
        first_page("Sydney", "Atlantis")
