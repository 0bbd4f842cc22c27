"""Pictures as files and in notebooks: their text goes with them, the same file each time."""

import builtins
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import jacobians
from jacobians import Network, draw_chain
from jacobians.command_line import main
from jacobians.output import replace_picture
from jacobians.pictures import Picture
from jacobians.pictures.style import drawable, finish, sheet, write
from layouts import InputError

ROOT = Path(jacobians.__file__).parent.parent
ASK = ["2-3-2", "--activation", "relu,sigmoid", "--loss", "half_squared_error"]
NET = Network.parse("2-3-2", activation="relu", loss="half_squared_error")


def test_the_text_stands_in_every_file(tmp_path):
    picture = draw_chain(NET, "W1", "numerator")
    for suffix in ("png", "svg", "pdf"):
        picture.savefig(tmp_path / f"chain.{suffix}")
    assert Image.open(tmp_path / "chain.png").text["Description"] == picture.alt
    assert picture.alt in (tmp_path / "chain.svg").read_text(encoding="utf-8")
    assert b"/Subject" in (tmp_path / "chain.pdf").read_bytes()


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_picture_is_the_same_file(kind):
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        draw_chain(NET, "W1").savefig(file, format=kind)
    assert files[0].getvalue() == files[1].getvalue()


def test_a_caller_may_say_more(tmp_path):
    picture = Picture("words", figsize=(1, 1))
    picture.savefig(tmp_path / "a.png", metadata={"Author": "Ada"}, dpi=50)
    image = Image.open(tmp_path / "a.png")
    assert image.size == (50, 50)
    assert image.text == {"Description": "words", "Author": "Ada"}
    picture.savefig(tmp_path / "a.jpg")


def test_a_notebook_shows_it_with_its_text_escaped():
    picture = Picture('<b> & "more"', figsize=(1, 1))
    assert picture._repr_html_().startswith(
        '<img alt="&lt;b&gt; &amp; &quot;more&quot;" width="96"'
    )
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_no_state_of_pyplot_is_touched():
    script = ("import sys; from jacobians import Network, draw_chain; "
              "draw_chain(Network.parse('2-3', activation='tanh'))._repr_png_(); "
              "print('matplotlib.pyplot' in sys.modules)")  # fmt: skip
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.strip() == "False"


def test_signs_that_the_font_lacks_are_spelt_out():
    assert drawable("∂σ′ᵀ⊙⊗₂δ⁽¹⁾ₖΣ·×≠½") == "∂σ′ᵀ⊙⊗₂δ⁽¹⁾ₖΣ·×≠½"
    assert drawable("a名") == "aU+540D"


def test_the_glyphs_of_mathematics_are_there_in_every_face():
    picture, axes = sheet("∂σ'ᵀ⊙⊗₂ W⁽²⁾")
    for style in ("normal", "italic"):
        write(axes, 1, 1, "∂L/∂W⁽²⁾ = (W2ᵀ δ2) ⊙ σ'(z1) a0ᵀ ⊗ I₃ 名", style=style, weight="bold")
    finish(picture, axes, 2.0, "")._repr_png_()  # a warning would be an error


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "PNG"])
def test_the_commands_draw(tmp_path, capsys, suffix):
    file = tmp_path / f"picture.{suffix}"
    for command in (["trace", *ASK, "--wrt", "W1"], ["compare", *ASK], ["trace", "lstm"],
                    ["trace", "n-3-2-1", "--activation", "tanh"]):  # fmt: skip
        assert main(command) == 0
        without = capsys.readouterr()
        file.unlink(missing_ok=True)
        assert main([*command, "--plot", str(file)]) == 0
        assert capsys.readouterr() == without
        assert file.stat().st_size > 5000


def text_of(file):
    return Image.open(file).text["Description"]


@pytest.mark.parametrize(("command", "text"), [
    (["trace", *ASK, "--wrt", "b1", "--layout", "denominator"],
     "The factors of ∂L/∂b1. Denominator layout: ∂z1/∂b1 (3×3) · ∂a1/∂z1 (3×3) · ∂z2/∂a1 (3×2) · "
     "∂a2/∂z2 (2×2) · ∂L/∂a2 (2×1) = ∂L/∂b1 (3×1)."),
    (["trace", *ASK, "--input-index", "1", "--layout", "numerator", "--of", "z3"],
     "The factors of ∂z3/∂W2. Numerator layout: ∂z3/∂a2 (2×3) · ∂a2/∂z2 (3×3) · ∂z2/∂W2 (3×6) = "
     "∂z3/∂W2 (2×6)."),
    (["trace", *ASK, "--x", "1,2;3,4;5,6", "--of", "z1", "--layout", "numerator"],
     "The factors of ∂z1/∂W1. Numerator layout: ∂z1/∂W1 (9×6)."),
    (["trace", "residual_block"],
     "du/dx is a sum over 2 paths. Path 1: ∂u/∂z2 · ∂z2/∂a1 · ∂a1/∂z1 · ∂z1/∂x. Path 2: ∂u/∂x."),
    (["trace", "rnn", "--of", "h1", "--layout", "denominator"],
     "The factors of ∂h1/∂h0. Denominator layout: ∂s0/∂h0 (3×3) · ∂h1_1/∂s0 (3×3) · ∂h1/∂h1_1 "
     "(3×3) = ∂h1/∂h0 (3×3)."),
])  # fmt: skip
def test_what_is_traced_is_what_is_drawn(tmp_path, capsys, command, text):
    if command[1] == "rnn":
        command = [*command, "--wrt", "h0"]
    assert main([*command, "--plot", str(tmp_path / "a.png")]) == 0
    assert text_of(tmp_path / "a.png") == text


def test_a_comparison_draws_its_links(tmp_path, capsys):
    assert main(["compare", *ASK, "--plot", str(tmp_path / "a.png")]) == 0
    assert text_of(tmp_path / "a.png").startswith(
        "Signs and structure of 9 Jacobians, numerator layout. ∂L/∂a2 = (a2 - y)ᵀ, 1×2, dense; "
    )


@pytest.mark.parametrize(("options", "message"), [
    (["--plot", "a.gif"], "--plot a.gif: a picture is a .png, .svg or .pdf file."),
    (["--plot", "png"], "--plot png: a picture is a .png, .svg or .pdf file."),
    (["--plot", "/no/such/folder/a.png"],
     "/no/such/folder/a.png cannot be written: No such file or directory."),
    (["--plot", "a.png", "--output", "a.png"],
     "--plot and --output are both a.png: name two files."),
    (["--plot", "a.png", "--entry", "W1[3,2]"],
     "--plot draws whole matrices: leave out --entry."),
    (["--plot", "a.png", "--samples", "rows"],
     "--plot draws samples as columns: leave out --samples rows."),
    (["--plot", "a.png", "--of", "z1", "--wrt", "W2"], "∂z1/∂W2 has no factors to draw."),
])  # fmt: skip
def test_what_cannot_be_plotted_is_told_in_one_sentence(capsys, monkeypatch, tmp_path, options,
                                                        message):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["trace", *ASK, *options]) == 2
    assert capsys.readouterr().err == f"jacobians: {message}\n"
    assert not list(tmp_path.iterdir())


def test_what_was_there_stays_where_a_picture_fails(tmp_path):
    file = tmp_path / "a.png"
    file.write_bytes(b"before")

    class Broken:
        def savefig(self, file, **options):
            file.write(b"half")
            raise InputError("no")

    with pytest.raises(InputError):
        replace_picture(str(file), Broken())
    assert file.read_bytes() == b"before"


def test_without_matplotlib_the_cure_is_said(monkeypatch):
    real = builtins.__import__
    for name in [name for name in sys.modules if name.startswith(("matplotlib", "jacobians.pict"))]:
        monkeypatch.delitem(sys.modules, name)

    def missing(name, *rest):
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    from importlib import import_module

    with pytest.raises(InputError) as refused:
        import_module("jacobians.pictures").draw_chain  # noqa: B018 - asking for it is the test
    assert str(refused.value) == "a picture needs matplotlib: install it, or leave the picture out."
