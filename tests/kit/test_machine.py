from labs.kit import machine


def test_all_is_there_in_the_environment_of_the_tests(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "not yet" / "there"))
    machine.check_machine()
    told = capsys.readouterr().out
    assert told.endswith("Everything is in place.\n") and "✗" not in told


def test_what_is_missing_is_named_with_its_cure(capsys, monkeypatch):
    monkeypatch.setitem(machine.NEEDED, "no_such_package", "nothing")
    machine.check_machine()
    told = capsys.readouterr().out
    assert "✗ no_such_package, for nothing\n    → run `make lab` again" in told and told.endswith(
        "1 missing; the arrows say what to do.\n"
    )
