"""The walls around code that somebody else wrote: each one by itself, the innermost last.

wall               what it keeps out                                      where
limits             endless computing, memory, any byte in a file          systems with `resource`
own network        every network but an empty one                         Linux, if it may be made
files              reading but of Python and NumPy, any writing           Linux 5.13, Landlock
system calls       processes, sockets, writing, signals, all but a list   Linux, x86-64 and ARM64
audit hook         the same, by Python's own report of what it does       everywhere

The last one is one of Python, which code that knows Python well may get around: it says what was
refused in a sentence, and the others hold. Code may still ask whether a file exists, how large it
is and whose, by `os.stat` and its kin: not what is in it. Nothing here keeps out what uses a fault
of the kernel, or, where the kernel's walls are missing, what gets around Python's report; a report
of the marks says which walls were missing.
"""

from .names import WALLS

__all__ = ["WALLS"]
