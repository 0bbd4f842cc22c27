"""The engine behind `layouts.formula`: trees, their readers, shapes, values and printers."""

__all__: list[str] = []
