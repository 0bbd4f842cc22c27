"""A figure with a text for those who do not see it.

PNG      Description      SVG      Description      PDF      Subject

The text stands in the file's metadata, and as `alt` where a notebook shows the picture. No state of
pyplot is read or left behind, and the same picture is the same file.
"""

from __future__ import annotations

import base64
import html
import io
import os
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

__all__ = ["Picture"]

DOTS = 150
"""Per inch, where nobody says otherwise."""
INCH = 96
"""Pixels of a page for each inch, so that 9 points are 9 points there."""
METADATA = {"png": ("Description", "Software"), "svg": ("Description", "Date"),
            "pdf": ("Subject", "CreationDate")}  # fmt: skip
"""Where a format keeps the text, and what it would keep of the day and the machine."""


class Picture(Figure):
    """A figure of matplotlib's, with what it shows in words.

    Args:
        alt: what there is to see, in plain sentences.
        options: as `Figure` takes them.

    >>> picture = Picture("A bar of height 2.", figsize=(3.0, 2.0))
    >>> bars = picture.add_subplot().bar(["answer"], [2])
    >>> picture._repr_html_()[:69]
    '<img alt="A bar of height 2." width="288" src="data:image/png;base64,'
    """

    def __init__(self, alt: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.alt = alt

    def savefig(self, fname: Any, **options: Any) -> None:
        """Write the picture, with its text, as `Figure.savefig` does."""
        suffix = os.path.splitext(fname)[1][1:] if isinstance(fname, str | os.PathLike) else ""
        kind = str(options.get("format") or suffix or "png").lower()
        if kind in METADATA:
            described, dated = METADATA[kind]
            own = {described: self.alt, dated: None}
            options["metadata"] = own | (options.get("metadata") or {})
        with rc_context({"svg.hashsalt": "jacobians"}):
            super().savefig(fname, **{"dpi": DOTS} | options)

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._repr_png_()).decode()
        width = round(INCH * self.get_figwidth())
        alt = html.escape(self.alt)
        return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{data}">'
