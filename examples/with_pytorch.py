"""Run one of these batch files under real PyTorch, to compare: python examples/with_pytorch.py examples/iris_softmax.py

It gives the file the three functions that tcalc adds to PyTorch's names: `load` reads a CSV as tcalc does, `graph` and `save` do nothing.
"""

import csv
import runpy
import sys
from pathlib import Path

import torch


def loader(folder: Path):
    def load(path, column=None):
        file = Path(path) if Path(path).exists() else folder / path
        with open(file, newline="", encoding="utf-8") as stream:
            header, *rows = list(csv.reader(stream))
        columns = dict(zip(header, zip(*rows)))
        if column is None:
            return torch.tensor([[float(cell) for cell in cells] for cells in columns.values() if is_number(cells[0])]).T.contiguous()
        if is_number(columns[column][0]):
            return torch.tensor([float(cell) for cell in columns[column]])
        classes = sorted(set(columns[column]))
        return torch.tensor([classes.index(cell) for cell in columns[column]])

    return load


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    program = Path(sys.argv[1]).resolve()
    names = {"load": loader(program.parent), "graph": lambda value: value, "save": lambda value, path: None}
    runpy.run_path(str(program), init_globals=names, run_name="__main__")
