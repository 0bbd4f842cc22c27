"""What judges formulas in a process of its own: our code, somebody's text, and limits.

request, JSON on stdin       the questions, and which formula is an answer to which of them
answer, frames on stdout     r: ready; v: what is found of the next formula, as JSON
"""

from __future__ import annotations

import json
import sys
from typing import Any

from layouts.errors import LayoutError

from .confinement.channel import sender
from .confinement.kernel import die_with_parent
from .confinement.limits import limit
from .formulas import judged_formula, one_line
from .mark import NOT_UNDERSTOOD, Judged
from .outcome import FAILED, STOPPED
from .question import Question

__all__ = ["main"]


def main() -> None:
    """Judge one formula after the other."""
    request = json.loads(sys.stdin.buffer.read())
    send = sender()
    die_with_parent()
    questions = {name: Question(**said) for name, said in request["questions"].items()}
    limit(request["seconds"], request["megabytes"], alone=False)
    send(b"r", b"")
    for name, text in request["items"]:
        send(b"v", json.dumps(_judged(questions[name], text)).encode())


def _judged(question: Question, text: str) -> Any:
    try:
        return judged_formula(question, text)
    except LayoutError as problem:
        return Judged(NOT_UNDERSTOOD, message=one_line(str(problem)))
    except MemoryError:
        return Judged(STOPPED, message=f"It takes more than {question.memory} MB of memory.")
    except RecursionError:
        return Judged(STOPPED, message="It is nested too deeply.")
    except Exception as problem:
        said = f"The judge itself broke down, which is no fault of the answer: {problem!r}."
        return Judged(FAILED, message=one_line(said))
