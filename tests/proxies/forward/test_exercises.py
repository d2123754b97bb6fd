"""Answers to the exercises of lesson 12 as people write them: right in any style, and wrong."""

from ipaddress import ip_address, ip_network

import pytest

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
    gone = [name for name in hop_by_hop]
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
    return [one for one in headers if one[0].lower() not in gone]


ALL = FRESH, COLLAPSE, CONNECT, PASS_ON


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ALL))
def test_a_right_answer_passes(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ALL))
def test_a_wrong_answer_is_told_what_is_wrong(exercise, function, told):
    fails(exercise, function, told)
