"""Prose in a page: what users wrote shows as they wrote it, in HTML, Markdown and notebooks."""

from __future__ import annotations

import html

__all__ = ["html_text", "markdown_text"]

IN_HTML = str.maketrans({sign: f"<span>&#{ord(sign)};</span>" for sign in "$\\"})
"""A tag of its own keeps a notebook from seeing mathematics that nobody wrote."""
IN_MARKDOWN = IN_HTML | str.maketrans(
    {sign: f"\\{sign}" for sign in "`*_"} | {sign: f"&#{ord(sign)};" for sign in "[]<>&"}
)


def html_text(text: str) -> str:
    """Text of a page: neither tags nor mathematics are seen in it.

    >>> html_text("<b> $5")
    '&lt;b&gt; <span>&#36;</span>5'
    """
    return html.escape(text).translate(IN_HTML)


def markdown_text(text: str) -> str:
    r"""Text of Markdown, in which nothing is taken up, be it by Markdown, HTML or mathematics.

    >>> print(markdown_text("a_b <i> [$x]"))
    a\_b &#60;i&#62; &#91;<span>&#36;</span>x&#93;
    """
    return text.translate(IN_MARKDOWN)
