"""The exercises of lesson 01: right answers in any style pass, wrong ones are caught and told nothing untrue."""

from itertools import count

import pytest

from labs.kit.checking.checks import check
from labs.patterns.strangler.routing import bucket, route
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

bucket_answers = Answers("patterns-bucket")
route_answers = Answers("patterns-route")
ramp_answers = Answers("patterns-ramp")


@bucket_answers.right
def bytes_of_the_digest(user, rollout):
    from hashlib import sha256

    return int.from_bytes(sha256("/".join([rollout, user]).encode("utf-8")).digest(), "big") % 10000


@bucket_answers.right
def digit_by_digit(user, rollout):
    import hashlib

    number = 0
    for digit in hashlib.new("sha256", (rollout + "/" + user).encode()).hexdigest():
        number = (number * 16 + "0123456789abcdef".index(digit)) % 10_000
    return number


@route_answers.right
def sorted_by_length(table, path, number):
    for prefix, share in sorted(table.items(), key=lambda item: -len(item[0])):
        if (path + "/").startswith(prefix + "/"):
            return "new" if number // 100 < share else "old"
    return "old"


@route_answers.right
def upwards(table, path, number):
    while path:
        if path in table:
            return ("old", "new")[number < table[path] * 100]
        path = path.rpartition("/")[0]
    return "old"


@route_answers.right
def recursion(table, path, number):
    if path in table:
        return "new" if number / 100 < table[path] else "old"
    return recursion(table, path[: path.rindex("/")], number) if "/" in path else "old"


@ramp_answers.right
def with_a_loop(steps, share, requests, errors, least, budget):
    measured = requests if requests > least else least
    if errors / measured > budget / 100:
        return 0
    if share and requests >= least:
        for step in steps:
            if step > share:
                return step
    return share


@ramp_answers.right
def by_bisection(steps, share, requests, errors, least, budget):
    from bisect import bisect_right

    if 100 * errors > budget * max(least, requests):
        return 0
    place = bisect_right(steps, share)
    return steps[place] if share > 0 and requests >= least and place < len(steps) else share


@bucket_answers.wrong()
def by_random(user, rollout):
    import random

    return random.randrange(10_000)


@bucket_answers.wrong("that ASCII lacks")
def only_ascii(user, rollout):
    from hashlib import sha256

    return int(sha256(f"{rollout}/{user}".encode("ascii", "ignore")).hexdigest(), 16) % 10_000


@bucket_answers.wrong()
def a_text(user, rollout):
    from hashlib import sha256

    return str(int(sha256(f"{rollout}/{user}".encode()).hexdigest(), 16) % 10_000)


@bucket_answers.wrong("all 64 of them")
def eight_digits(user, rollout):
    from hashlib import sha256

    return int(sha256(f"{rollout}/{user}".encode()).hexdigest()[:8], 16) % 10_000


@bucket_answers.wrong("however an accent is written")
def letters_with_their_accents(user, rollout):
    from unicodedata import normalize

    return bucket(normalize("NFC", user), normalize("NFC", rollout))


@bucket_answers.wrong("You leave bucket 0 out")
def or_one(user, rollout):
    return bucket(user, rollout) or 1


@route_answers.wrong("The table is empty here")
def empty_table_raises(table, path, number):
    prefix = max((p for p in table if (path + "/").startswith(p + "/")), key=len)
    return "new" if number < table[prefix] * 100 else "old"


@route_answers.wrong()
def takes_the_route_out(table, path, number):
    share = table.pop(path, 0)
    return "new" if number < share * 100 else "old"


@route_answers.wrong("shortest")
def by_text_order(table, path, number):
    found = [p for p in table if (path + "/").startswith(p + "/")]
    return "new" if found and number < table[min(found)] * 100 else "old"


@route_answers.wrong()
def anywhere_in_the_path(table, path, number):
    found = [p for p in table if (p + "/") in (path + "/")]
    return "new" if found and number < table[max(found, key=len)] * 100 else "old"


@route_answers.wrong("You ignore case")
def case_insensitive(table, path, number):
    return route(table, path.casefold(), number)


@route_answers.wrong("You merge slashes")
def as_a_file_system_reads_it(table, path, number):
    from posixpath import normpath

    return route(table, "/" + normpath(path).lstrip("/"), number)


@route_answers.wrong("The longest one alone decides")
def any_that_says_new(table, path, number):
    covering = [share for prefix, share in table.items() if (path + "/").startswith(prefix + "/")]
    return "new" if any(number < share * 100 for share in covering) else "old"


@route_answers.wrong("below 10")
def at_most_in_per_cent(table, path, number):
    found = [p for p in table if (path + "/").startswith(p + "/")]
    return "new" if found and number // 100 <= table[max(found, key=len)] else "old"


@ramp_answers.wrong()
def divides_by_the_requests(steps, share, requests, errors, least, budget):
    if requests and errors / requests * 100 > budget:
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong()
def takes_the_steps_off(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests, least):
        return 0
    if share == 0 or requests < least:
        return share
    while steps and steps[0] <= share:
        steps.pop(0)
    return steps[0] if steps else share


@ramp_answers.wrong("You add 10")
def ten_more(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests, least):
        return 0
    return share if not share or requests < least else min(share + 10, 100)


@ramp_answers.wrong("round the rate of errors to whole per cent")
def whole_per_cents(steps, share, requests, errors, least, budget):
    if errors * 100 // max(requests, least) > budget:
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong("Multiply instead")
def in_fractions(steps, share, requests, errors, least, budget):
    if 100 * (errors / max(requests, least)) > budget:
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong("Python takes 0 for false")
def no_budget(steps, share, requests, errors, least, budget):
    if budget and errors * 100 > budget * max(requests, least):
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong("just used up")
def at_the_budget(steps, share, requests, errors, least, budget):
    if errors and errors * 100 >= budget * max(requests, least):
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong("which counts them already")
def errors_on_top(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests + errors, least):
        return 0
    return share if not share or requests < least else min((s for s in steps if s > share), default=share)


@ramp_answers.wrong("the very first step")
def returns_in_the_first_round(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests, least):
        return 0
    if share and requests >= least:
        for step in steps:
            return step if step > share else share
    return share


@ramp_answers.wrong("No step of the plan lies above the share here")
def least_of_none(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests, least):
        return 0
    return share if not share or requests < least else min(s for s in steps if s > share)


@ramp_answers.wrong("The plan has no steps here")
def the_last_step_first(steps, share, requests, errors, least, budget):
    if errors * 100 > budget * max(requests, least):
        return 0
    if not share or requests < least or share >= steps[-1]:
        return share
    return min(s for s in steps if s > share)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(bucket_answers, route_answers, ramp_answers))
def test_wrong_answers_do_not(exercise, function, told):
    fails(exercise, function, told)


CALLS = count()


@pytest.mark.parametrize(("function", "sentence", "answer"), [
    (a_text, "It returned '1883': expected a whole number.", "'1883'"),
    (lambda user, rollout: (1, 2), "It returned (1, 2): expected a whole number.", "(1, 2)"),
    (lambda user, rollout: next(CALLS), "Called twice for the same user, it returned two answers: "
     "this user would be sent back and forth.", "0, then 1"),
    (lambda user, rollout: print(1883), "You printed it: give it back with `return`.", "None"),
])  # fmt: skip
def test_two_calls_are_told_as_two_only_if_they_differ(function, sentence, answer):
    failure = check("patterns-bucket", function).failure
    assert (failure.sentence, failure.came, failure.printed.count("1883")) == (sentence, answer, "print" in sentence)


@pytest.mark.parametrize(("exercise", "function"), right_ones(bucket_answers, route_answers, ramp_answers))
def test_right_answers_pass(exercise, function):
    passes(exercise, function)
