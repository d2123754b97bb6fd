# ruff: noqa - as people write it
"""Where to begin, as people write it who have only the notebook: right in any style, and wrong."""

from tests.kit.answers import Answers

answers = Answers("kafka-resume")


@answers.right
def lesson(committed, log_start, log_end, reset):
    if committed is not None and log_start <= committed <= log_end:
        return committed
    return {"earliest": log_start, "latest": log_end, "none": None}[reset]


@answers.right
def ifs(c, s, e, r):
    if c is None or c < s or c > e:
        if r == "earliest":
            return s
        elif r == "latest":
            return e
        return None
    return c


@answers.right
def matchy(c, s, e, r):
    match (c, r):
        case (int(), _) if s <= c <= e:
            return c
        case (_, "earliest"):
            return s
        case (_, "latest"):
            return e


@answers.right
def rng(c, s, e, r):
    return c if c in range(s, e + 1) else dict(earliest=s, latest=e).get(r)


@answers.right
def sett(c, s, e, r):
    return next(iter({c} & set(range(s, e + 1))), {"earliest": s, "latest": e}.get(r))


@answers.right
def np_(c, s, e, r):
    import numpy as np

    if c is not None and np.clip(c, s, e) == c:
        return np.int64(c)
    return None if r == "none" else np.array([s, e])[int(r == "latest")]


@answers.right
def neg(c, s, e, r):
    if c is not None:
        if not (c < s or e < c):
            return c
    if r.startswith("n"):
        return
    return s if r == "earliest" else e


@answers.right
def another_right_1(committed, log_start, log_end, reset):
    fallback = log_start if reset == "earliest" else log_end if reset == "latest" else None
    if committed is None:
        return fallback
    if committed > log_end:
        return fallback
    if committed < log_start:
        return fallback
    return committed


@answers.right
def another_right_2(c, s, e, r):
    try:
        ok = s <= c <= e
    except TypeError:
        ok = False
    return c if ok else {"earliest": s, "latest": e, "none": None}[r]


@answers.right
def another_right_3(c, s, e, r):
    return c if c in [*range(s, e), e] else (None, s, e)[("none", "earliest", "latest").index(r)]


@answers.wrong()
def range_len(c, s, e, r):
    if c is not None and 0 <= c - s <= e - s:
        return c - s
    return {"earliest": s, "latest": e, "none": None}[r]


@answers.wrong()
def from_zero_range(c, s, e, r):
    if c is not None and 0 <= c <= e:
        return max(c, s) if r != "none" else c
    return {"earliest": s, "latest": e, "none": None}[r]


@answers.wrong("You choose an offset although the policy is none")
def none_committed(c, s, e, r):
    if c is not None and s <= c <= e:
        return c
    return {"earliest": s, "latest": e, "none": c}[r]


@answers.wrong("You consult the policy first")
def reset_first(c, s, e, r):
    return {"earliest": s, "latest": e, "none": c}[r]


@answers.wrong()
def another_wrong_1(c, s, e, r):
    if c is None:
        if r == "earliest":
            return s
        if r == "latest":
            return e
        return None
    if c < s:
        return s
    return c


@answers.wrong("There is no usable committed offset here, and the policy is none: return None")
def another_wrong_2(c, s, e, r):
    if c is None or c < s or c > e:
        if r == "earliest":
            return s
        if r == "latest":
            return e
        raise Exception("no offset")
    return c


@answers.wrong()
def another_wrong_4(c, s, e, r):
    return c or {"earliest": s, "latest": e}.get(r)


@answers.wrong("You choose an offset although the policy is none")
def another_wrong_6(c, s, e, r):
    if r == "none":
        return None if c is None else c
    if c is None:
        return s if r == "earliest" else e
    return c if s <= c <= e else (s if r == "earliest" else e)


@answers.wrong()
def another_wrong_9(c, s, e, r):
    if c is not None and s <= c <= e:
        return c
    if r == "earliest":
        return min(s, c or s)
    if r == "latest":
        return max(e, c or e)


@answers.wrong("You treat a committed offset at either end of the log as if it were outside")
def another_wrong_10(c, s, e, r):
    if c is not None and s < c < e:
        return c
    return {"earliest": s, "latest": e, "none": None}[r]


@answers.wrong()
def another_wrong_11(c, s, e, r):
    if c is not None and s <= c <= e:
        return c
    return {"earliest": s + 1, "latest": e, "none": None}[r]


@answers.wrong("You use `committed` before you know that there is an offset")
def another_wrong_12(c, s, e, r):
    begin = int(c) if s <= int(c) <= e else {"earliest": s, "latest": e}.get(r)
    return begin


@answers.wrong("You consult the policy first")
def another_wrong_13(c, s, e, r):
    if r == "earliest":
        return s
    return e if r == "latest" else c
