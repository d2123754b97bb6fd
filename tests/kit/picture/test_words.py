import pytest

from labs.kit.picture.words import FONT, LEAST, fit, width, wrap


def test_lines_break_at_spaces_and_after_the_joints_of_a_name():
    assert wrap("one two three", width("one two", 14)) == ["one two", "three"]
    assert wrap("orders.eu-west-1", width("orders.eu-", 14)) == ["orders.eu-", "west-1"]
    assert wrap("a\nb", 100) == ["a", "b"]
    assert wrap("indivisible", 10) is None


def test_no_line_is_wider_than_its_room_and_no_letter_is_lost():
    words = "The consumer/poller has left the group: it did not poll-for five minutes, as order_service.v2 asked"
    for room in range(70, 400, 7):
        lines = wrap(words, room, 12)
        assert lines and all(width(line, 12) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_words_get_smaller_before_they_give_up_and_never_too_small():
    assert fit("fits", 100, 20) == ("fits", 14)
    told, size = fit("nearly too long", width("nearly too long", 12), 16)
    assert told == "nearly too long" and LEAST <= size <= 12
    with pytest.raises(ValueError, match="'indivisible' does not fit into 30 by 20, not even at 11 px"):
        fit("indivisible", 30, 20)


def test_the_table_is_no_narrower_than_the_browser_s_own_fonts(look):
    words = [
        "group coordinator · Stable · generation 3",
        "cache-a.eu-west-1.example",
        "RS256 → HS256",
        "✓ refused",
        "kid: ../../null",
    ]
    measure = """([words, font]) => ['normal', 'bold'].map((weight) => {
        const ink = document.createElement('canvas').getContext('2d');
        ink.font = `${weight} 100px ${font}`;
        return words.map((told) => ink.measureText(told).width);
    })"""
    measured = look.page.evaluate(measure, [words, FONT])
    for weight, row in zip(("normal", "bold"), measured, strict=True):
        for told, real in zip(words, row, strict=True):
            assert real <= width(told, 100, weight=weight) * 1.06 <= real * 1.4, told
