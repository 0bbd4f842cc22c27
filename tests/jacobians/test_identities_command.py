"""`jacobians identities`: what is asked for, in every format."""

import html
import json
import re

import pytest

from jacobians.command_line import main
from jacobians.identities import all_identities, selected, sheet
from layouts.errors import InputError
from layouts.identity_text import cells, conditions, shapes


def printed(capsys, *words):
    status = main(["identities", *words])
    out = capsys.readouterr()
    assert status == 0, out.err
    return out.out


def test_the_twenty_are_printed_unless_more_is_asked_for(capsys):
    text = printed(capsys)
    assert "20 identities: 17 tell the layouts apart, 20 a scale and a sign." in text
    assert "Each was executed in both layouts on two probes: all agree to 1e-9." in text
    assert "sv-12    ∂(xᵀ A x)/∂x               xᵀ (A + Aᵀ)            (A + Aᵀ) x\n" in text
    assert "SCALAR-BY-VECTOR                    numerator layout       denominator layout\n" in text


def test_all_are_printed_within_80_columns(capsys):
    text = printed(capsys, "--all")
    for row in all_identities:
        assert re.search(rf"^{re.escape(row.id)} ", text, re.MULTILINE), row.id
    assert max(map(len, text.splitlines())) <= 80
    layouts = sum("layout" in row.tells for row in all_identities)
    assert f"{len(all_identities)} identities: {layouts} tell the layouts apart" in text


def test_json_has_the_keys_that_are_documented(capsys):
    record = json.loads(printed(capsys, "--all", "--format", "json"))
    rows = record["identities"]
    assert len(rows) == len(all_identities) >= 165
    for row in rows:
        assert set(row) == {
            "id", "category", "condition", "expression", "numerator", "denominator", "tells",
            "where",
        }  # fmt: skip
        assert set(row["tells"]) <= {"layout", "scale", "sign"}
    assert record["worst_error"] < 1e-9
    by_id = {row["id"]: row for row in rows}
    assert by_id["sv-12"] == {
        "id": "sv-12",
        "category": "scalar-by-vector",
        "condition": "A is not a function of x",
        "expression": "d(x.T @ A @ x)/dx",
        "numerator": "x.T @ (A + A.T)",
        "denominator": "(A + A.T) @ x",
        "tells": ["layout", "scale", "sign"],
        "where": "A: n×n, x: n",
    }
    assert by_id["vv-01"]["tells"] == []
    assert by_id["dense-01"]["condition"] == "z = W @ x + b"


def test_a_search_a_category_and_one_layout(capsys):
    text = printed(capsys, "--search", "x.T A x")
    assert "sv-12" in text
    assert "vv-03" not in text
    text = printed(capsys, "--category", "scalar-by-matrix", "--layout", "denominator")
    assert "sM-08    ∂(aᵀ X b)/∂X               a bᵀ\n" in text
    assert "SCALAR-BY-MATRIX                    denominator layout\n" in text
    assert printed(capsys, "--search", "nothing of the kind") == "No identity matches.\n"
    assert json.loads(printed(capsys, "--search", "nothing", "--format", "json")) == {
        "identities": [], "worst_error": 0.0,
    }  # fmt: skip


def test_a_result_that_is_the_same_in_both_layouts_stands_once(capsys):
    text = printed(capsys, "--search", "kron-12")
    assert "kron-12  diag(s) g                  s ⊙ g                  the same\n" in text


@pytest.mark.parametrize(("words", "message"), [
    (["--category", "tensor"], "no category is called tensor: known are vector-by-vector, "),
    (["--format", "pdf"], "argument --format: invalid choice: 'pdf'"),
    (["--layout", "mixed"], "argument --layout: invalid choice: 'mixed'"),
    (["x.T A x"], "unrecognized arguments: x.T A x; see jacobians --help."),
])  # fmt: skip
def test_what_is_not_understood_has_status_2(capsys, words, message):
    assert main(["identities", *words]) == 2
    assert message in capsys.readouterr().err


def test_markdown_has_a_table_for_each_category(capsys):
    text = printed(capsys, "--format", "markdown")
    assert (
        "| sv-12 | `∂(xᵀ A x)/∂x` | `xᵀ (A + Aᵀ)` | `(A + Aᵀ) x` | A: n×n, x: n; A is not a" in text
    )
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 6, line


def test_a_search_that_finds_nothing_says_so_in_every_format(capsys):
    for form in ("text", "markdown", "latex", "html"):
        assert "No identity matches." in printed(capsys, "--search", "zzz", "--format", form)
    assert printed(capsys, "--search", "zzz", "--format", "html").startswith("<!DOCTYPE html>")


def test_html_is_a_page_that_escapes_what_it_prints(tmp_path):
    path = tmp_path / "sheet.html"
    assert main(["identities", "--all", "--format", "html", "--output", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count('<span class="id">') == len(all_identities)
    assert html.escape("σ'(z)") in page
    assert "σ'(z)" not in page
    assert "size: A4 landscape" in page


def test_latex_has_balanced_braces_and_as_many_cells_in_each_line(capsys):
    text = printed(capsys, "--all", "--format", "latex")
    displays = text.split("$$")[1::2]
    assert len(displays) == len(all_identities.categories)
    for display in displays:
        body = display.partition("}\n")[2].partition("\n\\end")[0]
        for line in body.split(" \\\\[4pt]\n"):
            assert line.count(" & ") == 4
            assert line.count("{") == line.count("}")
            assert not re.search(r"(?<!\\)[#%]", line)
    assert r"\text{sM-22} & \frac{\partial" in text
    assert r"X: n{$\times$}n; A is not a function of X; X is invertible}" in text


def test_a_form_or_a_layout_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match=r"^a sheet is text, markdown, latex, html, not 'pdf'\.$"):
        sheet(selected(), "pdf")
    with pytest.raises(InputError, match=r"^there is no layout 'mixed'"):
        sheet(selected(), "text", "mixed")


CELLS = {
    "vv-10": ("∂g(u)/∂x", "∂g/∂u · ∂u/∂x", "∂u/∂x · ∂g/∂u"),
    "sv-14": ("∂²(xᵀ A x)/∂x ∂xᵀ", "A + Aᵀ", "A + Aᵀ"),
    "sM-22": ("∂ tr(X⁻¹ A)/∂X", "-X⁻¹ A X⁻¹", "-X⁻ᵀ Aᵀ X⁻ᵀ"),
    "ss-M-03": ("∂² det(U)/∂x²", None, None),
    "Ms-08": ("∂²(U⁻¹)/∂x ∂y", None, None),
    "conv-06": ("dY = A dx", "A", "Aᵀ"),
    "d-M-08": ("d(X⁻¹)", "-X⁻¹ dX X⁻¹", "-X⁻¹ dX X⁻¹"),
    "vec-02": ("∂(Xᵀ)/∂X", "K(p, q)", "K(q, p)"),
    "delta-01": ("∂L(z2)/∂z1", "∂L/∂z2 W2 diag(σ'(z1))", "(W2ᵀ ∂L/∂z2) ⊙ σ'(z1)"),
    "cols-05": ("∂L(Z)/∂b", "1_Nᵀ ∂L/∂Z", "∂L/∂Z 1_N"),
}


@pytest.mark.parametrize("name", CELLS)
def test_rows_read_as_texts_write_them(name):
    for got, expected in zip(cells(all_identities[name]), CELLS[name], strict=True):
        assert expected in (got, None)


def test_what_has_to_hold_is_said():
    assert conditions(all_identities["delta-01"]) == "z2 = W2 σ(z1) + b2; δ1 of δ2"
    assert conditions(all_identities["sv-13"]) == "A is symmetric and not a function of x"
    assert conditions(all_identities["sM-30"]) == (
        "a is not a function of X; a > 0; X is invertible")  # fmt: skip
    assert shapes(all_identities["Ms-08"]) == "U(x, y): n×n, x: scalar, y: scalar"
