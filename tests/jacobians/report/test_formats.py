"""Markdown, LaTeX, HTML, notebooks and ASCII, also with names that want to break out."""

import re
from html.parser import HTMLParser

import pytest

from jacobians import Custom, Linear, Network, Sigmoid, dimension_trace
from layouts.sizes import letter

W = [[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]]
V = [[1.0, 2.0, -1.0], [0.5, -0.5, 2.0]]
HOSTILE = [
    "<script>alert(1)</script>", "a&b\"c'd", "p|q", r"\input{/etc/passwd}", "$x$", "f_1^2",
    "100% #1", "}{", "~tilde~", "*bold* [link](http://example.org)", "−σ×∂ᵀ", "</div>",
]  # fmt: skip
NETWORKS = [
    Network.parse("2-3-2", activation=["relu", "sigmoid"], loss="half_squared_error"),
    Network.parse("n-3-2", activation="softmax", loss="cross_entropy"),
    Network.parse("4-3-2", activation=["gelu_tanh", "log_softmax"], loss="huber"),
    Network.parse("2-3", activation="tanh"),
]
ASKED = [{}, {"samples": letter("N")}, {"symbols": "superscript"}, {"wrt": "x", "input_index": 1}]
VOID = {"meta", "br"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "small", "p", "code",
    "table", "tr", "th", "td", "dl", "dt", "dd", "span",
}  # fmt: skip


def hostile(name):
    layers = [Linear(W), Custom(lambda x: x * x, name=name), Linear(V), Sigmoid()]
    return dimension_trace(Network(layers, loss="squared_error"))


def traces():
    yield from (dimension_trace(net, **asked) for net in NETWORKS for asked in ASKED)
    yield from map(hostile, HOSTILE)


class Page(HTMLParser):
    """Collects tags and text; tags must close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(page):
    parser = Page()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_html_is_one_whole_page_with_a_title_and_no_script():
    for trace in traces():
        page = read(trace.to_html())
        assert {"html", "head", "title", "body", "h1", "table"} <= set(page.tags)
        assert page.tags.count("title") == 1
        assert set(page.tags) <= ALLOWED
    assert "∂L/∂W1 of the network 2-3-2" in dimension_trace(NETWORKS[0]).to_html()


@pytest.mark.parametrize("name", HOSTILE)
def test_html_shows_a_hostile_name_as_it_is(name):
    text = "".join(read(hostile(name).to_html()).texts)
    assert f"{name}(z1)" in text


def test_a_notebook_shows_a_fragment_and_mathematics():
    trace = dimension_trace(NETWORKS[0], wrt="W1")
    fragment = read(trace._repr_html_())
    assert {"html", "head", "body", "title"}.isdisjoint(fragment.tags)
    assert trace._repr_latex_() == trace.to_latex()
    assert trace._repr_markdown_() == trace.to_markdown()


def displays(latex):
    parts = latex.split("$$")
    assert len(parts) % 2 == 1, "every display is closed"
    assert all(part.strip() == "" for part in parts[::2])
    return parts[1::2]


def assert_balanced(display):
    """Braces, environments and inline dollars close; no dollar stands outside \\text."""
    plain = re.sub(r"\\[\\{}$%&#_]", "", display)
    depth = 0
    for character in plain:
        depth += (character == "{") - (character == "}")
        assert depth >= 0, display
    assert depth == 0, display
    assert plain.count("$") % 2 == 0, display
    opened = re.findall(r"\\begin\{(\w+)\}", plain)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", plain))


def test_latex_is_balanced_and_has_no_raw_unicode_mathematics():
    for net in NETWORKS:
        for asked in ASKED:
            latex = dimension_trace(net, **asked).to_latex()
            assert r"\underbrace{\frac{\partial " in latex
            for display in displays(latex):
                assert_balanced(display)
            assert latex.isascii(), sorted({c for c in latex if ord(c) > 127})


@pytest.mark.parametrize("name", HOSTILE)
def test_latex_keeps_a_hostile_name_inside_its_braces(name):
    latex = hostile(name).to_latex()
    for display in displays(latex):
        assert_balanced(display)
    assert r"\input" not in latex
    assert "\n\n\n" not in latex


def test_latex_puts_the_shape_of_every_factor_in_an_underbrace():
    latex = dimension_trace(NETWORKS[0], wrt="W1", layout="denominator").to_latex()
    product = next(line for line in latex.splitlines() if "underbrace" in line)
    assert re.findall(r"\}_\{(\d)\\times (\d)\}", product) == [
        ("6", "1"), ("6", "3"), ("3", "3"), ("3", "2"), ("2", "2"), ("2", "1"),
    ]  # fmt: skip


def cells(line):
    return re.split(r"(?<!\\)\|", line)[1:-1]


def test_markdown_tables_have_as_many_cells_in_every_row_as_in_their_header():
    for trace in traces():
        width = 0
        for line in trace.to_markdown().splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            width = width or len(cells(line))
            assert len(cells(line)) == width, line
            assert all(cell.count("`") % 2 == 0 for cell in cells(line)), line


def test_markdown_leaves_no_hostile_name_outside_code():
    for name in HOSTILE:
        for line in hostile(name).to_markdown().splitlines():
            prose = re.sub(r"(`+).*?\1", "", line)
            assert "<script" not in prose
            assert "](http" not in prose


def test_plain_text_carries_no_marks_and_keeps_names():
    for trace in map(dimension_trace, NETWORKS):
        assert "`" not in str(trace)
    for name in (each for each in HOSTILE if "\n" not in each):
        assert name in " ".join(str(hostile(name)).split())


def test_ascii_is_ascii_with_the_lines_of_the_unicode_report():
    for net in NETWORKS:
        text = dimension_trace(net).to_text(ascii_only=True)
        assert text.isascii()
        assert "?" not in re.sub(r"Why [^?]*\?", "", text), "a character without ASCII form"
        assert "dL/dW1" in text or "da" in text
        heads = [line for line in str(dimension_trace(net)).splitlines() if line[:1].isdigit()]
        assert [line[0] for line in heads] == [
            line[0] for line in text.splitlines() if line[:1].isdigit()
        ]
