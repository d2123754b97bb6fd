# ruff: noqa - as people write it
"""Rebuilding a table, as people write it who have only the notebook: right in any style, and wrong."""

from tests.kit.answers import Answers

answers = Answers("kafka-rebuild")


@answers.right
def forever(fetch, start):
    table = {}
    while True:
        batch = fetch(start)
        if not batch:
            return table
        for r in batch:
            if r.value is None:
                if r.key in table:
                    del table[r.key]
            else:
                table[r.key] = r.value
        start = batch[-1].offset + 1


@answers.right
def in_the_end(fetch, start):
    newest = {}
    while batch := fetch(start):
        newest.update((r.key, r.value) for r in batch)
        start = max(r.offset for r in batch) + 1
    return {key: value for key, value in newest.items() if value is not None}


@answers.right
def recursive(fetch, start, table=None):
    table = {} if table is None else table
    records = fetch(start)
    if not records:
        return table
    for r in records:
        table.pop(r.key, None)
        if r.value is not None:
            table[r.key] = r.value
    return recursive(fetch, records[-1].offset + 1, table)


@answers.right
def with_a_generator(fetch, start):
    def everything(position):
        while found := fetch(position):
            yield from found
            position = found[-1].offset + 1

    table = {}
    for r in everything(start):
        match r.value:
            case None:
                table.pop(r.key, None)
            case value:
                table[r.key] = value
    return table


@answers.right
def in_a_class(fetch, start):
    class Table(dict):
        def put(self, r):
            self.pop(r.key, None) if r.value is None else self.__setitem__(r.key, r.value)

    table, position = Table(), start
    records = fetch(position)
    while len(records) > 0:
        for r in records:
            table.put(r)
            position = r.offset + 1
        records = fetch(position)
    return table


@answers.wrong("one after the last record's own offset")
def counts(fetch, start):
    table, position = {}, start
    while records := fetch(position):
        for r in records:
            position += 1
            if r.value is None:
                table.pop(r.key, None)
            else:
                table[r.key] = r.value
    return table


@answers.wrong("None for a value")
def nones(fetch, start):
    table = {}
    while records := fetch(start):
        for r in records:
            table[r.key] = r.value
        start = records[-1].offset + 1
    return table


@answers.wrong("raises KeyError")
def dels(fetch, start):
    table = {}
    while records := fetch(start):
        for r in records:
            if r.value is None:
                del table[r.key]
            else:
                table[r.key] = r.value
        start = records[-1].offset + 1
    return table


@answers.wrong("only once")
def single(fetch, start):
    table = {}
    for r in fetch(start):
        if r.value is None:
            table.pop(r.key, None)
        else:
            table[r.key] = r.value
    return table


@answers.wrong("An empty value is a value")
def truthy(fetch, start):
    table = {}
    while records := fetch(start):
        for r in records:
            if not r.value:
                table.pop(r.key, None)
            else:
                table[r.key] = r.value
        start = records[-1].offset + 1
    return table


@answers.wrong()
def lists(fetch, start):
    table = {}
    while records := fetch(start):
        for r in records:
            table.setdefault(r.key, []).append(r.value)
        start = records[-1].offset + 1
    return {k: v[-1] for k, v in table.items()} and list(table)


_table = {}


@answers.wrong()
def never_begins_anew(fetch, start):
    while records := fetch(start):
        for r in records:
            if r.value is None:
                _table.pop(r.key, None)
            else:
                _table[r.key] = r.value
        start = records[-1].offset + 1
    return _table


@answers.wrong()
def two_fetches(fetch, start):
    table = {}
    for _ in range(2):
        for r in fetch(start):
            table[r.key] = r.value
            start = r.offset + 1
    return {k: v for k, v in table.items() if v is not None}


def _read(fetch, start, put):
    table = {}
    while records := fetch(start):
        for r in records:
            put(table, r)
        start = records[-1].offset + 1
    return table


@answers.wrong("forget a tombstone once you have applied it")
def dead_for_good(fetch, start):
    dead = set()

    def put(table, r):
        if r.value is None:
            table.pop(r.key, None)
            dead.add(r.key)
        elif r.key not in dead:
            table[r.key] = r.value

    return _read(fetch, start, put)


@answers.wrong("keep what `fetch` has given you")
def looks_before_it_fetches(fetch, start):
    table = {}
    while len(fetch(start)) > 0:
        records = fetch(start)
        for r in records:
            if r.value is None:
                table.pop(r.key, None)
            else:
                table[r.key] = r.value
        start = records[-1].offset + 1
    return table


@answers.wrong("Your table holds whole records")
def records_for_values(fetch, start):
    return _read(fetch, start, lambda t, r: t.pop(r.key, None) if r.value is None else t.update({r.key: r}))


@answers.wrong()
def no_return(fetch, start):
    _read(fetch, start, lambda t, r: t.pop(r.key, None) if r.value is None else t.update({r.key: r.value}))
