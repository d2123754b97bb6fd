# ruff: noqa - as people write it
"""A hand-off, as people write it who have only the notebook: right in any style, and wrong."""

from labs.kafka.failing.records import DEAD, NotAcknowledged
from tests.kit.answers import Answers

answers = Answers("kafka-hand-off")


@answers.right
def lesson(consumer, process, producer):
    while (record := consumer.poll()) is not None:
        try:
            process(record)
        except Exception as problem:
            producer.produce(DEAD, record.key, record.value, [*record.headers, ("error", str(problem))])
            producer.flush()
        consumer.commit(record.offset + 1)


@answers.right
def while_true(consumer, process, producer):
    while True:
        r = consumer.poll()
        if r is None:
            break
        try:
            process(r)
        except Exception as e:
            headers = list(r.headers)
            headers.append(("error", str(e)))
            producer.produce("orders.DLT", r.key, r.value, headers)
            producer.flush()
            consumer.commit(r.offset + 1)
        else:
            consumer.commit(r.offset + 1)


@answers.right
def by_name(consumer, process, producer):
    for r in iter(consumer.poll, None):
        error = None
        try:
            process(r)
        except Exception as e:
            error = e
        if error is not None:
            producer.produce(topic=DEAD, key=r.key, value=r.value, headers=r.headers + (("error", f"{error}"),))
        producer.flush()
        consumer.commit(offset=r.offset + 1)


@answers.right
def tries_again(consumer, process, producer):
    def send(r, e):
        while True:
            try:
                producer.produce(DEAD, r.key, r.value, [*r.headers, ("error", str(e))])
                producer.flush()
                return
            except NotAcknowledged:
                pass

    while (r := consumer.poll()) is not None:
        try:
            process(r)
        except Exception as e:
            send(r, e)
        consumer.commit(r.offset + 1)


@answers.right
def recursive(consumer, process, producer):
    r = consumer.poll()
    if r is None:
        return
    try:
        process(r)
    except Exception as e:
        producer.produce(DEAD, r.key, r.value, list(r.headers) + [["error", str(e)]])
        producer.flush()
    consumer.commit(r.offset + 1)
    recursive(consumer, process, producer)


@answers.right
def nested(consumer, process, producer):
    record = consumer.poll()
    while record is not None:
        try:
            try:
                process(record)
            except Exception as e:
                producer.produce(DEAD, record.key, record.value, [*record.headers, ("error", e.args[0])])
                producer.flush()
        except NotAcknowledged:
            raise
        consumer.commit(record.offset + 1)
        record = consumer.poll()


@answers.right
def klass(consumer, process, producer):
    class Loop:
        def letter(self, r, e):
            return DEAD, r.key, r.value, [h for h in r.headers] + [("error", str(e))]

        def run(self):
            while (r := consumer.poll()) is not None:
                try:
                    process(r)
                except Exception as e:
                    producer.produce(*self.letter(r, e))
                    producer.flush()
                finally_ = r.offset + 1
                consumer.commit(finally_)

    Loop().run()


@answers.wrong("You never flush")
def no_wait(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except Exception as e:
            producer.produce(DEAD, r.key, r.value, [*r.headers, ("error", str(e))])
        consumer.commit(r.offset + 1)


@answers.wrong("You lose the headers of the record")
def own_headers(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except Exception as e:
            producer.produce(DEAD, r.key, r.value, [("error", str(e))])
            producer.flush()
        consumer.commit(r.offset + 1)


@answers.wrong()
def repr_of_it(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except Exception as e:
            producer.produce(DEAD, r.key, r.value, [*r.headers, ("error", repr(e))])
            producer.flush()
        consumer.commit(r.offset + 1)


@answers.wrong()
def only_value_errors(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except ValueError as e:
            producer.produce(DEAD, r.key, r.value, [*r.headers, ("error", str(e))])
            producer.flush()
        consumer.commit(r.offset + 1)


@answers.wrong()
def error_first(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except Exception as e:
            producer.produce(DEAD, r.key, r.value, [("error", str(e)), *r.headers])
            producer.flush()
        consumer.commit(r.offset + 1)


@answers.wrong()
def two_ahead(consumer, process, producer):
    for r in iter(consumer.poll, None):
        try:
            process(r)
        except Exception as e:
            producer.produce(DEAD, r.key, r.value, [*r.headers, ("error", str(e))])
            producer.flush()
        consumer.commit(r.offset + 2)
