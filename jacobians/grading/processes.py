"""A Python of its own for a piece of work: a request goes in, frames come out, and it ends.

    request      JSON, once, on its stdin
    frame        one letter, a length, so many bytes; on its stdout
    printed      whatever it prints, on its stderr, cut

It starts in an empty folder that is removed behind it, with nearly no environment, in a session of
its own: that session is killed whatever happens.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, NamedTuple

__all__ = ["ENDED", "TOO_MUCH", "Frame", "Late", "Process"]

HERE = str(Path(__file__).parents[2])
"""Where this package is imported from."""
START = """import sys
here, *paths = sys.argv[1:]
del sys.argv[1:]
sys.path += [here, *paths]
from jacobians.grading.{module} import main
if here not in paths:
    sys.path.remove(here)
main()"""
KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What of the environment Python itself may need to start."""
ALONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
HEADER = struct.Struct("=cI")
PRINTED = 4_000
GRACE = 5.0
"""Seconds in which a killed process has ended."""


class Late(Exception):  # noqa: N818 - it is no error here
    """No frame came in time."""


class Frame(NamedTuple):
    """What a process says: a letter and bytes."""

    kind: bytes
    content: bytes


ENDED = Frame(b"", b"ended")
TOO_MUCH = Frame(b"", b"too much")


class Process:
    """A Python that runs `main` of one module of this package.

    Args:
        module: its name in this package.
        paths: where the process may import from, beside the standard library.
        request: what it is to do.
        most: bytes that its frames may have together.

    >>> from jacobians.grading.sandbox import request_of
    >>> said = request_of("def f(): return 1.0", "f", [[]])
    >>> with Process("confinement.child", said["paths"], said) as process:
    ...     [process.frame(30.0).kind for _ in range(3)]
    [b'r', b'v', b'd']
    """

    def __init__(
        self, module: str, paths: Sequence[str], request: Mapping[str, Any], most: int = 2**24
    ) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="jacobians-", ignore_cleanup_errors=True)
        self.most = most
        self.queue: SimpleQueue[Frame] = SimpleQueue()
        self.kept = bytearray()
        try:
            self.process = self._started(START.format(module=module), paths)
        except OSError:
            self.folder.cleanup()
            raise
        work = (self._read_frames, self._read_printed)
        self.readers = [threading.Thread(target=read, daemon=True) for read in work]
        for reader in self.readers:
            reader.start()
        self._ask(json.dumps(request).encode())

    def _started(self, start: str, paths: Sequence[str]) -> subprocess.Popen[bytes]:
        """Python without anybody's own settings and packages."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        words = [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", start, HERE, *paths]
        return subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self.folder.name, env={**kept, **dict.fromkeys(ALONE, "1")}, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def frame(self, seconds: float) -> Frame:
        """The next frame; ENDED behind the last one, TOO_MUCH if they are too many.

        Raises:
            Late: none came within so many seconds.
        """
        try:
            return self.queue.get(timeout=seconds)
        except Empty:
            raise Late from None

    @property
    def printed(self) -> str:
        """The beginning of what was printed."""
        return bytes(self.kept).decode("utf-8", "replace")

    def status(self) -> int:
        """How a process ended that is about to end: its status, or minus the signal."""
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(GRACE)
        return 0

    def stop(self) -> None:
        """Kill it with all that it started, and remove its folder."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join(GRACE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None and not any(reader.is_alive() for reader in self.readers):
                with suppress(OSError):
                    stream.close()
        self.folder.cleanup()

    def _ask(self, request: bytes) -> None:
        stream = self.process.stdin
        assert stream is not None
        with suppress(BrokenPipeError, OSError):
            stream.write(request)
            stream.close()

    def _read_frames(self) -> None:
        """Frames, until the end, or one that cannot be."""
        stream, count = self.process.stdout, 0
        assert stream is not None
        while len(head := stream.read(HEADER.size)) == HEADER.size:
            kind, length = HEADER.unpack(head)
            count += length
            content = stream.read(length) if count <= self.most else b""
            if len(content) < length:
                self.queue.put(TOO_MUCH if count > self.most else ENDED)
                return _drained(stream)
            self.queue.put(Frame(kind, content))
        self.queue.put(ENDED)
        return None

    def _read_printed(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        self.kept += stream.read(PRINTED)
        _drained(stream)


def _drained(stream: IO[bytes]) -> None:
    """Read and forget: whoever writes is not held up."""
    while stream.read(2**16):
        pass
