"""What lesson 04 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.queues.buffer.buffer import buffer
from labs.queues.buffer.measure import fates, waits
from labs.queues.buffer.retries import retries
from labs.queues.formulas import mm1_waiting


def _longest() -> str:
    longest = round(max(waits(buffer())))
    return next(option for option in LONGEST_WAIT.options if option.startswith(f"about {longest} s"))


LONGEST_WAIT = Question(
    id="queues-longest-wait",
    question="Three producers send 10, 20 and 30 messages per second for ten seconds, then stop. "
    "One worker does 15 per second. How long does the unluckiest message wait?",
    options=[
        "about 1 s: the queue takes every message at once",
        "about 10 s: as long as the rush lasts",
        "about 30 s: long after the producers have stopped",
    ],
    answer=_longest,
    because="When the producers stop, some 450 messages wait, and 15 are done per second: 450 / 15 = 30. "
    "The queue has not made anybody faster. It has put the work off.",
)


def _busy() -> str:
    many = round(mm1_waiting(0.95))
    return next(option for option in BUSY.options if option.startswith(f"about {many}"))


BUSY = Question(
    id="queues-busy",
    question="Messages arrive at random moments, 14.25 per second on average. The worker can do 15 per second. "
    "How many wait, on average over a long time?",
    options=["none or one: the worker is faster than the producers", "about 2 or 3", "about 18"],
    answer=_busy,
    because="Whenever some arrive close together, a queue forms, and with 5 % to spare it takes long to work off. "
    "The idle moments in between do not help: nobody can work on messages that have not arrived yet.",
)


def _learns() -> str:
    what = fates(buffer(bound=100, overflow="drop oldest"))
    return WHO_LEARNS.options[2] if what["lost"] and not what["rejected"] else WHO_LEARNS.options[0]


WHO_LEARNS = Question(
    id="queues-who-learns",
    question="The same rush, but at most 100 messages may wait, and a full queue drops its oldest. "
    "350 messages are lost. Who learns of it?",
    options=["their producers: they get an error", "the worker: it sees that something is missing", "nobody"],
    answer=_learns,
    because="When a message is dropped, its producer was told long ago that it had been accepted, "
    "and the worker cannot miss a message that it has never seen.",
)


def _waves() -> str:
    calls = retries(policy="exponential").of("call")
    moments = {round(e.t, 1) for e in calls}
    return WAVES.options[1] if len(moments) < 10 else WAVES.options[0]


WAVES = Question(
    id="queues-waves",
    question="Forty clients lose their connection at the same moment. Each pauses for 1 s before it tries again, then "
    "for 2 s, 4 s, 8 s. What does the server see?",
    options=[
        "a stream of calls that gets thinner and thinner",
        "waves, with nothing in between",
        "one short peak, and then all of them are served",
    ],
    answer=_waves,
    because="They failed together and double together, so they come back together. Longer pauses only move the waves "
    "apart. What spreads clients out is randomness.",
)
