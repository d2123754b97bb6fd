"""The exercises of lesson 03: right answers in any style pass, and what once got through is caught."""

from copy import deepcopy

import pytest

from labs.kit.checking.checks import check
from labs.patterns.cqrs import parts
from tests.kit.answers import Answers, passes, right_ones

relay, project, own = Answers("patterns-relay"), Answers("patterns-project"), Answers("patterns-own-writes")
build = Answers("patterns-rebuild")


@relay.right
def with_a_queue(outbox, publish, mark):
    sent = 0
    while outbox:
        event = outbox.pop(0)
        if publish(event) is not True:
            return sent
        mark(event["number"])
        sent = sent + 1
    return sent


@relay.right
def by_recursion(outbox, publish, mark):
    if not outbox or not publish(outbox[0]):
        return 0
    mark(outbox[0]["number"])
    return 1 + by_recursion(outbox[1:], publish, mark)


@project.right
def by_cases(view, event):
    service, _, id = event["key"].partition("/")
    known = view["versions"].setdefault(event["key"], 0)
    if known >= event["version"]:
        if known == 0:
            del view["versions"][event["key"]]
        return False
    view["versions"].update({event["key"]: event["version"]})
    if service == "orders" and event["row"] is not None:
        customer = event["row"]["customer"]
        name = view["names"].get(customer)
        view["orders"].update({id: {"customer": customer, "item": event["row"]["item"], "name": name}})
    elif service == "orders":
        if id in view["orders"]:
            del view["orders"][id]
    else:
        view["names"][id] = event["row"]["name"]
        view["orders"] = {
            order: {**row, "name": event["row"]["name"]} if row["customer"] == id else row
            for order, row in view["orders"].items()
        }
    return True


@own.right
def with_a_loop(versions, own, waited, limit):
    for key in own:
        if key not in versions or versions[key] < own[key]:
            return "ask the owner" if waited >= limit else "wait"
    return "serve"


@build.right
def event_by_event(feeds, project):
    new, ends = dict(orders={}, names={}, versions={}), {}
    for service in sorted(feeds, reverse=True):
        ends[service] = 0
        while ends[service] < len(feeds[service]):
            event = deepcopy(feeds[service][ends[service]])
            if event["row"] and "item" not in event["row"] and service == "orders":
                event["row"] = {"item": event["row"]["product"], "customer": event["row"]["customer"]}
            project(new, event)
            ends[service] += 1
    return [new, ends]


@pytest.mark.parametrize(("exercise", "function"), right_ones(relay, project, own, build))
def test_right_answers_pass(exercise, function):
    passes(exercise, function)


def writes_into_the_event(view, event):
    key, version, row = event["key"], event["version"], event["row"]
    if version <= view["versions"].get(key, 0):
        return False
    view["versions"][key] = version
    service, id = key.split("/")
    if service == "customers":
        view["names"][id] = row["name"]
        view["orders"].update({i: {**o, "name": row["name"]} for i, o in view["orders"].items() if o["customer"] == id})
    elif row is None:
        view["orders"].pop(id, None)
    else:
        row["name"] = view["names"].get(row["customer"])
        view["orders"][id] = row
    return True


def returns_nothing(view, event):
    parts.project(view, event)


def counts_nothing(outbox, publish, mark):
    parts.relay(outbox, publish, mark)


def listens_to_the_projector(feeds, project):
    view = {"orders": {}, "names": {}, "versions": {}}
    for feed in feeds.values():
        for event in feed:
            row = event["row"] and {{"product": "item"}.get(name, name): value for name, value in event["row"].items()}
            if not project(view, {**event, "row": row}) and event["key"] not in view["versions"]:
                break
    return view, {service: len(feed) for service, feed in feeds.items()}


def translates_the_view(feeds, project):
    view = {"orders": {}, "names": {}, "versions": {}}
    for feed in feeds.values():
        for event in feed:
            project(view, deepcopy(event))
    for order in view["orders"].values():
        if "product" in order:
            order["item"] = order.pop("product")
    return view, {service: len(feed) for service, feed in feeds.items()}


def never_projects(feeds, project):
    from labs.patterns.cqrs.parts import project as own
    from labs.patterns.cqrs.parts import rebuild

    return rebuild(feeds, own)


def leaves_at_the_first_old_event(feeds, project):
    view = {"orders": {}, "names": {}, "versions": {}}
    for feed in feeds.values():
        for event in feed:
            row = event["row"] and {{"product": "item"}.get(name, name): value for name, value in event["row"].items()}
            if not project(view, {**event, "row": row}):
                break
    return view, {service: len(feed) for service, feed in feeds.items()}


def sorts_by_version(feeds, project):
    view = {"orders": {}, "names": {}, "versions": {}}
    for event in sorted((event for feed in feeds.values() for event in feed), key=lambda event: event["version"]):
        row = event["row"]
        if row and "product" in row and event["key"].startswith("orders/"):
            row = {"customer": row["customer"], "item": row["product"]}
        project(view, {**event, "row": row})
    return view, {service: len(feed) for service, feed in feeds.items()}


@pytest.mark.parametrize(
    ("exercise", "function", "told"),
    [
        ("patterns-project", writes_into_the_event, "The event is not as it was"),
        ("patterns-project", writes_into_the_event, "You write into the event."),
        ("patterns-project", returns_nothing, "It returned None: expected True or False."),
        ("patterns-relay", counts_nothing, "None: expected how many events were acknowledged, a whole number."),
        ("patterns-rebuild", never_projects, "`project` was given none of its events"),
        ("patterns-rebuild", never_projects, "`project` was given nothing"),
        ("patterns-rebuild", leaves_at_the_first_old_event, "You stop at the first event that `project` calls old"),
        ("patterns-rebuild", listens_to_the_projector, "`project` was given 1 of its 2 events"),
        ("patterns-rebuild", translates_the_view, "Translate it before, not afterwards"),
        ("patterns-rebuild", sorts_by_version, "The events of the orders feed were projected in another order"),
    ],
)
def test_what_a_stranger_got_through_with_is_caught(exercise, function, told):
    report = check(exercise, function)
    assert report.verdict == "failed" and told in repr(report)
