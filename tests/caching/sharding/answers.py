"""The exercises of lesson 17, as people write them who have only the notebook: right in any style, and wrong."""

import bisect
import heapq
import itertools
import math

from labs.caching.sharding.placing import chance
from tests.kit.answers import Answers

lookup, copies, scores, bounds = (Answers(f"caching-{n}") for n in ("ring-lookup", "replicas", "rendezvous", "bounded"))

# ── lookup ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@lookup.right
def a_loop(points, place):
    for point, server in points:
        if point >= place:
            return server
    return points[0][1]


@lookup.right
def with_bisect(points, place):
    i = bisect.bisect_left([p for p, _ in points], place)
    return points[i % len(points)][1]


@lookup.right
def bisect_on_pairs(points, place):
    i = bisect.bisect(points, (place,))
    return points[0 if i == len(points) else i][1]


@lookup.right
def by_hand(points, place):
    low, high = 0, len(points)
    while low < high:
        middle = (low + high) // 2
        if points[middle][0] < place:
            low = middle + 1
        else:
            high = middle
    return points[low % len(points)][1]


@lookup.right
def by_distance(points, place):
    return min(points, key=lambda p: (p[0] - place) % 2**32)[1]


@lookup.right
def filtered(points, place):
    return next((s for p, s in points if p >= place), points[0][1])


@lookup.right
def recursion(points, place):
    def go(rest):
        if not rest:
            return points[0][1]
        return rest[0][1] if rest[0][0] >= place else go(rest[1:])

    return go(points)


@lookup.wrong("Beyond the last point you find nothing.")
def no_return(points, place):
    for point, server in points:
        if point >= place:
            return server


@lookup.wrong("you take the one after it")
def strictly(points, place):
    for point, server in points:
        if point > place:
            return server
    return points[0][1]


@lookup.wrong("Beyond the last point you stay with the last.")
def last(points, place):
    for point, server in points:
        found = server
        if point >= place:
            break
    return found


@lookup.wrong("You take the nearest point")
def nearest(points, place):
    return sorted(points, key=lambda p: abs(p[0] - place))[0][1]


@lookup.wrong()
def the_point(points, place):
    for point, _ in points:
        if point >= place:
            return point
    return points[0][0]


@lookup.wrong("You take the point at or before the place.")
def going_back(points, place):
    for point, server in reversed(points):
        if point <= place:
            return server
    return points[-1][1]


# ── replicas ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@copies.right
def cut_and_joined(points, place, copies):
    first = bisect.bisect_left([p for p, _ in points], place)
    return list(dict.fromkeys(s for _, s in points[first:] + points[:first]))[:copies]


@copies.right
def a_cycle(points, place, copies):
    found, i = [], 0
    while i < len(points) and points[i][0] < place:
        i += 1
    for _ in range(len(points)):
        server = points[i % len(points)][1]
        if server not in found:
            found.append(server)
        if len(found) == copies:
            break
        i += 1
    return found


@copies.right
def sorted_by_distance(points, place, copies):
    seen = []
    for _, server in sorted(points, key=lambda p: (p[0] - place) % 2**32):
        if server not in seen:
            seen.append(server)
    return seen[:copies]


@copies.right
def a_tuple(points, place, copies):
    once = itertools.chain((s for p, s in points if p >= place), (s for p, s in points if p < place))
    return tuple(itertools.islice(dict.fromkeys(once), copies))


@copies.wrong("You take the next points, which may be of one server.")
def points_only(points, place, copies):
    n = bisect.bisect_left([p for p, _ in points], place)
    return [points[(n + i) % len(points)][1] for i in range(min(copies, len(points)))]


@copies.wrong("At the last point you stop.")
def no_wrap(points, place, copies):
    found = []
    for point, server in points:
        if point >= place and server not in found and len(found) < copies:
            found.append(server)
    return found


@copies.wrong()
def a_set(points, place, copies):
    return set(cut_and_joined(points, place, copies))


@copies.wrong("You leave out the owner")
def others(points, place, copies):
    return cut_and_joined(points, place, copies + 1)[1:]


@copies.wrong()
def among_the_next_few(points, place, copies):
    first = bisect.bisect_left([p for p, _ in points], place)
    return list(dict.fromkeys(s for _, s in (points[first:] + points[:first])[: 4 * copies]))[:copies]


@copies.wrong()
def with_their_points(points, place, copies):
    found = {}
    for point, server in sorted(points, key=lambda p: (p[0] - place) % 2**32):
        found.setdefault(server, point)
    return [(point, server) for server, point in found.items()][:copies]


@copies.wrong()
def only_more_than_one(points, place, copies):
    found = cut_and_joined(points, place, copies)
    return found if len(found) == copies else []


# ── rendezvous ────────────────────────────────────────────────────────────────────────────────────────────────────────


@scores.right
def by_sorting(weights, key, copies):
    return sorted(weights, key=lambda s: -weights[s] / math.log(chance(s, key)), reverse=True)[:copies]


@scores.right
def with_heapq(weights, key, copies):
    return heapq.nlargest(copies, weights, key=lambda s: weights[s] / -math.log(chance(s, key)))


@scores.right
def one_after_the_other(weights, key, copies):
    left, found = dict(weights), []
    while left and len(found) < copies:
        best = max(left, key=lambda s: -left[s] / math.log(chance(s, key)))
        found.append(best)
        del left[best]
    return found


@scores.right
def pairs(weights, key, copies):
    table = [(weight / math.log(chance(name, key)), name) for name, weight in weights.items()]
    return [name for _, name in sorted(table)][:copies]


@scores.right
def exponential(weights, key, copies):
    return sorted(weights, key=lambda s: math.log(1 / chance(s, key)) / weights[s])[:copies]


@scores.wrong()
def uses_them_up(weights, key, copies):
    best = []
    while weights and len(best) < copies:
        best.append(max(weights, key=lambda s: -weights[s] / math.log(chance(s, key))))
        del weights[best[-1]]
    return best


@scores.wrong("You leave the weights out.")
def no_weights(weights, key, copies):
    return sorted(weights, key=lambda s: chance(s, key), reverse=True)[:copies]


@scores.wrong("You take the lowest scores")
def forgot_reverse(weights, key, copies):
    return sorted(weights, key=lambda s: -weights[s] / math.log(chance(s, key)))[:copies]


@scores.wrong()
def only_the_best(weights, key, copies):
    return max(weights, key=lambda s: -weights[s] / math.log(chance(s, key)))


@scores.wrong("You swap `server` and `key`")
def swapped(weights, key, copies):
    return sorted(weights, key=lambda s: -weights[s] / math.log(chance(key, s)), reverse=True)[:copies]


@scores.wrong()
def with_scores(weights, key, copies):
    return sorted(((-w / math.log(chance(s, key)), s) for s, w in weights.items()), reverse=True)[:copies]


@scores.wrong("You multiply the weight by the chance")
def product(weights, key, copies):
    return sorted(weights, key=lambda s: weights[s] * chance(s, key), reverse=True)[:copies]


# ── bounded ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@bounds.right
def straight(points, place, loads, spare):
    most = math.ceil((1 + spare) * (sum(loads.values()) + 1) / len(loads))
    ahead = [s for p, s in points if p >= place] + [s for p, s in points if p < place]
    return next(s for s in ahead if loads[s] < most)


@bounds.right
def round_and_round(points, place, loads, spare):
    most = math.ceil((sum(loads.values()) + 1) / len(loads) * (1 + spare))
    i = bisect.bisect_left([p for p, _ in points], place)
    while loads[points[i % len(points)][1]] >= most:
        i += 1
    return points[i % len(points)][1]


@bounds.right
def without_rounding(points, place, loads, spare):
    most = (1 + spare) * (sum(loads.values()) + 1) / len(loads)
    for _, server in sorted(points, key=lambda p: (p[0] - place) % 2**32):
        if loads[server] < most:  # a whole number is below x exactly if it is below x rounded up
            return server


@bounds.wrong("You round the limit down.")
def by_int(points, place, loads, spare):
    most = int((1 + spare) * (sum(loads.values()) + 1) / len(loads))
    return next((s for _, s in sorted(points, key=lambda p: (p[0] - place) % 2**32) if loads[s] < most), None)


@bounds.wrong("the limit is full")
def not_below(points, place, loads, spare):
    most = math.ceil((1 + spare) * (sum(loads.values()) + 1) / len(loads))
    return next(s for _, s in sorted(points, key=lambda p: (p[0] - place) % 2**32) if loads[s] <= most)


@bounds.wrong("You do not look at the loads.")
def the_owner(points, place, loads, spare):
    return with_bisect(points, place)
