"""A real nginx: `split_clients` keeps every user as the percentage grows, as our bucket does.

Where nginx is not installed this is one skipped line; in CI, where it is, its absence is a failure.
"""

import http.client

import pytest

from labs.patterns.strangler.crowd import bound, moved

USERS = tuple(f"user {n}" for n in range(600))
SHARES = (5, 10, 20, 30, 50, 75, 99)


@pytest.fixture(scope="module")
def sides(nginx_with):
    """{user: what nginx says at each share, then of the second of two lines, at 10 % and at 20 % for the first}."""
    config = "".join(
        f'split_clients "basket/$http_x_user" $at{share} {{ {share}% new; * old; }} ' for share in SHARES
    ) + "".join(
        f'split_clients "basket/$http_x_user" $second{first} {{ {first}% first; 10% second; * old; }} '
        for first in (10, 20)
    ) + "".join(
        f'split_clients "basket/$http_x_user" $below{second} {{ 20% first; {second}% second; * old; }} '
        for second in (10, 30)
    )  # fmt: skip
    answer = " ".join([*(f"$at{share}" for share in SHARES), "$second10", "$second20", "$below10", "$below30"])
    with nginx_with(f'{config} server {{ listen PORT; location / {{ return 200 "{answer}"; }} }}') as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        told = {}
        for user in USERS:
            line.request("GET", "/", headers={"X-User": user})
            told[user] = line.getresponse().read().decode().split()
        line.close()
        return told


def test_nobody_is_sent_back_by_nginx_nor_by_us(sides):
    for place in range(1, len(SHARES)):
        assert not [u for u in USERS if sides[u][place - 1] == "new" and sides[u][place] == "old"]
        assert moved("basket", SHARES[place - 1], USERS) <= moved("basket", SHARES[place], USERS)


def test_both_shares_lie_within_the_binomial_bound(sides):
    for place, share in enumerate(SHARES):
        most = bound(share / 100, len(USERS))
        assert abs(sum(told[place] == "new" for told in sides.values()) - 6 * share) <= most
        assert abs(len(moved("basket", share, USERS)) - 6 * share) <= most


def test_the_range_of_a_second_line_moves_when_the_first_grows(sides):
    before = {u for u in USERS if sides[u][-4] == "second"}
    after = {u for u in USERS if sides[u][-3] == "second"}
    assert before and after and not before & after


def test_a_second_line_keeps_its_users_while_the_first_stays_as_it_is(sides):
    before, after = ({u for u in USERS if sides[u][place] == "second"} for place in (-2, -1))
    assert before and before < after
    assert {sides[u][-2] for u in after - before} == {"old"}


def test_without_the_header_all_move_together(nginx_with):
    lines = [f'split_clients "basket/$http_x_user" $at{n} {{ {n}% new; * old; }} ' for n in range(1, 100)]
    every = " ".join(f"$at{n}" for n in range(1, 100))
    with nginx_with(f"{''.join(lines)} server {{ listen PORT; return 200 '{every}'; }}") as port:
        told = set()
        for headers in ({}, {}, {"X-User": ""}, {"User-Agent": "another"}):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("GET", f"/{len(headers)}", headers=headers)
            told.add(line.getresponse().read().decode())
            line.close()
    assert len(told) == 1 and {"old", "new"} == set(told.pop().split())


def test_nginx_refuses_a_share_of_nought_so_the_line_has_to_go(nginx_with):
    block = 'split_clients "$http_x_user" $side {{ {share}% new; * old; }} server {{ listen PORT; return 200 $side; }}'
    with nginx_with(block.format(share=1)):
        pass
    with pytest.raises(AssertionError, match='invalid percent value "0%"'), nginx_with(block.format(share=0)):
        pass
