"""The projector of lesson 03 with keys and versions as people get them wrong: each is a whole answer with one fault."""

from __future__ import annotations

from labs.patterns.cqrs.parts import Event, Rows, project


def no_versions(view: Rows, event: Event) -> bool:
    """Every event counts."""
    view["versions"].pop(event["key"], None)
    return project(view, event)


def only_the_same(view: Rows, event: Event) -> bool:
    """It ignores an event only if it has exactly the version that is known."""
    if view["versions"].get(event["key"]) == event["version"]:
        return False
    return no_versions(view, event)


def applies_again(view: Rows, event: Event) -> bool:
    """It ignores older versions, and takes the same one for new."""
    if view["versions"].get(event["key"]) == event["version"]:
        return no_versions(view, event)
    return project(view, event)


def no_gaps(view: Rows, event: Event) -> bool:
    """It takes the next version only."""
    return project(view, event) if event["version"] == view["versions"].get(event["key"], 0) + 1 else False


def one_version_for_all(view: Rows, event: Event) -> bool:
    """It compares with the highest version of any row."""
    if event["version"] <= max(view["versions"].values(), default=0):
        return False
    return project(view, event)


def forgets_the_deleted(view: Rows, event: Event) -> bool:
    """With the row it deletes the version."""
    done = project(view, event)
    if done and event["row"] is None:
        del view["versions"][event["key"]]
    return done


def does_not_remember(view: Rows, event: Event) -> bool:
    """It compares versions, and does not write the new one down."""
    before = dict(view["versions"])
    done = project(view, event)
    view["versions"] = before
    return done


def passes_over_the_unknown(view: Rows, event: Event) -> bool:
    """It ignores that an order is deleted which is not there."""
    if event["row"] is None and event["key"].split("/")[1] not in view["orders"]:
        return False
    return project(view, event)


def strips_letters(view: Rows, event: Event) -> bool:
    """`lstrip("orders/")` for the prefix."""
    service, id = event["key"].split("/")
    return _under(view, event, service, id if service == "customers" else id.lstrip("orders/"))  # noqa: B005


def strips_both(view: Rows, event: Event) -> bool:
    """`lstrip` for both prefixes."""
    service, id = event["key"].split("/")
    return _under(view, event, service, id.lstrip(f"{service}/"))


def two_letters(view: Rows, event: Event) -> bool:
    """The id is the last two characters."""
    return _under(view, event, event["key"].split("/")[0], event["key"][-2:])


def by_first_letter(view: Rows, event: Event) -> bool:
    """An id that begins with c is a customer's."""
    id = event["key"].split("/")[1]
    return _under(view, event, "customers" if id.startswith("c") else "orders", id)


def _under(view: Rows, event: Event, service: str, id: str) -> bool:
    """The right version, and the row of another service or under another id."""
    key = event["key"]
    if event["version"] <= view["versions"].get(key, 0):
        return False
    versions, view["versions"] = view["versions"] | {key: event["version"]}, {}
    project(view, {**event, "key": f"{service}/{id}"})
    view["versions"] = versions
    return True


def goes_back(view: Rows, event: Event) -> bool:
    """It writes down the version of an old event, too."""
    done = project(view, event)
    view["versions"][event["key"]] = event["version"]
    return done


def no_versions_at_all(view: Rows, event: Event) -> bool:
    """It neither looks at versions nor keeps them."""
    versions, view["versions"] = view["versions"], {}
    project(view, event)
    view["versions"] = versions
    return True


def leaves_before_the_version(view: Rows, event: Event) -> bool:
    """It deletes, and is done before it writes the version down."""
    before = view["versions"].get(event["key"])
    done = project(view, event)
    if done and event["row"] is None:
        view["versions"].pop(event["key"])
        view["versions"] |= {} if before is None else {event["key"]: before}
    return done


def counts_up(view: Rows, event: Event) -> bool:
    """It adds one to the version that it knows."""
    known = view["versions"].get(event["key"], 0)
    done = project(view, event)
    if done:
        view["versions"][event["key"]] = known + 1
    return done


def version_by_id(view: Rows, event: Event) -> bool:
    """It keeps the version under the id."""
    id = event["key"].split("/")[1]
    if event["version"] <= view["versions"].get(id, 0):
        return False
    versions, view["versions"] = view["versions"] | {id: event["version"]}, {}
    project(view, event)
    view["versions"] = versions
    return True


def whole_key(view: Rows, event: Event) -> bool:
    """It keeps rows under the whole key."""
    key, row = event["key"], event["row"]
    if event["version"] <= view["versions"].get(key, 0):
        return False
    view["versions"][key] = event["version"]
    if key.startswith("customers"):
        view["names"][key] = row["name"]
    elif row is None:
        view["orders"].pop(key, None)
    else:
        view["orders"][key] = {**row, "name": view["names"].get(row["customer"])}
    return True
