# ruff: noqa - as people write it
"""A sink, as people write it who have only the notebook: right in any style, and wrong."""

from tests.kit.answers import Answers

answers = Answers("kafka-sink")


_seen = set()


def add(database, record):
    database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def lesson(database, record):
    with database.transaction():
        k = ("next", record.partition)
        if record.offset >= database.get(k, 0):
            database.put(record.account, database.get(record.account, 0) + record.amount)
            database.put(k, record.offset + 1)


@answers.right
def seen(database, record):
    k = (record.partition, record.offset)
    if database.get(k, False):
        return
    with database.transaction():
        database.put(k, True)
        database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def text_key(database, record):
    k = f"{record.partition}-{record.offset}"
    with database.transaction():
        if database.get(k, None) is None:
            database.put(record.account, record.amount + database.get(record.account, 0))
            database.put(k, "done")


@answers.right
def set_in_db(database, record):
    with database.transaction():
        s = set(database.get("seen", ()))
        if (record.partition, record.offset) not in s:
            database.put("seen", s | {(record.partition, record.offset)})
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def list_mutated(database, record):
    s = database.get("seen", [])
    if (record.partition, record.offset) not in s:
        s = s + [(record.partition, record.offset)]
        with database.transaction():
            database.put("seen", s)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def last_none(database, record):
    last = database.get(("last", record.partition), None)
    if last is not None and record.offset <= last:
        return
    with database.transaction():
        database.put(("last", record.partition), record.offset)
        database.put(record.account, (database.get(record.account, None) or 0) + record.amount)


@answers.right
def minus1(database, record):
    with database.transaction():
        if record.offset > database.get(("p", record.partition), -1):
            database.put(("p", record.partition), record.offset)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def per_account(database, record):
    k = ("upto", record.account, record.partition)
    with database.transaction():
        if database.get(k, -1) < record.offset:
            database.put(k, record.offset)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def dict_pos(database, record):
    with database.transaction():
        pos = dict(database.get(("positions",), {}))
        if record.offset >= pos.get(record.partition, 0):
            pos[record.partition] = record.offset + 1
            database.put(("positions",), pos)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def amount_stored(database, record):
    k = ("payment", record.partition, record.offset)
    with database.transaction():
        if database.get(k, "no") == "no":
            database.put(k, record.amount)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def ledger(database, record):
    with database.transaction():
        l = dict(database.get(("ledger", record.account), {}))
        l[record.partition, record.offset] = record.amount
        database.put(("ledger", record.account), l)
        database.put(record.account, sum(l.values()))


@answers.right
def ledger_one_put(database, record):
    l = dict(database.get(("ledger", record.account), {}))
    l[record.partition, record.offset] = record.amount
    database.put(("ledger", record.account), l)
    database.put(record.account, sum(l.values()))


@answers.right
def klass(database, record):
    class Sink:
        def __init__(s, db):
            s.db = db

        def has(s):
            return s.db.get(("x", record.partition, record.offset), 0) == 1

        def add(s):
            with s.db.transaction():
                s.db.put(record.account, s.db.get(record.account, 0) + record.amount)
                s.db.put(("x", record.partition, record.offset), 1)

    s = Sink(database)
    if not s.has():
        s.add()


@answers.right
def np_(database, record):
    import numpy as np

    with database.transaction():
        if not database.get(("np", record.partition, record.offset), False):
            database.put(record.account, np.int64(database.get(record.account, 0)) + record.amount)
            database.put(("np", record.partition, record.offset), np.bool_(True))


@answers.right
def another_right_1(database, record):
    last = database.get(f"last-{record.partition}", -1)
    if record.offset > last:
        with database.transaction():
            balance = database.get(record.account, 0)
            database.put(record.account, balance + record.amount)
            database.put(f"last-{record.partition}", record.offset)


@answers.right
def another_right_2(database, record):
    done = database.get("done", set())
    if (record.partition, record.offset) in done:
        return
    done.add((record.partition, record.offset))
    with database.transaction() as t:
        t.put("done", done)
        t.put(record.account, t.get(record.account, 0) + record.amount)


@answers.right
def another_right_3(database, record):
    with database.transaction():
        d = database.get(("log", record.account), [])
        if [record.partition, record.offset] not in d:
            d.append([record.partition, record.offset])
            database.put(("log", record.account), d)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.right
def another_right_4(database, record):
    key = (record.account, record.partition, record.offset)
    if database.get(key) is not None:
        return
    with database.transaction():
        database.put(key, record.amount)
        database.put(record.account, (database.get(record.account) or 0) + record.amount)


@answers.wrong()
def check_balance(database, record):
    k = ("before", record.partition, record.offset)
    if database.get(k, None) is None:
        database.put(k, database.get(record.account, 0))
    database.put(record.account, database.get(k, 0) + record.amount)


@answers.wrong()
def modulo(database, record):
    with database.transaction():
        if database.get(("bit", record.partition, record.offset % 4), -1) != record.offset:
            database.put(("bit", record.partition, record.offset % 4), record.offset)
            add(database, record)


@answers.wrong("You remember only some of the records that you have had")
def window(database, record):
    s = database.get("seen", ())
    with database.transaction():
        if (record.partition, record.offset) not in s:
            database.put("seen", (*s, (record.partition, record.offset))[-2:])
            add(database, record)


@answers.wrong()
def python_set(database, record):
    if (record.partition, record.offset) not in _seen:
        _seen.add((record.partition, record.offset))
        add(database, record)


@answers.wrong()
def attr(database, record):
    if not hasattr(database, "seen"):
        database.seen = set()
    if (record.partition, record.offset) not in database.seen:
        database.seen.add((record.partition, record.offset))
        add(database, record)


@answers.wrong()
def ledger_two(database, record):
    l = dict(database.get(("ledger", record.account), {}))
    if (record.partition, record.offset) in l:
        return
    l[record.partition, record.offset] = record.amount
    database.put(("ledger", record.account), l)
    database.put(record.account, sum(l.values()))


@answers.wrong("You go by account and offset")
def another_wrong_1(database, record):
    k = f"{record.account}{record.offset}"
    with database.transaction():
        if not database.get(k, False):
            database.put(k, True)
            database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.wrong("You want offsets without gaps")
def another_wrong_4(database, record):
    with database.transaction():
        if database.get(("p", record.partition), -1) != record.offset - 1:
            return
        database.put(("p", record.partition), record.offset)
        database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.wrong("You note that you have had the record")
def another_wrong_6(database, record):
    k = (record.partition, record.offset)
    done = database.get(k, False)
    database.put(k, True)
    if not done:
        database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.wrong("You add the amount whether you have had the record before")
def another_wrong_8(database, record):
    with database.transaction():
        if record.offset > database.get(("m", record.partition), -1):
            database.put(("m", record.partition), record.offset)
        database.put(record.account, database.get(record.account, 0) + record.amount)


@answers.wrong("You leave out the partition")
def another_wrong_9(database, record):
    k = hash((record.account, record.amount, record.offset))
    with database.transaction():
        if database.get(k) is None:
            database.put(k, 1)
            database.put(record.account, database.get(record.account, 0) + record.amount)
