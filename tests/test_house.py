"""How the house is built: public names, one direction of imports, a light front door."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import jacobians
import layouts

ROOT = Path(jacobians.__file__).parent.parent
FILES = sorted([*ROOT.glob("layouts/**/*.py"), *ROOT.glob("jacobians/**/*.py")])


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES if path.name != "__main__.py"}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_exists_once_in_order(name):
    module = importlib.import_module(name)
    public = module.__all__
    assert len(public) == len(set(public))
    for each in public:
        assert getattr(module, each) is not None
    assert set(public) <= set(dir(module))
    if name != "jacobians":  # the front door is sorted module by module
        assert public == sorted(public, key=order)


def order(name):
    """Constants, then classes, then functions, each by the alphabet."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def test_the_front_door_offers_what_the_course_relies_on():
    for name in ["Jacobian", "Linear", "Network", "ReLU", "Sigmoid", "collapse", "dimension_trace"]:
        assert name in jacobians.__all__
        assert name in dir(jacobians)
    for names in jacobians.WHERE.values():
        assert names == sorted(names)
    for name in ["DENOMINATOR", "NUMERATOR", "Layout", "LayoutError", "commutation_matrix", "rvec",
                 "unrvec", "unvec", "vec"]:  # fmt: skip
        assert name in layouts.__all__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        jacobians.nothing  # noqa: B018 - asking for it is the test


def test_every_layer_can_be_had_from_the_front_door():
    from jacobians import layers

    public = {name for name in layers.__all__ if isinstance(getattr(layers, name), type)}
    assert public - {"Elementwise", "Loss"} <= set(jacobians.__all__)


def imports_of(path):
    """The modules of this project that a file imports when it is itself imported."""
    name = module_name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in top_level(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*base, node.module or ""]).strip(".") if node.level else node.module
            children = {f"{source}.{alias.name}" for alias in node.names}
            found |= (children & MODULES.keys()) or {source}
    return found


def top_level(tree):
    """Every statement that runs on import: not inside functions, not for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from top_level(node)


GRAPH = {name: imports_of(path) & MODULES.keys() for name, path in MODULES.items()}


def reached(name):
    """All modules that importing this one imports, packages' own modules left aside."""
    seen, waiting = set(), [name]
    while waiting:
        for each in GRAPH[waiting.pop()] - seen:
            seen.add(each)
            waiting.append(each)
    return seen


FLOORS = [
    ["layouts.sizes"],
    ["layouts.errors"],
    ["layouts.shape_text", "layouts.vectorization"],
    ["layouts.layout"],
    ["layouts.formulas"],
    ["layouts.formula"],
    ["layouts.probes"],
    ["layouts.identity", "layouts.identity_runs"],
    ["layouts.identity_text", "layouts.identity_tokens"],
    ["layouts.identity_table", "layouts.identity_search"],
    ["layouts.identities"],
    ["jacobians.typography", "jacobians.unknown", "jacobians.output",
     "jacobians.command_values", "jacobians.page_text"],
    ["jacobians.latex_displays"],
    ["jacobians.operators"],
    ["jacobians.jacobian"],
    ["jacobians.rule"],
    ["jacobians.layers"],
    ["jacobians.formula_functions"],
    ["jacobians.identities"],
    ["jacobians.steps"],
    ["jacobians.graph"],
    ["jacobians.planning", "jacobians.backpropagation", "jacobians.parameter_row"],
    ["jacobians.chain", "jacobians.readers", "jacobians.layer_row"],
    ["jacobians.wiring"],
    ["jacobians.given", "jacobians.examples"],
    ["jacobians.forward_pass"],
    ["jacobians.by_chain", "jacobians.by_sweep"],
    ["jacobians.network"],
    ["jacobians.comparison", "jacobians.report", "jacobians.data_sets", "jacobians.gallery",
     "jacobians.rows", "jacobians.checking"],
    ["jacobians.pictures", "jacobians.symbolic"],
    ["jacobians.formula_checks"],
    ["jacobians.derivations"],
    ["jacobians.grading", "jacobians.exercises"],
    ["jacobians.command_network"],
    ["jacobians.worksheets", "jacobians.deriving"],
    ["jacobians.command_check", "jacobians.command_plot"],
    ["jacobians.command_line"],
    ["jacobians.__main__"],
]  # fmt: skip


def floor(module):
    for number, names in enumerate(FLOORS):
        if any(module == name or module.startswith(name + ".") for name in names):
            return number
    return None


ROOTS = {"layouts", "jacobians"}


@pytest.mark.parametrize("name", sorted(MODULES.keys() - ROOTS))
def test_imports_point_one_way(name):
    assert floor(name) is not None, f"{name} has no floor"
    for imported in GRAPH[name] - ROOTS:
        assert floor(imported) <= floor(name), f"{name} imports {imported}"


def test_chain_and_backpropagation_share_no_code():
    assert "jacobians.backpropagation" not in reached("jacobians.chain")
    assert "jacobians.chain" not in reached("jacobians.backpropagation")
    assert "jacobians.backpropagation" not in reached("jacobians.by_chain")
    assert "jacobians.chain" not in reached("jacobians.by_sweep")
    assert "jacobians.operators" not in GRAPH["jacobians.backpropagation"]
    assert "jacobians.jacobian" not in GRAPH["jacobians.backpropagation"]


def test_layouts_knows_no_layer_and_no_network():
    for name in MODULES:
        if name.split(".")[0] == "layouts":
            assert not any(each.split(".")[0] == "jacobians" for each in imports_of(MODULES[name]))


def test_layers_know_no_network():
    for name in MODULES:
        if name.startswith("jacobians.layers"):
            above = {"jacobians.network", "jacobians.chain", "jacobians.backpropagation"}
            assert not reached(name) & above


HEAVY = {"sympy", "matplotlib", "scipy", "sklearn", "lark", "jax", "torch", "autograd", "dask"}


@pytest.mark.parametrize("statement", [
    "import layouts", "import jacobians", "from jacobians import Network, Linear, ReLU, Jacobian",
    "from jacobians import Network; Network.parse('n-3-2', activation='relu').shapes()",
    "from jacobians import Network, matrix_form; matrix_form(Network.parse('n-3-2'), 'W1', 'z2')",
])  # fmt: skip
def test_importing_costs_numpy_and_little_more(statement):
    script = f"{statement}; import sys; print(*sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def roots_of(tree):
    """The packages that are imported anywhere, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_matplotlib_is_imported_in_one_room():
    found = {name for name, path in MODULES.items()
             if "matplotlib" in roots_of(ast.parse(path.read_text(encoding="utf-8")))}  # fmt: skip
    assert found
    assert all(name.startswith("jacobians.pictures.") for name in found)


def test_no_module_shares_its_name_with_a_public_name_beside_it():
    clashes = []
    for name in MODULES:
        package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
        for public in importlib.import_module(name).__all__:
            if f"{package}.{public}" in MODULES:
                clashes.append(f"{name}.{public}")
    # The table is what everybody means by that name; its module is loaded with the package, so that
    # the name is never the module.
    assert set(clashes) == {"layouts.identities", "layouts.identities.identities"}
    assert layouts.identities["vv-03"].numerator == "A"


def test_both_packages_are_typed_and_every_module_says_what_it_is():
    for package in ("layouts", "jacobians"):
        assert (ROOT / package / "py.typed").exists()
    for path in MODULES.values():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.name
