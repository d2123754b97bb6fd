"""Every word of the kit as it is seen, in both themes. Pictures of all of it are left in .build/screens/."""

from __future__ import annotations

import itertools
import math

import pytest

from labs.kit.picture.scene import Scene
from tests.kit.picture.gallery import HOSTS, SCENES, arrows, boxes, charts, grid, pool, ring, sequence

THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", SCENES)
def test_everything_can_be_read_at_every_moment(look, name, theme):
    scene = SCENES[name]()
    for t in (0, 4.95, 10):
        look(scene, t, theme)
        assert look.audit() == [], f"{name} at {t} s"
        look.shot(f"kit-{name}-{t}")


def test_the_audit_sees_what_is_wrong(look):
    scene = Scene(200, 100, end=1, title="wrong on purpose")
    scene.box("pale", 10, 10, 60, 30, fill="data", stroke="none")
    scene.text("tiny", 10, 60, "tiny", size=2)
    scene.box("narrow", 100, 10, 30, 20, label="far too long for it")
    scene.text("out", 190, 90, "outside")
    scene.box("sun", 10, 70, 60, 20, fill="warn")
    scene.text("on-sun", 15, 85, "on yellow")
    page = look(scene, 0, "dark")
    page.evaluate("() => { document.querySelector('.kit-picture svg').style.minWidth = 0; }")
    assert [found.split(":")[0] for found in look.audit()] == ["tiny", "narrow", "out", "on-sun"]
    look(scene, 0, "light")
    assert "pale: its shape 1.4 : 1" in look.audit()


def place(page, part, of=".s"):
    """The box around a shape on the screen: left, top, right, bottom, in the picture's units."""
    return page.evaluate(
        """([part, of]) => {
            const svg = document.querySelector('.kit-picture svg'), frame = svg.getBoundingClientRect();
            const one = svg.viewBox.baseVal.width / frame.width;
            const box = svg.querySelector(`[data-part="${part}"] ${of}`).getBoundingClientRect();
            return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top]
                .map(n => n * one);
        }""",
        [part, of],
    )


def seen(page, part):
    return page.evaluate(
        """part => { const g = document.querySelector(`[data-part="${part}"]`);
                     return g.style.display !== 'none' && Number(g.getAttribute('opacity') ?? 1) > 0; }""",
        part,
    )


def said(page, part):
    return page.locator(f'[data-part="{part}"] .l').evaluate(
        "l => [...(l.children.length ? l.children : [l])].map(row => row.textContent).join(' ')"
    )


# ---- arrows and messages -------------------------------------------------------------------------------------------


def test_an_arrow_grows_and_keeps_its_head_at_its_tip(look):
    page = look(arrows(), 5)
    assert place(page, "grows", ".a")[2] == pytest.approx(20 + 260, abs=1.5)
    assert page.locator('[data-part="reads"] .a').count() == 2
    _left, top, _right, bottom = place(page, "reads")
    assert place(page, "reads", ".a.b")[1] == pytest.approx(top, abs=5), "a head at the broker's end"
    box, consumer = place(page, "broker"), place(page, "consumer")
    assert top == pytest.approx(box[3], abs=1) and bottom == pytest.approx(consumer[1], abs=1), "from edge to edge"


def test_a_kept_message_stays_and_its_dot_serves_the_next(look):
    scene = arrows()
    page = look(scene, 10)
    assert seen(page, "kept-1") and not seen(page, "message-2")
    assert place(page, "kept-1")[0] == pytest.approx(140, abs=1) and place(page, "kept-1")[2] == pytest.approx(
        420, abs=1
    )
    assert not scene.has("message-3"), "the second message goes in the first one's dot"
    page = look(scene, 5.5)
    assert said(page, "message-2") == "m2"


@pytest.mark.parametrize("rows", [0, 8])
def test_a_sequence_diagram_stays_drawn(look, rows):
    scene = sequence(rows)
    page = look(scene, 0.5)
    assert not seen(page, "message-1")
    page = look(scene, 10)
    client, proxy, orders = (
        (b[0] + b[2]) / 2 for b in (place(page, f"{n}-line") for n in ("client", "proxy", "orders"))
    )
    left, top, right, bottom = place(page, "message-1")
    assert (left, right) == (pytest.approx(client, abs=1.5), pytest.approx(proxy, abs=1.5))
    assert (bottom - top > 8) == (rows == 0), "where downwards is time, a message takes some of it"
    arrows = [part for part in scene._parts if part.startswith("message-") and part[8:].isdigit()]
    levels = [place(page, name)[1] for name in arrows]
    assert levels == sorted(levels)
    lost = place(page, arrows[3])
    assert lost[0] > proxy + 30 and seen(page, f"{arrows[3]}-lost"), "a lost one ends before it has arrived"
    assert place(page, f"{arrows[3]}-lost", ".l")[0] < lost[0] + 4
    own = place(page, arrows[2])
    assert own[2] == pytest.approx(orders, abs=10) and own[2] - own[0] > 25, (
        "to itself, to the side where there is room"
    )
    note = place(page, next(part for part in scene._parts if part.startswith("note-")))
    assert note[0] < proxy < note[2]


@pytest.mark.parametrize("rows", [0, 8])
def test_the_words_of_a_message_and_their_halo_stay_above_its_arrow(look, rows):
    scene = sequence(rows)
    page = look(scene, 10)
    for name in ("message-1", "message-2"):
        left, top, right, bottom = place(page, name)
        first, _, last, foot = place(page, f"{name}-label", ".l")
        halo = page.locator(f'[data-part="{name}-label"] .l').evaluate(
            "l => parseFloat(getComputedStyle(l).strokeWidth)"
        )
        slope = (bottom - top) / (right - left)
        line = min(top + slope * (x - left) for x in (first, last))
        assert foot + halo / 2 <= line - 0.5, name


def test_the_words_of_two_messages_at_once_stand_apart(look):
    scene = Scene(560, 300, end=10, title="Two replies")
    scene.lifelines(["client", "stock", "payment", "shipping"], 0, 8, 560, 280)
    for sender in ("shipping", "payment"):
        scene.message(2, sender, "client", "has undone it")
    page = look(scene, 10)
    first, second = (place(page, f"message-{n}-label", ".l") for n in (1, 2))
    assert second[2] < first[0]


# ---- rings ----------------------------------------------------------------------------------------------------------


def test_a_pin_runs_along_its_ring_and_its_name_goes_with_it(look):
    scene = ring()
    for t, turn in ((0, 0.1), (5, 0.3), (10, 0.5)):
        page = look(scene, t)
        left, top, right, bottom = place(page, "user")
        x, y = 280 + 110 * math.sin(2 * math.pi * turn), 170 - 110 * math.cos(2 * math.pi * turn)
        assert ((left + right) / 2, (top + bottom) / 2) == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))
        words = place(page, "user", ".l")
        assert math.hypot((words[0] + words[2]) / 2 - 280, (words[1] + words[3]) / 2 - 170) < 110, "inside the ring"
    outside = place(page, HOSTS[0], ".l")
    assert outside[0] > 280 + 110 and said(page, HOSTS[0]) == "cache-a.eu-west- 1.example", "a long name breaks"


def test_an_arc_is_filled_and_grows(look):
    scene = ring()
    page = look(scene, 0)
    small = place(page, "ring-0")
    page = look(scene, 10)
    grown = place(page, "ring-0")
    assert grown[3] > small[3] + 30 and grown[3] == pytest.approx(place_of_turn(0.3, 118)[1], abs=2)
    # What the browser has moved is what Python draws for that moment.
    drawn = scene.svg(10, live=True).split('data-part="ring-0"')[1].split(' d="')[1].split('"')[0]
    moved = page.locator('[data-part="ring-0"] .s').get_attribute("d")
    numbers = [
        [
            float(n)
            for n in d.replace("A", " ").replace("L", " ").replace("M", "").replace("Z", "").replace(",", " ").split()
        ]
        for d in (drawn, moved)
    ]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.02)


def place_of_turn(turn, r):
    return 280 + r * math.sin(2 * math.pi * turn), 170 - r * math.cos(2 * math.pi * turn)


# ---- boxes ----------------------------------------------------------------------------------------------------------


def test_boxes_lie_in_boxes_and_hatching_hides_what_is_in_them(look):
    page = look(boxes(), 10, "dark")
    layers = ["Ethernet", "IP", "TCP", "TLS", "HTTP"]
    for outer, inner in itertools.pairwise(layers):
        a, b = place(page, f"packet:{outer}"), place(page, f"packet:{inner}")
        assert a[0] < b[0] and b[2] < a[2] and a[1] + 15 < b[1] and b[3] < a[3]
    assert "GET" not in said(page, "packet:content")
    font = page.locator('[data-part="packet:content"] .l').evaluate("l => getComputedStyle(l).fontFamily")
    assert "monospace" in font


def test_a_log_grows_cell_by_cell(look):
    scene = boxes()
    page = look(scene, 2.5)
    assert [seen(page, f"log-{i}") for i in range(5)] == [True, True, False, False, False]
    assert said(page, "log-1") == "k1=1" and said(page, "log-1-n") == "1"


def test_a_grid_fills_in_with_mark_word_and_colour(look):
    scene = grid()
    page = look(scene, 1.2)
    assert said(page, "g:alg: none:naive") == "✓ refused"
    cells = page.locator('[data-part^="g:"] .l')
    assert sum(bool(words) for words in cells.all_text_contents()) == 1
    cell, head = place(page, "g:alg: none:naive"), place(page, "g-column0", ".l")
    assert head[3] <= cell[1] and abs((head[0] + head[2] - cell[0] - cell[2]) / 2) < 2


# ---- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "unit", "moment", "clock"),
    [
        (0.52, "s", "0.13 s", "0.13 of 0.52 s"),
        (20, "s", "5.0 s", "5.0 of 20 s"),
        (10.714, "s", "2.7 s", "2.7 of 10.7 s"),
        (2100, "s", "525 s", "525 of 2100 s"),
        (18.9, "min", "4.7 min", "4.7 of 18.9 min"),
        (9, "step", "step 2.25", "step 2.3 of 9"),
        (2001, "step", "step 500.25", "step 500 of 2001"),
    ],
)
def test_the_clock_has_tenths_only_where_they_are_needed(look, end, unit, moment, clock):
    scene = Scene(200, 100, end=end, title="a clock", unit=unit)
    scene.box("a", 10, 10, 40, 20)
    scene.say(0, "It begins.")
    assert scene.moment(end / 4) == moment
    assert look(scene, end / 4).locator(".kit-clock").inner_text() == clock


# ---- charts ---------------------------------------------------------------------------------------------------------


def test_bars_grow_by_their_value(look):
    scene = charts()
    page = look(scene, 0)
    short, tall = place(page, "load:p1"), place(page, "load:p2")
    assert (short[3] - short[1]) / (tall[3] - tall[1]) == pytest.approx(7 / 30, abs=0.03)
    page = look(scene, 10)
    grown = place(page, "load:p1")
    assert (grown[3] - grown[1]) / (tall[3] - tall[1]) == pytest.approx(25 / 30, abs=0.03)
    assert said(page, "load:p1-n") == "25" and place(page, "load:p1-n", ".l")[3] <= grown[1] + 2


def test_a_dot_and_a_rule_move_by_their_numbers(look):
    page = look(charts(), 10)
    dot, curve = place(page, "you"), place(page, "knee-line0")
    assert (dot[0] + dot[2]) / 2 == pytest.approx(curve[0] + (curve[2] - curve[0]) * 0.9 / 0.95, abs=2)
    assert place(page, "you-label", ".l")[2] < dot[0], "its words go where there is room"
    rule, bins = place(page, "p95"), [place(page, f"ms:{i}") for i in (0, 11)]
    assert (rule[0] + rule[2]) / 2 == pytest.approx(bins[0][0] + (bins[1][2] - bins[0][0]) * 180 / 200, abs=2)


def test_lines_differ_in_dash_and_are_named_at_their_ends(look):
    page = look(charts(), 10)
    for chart, count in (("rate", 3), ("knee", 2)):
        dashes = [
            page.locator(f'[data-part="{chart}-line{i}"] .s').get_attribute("stroke-dasharray") for i in range(count)
        ]
        assert len(set(dashes)) == count
    for i, name in enumerate(("hits", "misses", "errors")):
        assert said(page, f"rate-end{i}") == name
        line, words = place(page, f"rate-line{i}"), place(page, f"rate-end{i}", ".l")
        end = line[1] if name != "misses" else line[3]
        assert words[3] == pytest.approx(end, abs=5), "its name stands on the end of the line"


# ---- chips ----------------------------------------------------------------------------------------------------------


def test_chips_wait_in_their_tray_and_what_has_no_room_is_counted(look):
    scene = pool()
    page = look(scene, 1.9)
    queue = [place(page, scene_box(scene, page, str(i))) for i in range(6)]
    assert all(a[0] > b[2] for a, b in itertools.pairwise(queue)), "from the right end, side by side"
    assert said(page, "chip-queue-more") == "+4"
    page = look(scene, 6.9)
    server = [place(page, scene_box(scene, page, str(i))) for i in range(6)]
    assert len({round(box[1]) for box in server}) == 2 and server[-1][3] <= 140, "rows, inside the card"
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] - 1 and b[1] < a[3] - 1
        for i, a in enumerate(server)
        for b in server[:i]
    )


def scene_box(scene, page, label):
    return next(
        part
        for part in scene._parts
        if part.startswith("chip-") and part[5:].isdigit() and seen(page, part) and said(page, part) == label
    )


# ---- tips, themes that the system forces, small screens ------------------------------------------------------------


def test_a_tip_is_shown_by_pointer_and_by_keyboard(look):
    page = look(arrows(), 0)
    page.locator('[data-part="broker"]').hover()
    assert page.locator(".kit-tip").inner_text() == "keeps what it is sent"
    page.locator(".kit-scrub").hover()
    assert page.locator(".kit-tip").is_hidden()
    page.locator('[data-part="broker"]').focus()
    assert page.locator(".kit-tip").is_visible()
    assert page.locator('[data-part="broker"]').get_attribute("aria-label") == "broker: keeps what it is sent"
    page.keyboard.press("Escape")
    assert page.locator(".kit-tip").is_hidden()
    assert "<title>keeps what it is sent</title>" in arrows().svg(0), "and in a still"
    scene = grid()
    scene.key(3, "g:expired:naive", tip="it had run out at noon")
    assert look(scene, 2).locator("[data-tip]").count() == 0
    assert look(scene, 4).locator("[data-tip]").get_attribute("data-tip") == "it had run out at noon"


def test_forced_colours_keep_the_shapes(look):
    look.page.emulate_media(forced_colors="active")
    try:
        for name in ("boxes", "charts", "words"):
            look(SCENES[name](), 10)
            assert look.audit() == []
            look.shot(f"kit-{name}-forced")
    finally:
        look.page.emulate_media(forced_colors="none")


def test_without_motion_only_the_playheads_glide(look):
    look.page.emulate_media(reduced_motion="reduce")
    try:
        scene = charts()
        scene.end = 10.0004  # what is sent is rounded to milliseconds
        page = look(scene, 5)
        assert said(page, "load:p1-n") == "25" and place(page, "load:p1")[1] == pytest.approx(
            place(look(scene, 9), "load:p1")[1], abs=1
        )
        page = look(scene, 5)
        assert place(page, "rate-now")[0] == pytest.approx(40 + 250, abs=2)
    finally:
        look.page.emulate_media(reduced_motion="no-preference")


def test_a_narrow_window_scrolls_rather_than_shrinks_the_words(look):
    look.page.set_viewport_size({"width": 390, "height": 800})
    try:
        page = look(SCENES["words"](), 0)
        page.evaluate("() => { document.querySelector('.jp-Cell').style.width = '370px'; }")
        assert not [found for found in look.audit() if found.endswith("px")]
        page.wait_for_selector(".kit-picture.kit-wide")
        assert page.evaluate("() => document.querySelector('.kit-picture').scrollWidth") > 400
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    finally:
        look.page.set_viewport_size({"width": 820, "height": 900})
