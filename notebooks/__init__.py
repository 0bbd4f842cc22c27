"""The course, and what builds it: `python -m notebooks`.

source/*.md     one text for each notebook, with its solutions: what is edited
*.ipynb         the student version of each, executed: what is read
sources         from text to notebook, with solutions or without
running         execution, and what is left of a notebook that depends on the machine: nothing
faults          what the build refuses
exports         the same notebooks for nbgrader and for otter-grader
"""
