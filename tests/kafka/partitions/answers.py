# ruff: noqa - as people write it
"""The exercises of lesson 05, as people write them who have only the notebook: right in any style, and wrong."""

import ctypes
import struct
import zlib
from functools import reduce

from labs.kafka.partitions import murmur2 as kafkas_murmur2
from tests.kit.answers import Answers

murmur, place, moved, salt = (Answers(f"kafka-{name}") for name in ("murmur2", "partition-for", "moved-keys", "salt"))

# ── murmur2 ──────────────────────────────────────────────────────────────────


@murmur.right
def lesson(key):
    m, whole = 0x5BD1E995, len(key) // 4 * 4
    h = 0x9747B28C ^ len(key)
    for start in range(0, whole, 4):
        k = int.from_bytes(key[start : start + 4], "little") * m & 0xFFFFFFFF
        k ^= k >> 24
        k = k * m & 0xFFFFFFFF
        h = h * m & 0xFFFFFFFF ^ k
    if whole < len(key):
        h ^= int.from_bytes(key[whole:], "little")
        h = h * m & 0xFFFFFFFF
    h ^= h >> 13
    h = h * m & 0xFFFFFFFF
    h ^= h >> 15
    return h - 2**32 if h >= 2**31 else h


@murmur.right
def as_in_java(data):
    M = 0xFFFFFFFF
    length = len(data)
    h = 0x9747B28C ^ length
    for i in range(length // 4):
        i4 = i * 4
        k = (
            (data[i4] & 0xFF)
            + ((data[i4 + 1] & 0xFF) << 8)
            + ((data[i4 + 2] & 0xFF) << 16)
            + ((data[i4 + 3] & 0xFF) << 24)
        )
        k = (k * 0x5BD1E995) & M
        k ^= k >> 24
        k = (k * 0x5BD1E995) & M
        h = (h * 0x5BD1E995) & M
        h ^= k
    rest = length % 4
    if rest == 3:
        h ^= data[(length & ~3) + 2] << 16
    if rest >= 2:
        h ^= data[(length & ~3) + 1] << 8
    if rest >= 1:
        h ^= data[length & ~3]
        h = (h * 0x5BD1E995) & M
    h ^= h >> 13
    h = (h * 0x5BD1E995) & M
    h ^= h >> 15
    return ctypes.c_int32(h).value


@murmur.right
def reduced(key):
    mul = lambda a: a * 0x5BD1E995 % 2**32
    groups = struct.unpack(f"<{len(key) // 4}I", key[: len(key) // 4 * 4])
    h = reduce(lambda h, k: mul(h) ^ mul(mul(k) ^ mul(k) >> 24), groups, 0x9747B28C ^ len(key))
    if tail := key[len(key) // 4 * 4 :]:
        h = mul(h ^ sum(b << 8 * i for i, b in enumerate(tail)))
    h = mul(h ^ h >> 13)
    h ^= h >> 15
    return struct.unpack("<i", struct.pack("<I", h))[0]


@murmur.right
def with_numpy(key):
    import numpy as np

    with np.errstate(over="ignore"):
        m = np.uint32(0x5BD1E995)
        h = np.uint32(0x9747B28C) ^ np.uint32(len(key))
        whole = len(key) - len(key) % 4
        for k in np.frombuffer(key[:whole], dtype="<u4"):
            k = np.uint32(k) * m
            k ^= k >> np.uint32(24)
            k = k * m
            h = h * m
            h ^= k
        if key[whole:]:
            h ^= np.uint32(int.from_bytes(key[whole:], "little"))
            h = h * m
        h ^= h >> np.uint32(13)
        h = h * m
        h ^= h >> np.uint32(15)
    return h.astype(np.int32)


@murmur.right
class Hash(int):
    def __new__(cls, key):
        h = recursive(key, 0x9747B28C ^ len(key))
        h = (h ^ h >> 13) * 0x5BD1E995 & 0xFFFFFFFF
        h ^= h >> 15
        return int(h - (h >> 31 << 32))


def recursive(key, h):
    m = 0x5BD1E995
    if len(key) >= 4:
        k = int.from_bytes(key[:4], "little") * m & 0xFFFFFFFF
        k = (k ^ k >> 24) * m & 0xFFFFFFFF
        return recursive(key[4:], h * m & 0xFFFFFFFF ^ k)
    return (h ^ int.from_bytes(key, "little")) * m & 0xFFFFFFFF if key else h


@murmur.wrong("Your number has no sign.")
def no_sign(key):
    return lesson(key) % 2**32


@murmur.wrong("You take the absolute value.")
def no_minus(key):
    return abs(lesson(key))


@murmur.wrong()
def builtin(key):
    return sum(key) * 31


@murmur.wrong("You count characters.")
def characters(key):
    m, whole = 0x5BD1E995, len(key) // 4 * 4
    h = 0x9747B28C ^ len(key.decode("utf-8", "replace"))
    for start in range(0, whole, 4):
        k = int.from_bytes(key[start : start + 4], "little") * m & 0xFFFFFFFF
        k = (k ^ k >> 24) * m & 0xFFFFFFFF
        h = h * m & 0xFFFFFFFF ^ k
    if whole < len(key):
        h = (h ^ int.from_bytes(key[whole:], "little")) * m & 0xFFFFFFFF
    h = (h ^ h >> 13) * m & 0xFFFFFFFF
    h ^= h >> 15
    return h - 2**32 if h >= 2**31 else h


@murmur.wrong("You read the left-over bytes from the wrong end")
def shifted_the_wrong_way(key):
    rest = len(key) % 4
    body, tail = key[: len(key) - rest], key[len(key) - rest :]
    h = 0x9747B28C ^ len(key)
    for (k,) in struct.iter_unpack("<I", body):
        k = k * 0x5BD1E995 & 0xFFFFFFFF
        k = (k ^ k >> 24) * 0x5BD1E995 & 0xFFFFFFFF
        h = h * 0x5BD1E995 & 0xFFFFFFFF ^ k
    if rest:
        h ^= int(tail.hex(), 16)
        h = h * 0x5BD1E995 & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0x5BD1E995 & 0xFFFFFFFF
    h ^= h >> 15
    return h - 2**32 if h > 2**31 - 1 else h


@murmur.wrong("You read all bytes from the wrong end")
def big_endian(key):
    h, whole = 0x9747B28C ^ len(key), len(key) // 4 * 4
    for at in range(0, whole, 4):
        k = int.from_bytes(key[at : at + 4], "big") * 0x5BD1E995 & 0xFFFFFFFF
        h = h * 0x5BD1E995 & 0xFFFFFFFF ^ (k ^ k >> 24) * 0x5BD1E995 & 0xFFFFFFFF
    if key[whole:]:
        h = (h ^ int.from_bytes(key[whole:])) * 0x5BD1E995 & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0x5BD1E995 & 0xFFFFFFFF
    h ^= h >> 15
    return h - 2**32 if h >= 2**31 else h


@murmur.wrong("You take the last four bytes for left-over ones")
def one_group_short(key):
    n, i, m = len(key), 0, 0x5BD1E995
    h = 0x9747B28C ^ n
    while n - i > 4:
        (k,) = struct.unpack_from("<I", key, i)
        k = k * m % 2**32
        h = h * m % 2**32 ^ (k ^ k >> 24) * m % 2**32
        i += 4
    if i < n:
        h = (h ^ int.from_bytes(key[i:], "little")) * m % 2**32
    h = (h ^ h >> 13) * m % 2**32
    return ctypes.c_int32(h ^ h >> 15).value


@murmur.wrong("Your numbers are never cut back")
def uncut(key):
    m, whole = 0x5BD1E995, len(key) // 4 * 4
    h = 0x9747B28C ^ len(key)
    for i in range(0, whole, 4):
        k = int.from_bytes(key[i : i + 4], "little") * m
        k ^= k >> 24
        k *= m
        h *= m
        h ^= k
    if whole < len(key):
        h ^= int.from_bytes(key[whole:], "little")
        h *= m
    h ^= h >> 13
    h *= m
    h ^= h >> 15
    return h - 2**32 if h >= 2**31 else h


@murmur.wrong("Your number has lost its sign bit")
def half_the_range(key):
    h = lesson(key) % 2**32
    return h - 2**31 if h >= 2**31 else h


@murmur.wrong("You put a minus before")
def sign_bit_is_a_minus(key):
    h = lesson(key) % 2**32
    return -(h & 0x7FFFFFFF) if h & 0x80000000 else h


@murmur.wrong()
def sixteen_bits(key):
    return lesson(key) & 0xFFFF


# ── which partition ──────────────────────────────────────────────────────────


@place.right
def rule(record, partitions, sticky):
    if record.partition is not None:
        return record.partition
    if record.key is not None:
        return (kafkas_murmur2(record.key) & 0x7FFFFFFF) % partitions
    return sticky


@place.right
def one_expression(r, n, s):
    return r.partition if r.partition is not None else s if r.key is None else (lesson(r.key) % 2**31) % n


@place.right
def matched(record, partitions, sticky):
    match (record.partition, record.key):
        case (None, None):
            return sticky
        case (None, key):
            return (kafkas_murmur2(key) & 0x7FFFFFFF) % partitions
        case (named, _):
            return named


@place.right
def listed(record, partitions, sticky):
    hashed = None if record.key is None else (kafkas_murmur2(record.key) & 0x7FFFFFFF) % partitions
    return next(p for p in [record.partition, hashed, sticky] if p is not None)


@place.right
def guarded(record, partitions, sticky):
    try:
        return range(partitions)[record.partition]
    except TypeError:
        pass
    try:
        return divmod(kafkas_murmur2(record.key) & 2**31 - 1, partitions)[1]
    except TypeError:
        return sticky


@place.wrong("You ask `if record.partition`")
def truthy_partition(record, partitions, sticky):
    return record.partition or (
        sticky if record.key is None else (kafkas_murmur2(record.key) & 0x7FFFFFFF) % partitions
    )


@place.wrong("You ask whether `partition` and `key` are true")
def truthy(record, partitions, sticky):
    if record.partition:
        return record.partition
    if record.key:
        return (kafkas_murmur2(record.key) & 0x7FFFFFFF) % partitions
    return sticky


@place.wrong("You drop the minus with `abs`.")
def minus(record, partitions, sticky):
    return (
        rule(record, partitions, sticky)
        if record.key is None or record.partition is not None
        else abs(kafkas_murmur2(record.key)) % partitions
    )


@place.wrong("You let the key win")
def as_the_notes(record, partitions, sticky):
    if record.key is not None:
        return (kafkas_murmur2(record.key) & 0x7FFFFFFF) % partitions
    return record.partition if record.partition is not None else sticky


@place.wrong("You put no brackets round the mask.")
def precedence(record, partitions, sticky):
    if record.partition is not None:
        return record.partition
    if record.key is None:
        return sticky
    return kafkas_murmur2(record.key) & 0x7FFFFFFF % partitions


@place.wrong()
def by_python(record, partitions, sticky):
    if record.partition is not None:
        return record.partition
    return sticky if record.key is None else hash(record.key) % partitions


@place.wrong()
def gives_text(record, partitions, sticky):
    return f"p{rule(record, partitions, sticky)}"


@place.wrong()
def forgets_to_return(record, partitions, sticky):
    rule(record, partitions, sticky)


# ── which keys move ──────────────────────────────────────────────────────────


def at(key, n):
    return (kafkas_murmur2(key) & 0x7FFFFFFF) % n


@moved.right
def comprehension(keys, before, after):
    return [key for key in keys if at(key, before) != at(key, after)]


@moved.right
def loop(keys, before, after):
    out = []
    for key in keys:
        h = kafkas_murmur2(key) % 2**31
        if h % before == h % after:
            continue
        out.append(key)
    return out


@moved.right
def filtered(keys, before, after):
    return tuple(filter(lambda k: at(k, before) - at(k, after), keys))


@moved.right
def recursion(keys, before, after):
    if not keys:
        return []
    first = [keys[0]] if at(keys[0], before) != at(keys[0], after) else []
    return first + recursion(keys[1:], before, after)


@moved.right
def by_difference(keys, before, after):
    old, new = ({k: at(k, n) for k in keys} for n in (before, after))
    changed = dict(set(new.items()) - set(old.items()))
    return sorted(changed, key=keys.index)


@moved.wrong("You take the keys that end in a new partition.")
def to_new_ones(keys, before, after):
    return [key for key in keys if before <= at(key, after) < after]


@moved.wrong("You take the remainder of the signed hash.")
def signed(keys, before, after):
    return [k for k in keys if kafkas_murmur2(k) % before != kafkas_murmur2(k) % after]


@moved.wrong("You remove keys from the list while you loop over it")
def crosses_out(keys, before, after):
    for key in keys:
        if at(key, before) == at(key, after):
            keys.remove(key)
    return keys


@moved.wrong()
def a_set(keys, before, after):
    return {k for k in keys if at(k, before) != at(k, after)}


@moved.wrong()
def numbers(keys, before, after):
    return [i for i, k in enumerate(keys) if at(k, before) != at(k, after)]


@moved.wrong("You place the keys by CRC32.")
def crc(keys, before, after):
    return [k for k in keys if zlib.crc32(k) % before != zlib.crc32(k) % after]


@moved.wrong()
def a_count(keys, before, after):
    return len(comprehension(keys, before, after))


# ── salt ─────────────────────────────────────────────────────────────────────


@salt.right
def names_first(key, number, hot, partitions):
    names = [key + b"#" + str(i).encode() for i in range(hot[key])] if key in hot else [key]
    places = [at(name, partitions) for name in names]
    return places[number % len(places)], sorted(set(places))


@salt.right
def two_cases(key, number, hot, partitions):
    if key not in hot:
        return [at(key, partitions), [at(key, partitions)]]
    many = hot[key]
    read = set()
    for i in range(many):
        read |= {at(b"%b#%d" % (key, i), partitions)}
    return at(key + f"#{number % many}".encode("ascii"), partitions), sorted(read)


@salt.right
def scan(key, number, hot, partitions):
    n = hot.get(key)
    name = (lambda i: key) if n is None else lambda i: b"#".join([key, str(i).encode()])
    mine = {at(name(i), partitions) for i in range(n or 1)}
    return at(name(number % (n or 1)), partitions), [p for p in range(partitions) if p in mine]


@salt.wrong("You read only from the partition that this record went to.")
def one_place(key, number, hot, partitions):
    write = names_first(key, number, hot, partitions)[0]
    return write, [write]


@salt.wrong("You list the partitions in the order of the salts.")
def any_order(key, number, hot, partitions):
    write = names_first(key, number, hot, partitions)[0]
    return write, list(dict.fromkeys(names_first(key, i, hot, partitions)[0] for i in range(hot.get(key, 1))))


@salt.wrong()
def only_writes(key, number, hot, partitions):
    return names_first(key, number, hot, partitions)[0]


@salt.wrong()
def reads_a_set(key, number, hot, partitions):
    write, read = names_first(key, number, hot, partitions)
    return write, set(read)


@salt.wrong("You use the record's number itself as the salt.")
def endless(key, number, hot, partitions):
    write, read = names_first(key, number, hot, partitions)
    return (at(key + b"#%d" % number, partitions), read) if key in hot else (write, read)


def salting(name, salts=lambda n: range(n)):
    def answer(key, number, hot, partitions):
        names = [name(key, i) for i in salts(hot[key])] if key in hot else [key]
        return at(names[number % len(names)], partitions), sorted({at(n, partitions) for n in names})

    return answer


@salt.wrong("You put bytes into a text")
def formatted(key, number, hot, partitions):
    return salting(lambda key, i: f"{key}#{i}".encode())(key, number, hot, partitions)


@salt.wrong("You write the salt as a byte of that value.")
def a_byte(key, number, hot, partitions):
    return salting(lambda key, i: key + b"#" + i.to_bytes())(key, number, hot, partitions)


@salt.wrong("You write as many zero bytes")
def zeros(key, number, hot, partitions):
    return salting(lambda key, i: key + b"#" + bytes(i))(key, number, hot, partitions)


@salt.wrong("You use one salt too many.")
def one_more(key, number, hot, partitions):
    return salting(lambda key, i: b"%b#%d" % (key, i), lambda n: range(n + 1))(key, number, hot, partitions)


@salt.wrong("You write a key that is not hot under salt 0.")
def always_salted(key, number, hot, partitions):
    places = [at(key + b"#%d" % i, partitions) for i in range(hot.get(key, 1))]
    return places[number % len(places)], sorted(set(places))


@salt.wrong("You leave a hot key with a single salt as it is.")
def more_than_one(key, number, hot, partitions):
    many = hot.get(key, 1)
    names = [key] if many == 1 else [key + b"#%d" % i for i in range(many)]
    return at(names[number % many], partitions), sorted({at(n, partitions) for n in names})


@salt.wrong("You go on to the partitions next to the key's own.")
def next_door(key, number, hot, partitions):
    first, many = at(key, partitions), hot.get(key, 1)
    return (first + number % many) % partitions, sorted({(first + i) % partitions for i in range(many)})
