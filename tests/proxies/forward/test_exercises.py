"""Answers to the exercises of lesson 12 as people write them: right in any style, and wrong."""

import re
from ipaddress import ip_address, ip_network

import pytest

from labs.kit import check
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

FRESH, COLLAPSE = Answers("proxies-fresh-for"), Answers("proxies-collapse")
CONNECT, PASS_ON = Answers("proxies-may-connect"), Answers("proxies-pass-on")


@FRESH.right
def by_sets(said, authorized, age, held):
    names = set(said)
    if names & {"private", "no-store", "no-cache"} or (
        authorized and not names & {"s-maxage", "must-revalidate", "public"}
    ):
        return 0
    for name in ("s-maxage", "max-age"):
        if name in said:
            left = said[name] - (age + held)
            return left if left > 0 else 0
    return 0


@FRESH.right
def by_exceptions(said, authorized, age, held):
    try:
        lifetime = said["s-maxage"]
    except KeyError:
        lifetime = said.get("max-age") or 0
    forbidden = said.get("private") or said.get("no-store") or said.get("no-cache")
    allowed = not authorized or said.get("public") or said.get("must-revalidate") or said.get("s-maxage") is not None
    return float(max(lifetime - age - held, 0)) if allowed and not forbidden else 0


@FRESH.wrong("`s-maxage` of 0")
def truthy(said, authorized, age, held):
    if said.get("private") or said.get("no-store") or said.get("no-cache"):
        return 0
    if authorized and not ("public" in said or "s-maxage" in said or "must-revalidate" in said):
        return 0
    return max(0, (said.get("s-maxage") or said.get("max-age") or 0) - age - held)


@FRESH.wrong("all three names")
def wants_all_three(said, authorized, age, held):
    if "private" in said or "no-store" in said or "no-cache" in said:
        return 0
    if authorized and not ("public" in said and "s-maxage" in said and "must-revalidate" in said):
        return 0
    return max(0, said.get("s-maxage", said.get("max-age", 0)) - age - held)


@COLLAPSE.right
def with_a_class(events):
    class Group:
        def __init__(self, key, leader):
            self.key, self.leader, self.others = key, leader, []

    groups, done = [], []
    for kind, client, it in events:
        did = []
        if kind == "request":
            for group in groups:
                if group.key == it:
                    group.others.append(client)
                    break
            else:
                groups.append(Group(it, client))
                did.append(["ask", client])
        else:
            did.append(["give", client])
            for group in list(groups):
                if group.leader == client:
                    groups.remove(group)
                    did += [["ask" if it == "for one" else "give", other] for other in group.others]
        done.append(did)
    return done


@COLLAPSE.right
def two_dicts(events):
    leads, waits, out = {}, {}, []
    for kind, client, it in events:
        if kind == "request":
            if it in waits:
                waits[it].append(client)
                out.append(())
            else:
                waits[it], leads[client] = [], it
                out.append((("ask", client),))
        elif client in leads:
            rest = waits.pop(leads.pop(client))
            out.append((("give", client), *[("give", c) if it != "for one" else ("ask", c) for c in rest]))
        else:
            out.append((("give", client),))
    return tuple(out)


@COLLAPSE.wrong("wait for ever")
def forgets_failures(events):
    groups, done = {}, []
    for kind, client, it in events:
        if kind == "request":
            groups.setdefault(it, []).append(client)
            done.append([("ask", client)] if len(groups[it]) == 1 else [])
            continue
        led = [key for key, group in groups.items() if group[0] == client]
        rest = groups.pop(led[0])[1:] if led else []
        word = {"for all": "give", "for one": "ask"}.get(it)
        done.append([("give", client)] + ([(word, c) for c in rest] if word else []))
    return done


@COLLAPSE.wrong("ever after")
def never_forgets_a_leader(events):
    leads, waits, out = {}, {}, []
    for kind, client, it in events:
        if kind == "request" and it in waits:
            waits[it].append(client)
            out.append([])
        elif kind == "request":
            waits[it], leads[client] = [], it
            out.append([("ask", client)])
        else:
            rest = waits.pop(leads.get(client), [])
            out.append([("give", client), *[("give", c) if it != "for one" else ("ask", c) for c in rest]])
    return out


@CONNECT.right
def in_one_line(method, port, addresses, inner):
    mapped = [ip_address(a) for a in addresses]
    plain = [getattr(a, "ipv4_mapped", None) or a for a in mapped]
    allowed = (method == "CONNECT" and port == 443) or (method != "CONNECT" and port == 80)
    return allowed and len(plain) > 0 and not any(a in ip_network(n) for a in plain for n in inner)


@CONNECT.wrong("ipv4_mapped")
def forgets_the_other_spelling(method, port, addresses, inner):
    if port != {"CONNECT": 443}.get(method, 80) or not addresses:
        return False
    return all(ip_address(a) not in ip_network(n) for a in addresses for n in inner)


@CONNECT.right
def also_as_it_is_written(method, port, addresses, inner):
    if port != {"CONNECT": 443}.get(method, 80) or not addresses:
        return False
    both = [ip_address(a) for a in addresses]
    both += [a.ipv4_mapped for a in both if getattr(a, "ipv4_mapped", None)]
    return not any(a in ip_network(n, strict=False) for a in both for n in inner)


@CONNECT.wrong("as text")
def cuts_it_off(method, port, addresses, inner):
    if port != {"CONNECT": 443}.get(method, 80) or not addresses:
        return False
    plain = [a.replace("::ffff:", "") if "." in a else a for a in addresses]
    return all(ip_address(a) not in ip_network(n) for a in plain for n in inner)


@CONNECT.wrong("no address is inner")
def an_empty_list_closes_all(method, port, addresses, inner):
    return bool(inner) and in_one_line(method, port, addresses, inner)


@CONNECT.wrong("6to4")
def unpacks_too_much(method, port, addresses, inner):
    plain = [ip_address(a) for a in addresses]
    plain = [(a.ipv4_mapped or a.sixtofour or a) if a.version == 6 else a for a in plain]
    allowed = port == (443 if method == "CONNECT" else 80)
    return allowed and bool(plain) and not any(a in ip_network(n) for a in plain for n in inner)


@CONNECT.wrong("without an address")
def nothing_is_inner(method, port, addresses, inner):
    if port != {"CONNECT": 443}.get(method, 80):
        return False
    for a in addresses:
        a = ip_address(a)
        a = getattr(a, "ipv4_mapped", None) or a
        if any(a in ip_network(n) for n in inner):
            return False
    return True


@PASS_ON.right
def in_two_loops(headers, hop_by_hop):
    gone = ["connection", *hop_by_hop]
    for name, value in headers:
        if name.lower() == "connection":
            for part in value.split(","):
                gone.append(part.strip().lower())
    kept = []
    for name, value in headers:
        if name.lower() not in gone:
            kept.append([name, value])
    return kept


@PASS_ON.wrong("Only the first `Connection`")
def the_first_connection(headers, hop_by_hop):
    named = next((value for name, value in headers if name.lower() == "connection"), "")
    gone = {part.strip().lower() for part in named.split(",")} | set(hop_by_hop)
    return [one for one in headers if one[0].lower() not in gone | {"connection"}]


def _named(headers):
    return {part.strip().lower() for name, told in headers if name.lower() == "connection" for part in told.split(",")}


@PASS_ON.right
def by_regular_expression(headers, hop_by_hop):
    named = ",".join(told for name, told in headers if name.lower() == "connection")
    gone = [one.casefold() for one in re.findall(r"[^\s,]+", named)] + ["connection"]
    return list(filter(lambda one: one[0].lower() not in gone and one[0].lower() not in hop_by_hop, headers))


@PASS_ON.right
def empty_names_left_alone(headers, hop_by_hop):
    gone = set(hop_by_hop) | _named(headers) - {""} | {"connection"}
    return [one for one in headers if one[0].lower() not in gone]


@PASS_ON.wrong("Tabs")
def strips_spaces_only(headers, hop_by_hop):
    gone = {"connection", *hop_by_hop}
    for name, told in headers:
        if name.lower() == "connection":
            gone |= {part.strip(" ").lower() for part in told.split(",")}
    return [one for one in headers if one[0].lower() not in gone]


@PASS_ON.wrong("Collect all names first")
def in_one_loop(headers, hop_by_hop):
    gone, kept = {"connection", *hop_by_hop}, []
    for name, told in headers:
        if name.lower() == "connection":
            gone.update(part.strip().lower() for part in told.split(","))
        if name.lower() not in gone:
            kept.append((name, told))
    return kept


@PASS_ON.wrong()
def extends_the_list(headers, hop_by_hop):
    hop_by_hop += [*_named(headers), "connection"]
    return [one for one in headers if one[0].lower() not in hop_by_hop]


@PASS_ON.wrong("never does")
def keeps_connection(headers, hop_by_hop):
    gone = set(hop_by_hop) | _named(headers)
    return [one for one in headers if one[0].lower() not in gone]


@PASS_ON.wrong("whole names")
def part_of_a_name(headers, hop_by_hop):
    named = ",".join(told.lower() for name, told in headers if name.lower() == "connection")
    gone = {"connection", *hop_by_hop}
    return [one for one in headers if one[0].lower() not in gone and one[0].lower() not in named]


@PASS_ON.wrong("as it is")
def in_lowercase(headers, hop_by_hop):
    gone = set(hop_by_hop) | _named(headers) | {"connection"}
    return [(name.lower(), value) for name, value in headers if name.lower() not in gone]


@FRESH.wrong()
def takes_names_out(said, authorized, age, held):
    if any([said.pop(name, False) for name in ("no-store", "private", "no-cache")]):
        return 0
    if authorized and not {"public", "s-maxage", "must-revalidate"} & set(said):
        return 0
    return max(0, said.get("s-maxage", said.get("max-age", 0)) - age - held)


@FRESH.wrong("does not lift")
def public_lifts_private(said, authorized, age, held):
    allowed = authorized and {"public", "s-maxage", "must-revalidate"} & set(said)
    if not allowed and (authorized or {"no-store", "private", "no-cache"} & set(said)):
        return 0
    return max(0, said.get("s-maxage", said.get("max-age", 0)) - age - held)


def _collapse(events, pick=list, empties=True, is_none=lambda key: key is None):
    groups, out = {}, []
    for kind, client, it in events:
        if kind == "request":
            leads = it not in groups
            groups.setdefault(it, []).append(client)
            if leads or empties:
                out.append([("ask", client)] if leads else [])
            continue
        led = next((key for key, group in groups.items() if group[0] == client), None)
        if is_none(led):
            out.append([("give", client)])
            continue
        others = pick(groups.pop(led)[1:])
        out.append([("give", client), *(("ask" if it == "for one" else "give", other) for other in others)])
    return out


@COLLAPSE.wrong("by name")
def sorted_by_name(events):
    return _collapse(events, pick=sorted)


@COLLAPSE.wrong("an empty one")
def no_empty_lists(events):
    return _collapse(events, empties=False)


@COLLAPSE.wrong("empty key")
def an_empty_key_is_none(events):
    return _collapse(events, is_none=lambda key: not key)


@COLLAPSE.wrong()
def eats_its_events(events):
    did = _collapse(list(events))
    events.clear()
    return did


KEPT = {}


def keeps_groups_between_calls(events):
    out = []
    for kind, client, it in events:
        if kind == "request":
            KEPT.setdefault(it, []).append(client)
            out.append([("ask", client)] if len(KEPT[it]) == 1 else [])
            continue
        led = next((key for key, group in KEPT.items() if group[0] == client), None)
        others = [] if led is None else KEPT.pop(led)[1:]
        out.append([("give", client), *(("ask" if it == "for one" else "give", other) for other in others)])
    return out


ALL = FRESH, COLLAPSE, CONNECT, PASS_ON


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ALL))
def test_a_right_answer_passes(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ALL))
def test_a_wrong_answer_is_told_what_is_wrong(exercise, function, told):
    fails(exercise, function, told)


@pytest.mark.parametrize(
    ("exercise", "function", "told"),
    [("proxies-collapse", eats_its_events, "changed its argument `events`"),
     ("proxies-collapse", keeps_groups_between_calls, "each call starts with none"),
     ("proxies-fresh-for", takes_names_out, "changed its argument `said`"),
     ("proxies-pass-on", extends_the_list, "changed its argument `hop_by_hop`"),
     ("proxies-pass-on", in_lowercase, "Pass each on as it is")],
)  # fmt: skip
def test_what_a_check_says_of_it(exercise, function, told):
    assert told in repr(check(exercise, function))
