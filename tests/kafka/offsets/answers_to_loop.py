# ruff: noqa - as people write it
"""A consumer loop, as people write it who have only the notebook: right in any style, and wrong."""

import threading

from tests.kit.answers import Answers

answers = Answers("kafka-loop")


@answers.right
def lesson(consumer, sink):
    while records := consumer.poll():
        for r in records:
            sink.write(r)
        consumer.commit_sync()


@answers.right
def each(consumer, sink):
    while True:
        rs = consumer.poll()
        if not rs:
            break
        for r in rs:
            sink.write(r)
            consumer.commit_sync(r.offset + 1)


@answers.right
def last_plus(consumer, sink):
    rs = consumer.poll()
    while rs:
        for r in rs:
            sink.write(r)
        consumer.commit_sync(rs[-1].offset + 1)
        rs = consumer.poll()


@answers.right
def iterr(consumer, sink):
    for rs in iter(consumer.poll, []):
        list(map(sink.write, rs))
        consumer.commit_sync()


@answers.right
def recursive(consumer, sink):
    rs = consumer.poll()
    if rs:
        [sink.write(r) for r in rs]
        consumer.commit_sync()
        recursive(consumer, sink)


@answers.right
def index(consumer, sink):
    batch = consumer.poll()
    while len(batch) > 0:
        i = 0
        while i < len(batch):
            sink.write(batch[i])
            i += 1
        consumer.commit_sync()
        batch = consumer.poll()


@answers.right
def every_second(consumer, sink):
    n = 0
    while rs := consumer.poll():
        for r in rs:
            sink.write(r)
        n += 1
        if n % 2 == 0:
            consumer.commit_sync()
    consumer.commit_sync()


@answers.right
def asyn(consumer, sink):
    while rs := consumer.poll():
        for r in rs:
            sink.write(r)
        consumer.commit_async()
    consumer.commit_sync()


@answers.right
def klass(consumer, sink):
    class L:
        def run(s):
            while s.step(consumer.poll()):
                pass

        def step(s, rs):
            for r in rs:
                sink.write(r)
            if rs:
                consumer.commit_sync(max(r.offset for r in rs) + 1)
            return bool(rs)

    L().run()


@answers.right
def dedupe(consumer, sink):
    seen = set()
    while rs := consumer.poll():
        for r in rs:
            if r.offset not in seen:
                sink.write(r)
                seen.add(r.offset)
        consumer.commit_sync()


@answers.right
def popped(consumer, sink):
    while rs := consumer.poll():
        while rs:
            sink.write(rs.pop(0))
        consumer.commit_sync()


@answers.right
def previous(consumer, sink):
    last = None
    while rs := consumer.poll():
        if last is not None:
            consumer.commit_sync(last)
        for r in rs:
            sink.write(r)
        last = rs[-1].offset + 1
    if last is not None:
        consumer.commit_sync(last)


@answers.right
def commit_all_times(consumer, sink):
    while True:
        rs = consumer.poll()
        for r in rs:
            sink.write(r)
        consumer.commit_sync()
        if not rs:
            return


@answers.right
def tryexc(consumer, sink):
    while True:
        rs = consumer.poll()
        if rs == []:
            return
        for r in rs:
            try:
                sink.write(r)
            except Exception:
                raise
        consumer.commit_sync()


@answers.right
def enum(consumer, sink):
    while rs := consumer.poll():
        for n, r in enumerate(rs, rs[0].offset + 1):
            sink.write(r)
            consumer.commit_sync(n)


@answers.right
def another_right_1(consumer, sink):
    batch = consumer.poll()
    while batch != []:
        for record in batch:
            sink.write(record)
            last = record
        consumer.commit_sync(last.offset + 1)
        batch = consumer.poll()


@answers.right
def another_right_2(consumer, sink):
    while True:
        records = consumer.poll()
        if len(records) == 0:
            break
        try:
            for r in records:
                sink.write(r)
        except Exception:
            return
        consumer.commit_sync()


@answers.right
def another_right_3(consumer, sink):
    while records := consumer.poll():
        for r in records:
            while True:
                try:
                    sink.write(r)
                    break
                except Exception:
                    pass
        consumer.commit_sync()


@answers.right
def another_right_4(consumer, sink):
    while rs := consumer.poll():
        done = rs[0].offset
        try:
            for r in rs:
                sink.write(r)
                done = r.offset + 1
        finally:
            consumer.commit_sync(done)


@answers.wrong("You commit how many records this consumer has processed")
def commits_count(consumer, sink):
    n = 0
    while rs := consumer.poll():
        for r in rs:
            sink.write(r)
            n += 1
        consumer.commit_sync(n)


@answers.wrong("The loop goes on while a thread is at work")
def threads(consumer, sink):
    while rs := consumer.poll():
        for r in rs:
            threading.Thread(target=sink.write, args=(r,)).start()
        consumer.commit_sync()


@answers.wrong()
def buffer_two(consumer, sink):
    buf = []
    while rs := consumer.poll():
        buf += rs
        if len(buf) >= 4:
            for r in buf:
                sink.write(r)
            consumer.commit_sync()
            buf = []


@answers.wrong()
def collects_commit(consumer, sink):
    everything = []
    while rs := consumer.poll():
        everything += rs
        consumer.commit_sync()
    for r in everything:
        sink.write(r)


@answers.wrong()
def expects_next(consumer, sink):
    nxt = 0
    while rs := consumer.poll():
        for r in rs:
            if r.offset == nxt:
                sink.write(r)
                nxt += 1
        consumer.commit_sync()


@answers.wrong()
def batch_write(consumer, sink):
    while rs := consumer.poll():
        sink.write(rs)
        consumer.commit_sync()


@answers.wrong()
def finally_all(consumer, sink):
    try:
        while rs := consumer.poll():
            for r in rs:
                sink.write(r)
    finally:
        consumer.commit_sync()


@answers.wrong()
def another_wrong_2(consumer, sink):
    while rs := consumer.poll():
        for r in rs:
            sink.write(r)
            if r.offset % 2:
                consumer.commit_sync()
        consumer.commit_sync()


@answers.wrong()
def another_wrong_5(consumer, sink):
    while rs := consumer.poll():
        failed = []
        for r in rs:
            try:
                sink.write(r)
            except Exception:
                failed.append(r)
        for r in failed:
            try:
                sink.write(r)
            except Exception:
                print("lost", r)
        consumer.commit_sync()


@answers.wrong()
def another_wrong_6(consumer, sink):
    for _ in range(3):
        for r in consumer.poll():
            sink.write(r)
        consumer.commit_sync()


@answers.wrong()
def another_wrong_7(consumer, sink):
    while rs := consumer.poll():
        for r in sorted(rs, key=lambda r: -r.offset):
            sink.write(r)
            consumer.commit_sync(r.offset + 1)


@answers.wrong("You commit the batch although a write in it has failed")
def another_wrong_11(consumer, sink):
    while rs := consumer.poll():
        for r in rs:
            try:
                sink.write(r)
            except Exception:
                break
        consumer.commit_sync()


@answers.wrong()
def another_wrong_12(consumer, sink):
    while rs := consumer.poll():
        for r in rs:
            sink.write(r)
        if len(rs) > 1:
            consumer.commit_sync()


@answers.wrong()
def another_wrong_14(consumer, sink):
    while consumer.poll() != []:
        for r in consumer.poll():
            sink.write(r)
            consumer.commit_sync()


@answers.wrong("You do not commit a batch in which a write has failed, but you poll on")
def another_wrong_15(consumer, sink):
    while rs := consumer.poll():
        try:
            for r in rs:
                sink.write(r)
            consumer.commit_sync()
        except Exception as problem:
            print("failed:", problem)


@answers.wrong("You do not commit a batch in which a write has failed, but you poll on")
def another_wrong_16(consumer, sink):
    while rs := consumer.poll():
        failed = []
        for r in rs:
            try:
                sink.write(r)
            except Exception:
                failed.append(r.offset)
        if not failed:
            consumer.commit_sync()
