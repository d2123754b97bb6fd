"""Whatever a learner's function returns, a judge sees built-in values and the course's own records only."""

import collections
import enum
import json
from dataclasses import dataclass
from types import MappingProxyType

import numpy
import pytest

from labs.kafka.groups.members import Member
from labs.kit.checking.plain import Unfit, plain, tree, value
from labs.proxies.balancing.health import Health


class Text(str):
    def __eq__(self, other):
        raise RuntimeError

    __hash__ = str.__hash__


class Colour(enum.IntEnum):
    RED = 3


Pair = collections.namedtuple("Pair", "left right")
MEMBER = Member("c1", ("orders",))


@pytest.mark.parametrize(
    ("odd", "usual"),
    [
        (numpy.int64(3), 3),
        (numpy.float32(0.5), 0.5),
        (numpy.bool_(True), True),
        (numpy.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ({"a": numpy.arange(2)}, {"a": [0, 1]}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.defaultdict(list, a=[1]), {"a": [1]}),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (collections.deque([1, 2]), [1, 2]),
        (Pair(1, [Text("x")]), (1, ["x"])),
        (Text("x"), "x"),
        (Colour.RED, 3),
        (bytearray(b"x"), b"x"),
        ((MEMBER, Health(numpy.bool_(True), Colour.RED)), (MEMBER, Health(True, 3))),
    ],
)
def test_the_plain_form_and_its_way_over_a_pipe(odd, usual):
    found = plain(odd)
    assert found == usual and type(found) is type(usual)
    sent = value(json.loads(json.dumps(tree(found))))
    assert sent == usual and type(sent) is type(usual)


@pytest.mark.parametrize(
    "plainly", [None, 2**64, -0.5, "ä\ud800", b"\xff", {1, 2}, frozenset("a"), range(1, 9, 2), 2j, {(1, 2): [None]}]
)
def test_every_built_in_value_travels(plainly):
    sent = value(json.loads(json.dumps(tree(plain(plainly)))))
    assert sent == plainly and type(sent) is type(plainly)


@dataclass
class Own:
    x: int = 1


def test_what_cannot_be_is_a_sentence():
    endless = []
    endless.append(endless)
    family = [1]
    for _ in range(60):
        family = [family, family]
    for odd, told in ((10**5000, "4,300 digits"), (endless, "holds itself"), (family, "far too large")):
        with pytest.raises(Unfit, match=told):
            plain(odd)
    for odd in (Own(), object(), len, [Own], Own.__init__):
        with pytest.raises(Unfit, match="which cannot be looked at"):
            tree(plain(odd))


@pytest.mark.parametrize(
    "lie",
    [
        {"a": 1}, [], ["eval", "1"], ["list", ["os", "system"]], ["record", "os", "system", {}],
        ["record", "labs.kit.checking.exercise", "Callable", {}], ["record", "labs.kit.checking.plain", "json", {}],
        ["named", "labs.kit.checking.exercise", "Exercise", 1],
        ["enum", "labs.kit.checking.report", "Report", "verdict"],
        ["record", "labs.nothing", "Thing", {}], ["record", "labs.kit.checking.report", "Report", {}],
        [[], 1], ["dict", 1],
    ],
)  # fmt: skip
def test_what_was_not_written_by_tree_is_refused(lie):
    with pytest.raises(ValueError):
        value(lie)


def test_a_record_that_comes_back_runs_none_of_its_code():
    sent = value(["record", "labs.kafka.groups.members", "Member", {**vars(MEMBER), "id": 7, "topics": None}])
    assert type(sent) is Member and sent.id == 7, "no check of its own was run"
