"""A notebook executed, and freed of what depends on the machine and the hour."""

from copy import deepcopy

from nbclient import NotebookClient

from .sources import FOLDER

__all__ = ["executed"]

SECONDS = 60
"""So long one cell may take."""


def executed(notebook):
    """The notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    metadata = deepcopy(notebook.metadata)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(FOLDER.parent)}},
    )
    client.execute()
    notebook.metadata = metadata
    return notebook
