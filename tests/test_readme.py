"""What the README shows is what the commands print."""

import re
import shlex
from pathlib import Path

from jacobians.command_line import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_output_on_the_first_screen_is_the_commands_own(capsys):
    command = re.search(r"^\$ jacobians (.*)$", README, re.MULTILINE).group(1)
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL).group(1)
    assert main(shlex.split(command)) == 0
    assert shown in capsys.readouterr().out


def test_every_other_command_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder in ("examples", "tests"):
        Path(folder).symlink_to(ROOT / folder)
    Path("network.toml").write_text('sizes = "2-3-2"\n', encoding="utf-8")
    commands = re.findall(r"^jacobians (.*?)(?: +#.*)?$", README, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        allowed = (0, 1) if command.startswith("check") else (0,)  # 1: a formula that is wrong
        assert main(shlex.split(command)) in allowed, command
    assert Path("trace.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not capsys.readouterr().err


def test_each_command_that_sets_up_is_one_line():
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 3
    assert "jacobians trace" in commands[0]
    assert "pytest" in commands[1]
    assert "jupyter lab" in commands[2]
    assert (ROOT / commands[2].split()[-1]).exists()
