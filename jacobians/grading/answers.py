"""A folder of answers, by student and by question.

    ada.txt, ada.md        `q1: formula` lines, or [q1] sections (see `labelled`)
    ada.toml               q1 = "formula", or [q1] with answer = "formula"
    ada.py                 the answer to every question that asks for code
    ada/q1.txt, ada/q2.py  a folder for a student, a file for an answer; other code in the folder
                           answers what no file is named after

A student is called as the file or the folder is. What cannot be read, or answers nothing, is kept
as a trouble: it is named, and stops nobody.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from layouts.errors import InputError

from .files import shown, text_of
from .labelled import answers_in, bare
from .question import CODE, Question

__all__ = ["Answer", "Answers", "Trouble", "read_answers"]

SUFFIXES = (".txt", ".md", ".markdown", ".toml", ".tex", ".py")
HIDDEN = (".", "__")
"""How names begin that no student gave."""
MOST_TROUBLES = 20
"""Of one student."""


class Answer(NamedTuple):
    """What a student answered to a question, and where it stands."""

    student: str
    question: str
    text: str
    source: str
    """The file."""
    place: str
    """And where in it, in words."""


class Trouble(NamedTuple):
    """What could not be taken; `question` is empty where it may have been any."""

    student: str
    question: str
    message: str
    unasked: bool = False
    """Whether it answers what nobody asked."""


class Answers(NamedTuple):
    """All that a folder holds."""

    students: list[str]
    found: dict[tuple[str, str], Answer]
    troubles: list[Trouble]


def read_answers(
    folder: str | os.PathLike[str],
    questions: Mapping[str, Question],
    leave: Collection[str | os.PathLike[str]] = (),
) -> Answers:
    """Everybody's answers.

    Args:
        folder: where they are.
        questions: the key's.
        leave: files that are none, if they should stand there: the key itself, a table.

    Raises:
        InputError: there is no such folder, or nothing in it.
    """
    left = {os.path.realpath(path) for path in leave}
    try:
        paths = sorted(
            path for path in Path(folder).iterdir() if os.path.realpath(path) not in left
        )
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "that is no name of a folder"
        raise InputError(
            f"{shown(str(folder))} cannot be read as a folder of answers: {why}."
        ) from None
    readers: dict[str, Reader] = {}
    for path in paths:
        if not path.name.startswith(HIDDEN):
            whole = path.is_dir() and not path.is_symlink()
            name = shown(path.name if whole else path.stem)
            reader = readers.setdefault(name, Reader(name, questions))
            reader.read_folder(path) if whole else reader.read_file(path)
    if not readers:
        raise InputError(f"{shown(str(folder))} holds no answers: a file for each student, ada.txt "
                         "with q1: …, or a folder for each, ada/q1.txt.")  # fmt: skip
    found = {(r.student, a.question): a for r in readers.values() for a in r.found.values()}
    troubles = [trouble for reader in readers.values() for trouble in reader.troubles]
    return Answers(sorted(readers), found, troubles)


class Reader:
    """What has been read of one student's answers."""

    def __init__(self, student: str, questions: Mapping[str, Question]) -> None:
        self.student, self.questions = student, questions
        self.found: dict[str, Answer] = {}
        self.named: set[str] = set()
        """Questions that a file of theirs answers, called as they are."""
        self.troubles: dict[Trouble, None] = {}

    def read_folder(self, path: Path) -> None:
        """A folder, with a file for each answer: those named after a question come first."""
        try:
            inside = sorted(path.iterdir())
        except OSError as problem:
            self.trouble("", f"{self.student} cannot be read: {problem.strerror}.")
            return
        files = [(each, self._named(each.stem)) for each in inside]
        files = [(each, name) for each, name in files if not each.name.startswith(HIDDEN)]
        for each, name in files:
            if name in self.questions:
                self.read_file(each, name)
                self.named |= {name} & self.found.keys()
        for each, name in files:
            if name not in self.questions:
                self.read_file(each)

    def read_file(self, path: Path, question: str = "") -> None:
        """One file, of one answer or of all of them."""
        name, suffix = shown(path.name), path.suffix.lower()
        if suffix not in SUFFIXES and not path.is_symlink():
            kinds = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
            what = "a folder" if path.is_dir() else f"no {kinds} file"
            self.trouble(question, f"{name} is {what}: it was not looked into.")
            return
        try:
            text = text_of(path)
        except InputError as problem:
            self.trouble(question, str(problem))
            return
        if suffix == ".py":
            self._take_code(question, text, name)
        elif suffix != ".toml" or not self._take_toml(text, name):
            self._take_text(question, text, name)

    def _take_code(self, question: str, text: str, name: str) -> None:
        """Code answers the question that it is named after, or all that have no file so named."""
        asking = [each for each, asked in self.questions.items() if asked.kind == CODE]
        if not asking:
            self.trouble("", f"{name} is code, and no question asks for any.")
        for each in [question] if question else asking:
            if question or each not in self.named:
                self.take(each, text, name)

    def _take_text(self, question: str, text: str, name: str) -> None:
        """Text in which questions are named; without a name it answers what its file is called."""
        answers = answers_in(text, [question] if question else self.questions)
        if question and not answers:
            answers = [(question, text, 0)]
        if not answers:
            self.trouble("", f"{name} names no question: they are {', '.join(self.questions)}.")
        for each, answer, line in answers:
            self.take(each, answer, name, f"line {line} of {name}" if line else name)

    def _take_toml(self, text: str, name: str) -> bool:
        """The answers of a TOML file; whether it is one."""
        try:
            said = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return False
        for key, value in said.items():
            answer: Any = value.get("answer") if isinstance(value, dict) else value
            if isinstance(answer, str | int | float):
                self.take(self._named(key), str(answer), name, f"{shown(key)} in {name}")
            else:
                self.trouble(self._named(key), f"{name}: {shown(key)} is no text.")
        return True

    def _named(self, name: str) -> str:
        """The question of that name: it may be written in capitals."""
        known = {each.lower(): each for each in self.questions}
        return known.get(name.lower(), shown(name))

    def take(self, question: str, text: str, source: str, place: str = "") -> None:
        """Keep an answer; the first one counts.

        Args:
            question: its name.
            text: the answer.
            source: the file.
            place: where in the file it stands, in words, if the file holds more.
        """
        asked = self.questions.get(question)
        if asked is None:
            said = f"{source} answers {question}; the key asks {', '.join(self.questions)}."
            self.trouble(question, said, unasked=True)
            return
        answer = bare(text, code=asked.kind == CODE)
        if not answer.strip():
            return
        own = Answer(self.student, question, answer, source, place or source)
        earlier = self.found.setdefault(question, own)
        if earlier.text != answer:
            counts = f"what counts stands in {earlier.place}, not in {own.place}"
            self.trouble(question, f"{question} is answered twice: {counts}.")

    def trouble(self, question: str, message: str, *, unasked: bool = False) -> None:
        """Keep what went wrong, within reason."""
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles[Trouble(self.student, question, message, unasked)] = None
