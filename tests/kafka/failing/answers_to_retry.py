# ruff: noqa - as people write it
"""A retry loop, as people write it who have only the notebook: right in any style, and wrong."""

from labs.kafka.failing.records import Permanent
from tests.kit.answers import Answers

answers = Answers("kafka-retry")


@answers.right
def lesson(process, record, tries, first, longest, sleep):
    pause = first
    for number in range(1, tries + 1):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except Exception as problem:
            if number == tries:
                return problem
        sleep(min(pause, longest))
        pause *= 2


@answers.right
def while_true(process, record, tries, first, longest, sleep):
    n = 0
    while True:
        try:
            process(record)
        except Exception as e:
            n += 1
            if isinstance(e, Permanent) or n >= tries:
                return e
            sleep(min(longest, first * 2 ** (n - 1)))
        else:
            return


@answers.right
def recursion(process, record, tries, first, longest, sleep):
    try:
        process(record)
    except Permanent as e:
        return e
    except Exception as e:
        if tries == 1:
            return e
        sleep(min(first, longest))
        return recursion(process, record, tries - 1, first * 2, longest, sleep)
    return None


@answers.right
def sleeps_first(process, record, tries, first, longest, sleep):
    last = None
    for i in range(tries):
        if i:
            sleep(min(first * 2 ** (i - 1), longest))
        try:
            process(record)
            return None
        except Exception as e:
            last = e
            if isinstance(e, Permanent):
                break
    return last


@answers.right
def generator(process, record, tries, first, longest, sleep):
    def pauses():
        p = first
        for _ in range(tries - 1):
            yield min(p, longest)
            p += p
        yield None

    for pause in pauses():
        try:
            process(record)
        except Permanent as e:
            return e
        except Exception as e:
            error = e
        else:
            return None
        if pause is not None:
            sleep(pause)
    return error


@answers.right
def klass(process, record, tries, first, longest, sleep):
    class Retry:
        def __init__(self):
            self.left, self.pause = tries, min(first, longest)

        def once(self):
            self.left -= 1
            try:
                process(record)
            except Exception as e:
                return e

    r = Retry()
    e = r.once()
    while e is not None and not isinstance(e, Permanent) and r.left > 0:
        sleep(r.pause)
        r.pause = min(2 * r.pause, longest)
        e = r.once()
    return e


@answers.right
def list_of_pauses(process, record, tries, first, longest, sleep):
    schedule = [min(first * 2**n, longest) for n in range(tries - 1)]
    while True:
        try:
            process(record)
            return
        except Exception as e:
            if issubclass(type(e), Permanent) or not schedule:
                return e
            sleep(schedule.pop(0))


@answers.wrong("You try again what can never succeed.")
def forgets(process, record, tries, first, longest, sleep):
    for i in range(tries):
        try:
            process(record)
            return
        except Exception as e:
            last = e
            if i < tries - 1:
                sleep(min(first * 2**i, longest))
    return last


@answers.wrong("A subclass of Permanent is permanent, too")
def by_name(process, record, tries, first, longest, sleep):
    for i in range(tries):
        try:
            process(record)
            return
        except Exception as e:
            if e.__class__.__name__ == "Permanent" or i == tries - 1:
                return e
            sleep(min(first * 2**i, longest))


@answers.wrong("you sleep once too often")
def always_sleeps(process, record, tries, first, longest, sleep):
    for i in range(tries):
        try:
            process(record)
            return None
        except Permanent as e:
            return e
        except Exception as e:
            last = e
            sleep(min(first * 2**i, longest))
    return last


@answers.wrong()
def gives_true(process, record, tries, first, longest, sleep):
    try:
        process(record)
        return True
    except Exception:
        return False


@answers.wrong("You return the text of the exception.")
def text_of_it(process, record, tries, first, longest, sleep):
    for i in range(tries):
        try:
            process(record)
            return None
        except Permanent as e:
            return str(e)
        except Exception as e:
            if i == tries - 1:
                return str(e)
            sleep(min(first * 2**i, longest))
