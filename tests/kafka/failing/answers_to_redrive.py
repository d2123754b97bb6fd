# ruff: noqa - as people write it
"""A loop that parks, as people write it who have only the notebook: right in any style, and wrong."""

from tests.kit.answers import Answers

answers = Answers("kafka-redrive")


@answers.right
def lesson(records, held, process):
    parked, waiting = [], set(held)
    for record in records:
        if record.key is not None and record.key in waiting:
            parked.append(record)
            continue
        try:
            process(record)
        except Exception:
            parked.append(record)
            waiting.add(record.key)
    return parked


@answers.right
def looks_back(records, held, process):
    parked = []
    for r in records:
        behind = r.key is not None and (r.key in held or any(p.key == r.key for p in parked))
        if not behind:
            try:
                process(r)
                continue
            except Exception:
                pass
        parked.append(r)
    return parked


@answers.right
def comprehension(records, held, process):
    waiting = set(held)

    def stays(r):
        if r.key in waiting:
            return True
        try:
            process(r)
        except Exception:
            waiting.update({r.key} - {None})
            return True
        return False

    return [r for r in records if stays(r)]


@answers.right
def recursive(records, held, process):
    if not records:
        return []
    head, *rest = records
    if head.key is not None and head.key in held:
        return [head] + recursive(rest, held, process)
    try:
        process(head)
    except Exception:
        return [head] + recursive(rest, [*held, head.key], process)
    return recursive(rest, held, process)


@answers.right
def a_tuple(records, held, process):
    blocked = {k: True for k in held}
    out = ()
    left = list(records)
    while left:
        r = left.pop(0)
        if blocked.get(r.key):
            out += (r,)
            continue
        try:
            process(r)
        except Exception:
            out += (r,)
            blocked[r.key] = r.key is not None
    return out


@answers.right
def klass(records, held, process):
    class Desk:
        def __init__(self):
            self.held, self.parked = set(held), []

        def take(self, r):
            if r.key in self.held:
                return self.parked.append(r)
            try:
                process(r)
            except Exception:
                self.parked.append(r)
                if r.key is not None:
                    self.held.add(r.key)

    desk = Desk()
    for r in records:
        desk.take(r)
    return desk.parked


@answers.wrong("Records without a key (None) are in no order")
def none_held(records, held, process):
    parked, waiting = [], set(held)
    for r in records:
        if r.key in waiting:
            parked.append(r)
            continue
        try:
            process(r)
        except Exception:
            parked.append(r)
            waiting.add(r.key)
    return parked


@answers.wrong("The empty key")
def falsy(records, held, process):
    parked, waiting = [], set(held)
    for r in records:
        if r.key and r.key in waiting:
            parked.append(r)
            continue
        try:
            process(r)
        except Exception:
            parked.append(r)
            waiting.add(r.key)
    return parked


@answers.wrong("You forget `held`")
def from_nothing(records, held, process):
    parked, waiting = [], set()
    for r in records:
        if r.key in waiting:
            parked.append(r)
            continue
        try:
            process(r)
        except Exception:
            parked.append(r)
            if r.key is not None:
                waiting.add(r.key)
    return parked


@answers.wrong()
def keys_only(records, held, process):
    waiting = list(held)
    for r in records:
        if r.key not in waiting:
            try:
                process(r)
            except Exception:
                waiting.append(r.key)
    return waiting


@answers.wrong()
def tries_all(records, held, process):
    parked = []
    for r in records:
        try:
            process(r)
            if r.key in held:
                parked.append(r)
        except Exception:
            parked.append(r)
    return parked


@answers.wrong("You add to the list `held` itself")
def changes_held(records, held, process):
    parked = []
    for r in records:
        if r.key in held:
            parked.append(r)
        else:
            try:
                process(r)
            except Exception:
                parked.append(r)
                if r.key is not None:
                    held.append(r.key)
    return parked
