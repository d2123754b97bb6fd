"""Right answers to the exercises on reading, written in many styles: every one of them passes."""

# ruff: noqa: B007, SIM105  (they are written as learners write)

import copy
from contextlib import contextmanager, suppress

import pytest

from labs.caching.strategies.stores import CacheDown, DatabaseDown, StoreDown
from tests.kit.answers import Answers, passes, right_ones

READ = Answers("caching-read")
READ_THROUGH = Answers("caching-read-through")
LEASES = Answers("caching-leases")


# ── caching-read ──────────────────────────────────────────────────────────────────────────────────────────────────────


@READ.right
def read_step_by_step(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            with suppress(CacheDown):
                cache.set(key, value)
    return value


@READ.right
def read_with_a_flag(key, cache, db):
    up = True
    value = None
    try:
        value = cache.get(key)
    except CacheDown:
        up = False
    if value is not None:
        return value
    value = db.read(key)
    if value is None:
        return None
    if up:
        try:
            cache.set(key, value)
        except CacheDown:
            pass
    return value


@READ.right
def read_setting_anyway(k, c, d):
    v = None
    with suppress(CacheDown):
        v = c.get(k)
    if v is None:
        v = d.read(k)
        if v is not None:
            with suppress(CacheDown):
                c.set(k, v)
    return v


@READ.right
def read_with_two_helpers(key, cache, db):
    def look():
        try:
            return cache.get(key)
        except StoreDown:
            return None

    def leave(value):
        try:
            cache.set(key, value)
        except StoreDown:
            return

    found = look()
    if found is None:
        found = db.read(key)
        found is not None and leave(found)
    return found


@READ.right
def read_with_add(key, cache, db):
    try:
        value = cache.get(key)
        if value is not None:
            return value
    except CacheDown:
        pass
    value = db.read(key)
    if value is not None:
        try:
            cache.add(key, value)
        except CacheDown:
            pass
    return value


@READ.right
def read_with_a_class_and_named_arguments(key, cache, db):
    class Reader:
        def __init__(self):
            self.value = None

        def hit(self):
            try:
                self.value = cache.get(key=key)
            except CacheDown:
                self.value = None
            return self.value is not None

    reader = Reader()
    if reader.hit():
        return reader.value
    row = db.read(key=key)
    if row is not None:
        try:
            cache.set(key=key, value=row)
        except CacheDown:
            pass
    return row


@READ.right
def read_with_except_exception(key, cache, db):
    try:
        value = cache.get(key)
    except Exception:
        value = None
    if value is None:
        value = db.read(key)
        try:
            if value is not None:
                cache.set(key, value)
        except Exception:
            pass
    return value


@READ.right
def read_with_a_look_at_the_end(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            try:
                cache.set(key, value)
                cache.get(key)
            except CacheDown:
                pass
    return value


@READ.right
def read_with_else(key, cache, db):
    value = None
    try:
        value = cache.get(key)
    except CacheDown as down:
        del down
    else:
        if value is None:
            value = db.read(key)
            if value is not None:
                try:
                    cache.set(key, value)
                except CacheDown:
                    ...
        return value
    return db.read(key)


@READ.right
def read_with_a_loop(key, cache, db):
    for attempt in (1,):
        try:
            v = cache.get(key)
            if v is not None:
                break
        except CacheDown:
            v = None
    if v is not None:
        return v
    v = db.read(key)
    if v is not None:
        try:
            cache.set(key, v)
        except CacheDown:
            print("cache down")
    return v


@READ.right
def read_raising_again(key, cache, db):
    try:
        found = cache.get(key)
    except CacheDown:
        found = None
    if found is not None:
        return found
    try:
        row = db.read(key)
    except DatabaseDown as e:
        raise e
    if row is None:
        return row
    with suppress(CacheDown, DatabaseDown):
        cache.set(key, row, False)
    return row


@READ.right
def read_trying_twice(key, cache, db):
    v = None
    for _ in range(2):
        try:
            v = cache.get(key)
            break
        except CacheDown:
            pass
    if v is None:
        v = db.read(key)
        if v is not None:
            for _ in range(2):
                try:
                    cache.set(key, v)
                    break
                except CacheDown:
                    pass
    return v


@READ.right
def read_with_an_exception_of_its_own(key, cache, db):
    class Miss(Exception):
        pass

    try:
        v = cache.get(key)
        if v is None:
            raise Miss
        return v
    except (Miss, CacheDown) as why:
        row = db.read(key)
        if row is None:
            return None
        if isinstance(why, Miss):
            try:
                cache.set(key, row)
            except CacheDown:
                pass
        return row


@READ.right
def read_with_a_context_manager(key, cache, db):
    @contextmanager
    def calm():
        try:
            yield
        except CacheDown:
            pass

    out = []
    with calm():
        out.append(cache.get(key))
    if out and out[0] is not None:
        return out[0]
    out = [db.read(key)]
    with calm():
        if out[0] is not None:
            cache.set(key, out[0])
    return out[0]


@READ.right
def read_with_copies(key, cache, db):
    try:
        v = cache.get(key)
    except CacheDown:
        v = None
    if v is not None:
        return copy.deepcopy(v)
    v = db.read(key)
    if v is not None:
        try:
            cache.set(key, copy.deepcopy(v))
        except CacheDown:
            pass
    return v


# ── caching-read-through ──────────────────────────────────────────────────────────────────────────────────────────────


@READ_THROUGH.right
def load_step_by_step(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.add(key, value)
    return value


@READ_THROUGH.right
def load_early(key, cache, db):
    if (hit := cache.get(key)) is not None:
        return hit
    row = db.read(key)
    if row is None:
        return None
    cache.add(key, row)
    return row


@READ_THROUGH.right
def load_the_newer_one_if_add_says_no(key, cache, db):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None and not cache.add(key, value):
        newer = cache.get(key)
        if newer is not None:
            return newer
    return value


@READ_THROUGH.right
def load_looking_again(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.add(key, value)
            now = cache.get(key)
            value = value if now is None else now
    return value


@READ_THROUGH.right
def load_raising_again(key, cache, db):
    try:
        value = cache.get(key)
    except CacheDown:
        raise
    if value is None:
        value = db.read(key)
        if value is not None:
            try:
                cache.add(key, value)
            except CacheDown as error:
                raise error
    return value


@READ_THROUGH.right
def load_with_the_library(key, cache, db):
    from labs.caching.strategies.five import ReadThrough

    return ReadThrough(cache, db.read).get(key)


@READ_THROUGH.right
def load_the_value_although_add_fails(key, cache, db):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            with suppress(CacheDown):
                cache.add(key, value)
    return value


@READ_THROUGH.right
def load_with_a_helper(key, cache, db):
    def load():
        v = db.read(key)
        if v is not None:
            cache.add(value=v, key=key)
        return v

    v = cache.get(key)
    return load() if v is None else v


@READ_THROUGH.right
def load_in_one_condition(key, cache, db):
    if (v := cache.get(key)) is None and (v := db.read(key)) is not None:
        cache.add(key, v)
    return v


@READ_THROUGH.right
def load_with_another_function(key, cache, db):
    v = cache.get(key)
    if v is not None:
        return v
    v = db.read(key)
    if v is None:
        return None
    if not cache.add(key, v):
        return load_again(key, cache, v)
    return v


def load_again(key, cache, v):
    w = cache.get(key)
    return v if w is None else w


@READ_THROUGH.right
def load_with_a_class(key, cache, db):
    class Lib:
        def get(self, k):
            v = cache.get(k)
            return self.fetch(k) if v is None else v

        def fetch(self, k):
            v = db.read(k)
            if v is not None:
                cache.add(k, v)
            return v

    return Lib().get(key)


@READ_THROUGH.right
def load_is_false(key, cache, db):
    v = cache.get(key)
    if v is None:
        v = db.read(key)
        if v is not None and cache.add(key, v) is False:
            n = cache.get(key)
            v = v if n is None else n
    return v


# ── caching-leases ────────────────────────────────────────────────────────────────────────────────────────────────────


@LEASES.right
def lease_step_by_step(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None and token is not None:
            with suppress(CacheDown):
                cache.fill(key, value, token)
    return value


@LEASES.right
def lease_filling_without_a_token(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            try:
                cache.fill(key, value, token)
            except CacheDown:
                pass
    return value


@LEASES.right
def lease_early(key, cache, db):
    token = None
    try:
        hit, token = cache.lease(key)
        if hit is not None:
            return hit
    except CacheDown:
        pass
    row = db.read(key)
    if token is None or row is None:
        return row
    try:
        cache.fill(key, row, token)
    except CacheDown:
        pass
    return row


@LEASES.right
def lease_without_unpacking(key, cache, db):
    try:
        answer = cache.lease(key)
    except StoreDown:
        answer = (None, None)
    if answer[0] is not None:
        return answer[0]
    v = db.read(key)
    if answer[1] is not None and v is not None:
        with suppress(StoreDown):
            cache.fill(key=key, value=v, token=answer[1])
    return v


@LEASES.right
def lease_look_first(key, cache, db):
    try:
        value = cache.get(key)
        if value is not None:
            return value
        value, token = cache.lease(key)
        if value is not None:
            return value
    except CacheDown:
        return db.read(key)
    value = db.read(key)
    if value is not None and token is not None:
        with suppress(CacheDown):
            cache.fill(key, value, token)
    return value


@LEASES.right
def lease_the_newer_one_if_refused(key, cache, db):
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None and token is not None:
            try:
                if not cache.fill(key, value, token):
                    newer = cache.get(key)
                    if newer is not None:
                        return newer
            except CacheDown:
                pass
    return value


@LEASES.right
def lease_without_a_token_one_more_look(key, cache, db):
    try:
        value, token = cache.lease(key)
        if value is None and token is None:
            value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        if value is not None and token is not None:
            with suppress(CacheDown):
                cache.fill(key, value, token)
    return value


@LEASES.right
def lease_with_match(key, cache, db):
    try:
        pair = cache.lease(key)
    except CacheDown:
        pair = (None, None)
    match pair:
        case (None, None):
            return db.read(key)
        case (None, token):
            v = db.read(key)
            if v is not None:
                with suppress(CacheDown):
                    cache.fill(key, v, token)
            return v
        case (v, _):
            return v


@LEASES.right
def lease_with_a_truthy_token(key, cache, db):
    token = None
    try:
        v, token = cache.lease(key)
    except CacheDown:
        v = None
    if v is None:
        v = db.read(key)
        try:
            if v is not None and token:
                cache.fill(key, v, token)
        except CacheDown:
            return v
    return v


@LEASES.right
def lease_flat(key, cache, db):
    try:
        v, t = cache.lease(key)
    except CacheDown:
        v, t = None, None
    if v is not None:
        return v
    v = db.read(key)
    if t is not None and v is not None:
        try:
            cache.fill(key, v, t)
        except CacheDown:
            ...
    return v


@pytest.mark.parametrize(("exercise", "function"), right_ones(READ, READ_THROUGH, LEASES))
def test_a_right_answer_in_any_style_passes(exercise, function):
    passes(exercise, function)
