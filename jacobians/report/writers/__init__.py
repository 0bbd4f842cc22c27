"""What a report is written as: one small writer for each format."""

from .html_page import write as as_html
from .html_page import write_page as as_page
from .latex import write as as_latex
from .markdown import write as as_markdown
from .text import write as as_text

__all__ = ["as_html", "as_latex", "as_markdown", "as_page", "as_text"]
