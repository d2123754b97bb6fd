"""A class votes: each vote counts once, a mind can be changed, and only the teacher's address tells what is right."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from tools.lesson import ROOT, read
from tools.wall.__main__ import Room, main
from tools.wall.votes import VoteError, Votes

LESSON = read(ROOT / "lessons" / "06_kafka_groups.md")
FIFTH = "kafka-fifth-consumer"


@pytest.fixture
def room():
    with Room(LESSON) as room:
        thread = threading.Thread(target=room.serve_forever, args=(0.05,))
        thread.start()
        yield room
        room.shutdown()
        thread.join()


def get(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read().decode()


def post(address, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data=data, method="POST"), timeout=60) as answer:
        return json.load(answer)


def refused(address, body):
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(address, body)
    return caught.value.code, caught.value.read().decode()


def test_it_listens_on_this_machine_only_unless_more_is_asked_for(room):
    assert room.server_address[0] == "127.0.0.1" and room.server_address[1] > 0


def test_votes_are_counted_and_a_mind_can_be_changed(room):
    ballot = f"{room.address}{room.word}/vote"
    for option in (2, 2, 0):
        post(ballot, {"question": FIFTH, "option": option, "instead": None})
    post(ballot, {"question": FIFTH, "option": 1, "instead": 0})
    post(f"{room.wall}vote", {"question": FIFTH, "option": 3})  # a hand in the room
    assert post(f"{room.wall}counts", {"question": FIFTH})["counts"] == [0, 1, 2, 1]
    assert sum(post(f"{room.wall}counts", {"question": "kafka-crash"})["counts"]) == 0


def test_the_answer_is_told_on_the_wall_and_nowhere_else(room):
    told = post(f"{room.wall}answer", {"question": FIFTH})
    assert told["right"] == 2 and "four partitions" in told["because"]
    page = get(f"{room.address}?word={room.word}")
    assert "A fifth consumer joins" in page and told["because"][:40] not in page and room.secret not in page
    assert told["because"][:40] not in get(room.wall)
    for question in ("counts", "answer"):
        assert refused(f"{room.address}{room.word}/{question}", {"question": FIFTH})[0] == 403


@pytest.mark.parametrize("word", ["", "nonsense", "wall", "../wall", "ünal"])
def test_without_the_word_nobody_votes(room, word):
    from urllib.parse import quote

    assert refused(f"{room.address}{quote(word)}/vote", {"question": FIFTH, "option": 0})[0] == 403
    assert "What do you expect?" not in get(f"{room.address}?word={quote(word)}")


BAD = [b"", b"{", b"[]", b"7", {}, {"question": FIFTH}, {"question": "no", "option": 0}, {"question": [], "option": 0},
       *({"question": FIFTH, "option": option} for option in (-1, 4, "0", 0.0, None, True, [])),
       {"question": FIFTH, "option": 0, "instead": 9}, b"x" * 20_000]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=lambda body: str(body)[:40])
def test_a_bad_vote_is_refused_in_a_sentence_and_changes_nothing(room, body):
    code, told = refused(f"{room.address}{room.word}/vote", body)
    assert code == 400 and len(told.splitlines()) == 1 and told.endswith((".", "0."))
    assert sum(post(f"{room.wall}counts", {"question": FIFTH})["counts"]) == 0


def test_thirty_at_once_are_thirty_votes():
    from labs.kit.guessing.question import find

    votes = Votes([find(FIFTH)])
    hands = [threading.Thread(target=lambda: [votes.vote(FIFTH, 1) for _ in range(500)]) for _ in range(30)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert votes.counts(FIFTH) == [0, 15_000, 0, 0]
    with pytest.raises(VoteError, match="no question 'other'"):
        votes.vote("other", 0)


@pytest.mark.parametrize("arguments", [["99"], ["06", "--port", "99999"], ["06", "--host", "no.such.host.invalid"]])
def test_a_room_that_cannot_open_says_why_in_one_line(arguments, capsys):
    assert main(arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
