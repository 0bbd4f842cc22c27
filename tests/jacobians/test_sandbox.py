"""Code of strangers: each kind of hostility gets a verdict and a sentence, and harms nothing."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from jacobians.grading import processes
from jacobians.grading.confinement import WALLS, audit, system_calls
from jacobians.grading.confinement.names import AUDIT, CALLS, FILES, LIMITS, NETWORK
from jacobians.grading.outcome import problem_of
from jacobians.grading.processes import TOO_MUCH, Frame
from jacobians.grading.sandbox import place_of, run_code
from layouts.errors import InputError

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="limits of memory and the kernel's walls are those of Linux"
)
X = np.array([1.0, 2.0])


def run(code, *, seconds=2.0, points=((X,),), **options):
    return run_code(code, "f", points, seconds=seconds, megabytes=128, **options)


def stood(walls=WALLS):
    return run("def f(x): return x", walls=walls).walls


@pytest.fixture(scope="module")
def standing():
    return stood()


def needs(wall, standing):
    if wall not in standing:
        pytest.skip(f"this system does not have the wall {wall!r}")


RIGHT = {
    "a matrix": ("import numpy as np\ndef f(x): return np.outer(x, x)", [[1, 2], [2, 4]]),
    "a list": ("def f(x): return [[x[0], 1], [True, 2.5]]", [[1, 1], [1, 2.5]]),
    "a number": ("def f(x): return 3", 3.0),
    "NaN": ("def f(x): return x * float('nan')", [np.nan, np.nan]),
    "complex numbers": ("def f(x): return x * 1j", [1j, 2j]),
    "no entries": ("import numpy as np\ndef f(x): return np.zeros((0, 3))", np.zeros((0, 3))),
    "the standard library": (
        "import collections, dataclasses, decimal, functools, itertools, json, math, random, "
        "statistics, typing, numpy.linalg, numpy.polynomial\n"
        "@dataclasses.dataclass\nclass P:\n    x: 'float'\ndef f(x): return P(math.pi).x",
        np.pi,
    ),
    "replaced functions": (
        "import json, os, struct\nimport numpy as np\n"
        "np.asarray = np.array = np.ndarray = lambda *_, **__: None\n"
        "json.dumps = struct.pack = os.write = None\ndef f(x): return x",
        [1, 2],
    ),
    "an argument that is changed": ("def f(x):\n    x *= 0\n    return x", [0, 0]),
    "megabytes of print": (
        "def f(x):\n    for k in range(30_000): print('x' * 99)\n    return x", [1, 2],
    ),
    "a built-in function that is replaced": (
        "import builtins\nbuiltins.len = None\ndef f(x): return x", [1, 2],
    ),
    "what allowed modules import themselves": (
        "from numpy.testing import assert_allclose\nimport asyncio, unittest.mock\n"
        "def f(x):\n    assert_allclose(x, x)\n    return x", [1, 2],
    ),
    "a main part": ("def f(x): return x\nif __name__ == '__main__':\n    f()", [1, 2]),
    "code after a caught refusal": (
        "def f(x):\n    try: open('/etc/passwd')\n    except OSError: return x", [1, 2],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_numbers_come_back_as_they_are(name):
    code, expected = RIGHT[name]
    outcome = run(code, seconds=10)
    assert outcome.problem == ""
    np.testing.assert_array_equal(outcome.values, [expected])


def test_every_point_has_its_own_arguments_and_what_is_printed_is_cut():
    code = "def f(x):\n    print('y' * 10_000)\n    x += 1\n    return x"
    outcome = run(code, points=[[X], [X], [[[5.0]]]])
    np.testing.assert_array_equal(outcome.values[1], [2, 3])
    np.testing.assert_array_equal(outcome.values[2], [[6.0]])
    assert outcome.printed == "y" * 4000


BESIDE = "to be had are numpy and the standard library, without what reaches out of them."
FORGED = """import os
for fd in range(3, 10):
    try: os.write(fd, b'{}')
    except OSError: pass
def f(x): return x"""
WRONG = {
    # what                    code                                     kind, what is said
    "nothing": ("def f(x): x + 1", "no numbers",
                "the function f gives None: a function gives None unless it ends with return."),
    "text": ("def f(x): return 'text'", "no numbers",
             "the function f gives str, not numbers: give rows of numbers, all of one length."),
    "an object": ("def f(x): return object()", "no numbers",
                  "the function f gives object, not numbers: give rows of numbers, all of one "
                  "length."),
    "rows": ("def f(x): return [[1], [1, 2]]", "no numbers",
             "the function f gives rows of different lengths: give rows of numbers, all of one "
             "length."),
    "a list of text": ("def f(x): return ['a']", "no numbers",
                       "the function f gives list of str32, not numbers: give rows of numbers, all "
                       "of one length."),
    "too much": ("import numpy as np\ndef f(x): return np.zeros((1001, 1000))", "no numbers",
                 "the function f gives more than a million numbers: a derivative was asked for."),
    "another function": ("def g(x): return x\ndef h(x): return x", "no function",
                         "there is no function f in it: it defines g, h."),
    "no function": ("x = 1", "no function",
                    "there is no function f in it: it defines no function."),
    "no Python": ("def f(x) return x", "error", "line 1: SyntaxError: expected ':'."),
    "an error": ("def f(x):\n    return 1 / 0", "error",
                 "line 2: ZeroDivisionError: division by zero."),
    "another signature": ("def f(): return 1", "error",
                          "TypeError: f() takes 0 positional arguments but 1 was given."),
    "an error in the error": ("class E(Exception):\n    def __str__(self): return 1\n"
                              "def f(x): raise E", "error", "line 3: E."),
    "an error of many lines": ("def f(x): raise ValueError('a\\n\\x1b[31mb')", "error",
                               "line 1: ValueError: a  [31mb."),
    "exit": ("import sys\ndef f(x): sys.exit(0)", "error",
             "line 2: it calls exit: a function gives its result by return."),
    "a hard exit": ("import os\ndef f(x): os._exit(0)", "stopped",
                    "it ends Python: a function gives its result by return."),
    "input": ("def f(x): return input()", "error",
              "line 1: it reads what is typed: values come as arguments."),
    "a closed channel": ("import os\nos.closerange(3, 10)\ndef f(x): return x", "stopped",
                         "its result cannot be handed over: it closes a file that is not its own, "
                         "or replaces a function of Python's."),
    "a long sum": ("def f(x): return " + "+".join(["1"] * 60_000), "error",
                   "an expression in it is nested too deeply for Python: compute it in steps."),
    "recursion": ("def f(x): return f(x)", "error", "line 1: it calls itself without end."),
    "a missing module": ("import pandas\ndef f(x): return x", "stopped",
                         f"line 1: it imports pandas: {BESIDE}"),
    "this toolkit": ("import jacobians\ndef f(x): return x", "stopped",
                     f"line 1: it imports jacobians: {BESIDE}"),
    "a module that is there": ("def f(x):\n    import scipy", "stopped",
                               f"line 2: it imports scipy: {BESIDE}"),
    "sockets": ("import socket\ndef f(x): socket.socket()", "stopped",
                f"line 1: it imports socket: {BESIDE}"),
    "an endless loop": ("def f(x):\n    while True: pass", "stopped",
                        "it takes longer than 0.4 s: an endless loop, or far too many steps."),
    "a stubborn loop": ("def f(x):\n    while True:\n        try:\n            while True: pass\n"
                        "        except BaseException: pass", "stopped",
                        "it takes longer than 0.4 s: an endless loop, or far too many steps."),
    "sleep": ("import time\ntime.sleep(100)\ndef f(x): return x", "stopped",
              "it takes longer than 0.4 s: an endless loop, or far too many steps."),
    "endless print": ("def f(x):\n    while True: print('x' * 1000)", "stopped",
                      "it takes longer than 0.4 s: an endless loop, or far too many steps."),
    "a forged frame": (FORGED.format("v\\x05\\0\\0\\0hello"), "stopped",
                       "it disturbs how its result is handed over."),
    "a forged shape": (FORGED.format("v\\x0b\\0\\0\\0f 0 999999\\n"), "stopped",
                       "it disturbs how its result is handed over."),
    "a forged length": (FORGED.format("v\\xff\\xff\\xff\\xff"), "stopped",
                        "its result is too large: a derivative was asked for."),
    "a file": ("def f(x): open('evil.txt', 'w')", "stopped",
               "line 1: it writes to evil.txt: nothing may be written here."),
    "a file below Python": ("import os\ndef f(x): os.open('evil', os.O_CREAT)", "stopped",
                            "line 2: it writes to evil: nothing may be written here."),
    "an array in a file": ("import numpy as np\ndef f(x): np.save('evil', x)", "stopped",
                           "line 2: it writes to evil.npy: nothing may be written here."),
    "a removal": ("import shutil\ndef f(x): shutil.rmtree('.')", "stopped",
                  "line 2: it changes files: nothing may be written here."),
    "passwords": ("def f(x): return open('/etc/passwd').read()", "stopped",
                  "line 1: it opens /etc/passwd: values come as arguments, not from files."),
    "names of files": ("import os\ndef f(x): return os.listdir('/')", "stopped",
                       "line 2: it lists /: values come as arguments, not from files."),
    "a signal": ("import os\ndef f(x): os.kill(os.getppid(), 9)", "stopped",
                 "line 2: it sends a signal to a process."),
    "memory of Python": ("import gc\ndef f(x): gc.get_objects()", "stopped",
                         "line 2: it reaches into Python's memory."),
    "a shell": ("import os\ndef f(x): os.system('true')", "stopped",
                "line 2: it starts another program or process: here it computes by itself."),
    "programs": ("import subprocess\ndef f(x): subprocess.run(['true'])", "stopped",
                 f"line 1: it imports subprocess: {BESIDE}"),
    "programs, by a detour": ("import importlib\ndef f(x): return importlib.import_module("
                              "'subprocess').run(['true'])", "stopped",
                              "line 2: it starts another program or process: here it computes by "
                              "itself."),
    "programs, in a text": ("def f(x): exec('import subprocess')", "stopped",
                            f"line 1: it imports subprocess: {BESIDE}"),
    "what a module needs": ("import concurrent.futures.process\ndef f(x): return x", "stopped",
                            f"line 1: what it imports needs _multiprocessing: {BESIDE}"),
}  # fmt: skip
QUICK = {"an endless loop", "a stubborn loop", "sleep", "endless print"}


@pytest.mark.parametrize("name", WRONG)
def test_whatever_goes_wrong_is_a_sentence(name):
    code, kind, said = WRONG[name]
    outcome = run(code, seconds=0.4 if name in QUICK else 10)
    assert (outcome.kind, outcome.problem, outcome.values) == (kind, said, [])


LIMITED = {
    "a list": "def f(x): return [0] * 10**11",
    "arrays": "import numpy as np\ndef f(x): return [np.ones(10**6) for k in range(10**6)]",
}


@linux
@pytest.mark.parametrize("name", LIMITED)
def test_memory_is_limited(name):
    outcome = run(LIMITED[name], seconds=20)
    said = f"line {LIMITED[name].count(chr(10)) + 1}: it takes more than 128 MB of memory."
    assert (outcome.kind, outcome.problem) == ("stopped", said)


@linux
def test_a_breakdown_of_python_is_a_sentence():
    code = "import signal\ndef f(x): signal.raise_signal(signal.SIGSEGV)"
    said = (
        "Python itself broke down, as it does of recursion without end, or of an array that is "
        "read beyond its end."
    )
    assert run(code, seconds=20)[1:3] == ("stopped", said)
    frame = processes.ENDED
    assert problem_of(frame, -24, "f", 1).problem.startswith("it computes longer than it may: ")
    assert problem_of(frame, -9, "f", 1).problem.startswith("it was killed: ")
    assert problem_of(frame, -10_000, "f", 1).problem == "it was ended by signal 10000."
    assert problem_of(TOO_MUCH, 0, "f", 1).problem.startswith("its result is too large: ")
    assert problem_of(Frame(b"?", b""), 0, "f", 1).problem == (
        "it disturbs how its result is handed over."
    )


# Each of these is tried behind one wall alone: what another wall would refuse, this one has to.
ALONE = [
    (CALLS, "import os\ndef f(x):\n    for k in range(5): os.fork()"),
    (CALLS, "import os\ndef f(x): os.execv('/bin/true', ['true'])"),
    (CALLS, "import os\ndef f(x): os.posix_spawn('/bin/true', ['true'], {})"),
    (CALLS, "import subprocess\ndef f(x): subprocess.run(['true'])"),
    (CALLS, "import socket\ndef f(x): socket.socket()"),
    (CALLS, "import ctypes\ndef f(x):\n"
            "    if ctypes.CDLL(None).socket(2, 1, 0) < 0: raise OSError"),
    (CALLS, "import threading\ndef f(x): threading.Thread(target=print).start()"),
    (CALLS, "import os\ndef f(x): os.kill(os.getppid(), 0)"),
    (CALLS, "import os\ndef f(x): os.setsid()"),
    (CALLS, "import os, resource\ndef f(x): resource.prlimit(os.getppid(), 0, (9, 9))"),
    (CALLS, "import fcntl\ndef f(x): fcntl.fcntl(1, fcntl.F_SETOWN, 1)"),
    (CALLS, "def f(x): open(HERE + '/evil', 'w')"),
    (CALLS, "def f(x): open(HERE + '/kept', 'r+')"),
    (CALLS, "import os\ndef f(x): os.unlink(HERE + '/kept')"),
    (CALLS, "import os\ndef f(x): os.mkdir(HERE + '/evil')"),
    (CALLS, "import os\ndef f(x): os.truncate(HERE + '/kept', 0)"),
    (FILES, "def f(x): open('/etc/passwd')"),
    (FILES, "def f(x): open(HERE + '/kept')"),
    (FILES, "import os\ndef f(x): os.listdir(HERE)"),
    (FILES, "def f(x): open(HERE + '/evil', 'w')"),
    (FILES, "import os\ndef f(x): os.unlink(HERE + '/kept')"),
    (FILES, "import os\ndef f(x): os.rename(HERE + '/kept', HERE + '/evil')"),
    (FILES, "def f(x): open('/proc/self/environ')"),
    (NETWORK, "import socket\ndef f(x): socket.socket().connect(('127.0.0.1', 9))"),
    (LIMITS, "def f(x):\n    with open('evil', 'w') as file: file.write('x')"),
    (LIMITS, "def f(x): bytearray(10**10)"),
    (LIMITS, "def f(x): return [open('/dev/null') for k in range(100)]"),
    (AUDIT, "import _socket\ndef f(x): _socket.socket()"),
    (AUDIT, "import os\ndef f(x):\n    for k in range(5): os.fork()"),
    (AUDIT, "import os\ndef f(x): os.execv('/bin/true', ['true'])"),
    (AUDIT, "import os\ndef f(x): os.posix_spawn('/bin/true', ['true'], {})"),
    (AUDIT, "import ctypes\ndef f(x): ctypes.CDLL(None)"),
    (AUDIT, "import os\ndef f(x): os.unlink(HERE + '/kept')"),
    (AUDIT, "class S(str):\n    def __str__(self): return '/dev/null'\n"
            "def f(x): open(S(HERE + '/kept'))"),
    (AUDIT, "import io\ndef f(x): io.FileIO(HERE + '/evil', 'w')"),
    (AUDIT, "def f(x): open(HERE.encode() + b'/kept')"),
]  # fmt: skip


@linux
@pytest.mark.parametrize(("wall", "code"), ALONE)
def test_each_wall_holds_by_itself(wall, code, standing, tmp_path):
    needs(wall, standing)
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    outcome = run(f"HERE = {str(tmp_path)!r}\n{code}", seconds=20, walls=[wall])
    assert outcome.walls == (wall,)
    assert outcome.kind in ("error", "stopped")
    assert "Error" in outcome.problem or wall in (AUDIT, LIMITS)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "kept"


CARRIED = "import numpy.testing, asyncio, os, sys\nS = sys.modules\n"
# What allowed modules have imported is at hand, and what it could do is refused all the same.
AT_HAND = {
    "programs": "def f(x): S['subprocess'].run(['true'])",
    "programs, spawned": "def f(x): S['subprocess'].Popen(['true'], close_fds=False)",
    "forks": "def f(x):\n    if S['subprocess'].os.fork() == 0: os._exit(0)",
    "sockets": "def f(x): S['socket'].socket()",
    "sockets, below Python": "def f(x): S['_socket'].socket()",
    "a loop of events": "def f(x): S['asyncio'].run(S['asyncio'].create_subprocess_exec('true'))",
}  # fmt: skip
HIDDEN = {
    "programs, below Python": "def f(x): S['subprocess']._fork_exec()",
    "names of the network": "def f(x): S['socket'].getaddrinfo('localhost', 80)",
}
"""What the kernel sees later, or not as it is called here."""


@linux
@pytest.mark.parametrize("name", AT_HAND)
def test_the_kernel_refuses_what_allowed_modules_carry_along(name, standing):
    needs(CALLS, standing)
    outcome = run(CARRIED + AT_HAND[name], seconds=20, walls=[CALLS])
    assert (outcome.walls, outcome.kind) == ((CALLS,), "error")
    assert "PermissionError" in outcome.problem


@linux
@pytest.mark.parametrize("code", [*AT_HAND.values(), *HIDDEN.values()])
def test_the_hook_refuses_what_allowed_modules_carry_along(code):
    outcome = run(CARRIED + code, seconds=20, walls=[AUDIT])
    assert (outcome.walls, outcome.kind) == ((AUDIT,), "stopped")
    assert outcome.problem.endswith((
        "it starts another program or process: here it computes by itself.",
        "it asks for the network: there is none here.",
    ))  # fmt: skip


FRESH = "import importlib.util as u\ndel S['_posixsubprocess']\n"


@pytest.mark.parametrize("code", [
    f"{FRESH}import _posixsubprocess",
    f"{FRESH}import importlib\nimportlib.import_module('_posixsubprocess')",
    f"{FRESH}place = u.find_spec('_posixsubprocess').origin\n"
    "u.module_from_spec(u.spec_from_file_location('numpy._posixsubprocess', place))",
    "import _sqlite3", "import _posixshmem",
])  # fmt: skip
def test_modules_that_act_without_a_report_cannot_be_had(code):
    if FRESH in code and "_posixsubprocess" in sys.builtin_module_names:
        pytest.skip("this Python has no file of it: Python does not report how it is had")
    outcome = run(f"{CARRIED}{code}\ndef f(x): return x", seconds=20, walls=[AUDIT])
    assert outcome.kind == "stopped"
    assert ": it imports _" in outcome.problem


@linux
@pytest.mark.parametrize(("wall", "code"), [
    (CALLS, "def f(x): return len(open('/etc/passwd').read()) > 0"),
    (FILES, "import os\ndef f(x): return os.getppid() > 0"),
    (NETWORK, "def f(x): return len(open('/etc/passwd').read()) > 0"),
    (LIMITS, "def f(x): return len(open('/etc/passwd').read()) > 0"),
    (AUDIT, "import os\ndef f(x): return os.getppid() > 0"),
])  # fmt: skip
def test_a_wall_refuses_what_is_its_own_business_only(wall, code, standing):
    needs(wall, standing)
    assert run(code, walls=[wall]).values == [1.0]


def test_nothing_is_written_and_nothing_is_left_running(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = []

    class Watched(subprocess.Popen):
        def __init__(self, *words, **options):
            super().__init__(*words, **options)
            started.append(self)

    monkeypatch.setattr(processes.subprocess, "Popen", Watched)
    for code in [
        "import os\nos.setpgid(0, 0)\ndef f(x): return x",
        "import os\ndef f(x):\n    while True:\n        try: os.fork()\n"
        "        except OSError: pass",
        "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\ndef f(x):\n    while True: pass",
        "import signal\ndef f(x): signal.raise_signal(signal.SIGSTOP)",
        "def f(x):\n    while True:\n        try: open('evil', 'w')\n        except OSError: pass",
        "def f(x): return x",
    ]:
        run(code, seconds=0.4)
    assert len(started) == 6
    assert all(each.returncode is not None for each in started)
    assert list(tmp_path.iterdir()) == []
    if sys.platform == "linux":
        assert not {each.pid for each in started} & set(sessions())


def sessions():
    """The sessions of all processes of this system."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        yield int(text.rpartition(")")[2].split()[3])


def test_nothing_of_the_environment_is_handed_on(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    code = ("import os, sys\ndef f(x): return ['SECRET' in os.environ, 'HOME' in os.environ, "
            "len(sys.argv), os.getcwd() == HERE]")  # fmt: skip
    outcome = run(f"HERE = {os.getcwd()!r}\n{code}")
    np.testing.assert_array_equal(outcome.values[0], [0, 0, 1, 0])


def test_more_modules_are_had_if_the_key_allows_them():
    code = "import lark\ndef f(x): return len(lark.__version__) > 0"
    assert run(code).problem.startswith("line 1: it imports lark: to be had are numpy and")
    assert run(code, modules=["numpy", "lark"]).values == [1.0]
    with pytest.raises(InputError) as refused:
        place_of("no_such_module")
    assert str(refused.value) == (
        "there is no module 'no_such_module' here that student code could import: install it, or "
        "take it out of modules."
    )


def test_a_python_that_does_not_start_is_nobody_s_fault(monkeypatch):
    monkeypatch.setattr(processes, "START", "import sys; sys.exit('no room')")
    outcome = run("def f(x): return x")
    assert (outcome.kind, outcome.problem) == (
        "not run", "no Python could be started for it: no room.",
    )  # fmt: skip


def test_the_walls_that_stand_are_told(standing):
    assert set(standing) <= set(WALLS)
    assert AUDIT in standing
    assert LIMITS in standing or sys.platform != "linux"
    assert stood([AUDIT]) == (AUDIT,)


def test_the_program_for_the_kernel_has_no_jump_beyond_its_end():
    for machine in system_calls.MARKS:
        steps = system_calls.program(machine, 1)
        assert len(steps) < 4096
        assert all(len(step) == 8 for step in steps)
        for k, step in enumerate(steps):
            assert k + 1 + max(step[2], step[3]) < len(steps) or step[0] == system_calls.RETURN
        assert steps[-1] == system_calls.step(system_calls.RETURN, 0, 0, system_calls.REFUSE)


def test_no_call_that_reaches_out_is_on_the_list():
    reaching = {"fork", "vfork", "clone", "clone3", "execve", "socket", "connect", "kill", "ptrace",
                "unlink", "rename", "mkdir", "chmod", "ftruncate", "prctl", "unshare", "openat",
                "process_vm_writev", "memfd_create", "setsid", "ioctl", "fcntl",
                "io_uring_setup"}  # fmt: skip
    assert not reaching & system_calls.listed().keys()


def test_the_hook_has_a_sentence_for_what_it_refuses():
    report = audit.hook(lambda path: path == "/allowed", frozenset({"math"}), ["numpy"])
    report("import", ("math", None, None, None, None))
    report("open", ("/allowed", "r", 0))
    report("open", (3, "w", os.O_WRONLY))
    report("compile", (None, "x"))
    with pytest.raises(audit.Refused, match=r"^it opens something: values come as arguments"):
        report("open", (Path("/allowed"), None, 0))
    with pytest.raises(audit.Refused, match=r"^it asks for the network: there is none here$"):
        report("socket.connect", (None, None))
    with pytest.raises(audit.RefusedImport, match=r"^it imports os: to be had are numpy and the "):
        report("import", ("os.path", None, None, None, None))
