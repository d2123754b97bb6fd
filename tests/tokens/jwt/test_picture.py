import json
import re
from pathlib import Path

import pytest

from labs.kit.picture.scene import Scene
from labs.kit.playing.player import payload
from labs.kit.trace import Fault
from labs.tokens.examples import example_claims, example_key
from labs.tokens.jws import ALGORITHMS, Refused
from labs.tokens.jws.base64url import decode
from labs.tokens.jws.jws import PARTS
from labs.tokens.jwt import picture as scenes
from labs.tokens.jwt.checks_picture import QUESTIONS, draw_checks
from labs.tokens.jwt.copied import copy_token
from labs.tokens.jwt.copied_picture import draw_copied
from labs.tokens.jwt.jwt import ALL_CHECKS
from labs.tokens.jwt.life import use_token
from labs.tokens.jwt.life_picture import draw_life
from labs.tokens.jwt.shape import take_shape
from labs.tokens.jwt.shape_picture import draw_shape
from labs.tokens.jwt.token_map import token_map

FAULTS = [Fault(100, "tamper", "ada"), Fault(200, "rotate", "issuer"), Fault(330, "hurry", "shop")]


def size(*pictures: Scene) -> int:
    return len(json.dumps(payload([("", scene) for scene in pictures])))


def groups(scene: Scene, attribute: str) -> list[list[str]]:
    """What the groups of each part have at the end."""
    return [
        [str(scene.value(f"{part}{i}", attribute, scene.end)) for i in range(60) if f"{part}{i}" in scene._parts]
        for part in PARTS
    ]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_token_takes_shape_in_few_bytes(alg: str) -> None:
    scene = draw_shape(take_shape({**example_claims(), "role": "buyer"}, example_key(alg)))
    assert size(scene) < 65_000
    assert 2 <= len(scene.stills) <= 3


def test_the_characters_of_the_last_picture_are_the_token() -> None:
    trace = take_shape(example_claims(), example_key("HS256"))
    scene = draw_shape(trace)
    assert ".".join("".join(words) for words in groups(scene, "label")) == trace.events[-1]["text"]


def test_a_wrong_character_of_a_learners_is_red() -> None:
    import base64

    key = example_key("HS256")
    lax = draw_shape(take_shape({}, key, encode=lambda data: base64.b64encode(data).decode()))
    assert any("bad" in fills for fills in groups(lax, "fill"))
    well = draw_shape(take_shape({}, key))
    assert not any("bad" in fills for fills in groups(well, "fill"))


def test_every_check_has_its_question_and_its_place() -> None:
    assert QUESTIONS.keys() == set(ALL_CHECKS)
    scene = draw_checks(scenes.check_changed(to=""))
    for check in ALL_CHECKS:
        assert scene.value(f"mark-{check}", "label", 0.0 if check == ALL_CHECKS[0] else 99) == "✓"
    assert scene.value("verdict", "label", 99) == "accepted"
    assert size(scene) < 40_000


def test_a_changed_character_anywhere_can_be_drawn() -> None:
    for place in range(len(scenes.TOKEN)):
        for to in scenes.CHANGES:
            scene = draw_checks(scenes.check_changed(place, to))
            accepted = scene.value("verdict", "label", 99) == "accepted"
            assert accepted == (to in ("", scenes.TOKEN[place]))


def test_who_checks_nothing_reads_what_was_changed() -> None:
    assert scenes.lax_reading(scenes.TOKEN).replace("\u200b", "") == decode(scenes.TOKEN.split(".")[1]).decode()
    from labs.tokens.jwt.life import tampered

    assert '"sub":"bob"' in scenes.lax_reading(tampered(scenes.TOKEN))
    for odd in ("", "a", "a.b", "a..c", "a.!.c", "a.A.c"):
        assert scenes.lax_reading(odd) is not None


@pytest.mark.parametrize("settings", [{}, {"drift": -50}, {"lifetime": 60, "leeway": 120}, {"every": 5, "until": 100}])
def test_a_life_can_be_drawn(settings: dict[str, int]) -> None:
    faults = [f for f in FAULTS if f.t < settings.get("until", 600)]
    scene = draw_life(use_token(**settings, faults=faults))
    assert size(scene, scene) < 90_000
    assert scene.stills


def test_the_pictures_are_the_same_every_time() -> None:
    for make in (scenes.explore_copy, scenes.explore_shape, scenes.explore_checks, scenes.explore_life):
        assert make()._repr_mimebundle_()[0]["text/html"] == make()._repr_mimebundle_()[0]["text/html"]


def test_a_learners_functions_drive_the_pictures() -> None:
    right = scenes.explore_shape()._repr_mimebundle_()[0]["text/plain"]
    from labs.tokens.jws.base64url import encode

    assert scenes.explore_shape(encode=encode)._repr_mimebundle_()[0]["text/plain"] == right
    for unfinished in (lambda data: data, lambda data: 1 / 0, lambda data: None):
        told = scenes.explore_shape(encode=unfinished)._repr_mimebundle_()[0]["text/plain"]  # type: ignore[arg-type]
        assert "as soon as it works" in told
    assert "returns bytes, and a token is made of text" in repr(
        scenes.explore_shape(encode=lambda d: d).scenes[0][1].says
    )  # type: ignore[arg-type, return-value]
    assert scenes.explore_life(verify=lambda *case: {"sub": "ada"}).table[1][1] == [("none", True)]
    with pytest.raises(ValueError, match="there is no control"):
        scenes.explore_life("leewy")


# ── a token is copied ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_can_be_read_and_used_until_it_expires_and_never_changed() -> None:
    for minutes in range(11):
        trace = copy_token(minutes=minutes)
        said = {e["which"]: e.get("sub", e.get("check")) for e in trace.of("serves", "refuses")}
        assert said == {"token": "ada", "changed": "signature", "copy": "ada" if minutes < 5 else "exp"}
        assert '"sub":"ada"' in trace.of("reads")[0]["text"] and '"sub":"bob"' in trace.of("changes")[0]["text"]
    with pytest.raises(ValueError, match="minutes must be"):
        copy_token(minutes=-1)


def test_the_picture_of_a_copy_ends_with_what_the_stranger_can_do() -> None:
    for minutes, used in ((1, "Can they use it? Yes"), (6, "Can they use it? No")):
        scene = draw_copied(copy_token(minutes=minutes))
        for what, says in (("reads", "Can they read it? Yes"), ("changed", "Can they change it? No"), ("copy", used)):
            assert str(scene.value(what, "label", scene.end)).replace("\n", " ").startswith(says)
        assert len(scene.says) <= 12


def test_a_token_of_ones_own_may_be_pasted_as_it_comes() -> None:
    from labs.tokens.jws import sign

    token = sign('{"sub":"zoë","city":"Malmö"}'.encode(), example_key())
    the = token_map(f" Bearer {token}\n")
    assert the.token == token
    told = json.loads(the.widget.data)["parts"][1]
    at = told["names"].index("c3")
    assert told["names"][at : at + 2] == ["c3", "ab"] and told["of"][at : at + 2] == ["ë", "ë"]
    assert set(told["of"]) == {"", "ë", "ö"}


# ── the map ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_character_is_traced_to_its_bytes() -> None:
    the = token_map(scenes.TOKEN)
    read = {"header": "", "payload": "", "signature": ""}
    for place, letter in enumerate(scenes.TOKEN):
        if letter == ".":
            with pytest.raises(ValueError, match="is a dot"):
                the.where(place)
            continue
        part, group, within = the.where(place)
        assert group.text[within] == letter
        read[part] += group.sixes[within]
    for part, bits in read.items():
        data = the.data[part]
        assert bits.rstrip("0") == "".join(f"{byte:08b}" for byte in data).rstrip("0")


def test_a_character_is_explained_in_a_sentence() -> None:
    the = token_map(scenes.TOKEN)
    assert the.explain(0) == "Character 0, 'e', header: bits 011110 = 30, from byte 0 ({)."
    assert the.explain(1) == "Character 1, 'y', header: bits 110010 = 50, from bytes 0 and 1 ({, \")."
    assert "from byte 31 (" in the.explain(len(scenes.TOKEN) - 1)


def test_the_still_stands_for_the_map_and_nothing_else_is_a_token() -> None:
    data, _ = token_map(scenes.TOKEN)._repr_mimebundle_()
    assert data["text/html"].startswith('<img src="data:image/svg+xml;base64,') and 'alt="A token' in data["text/html"]
    with pytest.raises(Refused):
        token_map("no token")
    with pytest.raises(ValueError, match="start must be"):
        token_map(scenes.TOKEN, 36)


def test_the_map_waits_for_its_prediction(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from labs.kit import predict

    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_OPEN", raising=False)
    asked = predict("tokens-map-test", "Which?", ["this", "that"], answer="this", because="So it is.")
    the, free = token_map(scenes.TOKEN, after=asked), token_map(scenes.TOKEN)
    assert the.widget.locked and not free.widget.locked
    asked.record("that")
    assert not the.widget.locked and not token_map(scenes.TOKEN, after=asked).widget.locked


def test_the_widget_is_small_and_each_focusable_element_keeps_its_keys_to_itself() -> None:
    code = Path(scenes.__file__).with_name("token_map.js").read_text(encoding="utf-8")
    assert len(code.splitlines()) <= 140
    assert code.count("tabindex") == code.count('"data-lm-suppress-shortcuts": "true"') == 2
    style = Path(scenes.__file__).with_name("token_map.css").read_text(encoding="utf-8")
    from labs.kit.picture.palette import COLOURS

    assert set(re.findall(r"--kit-([\w-]+)", style)) <= COLOURS.keys()
    assert set(re.findall(r"\"(tm-[a-z]+)\"", code)) <= set(re.findall(r"\.(tm-[a-z]+)", style)) | {
        "tm-row",
        "tm-caption",
    }


def test_a_check_is_answered_by_what_it_asks() -> None:
    """No is not said of a header that is a JSON object, nor yes of a claim that is not there."""
    for place in range(36):
        trace = scenes.check_changed(place, "next")
        why = next((e["seen"] for e in trace.of("fails", who="header")), "")
        assert " at at " not in why
        asked = [text for _, text in draw_checks(trace).says if text.startswith(QUESTIONS["header"])]
        if why == "the header has no `alg`":
            assert asked == ["Is the header a JSON object that names an algorithm, and no name twice? No: " + why + "."]
    told = [text for _, text in draw_checks(scenes.check_changed(to="")).says]
    for check in ("nbf", "iat"):
        assert f"{QUESTIONS[check]} It does not say, and need not." in told


def test_what_is_left_over_is_counted_in_the_json_and_not_in_what_a_learner_makes_of_it() -> None:
    from labs.tokens.jws.base64url import encode

    for alg, rest in (("HS256", "One byte is left over"), ("Ed25519", "Two bytes are left over")):
        key = example_key(alg)
        for wrong in (encode, lambda data: encode(data)[:-1], lambda data: encode(data) + "=", lambda data: data.hex()):
            told = [text for _, text in draw_shape(take_shape(example_claims(), key, encode=wrong)).says]
            assert any(rest in text for text in told)
            assert not any("characters of base64url" in text for text in told)
