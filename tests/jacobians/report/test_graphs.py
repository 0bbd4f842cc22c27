"""Dimension traces of graphs: totals and partials, paths, sizes, costs and every format."""

import json
import re
import time
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from jacobians import Network, dimension_trace, ready_made
from jacobians.command_line import main
from jacobians.comparison import compare
from jacobians.report.model import Table
from layouts import DENOMINATOR, NUMERATOR
from layouts.errors import InputError

DIAMOND = """
input x: 3
target y: 2
parameters W: 4×3, V: 4×3, U: 2×4, spare: 5×2
p = W @ x
q = V @ x
s = tanh(p) * sigmoid(q)
z = U @ s
L = half_squared_error(z, y)
"""
NET = Network.graph(DIAMOND)
SIZES = {"x": 3, "p": 4, "q": 4, "s": 4, "s_1": 4, "s_2": 4, "z": 2, "W": 12}
CELL = """
inputs c0: 3, x: 2
parameters W: 3×3, U: 3×2
h0 = tanh(c0)
f = sigmoid(W @ h0 + U @ x)
c1 = f * c0
"""


def ladder(rungs):
    """Two ways at every rung: 2^rungs paths from the first to the last."""
    lines = [f"h{k} = W @ tanh(h{k - 1}) + h{k - 1}" for k in range(1, rungs + 1)]
    return Network.graph("\n".join(["input h0: 3", "parameters W: 3×3", *lines]))


def flat(text):
    return " ".join(str(text).split())


def part(trace, title):
    """The only section of that title."""
    (found,) = [section for section in trace.sections if section.title.startswith(title)]
    return found


def told(trace, title):
    """The paragraphs of a section, without marks."""
    texts = [block.text for block in part(trace, title).blocks if hasattr(block, "text")]
    return " ".join(texts).replace("`", "")


def rows(section, column=None):
    """The rows of a section's first table, without marks; of one column alone if asked."""
    table = next(block for block in section.blocks if isinstance(block, Table))
    plain = [tuple(cell.replace("`", "") for cell in row) for row in table.rows]
    return plain if column is None else [row[column] for row in plain]


def titles(trace):
    return [re.sub(r"`[^`]*`", "…", section.title) for section in trace.sections]


def test_totals_and_partials_have_a_part_only_where_paths_part():
    assert titles(dimension_trace(NET, wrt="x")) == [
        "FORWARD", "THE EIGHT LINKS FROM … BACK TO …", "TOTAL AND PARTIAL", "NUMERATOR LAYOUT",
        "DENOMINATOR LAYOUT", "WITHOUT THE MATRICES", "CHECKED",
    ]  # fmt: skip
    assert "TOTAL AND PARTIAL" not in titles(dimension_trace(NET, wrt="V"))
    text = str(dimension_trace(NET, wrt="x"))
    assert "Part 5 is part 4 transposed" in text
    assert "48 in 6" in text, "the sweep is part 6"


def test_the_rule_stands_in_the_order_of_every_layout_that_is_asked_for():
    both = told(dimension_trace(NET, wrt="x"), "TOTAL")
    assert ("Over all values u that v feeds, dL/dv = Σ dL/du · ∂u/∂v in numerator layout and "
            "∂u/∂v · dL/du in denominator layout.") in both  # fmt: skip
    assert "dL/dv is total: everything behind v moves with it. A link ∂u/∂v is partial" in both
    alone = told(dimension_trace(NET, wrt="x", layout="denominator"), "TOTAL")
    assert "dL/dv = Σ ∂u/∂v · dL/du in denominator layout." in alone
    assert "numerator" not in alone


def test_a_fork_is_the_sum_over_what_it_feeds():
    found = rows(part(dimension_trace(NET, wrt="x"), "TOTAL"))
    assert found == [
        ("x", "q, p", "dL/dx = dL/dq · ∂q/∂x + dL/dp · ∂p/∂x", "numerator"),
        ("", "", "dL/dx = ∂q/∂x · dL/dq + ∂p/∂x · dL/dp", "denominator"),
    ]


def test_a_value_that_feeds_one_step_twice_has_a_term_for_each_place():
    net = Network.graph("input x: 3\nu = exp(x)\nr = u * u")
    found = rows(part(dimension_trace(net, wrt="x", layout="numerator"), "TOTAL"))
    assert found == [("u", "r (1st), r (2nd)", "dr/du = ∂r/∂u (1st) + ∂r/∂u (2nd)", "numerator")]
    assert "In ∂r/∂u (1st), for one, the other u (3×1) is held fixed." in told(
        dimension_trace(net, wrt="x"), "TOTAL"
    )


def test_forks_beyond_four_are_counted():
    found = rows(part(dimension_trace(ladder(10), wrt="h0", layout="numerator"), "TOTAL"))
    assert [row[0] for row in found] == ["h9", "h8", "h7", "h6", "…"]
    assert found[-1][1] == "6 more feed several"


def test_a_partial_derivative_is_told_from_the_total_one():
    trace = dimension_trace(Network.graph(CELL), wrt="c0", of="c1")
    said = told(trace, "TOTAL")
    assert ("The link straight from c0 is the partial derivative, ∂c1/∂c0 = diag(f) in numerator "
            "layout. The total one, dc1/dc0, adds 1 more path: c1 also depends on c0 through other "
            "arguments of its step.") in said  # fmt: skip
    assert "In ∂c1/∂c0, for one, f (3×1) is held fixed." in said
    assert "straight from" not in told(dimension_trace(NET, wrt="x"), "TOTAL")


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("layout", [NUMERATOR, DENOMINATOR])
def test_every_total_has_the_shape_of_its_layout(layout, samples):
    trace = dimension_trace(NET, wrt="x", layout=layout, samples=samples)
    totals = [row for row in rows(part(trace, layout.value.upper())) if row[0].startswith("dL/")]
    assert [row[0] for row in totals] == ["dL/dz", "dL/ds", "dL/ds_2", "dL/ds_1", "dL/dq", "dL/dp",
                                          "dL/dx"]  # fmt: skip
    for name, _, shape, _ in totals:
        size = samples * SIZES[name.removeprefix("dL/d")]
        assert shape == (f"1×{size}" if layout is NUMERATOR else f"{size}×1"), name


@pytest.mark.parametrize(
    ("layout", "terms"),
    [
        ("numerator", "dL/dq · V + dL/dp · W"),
        ("denominator", "Vᵀ · dL/dq + Wᵀ · dL/dp"),
    ],
)
def test_the_last_total_has_a_term_for_each_child(layout, terms):
    trace = dimension_trace(NET, wrt="x", layout=layout)
    name, found, _, note = rows(part(trace, layout.upper()))[-1]
    assert (name, found) == ("dL/dx", terms)
    assert note == ("= (Vᵀ g_q + Wᵀ g_p)ᵀ" if layout == "numerator" else "= Vᵀ g_q + Wᵀ g_p")


@pytest.mark.parametrize("rungs", [1, 2, 3])
def test_up_to_eight_paths_are_listed(rungs):
    trace = dimension_trace(ladder(rungs), wrt="h0")
    said, text = told(trace, "TOTAL"), flat(trace)
    assert f"From h0 to h{rungs} there are {2**rungs} paths: " in said
    assert said.count(" → h") >= 2**rungs
    for k in range(1, 2**rungs + 1):
        assert text.count(f"path {k} = ") == 2, "once in each layout"
    assert f"path {2**rungs + 1} = " not in text
    assert f"dh{rungs}/dh0 = {' + '.join(f'path {k}' for k in range(1, 2**rungs + 1))}, 3×3" in text


@pytest.mark.parametrize("rungs", [4, 50])
def test_more_paths_are_counted_and_not_listed(rungs):
    trace = dimension_trace(ladder(rungs), wrt="h0")
    text, count = flat(trace), f"{2**rungs:,}"
    assert f"there are {count} paths: more than 8 are counted, not listed." in text
    assert f"Multiplied out, dh{rungs}/dh0 is the sum over {count} paths" in text
    assert "path 1" not in text


@pytest.mark.parametrize("layout", ["both", "numerator"])
@pytest.mark.parametrize("rungs", [50, 100])
def test_a_ladder_of_many_paths_is_traced_at_once_and_in_few_lines(rungs, layout):
    net = ladder(rungs)
    started = time.perf_counter()
    trace = dimension_trace(net, wrt="h0", layout=layout)
    lines = str(trace).splitlines()
    assert time.perf_counter() - started < 2
    assert len(lines) < 300
    assert max(map(len, lines)) <= 80
    assert max(map(len, trace.to_text(ascii_only=True).splitlines())) <= 80
    derivative = trace.to_dict()["derivatives"][0]
    assert derivative["paths"] == 2**rungs
    assert derivative["max_difference"] <= 1e-10 * 2**rungs


def test_long_tables_keep_both_ends():
    trace = dimension_trace(ladder(50), wrt="h0")
    names = rows(part(trace, "THE "), 0)
    assert len(names) == 33
    assert (names[20], names[-1]) == ("…", "∂h1_1/∂h0")
    assert names[0].startswith("∂h50/∂h")
    assert "168 more" in rows(part(trace, "THE "))[20]
    whole = dimension_trace(ladder(8), wrt="h0")
    assert len(rows(part(whole, "THE "))) == 8 * 4


def test_a_long_single_path_is_cut_in_the_middle():
    lines = "\n".join(f"h{k} = tanh(h{k - 1})" for k in range(1, 41))
    trace = dimension_trace(Network.graph(f"input h0: 3\n{lines}"), wrt="h0")
    text = flat(trace)
    assert "TOTAL AND PARTIAL" not in text
    assert "… (24 more)" in text
    assert len(str(trace).splitlines()) < 300


def test_samples_are_columns_in_numbers_and_in_letters():
    three, many = (dimension_trace(NET, wrt="W", samples=N) for N in (3, "N"))
    assert flat(three).startswith("∂L/∂W of the graph with the output z; 3 samples as columns")
    for trace, N, mn in ((three, 3, "12×12"), (many, "N", "4·N×12")):
        shapes = dict(zip(rows(part(trace, "FORWARD"), 0), rows(part(trace, "FORWARD"), 1),
                          strict=True))  # fmt: skip
        assert shapes["s_1 = tanh(p)"] == f"4×{N}"
        link = rows(part(trace, "THE FIVE"))[-1]
        assert link[:3] == ("∂p/∂W", "xᵀ ⊗ I₄", mn)
    assert titles(many)[-1] == "COUNTED"
    assert "shapes only: nothing was computed" in flat(many)
    assert many.to_dict()["derivatives"][0]["factors"][-1]["shape"] == ["4*N", 12]


def test_sizes_may_be_letters():
    net = Network.graph(DIAMOND.replace("x: 3", "x: n").replace("4×3", "m×n").replace("2×4", "2×m"))
    trace = dimension_trace(net, wrt="x")
    shapes = {name: shape for name, _, shape, _ in rows(part(trace, "DENOMINATOR"))}
    assert shapes["dL/ds"] == "m×1"
    assert shapes["dL/dx"] == "n×1"
    counts = dict(row[:2] for row in rows(part(trace, "COUNTED")))
    assert counts["multiplications"].startswith("4·m² + 2·m·n + 2·m in this order")
    with pytest.raises(InputError, match="knows its sizes only"):
        dimension_trace(net, wrt="x", values=True)


def test_multiplications_are_those_that_a_reader_counts():
    # From L down, the running row times each link: dense by dense p q r multiplications.
    z_to_s = 1 * 2 * 4
    four = 1 * 4 * 4  # each of the four diagonals as if it were dense
    to_x = 1 * 4 * 3
    downwards = z_to_s + 4 * four + 2 * to_x
    # From x up, each link times what is below it; sums cost no multiplication.
    upwards = 4 * (4 * 4 * 3) + 2 * 4 * 3 + 1 * 2 * 3
    # A diagonal costs one multiplication for each entry.
    structured = z_to_s + 4 * 4 + 2 * to_x
    counts = dict(row[:2] for row in rows(part(dimension_trace(NET, wrt="x"), "CHECKED")))
    assert (downwards, upwards, structured) == (96, 222, 48)
    assert counts["multiplications"] == "96 in this order, 222 in the other, 48 in 6"
    kept, full = 2 + 8 + 4 * 4 + 2 * 12, 2 + 8 + 4 * 16 + 2 * 12
    assert counts["numbers kept"] == f"{kept} of {full}"
    assert "L depends on x by 2 paths here." in told(dimension_trace(NET, wrt="x"), "CHECKED")
    assert "by one path here, so one product is all" in flat(dimension_trace(NET, wrt="V"))


@pytest.mark.parametrize("samples", [1, 3])
def test_chain_and_sweep_and_differences_agree_by_every_value(samples):
    for wrt in ("x", "W", "U", "q", "s"):
        trace = dimension_trace(NET, wrt=wrt, samples=samples)
        counts = dict(row[:2] for row in rows(part(trace, "CHECKED")))
        assert counts["chain = sweep of VJPs"] == "agree to 1e-12 in both layouts"
        assert counts["chain = central differences"].startswith("agree to ")


def test_all_parameters_are_summed_up_and_one_that_is_not_used_is_zero():
    trace = dimension_trace(NET)
    summary = {row[0]: row[1:] for row in rows(part(trace, "ALL PARAMETERS"))}
    assert list(summary) == ["∂L/∂W", "∂L/∂V", "∂L/∂U", "∂L/∂spare"]
    assert summary["∂L/∂W"] == ("= g_p xᵀ", "4×3", "above")
    assert summary["∂L/∂U"] == ("= g_z sᵀ", "2×4", 'dimension_trace(net, wrt="U")')
    assert summary["∂L/∂spare"][0] == "= 0"
    assert "1×42 block row" in told(trace, "ALL PARAMETERS")
    assert "spare is used by no step: every derivative by it is 0." in told(trace, "FORWARD")


def test_by_what_is_not_used_there_is_no_chain():
    trace = dimension_trace(NET, wrt="spare")
    assert titles(trace) == ["FORWARD", "NO LINKS"]
    assert "L does not depend on spare: ∂L/∂spare = 0, 1×10 in numerator layout" in flat(trace)
    numerator, denominator = trace.to_dict()["derivatives"]
    assert (numerator["shape"], denominator["shape"]) == ([1, 10], [10, 1])
    assert (numerator["paths"], numerator["factors"], numerator["other_paths"]) == (0, [], [])


KEYS = {"of", "wrt", "layout", "factors", "other_paths", "paths", "shape", "gradient_shape",
        "collapsed", "max_difference"}  # fmt: skip


def test_json_carries_every_listed_path_in_the_order_of_its_layout():
    record = json.loads(json.dumps(dimension_trace(NET, wrt="x").to_dict()))
    numerator, denominator = record["derivatives"]
    assert numerator.keys() == KEYS
    assert (numerator["paths"], len(numerator["other_paths"])) == (2, 1)
    assert (numerator["shape"], denominator["shape"]) == ([1, 3], [3, 1])
    for left, right in [(numerator["factors"], denominator["factors"]),
                        (numerator["other_paths"][0], denominator["other_paths"][0])]:  # fmt: skip
        assert [f["name"] for f in left] == [f["name"] for f in right][::-1]
        assert [f["shape"] for f in left] == [f["shape"][::-1] for f in right][::-1]
        inner = [(a["shape"][1], b["shape"][0]) for a, b in pairwise(left)]
        assert all(a == b for a, b in inner)
    assert [f["name"] for f in numerator["factors"]] == [
        "∂L/∂z", "∂z/∂s", "∂s/∂s_1", "∂s_1/∂p", "∂p/∂x",
    ]  # fmt: skip
    assert numerator["max_difference"] < 1e-12
    assert {"name": "s", "shape": [4, 1]} in record["values"]


def test_json_lists_eight_paths_of_many():
    derivative = dimension_trace(ladder(6), wrt="h0").to_dict()["derivatives"][0]
    assert (derivative["paths"], len(derivative["other_paths"])) == (64, 7)


HOSTILE = [
    "<script>alert(1)</script>",
    "a|b & c",
    r"$\input{x}$",
    "} { \\ # %",
    "*b* [l](http://x)",
]


@pytest.fixture(params=HOSTILE)
def titled(request, tmp_path):
    """A graph whose title wants to break out, and the title."""
    path = tmp_path / "graph.toml"
    path.write_text(f"title = {json.dumps(request.param)}\ngraph = '''{DIAMOND}'''", "utf-8")
    return Network.from_toml(path), request.param


class Page(HTMLParser):
    """Tags, and the text between them."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_a_title_is_shown_as_it_is_in_every_format(titled):
    net, title = titled
    trace = dimension_trace(net, wrt="x")
    page = Page()
    page.feed(trace.to_html())
    assert "script" not in page.tags
    assert "a" not in page.tags
    assert title in page.text
    assert flat(title) in flat(trace)
    markdown = re.sub(r"`[^`]*`", "", trace.to_markdown())
    assert "<script" not in markdown
    assert "](http" not in markdown
    latex = trace.to_latex()
    assert r"\input" not in latex
    assert_closed(latex)
    assert trace.to_dict()["network"] == title


def assert_closed(latex):
    """Displays, braces and environments close, in every display by itself."""
    parts = latex.split("$$")
    assert len(parts) % 2 == 1
    for display in parts[1::2]:
        plain = re.sub(r"\\[\\{}$%&#_]", "", display)
        assert plain.count("{") == plain.count("}")
        assert plain.count("$") % 2 == 0
        assert sorted(re.findall(r"\\begin\{(\w+)\}", plain)) == sorted(
            re.findall(r"\\end\{(\w+)\}", plain)
        )


@pytest.mark.parametrize("asked", [{}, {"samples": 3}, {"samples": "N"}, {"layout": "denominator"},
                                   {"symbols": "superscript"}])  # fmt: skip
def test_every_format_of_a_branching_trace_is_well_formed(asked):
    trace = dimension_trace(NET, wrt="x", **asked)
    assert_closed(trace.to_latex())
    assert trace.to_latex().isascii()
    page = Page()
    page.feed(trace.to_html())
    assert {"table", "h1", "h2"} <= page.tags
    assert "TOTAL AND PARTIAL" in page.text
    width = 0
    for line in trace.to_markdown().splitlines():
        width = (width or line.count("|")) if line.startswith("|") else 0
        assert not width or line.count("|") == width, line
    assert max(map(len, str(trace).splitlines())) <= 80
    assert trace.to_text(ascii_only=True).isascii()


def test_a_graphs_names_are_its_own():
    with pytest.raises(InputError, match="a graph's values have the names that it gives them"):
        dimension_trace(NET, wrt="x", input_index=1)


@pytest.mark.parametrize("samples", [None, 3])
def test_a_comparison_has_every_link_and_every_total(samples):
    comparison = compare(NET, samples=samples)
    names = {link["derivative"] for link in comparison.to_dict()["totals"]}
    values = ["x", "W", "V", "U", "p", "q", "s", "s_1", "s_2", "z"]
    assert names == {f"∂L/∂{v}, {layout} layout" for v in values
                     for layout in ("numerator", "denominator")}  # fmt: skip
    assert all(difference < 1e-12 for _, difference, _ in comparison.totals)
    links = [link.link for link in comparison.links]
    assert links.count("∂p/∂x") == links.count("∂q/∂x") == 2
    assert "∂L/∂y" not in links
    text = str(comparison)
    assert "DISAGREE" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_command_line_traces_a_graph(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = "diamond.toml"
    (tmp_path / path).write_text(f"title = 'diamond'\ngraph = '''{DIAMOND}'''", "utf-8")
    for batch in ("3", "N"):
        assert main(["trace", path, "--wrt", "x", "--batch", batch]) == 0
        text = capsys.readouterr().out
        assert flat(text).startswith(f"dL/dx of the graph diamond; {batch} samples as columns")
        assert "TOTAL AND PARTIAL" in text
    assert main(["trace", path, "--x", "1,0,-1", "--y", "0,1", "--format", "json"]) == 0
    first = json.loads(capsys.readouterr().out)["derivatives"][0]
    assert first["wrt"] == "W"
    assert main(["trace", path]) == 0
    assert "jacobians trace diamond.toml --wrt V" in flat(capsys.readouterr().out)
    assert main(["compare", path, "--batch", "3"]) == 0
    assert "agree to 1e-12" in capsys.readouterr().out


def test_a_skip_does_not_say_that_the_branch_is_independent():
    text = flat(dimension_trace(ladder(1), wrt="h0"))
    assert "h1 is h0 plus what does not depend on it" not in text


def test_only_a_loss_has_its_own_derivative():
    sweep = rows(part(dimension_trace(NET, wrt="x"), "WITHOUT"))
    assert sweep[-1][0] == "dL/dx"
    assert "the loss's own derivative" not in sweep[-1][-1]


def test_the_right_factor_of_a_matrix_product_has_no_outer_product():
    net = Network.graph("input X: 2×3\nparameters A: 4×2\nZ = A @ X\nu = sum(tanh(Z))")
    assert "∂Z[k]/∂X[i,j] is A[j]" not in flat(dimension_trace(net, wrt="X"))


def test_weights_used_at_every_rung_keep_the_trace_short():
    assert len(str(dimension_trace(ladder(50), wrt="W")).splitlines()) < 300


def test_a_target_that_is_left_out_is_drawn():
    net = ready_made("two_losses")
    text = flat(dimension_trace(net, of="L1", wrt="W2", x=[1, 2, 3], y={"y1": [0.5, -1]}))
    assert "chain = sweep of VJPs agree to 1e-12" in text
    assert "y2 drawn with seed 0" in text
