"""What to mind: accidents of sizes and assumptions, symmetric matrices, and what NumPy hides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from layouts.formulas.printing import printed
from layouts.formulas.tree import Call, Part, Row, Transpose, mapped, parts_of
from layouts.formulas.values import NumPyRun, numpy_run

from .evaluation import Evaluator
from .faces import TOLERANCE, Face, deviation, right_results
from .search import Found
from .settings import Setting, setting_at
from .surgery import turned
from .verdicts import ACCIDENT, CONFORM, RIGHT, VALUES, Family, Judged, all_functions
from .view import View

__all__ = ["Caveats", "broadcast_face", "gives_away"]


ONE_AXIS = "In NumPy, with arrays of one axis"
ALONE = "Mended at one place alone"


def gives_away(caveat: str) -> bool:
    """Whether a caveat tells of a repair, which a hint holds back."""
    return "repair 1" in caveat or caveat.startswith(ALONE)


class Caveats:
    """What there is to mind of a formula that was judged."""

    def __init__(self, view: View, judged: Judged) -> None:
        self.view, self.judged = view, judged
        self.problem, self.question, self.tree = view.problem, view.question, view.tree
        self.given, self.general = view.given, view.general

    def listed(self, best: Found | None) -> Iterator[str]:
        yield from self.question.remarks
        yield from self.by_accident()
        yield from self.only_while_active(best)
        yield from self.mended_by_half(best)
        if self.judged.verdict in (VALUES, ACCIDENT):
            yield from self.when_symmetric()
        yield from self.in_numpy()

    def by_accident(self) -> Iterator[str]:
        """What a formula is right, or fits, because of."""
        if self.question.fault is not None and self.judged.verdict == ACCIDENT:
            yield "It is right only because NumPy broadcasts; as matrices the shapes differ."
        if self.question.fault is not None or self.general is self.given:
            return
        elsewhere = self.general.values(self.tree)
        sizes = "-".join(str(n) for n in self.general.points[0].sizes.values())
        if elsewhere[0] is None and self.judged.verdict != CONFORM:
            because = "a size is 1" if self.problem.has_size_1 else "sizes coincide"
            yield f"It fits only because {because}: with others, {sizes}, it does not conform."
            if self.judged.verdict == VALUES and (off := self.off_by(self.tree)):
                yield f"At the network's own values it is wrong by {off}."
        elif self.judged.verdict == ACCIDENT:
            assumed = ", ".join(f"{name} {what}" for name, what in self.problem.assume.items())
            if assumed:
                yield f"It is right only while what was assumed holds: {assumed}."
            else:
                yield f"It is right only because of its sizes: with others, {sizes}, it is wrong."

    def only_while_active(self, best: Found | None) -> Iterator[str]:
        """What a repair would be with the ones that the writer had for a slope."""
        for edit in best.edits if best else ():
            ones = edit.before if not isinstance(edit.before, Transpose) else edit.before.part
            written_out = isinstance(ones, Row) or (
                isinstance(ones, Call) and ones.function == "ones"
            )
            if edit.kind != "factor" or not written_out or best is None:
                continue
            slope = edit.after.part if isinstance(edit.after, Transpose) else edit.after
            kept = ones if self.view.shape(ones) == self.view.shape(slope) else turned(ones)
            with_ones = exchanged(best.tree, printed(slope), kept)
            off = self.off_by(with_ones)
            wrong = f" At the network's own values: wrong by {off}." if off else ""
            had, wanted = map(self.view.words.code, (kept, slope))
            yield f"With {had} for {wanted}, repair 1 is right only while every slope is 1.{wrong}"

    def mended_by_half(self, best: Found | None) -> Iterator[str]:
        """One change of several after which a formula conforms, and is still wrong."""
        if best is None or len(best.edits) < 2 or self.judged.verdict != CONFORM:
            return
        for edit in best.edits:
            half = exchanged(self.tree, printed(edit.before), edit.after)
            value = self.view.evaluate(half)
            if value is not None and half is not self.tree:
                yield (f"{ALONE}, {self.view.words.code(half)} conforms, and is "
                       f"wrong: {self.view.words.size(half)}.")  # fmt: skip
                return

    def off_by(self, tree: Part) -> str:
        """How far from the truth a tree is at the network's own values, in per cent."""
        net = self.question.network
        if net is None or net.loss_name is None:
            return ""
        try:
            x, y = net.example()
        except ValueError:
            return ""
        values = {n: np.atleast_2d(np.asarray(v, float).T).T for n, v in net.values(x, y).items()}
        point = setting_at(self.problem, values)
        value = Evaluator(point, all_functions(self.problem))(tree)
        off = min(deviation(value, face.value) for face in right_results(point))
        return f"{100 * off:.0f} %" if TOLERANCE < off < np.inf else ""

    def when_symmetric(self) -> Iterator[str]:
        """The square matrices that would make a wrong formula right if they were symmetric."""
        problem = self.given.problem
        for name, shape in problem.shapes.items():
            if shape[0] == shape[1] != 1:
                assumed = {**problem.assume, name: "symmetric"}
                try:
                    family = Family.of(problem._replace(assume=assumed), 3)
                except ValueError:
                    continue
                if family.matching(self.tree):
                    yield f"It would be right if {self.view.words.spell(name)} were symmetric."

    def in_numpy(self) -> Iterator[str]:
        """What NumPy makes of it with one axis for each vector, if that hides something."""
        if self.judged.verdict == RIGHT or self.question.notation == "latex":
            return
        run = self.flat_run(self.given.points[0])
        if run.stopped is not None:
            if self.question.fault is not None and printed(run.stopped) != printed(
                self.question.fault.part
            ):
                last = parts_of(run.stopped)[-1]
                yield (
                    f"{ONE_AXIS}, the products before it run; it stops only at "
                    f"{self.view.source(last)}, far from the cause."
                )
            return
        value = np.asarray(run.value)
        values = [np.squeeze(self.flat_run(point).value) for point in self.given.points]
        columns = zip(*self.given.right, strict=True)
        if any(all(deviation(value, face.value.squeeze()) < TOLERANCE
                   for value, face in zip(values, column, strict=True))
               for column in columns):  # fmt: skip
            yield (
                f"{ONE_AXIS}, the line runs and is right: such arrays are neither rows nor columns."
            )
        elif self.question.fault is not None:
            what = (
                "one number"
                if value.ndim == 0
                else f"an array of shape {self.view.as_given(value.shape)}"
            )
            yield f"{ONE_AXIS}, the line runs, without an error, and gives {what}."

    def flat_run(self, point: Setting) -> NumPyRun:
        """What NumPy makes of the formula with vectors of one axis."""
        flat = {n: v[:, 0] if v.shape[1] == 1 != v.shape[0] else v for n, v in point.values.items()}
        flat |= {n: v[0, 0] for n, v in point.values.items() if v.shape == (1, 1)}
        return numpy_run(self.tree, flat, all_functions(self.problem), point.sizes)


def exchanged(tree: Part, old: str, new: Part) -> Part:
    """The tree with another part wherever one reads so."""
    return new if printed(tree) == old else mapped(tree, lambda part: exchanged(part, old, new))


def broadcast_face(view: View) -> Face | None:
    """The face that NumPy's broadcasting of columns and rows gives, if it is right."""
    runs = [numpy_run(view.tree, p.values, all_functions(view.problem), p.sizes).value
            for p in view.given.points]  # fmt: skip
    for column in zip(*view.given.right, strict=True):
        if all(value is not None and deviation(np.atleast_2d(value), face.value) < TOLERANCE
               for value, face in zip(runs, column, strict=True)):  # fmt: skip
            face: Face = column[0]
            return face
    return None
