"""From a trace to captions: what is said of each event, what shares a caption, which moments become stills."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

Told = str | tuple[str, str]


def narrate(
    scene: Scene,
    trace: Iterable[Event],
    tell: Callable[[Event], Told],
    stills: Iterable[float] | Callable[[Trace], Iterable[float]] = (),
    *,
    within: float = 1.0,
    silence: str = "Nothing has happened yet.",
) -> None:
    """Give the scene its captions: `tell(event)` is a sentence, "" for what needs none, or (topic, sentence).

    Sentences on one topic that follow each other `within` so many seconds of the first share a caption, which rests
    when the last of them has. `stills` are the moments of the storyboard, or a function that finds them in the trace;
    a moment inside a caption shows that caption, with all that it tells.
    """
    captions: list[tuple[float, float, str, list[str]]] = []  # first moment, last moment, topic, sentences
    for event in trace:
        told = tell(event)
        topic, sentence = told if isinstance(told, tuple) else ("", told)
        if not sentence:
            continue
        if captions and topic and topic == captions[-1][2] and event.t - captions[-1][0] <= within:
            first, _, _, sentences = captions[-1]
            captions[-1] = first, event.t, topic, sentences + [sentence] * (sentence not in sentences)
        else:
            captions.append((event.t, event.t, topic, [sentence]))
    moments = sorted(stills(trace) if callable(stills) else stills)  # type: ignore[arg-type]
    for first, last, _, sentences in captions:
        scene.say(first, " ".join(sentences), until=last, still=any(first <= t <= last for t in moments))
    if not captions:
        scene.say(0, silence)
    # A still between two captions is shown with the one that stands then.
    scene.stills += [t for t in moments if not any(first <= t <= last for first, last, _, _ in captions) and captions]
    scene.stills.sort()
