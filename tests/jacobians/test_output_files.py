"""`--output` replaces a file whole or leaves it alone, and nothing else behind."""

import json
import os
import stat
from pathlib import Path

import pytest

from jacobians import command_line
from jacobians.command_line import main

ASK = ["2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error"]


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html", "json"])
def test_a_file_gets_what_the_screen_would(form, tmp_path, capsys):
    assert main(["trace", *ASK, "--format", form, "--output", str(tmp_path / "report")]) == 0
    assert capsys.readouterr().out == ""
    main(["trace", *ASK, "--format", form])
    written = (tmp_path / "report").read_text(encoding="utf-8")
    if form == "json":
        assert json.loads(written) == json.loads(capsys.readouterr().out)
    if form == "text":
        assert "∂L/∂W1 = ∂L/∂a2 · ∂a2/∂z2" in written
    assert os.listdir(tmp_path) == ["report"]


def test_a_failure_in_the_middle_leaves_the_old_file_alone(tmp_path, monkeypatch, capsys):
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command_line.os, "replace", full)
    assert main(["trace", *ASK, "--output", str(target)]) == 2
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.txt"]
    said = f"jacobians: {target} cannot be written: No space left on device.\n"
    assert capsys.readouterr().err == said


def test_an_interruption_leaves_the_old_file_alone_and_no_other_behind(tmp_path, monkeypatch):
    target = tmp_path / "report.txt"
    target.write_text("old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line.os, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main(["trace", *ASK, "--output", str(target)])
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.txt"]


def test_a_file_name_that_is_no_utf_8_is_no_reason_to_fail(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"caf\xe9.toml")
    Path(name).write_text('sizes = "2-3"\n')
    assert main(["trace", name, "--output", "report"]) in (0, 2)
    assert {path.name for path in tmp_path.iterdir()} <= {name, "report"}
    assert main(["trace", name]) == 0
    assert "∂a1/∂W1" in capsys.readouterr().out


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_permission_bits_are_kept(mode, tmp_path):
    target = tmp_path / "report.txt"
    target.write_text("old")
    target.chmod(mode)
    assert main(["trace", *ASK, "--output", str(target)]) == 0
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.read_text(encoding="utf-8").startswith("∂L/∂W1")


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    assert main(["trace", *ASK, "--output", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_written_through_and_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert main(["trace", *ASK, "--output", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8").startswith("∂L/∂W1")
