"""Where the cells of a form lie on a sheet: its grids stand below each other on common columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from xlsxwriter.utility import xl_rowcol_to_cell

from tasks.render.attachments.model import Attachment, Cell, Grid

_TITLE_ROWS = 2


@dataclass(frozen=True)
class Place:
    """The corners of a cell, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_merged(self) -> bool:
        """Whether it takes more than one cell of the sheet."""
        return (self.top, self.left) != (self.bottom, self.right)


@dataclass(frozen=True)
class Placed:
    """The places of all cells of a form."""

    edges: tuple[int, ...]
    """Where the columns of the sheet begin and end, in percent of the width."""
    tops: tuple[int, ...]
    """The first row of each grid; its title stands above."""
    end: int
    """The first row below the grids."""
    grids: tuple[tuple[tuple[Cell, Place], ...], ...]
    sources: tuple[Grid, ...]

    def cells_of(self, grid: Grid) -> tuple[tuple[Cell, Place], ...]:
        """The cells of one grid with their places."""
        return self.grids[next(at for at, one in enumerate(self.sources) if one is grid)]


def place_cells(attachment: Attachment) -> Placed:
    """Place all cells of a form."""
    edges = sorted({0, 100, *(edge for grid in attachment.grids for edge in accumulate(grid.widths))})
    at = {edge: number for number, edge in enumerate(edges)}
    row = _TITLE_ROWS + len(attachment.lead) + (1 if attachment.statement else 0)
    tops, grids = [], []
    for grid in attachment.grids:
        row += 1 if grid.title else 0
        tops.append(row)
        columns = [at[edge] for edge in accumulate(grid.widths, initial=0)]
        rows = (*grid.head, *grid.body)
        grids.append(
            tuple(
                (
                    cell,
                    Place(
                        row + top, columns[left], row + top + cell.rows - 1, columns[left + cell.columns] - 1
                    ),
                )
                for cell, top, left in walk(rows, len(grid.widths))
            )
        )
        row += len(rows)
    return Placed(tuple(edges), tuple(tops), row, tuple(grids), attachment.grids)


def walk(rows: Sequence[Sequence[Cell]], width: int) -> Iterator[tuple[Cell, int, int]]:
    """Yield each cell with the row and column of its upper left corner.

    Raises ValueError for a row that does not fill the width: figures would stand in wrong columns.
    """
    reaching = [0] * width  # rows that a cell above still takes, by column
    for top, row in enumerate(rows):
        left, cells = 0, iter(row)
        while left < width:
            if reaching[left]:
                reaching[left] -= 1
                left += 1
                continue
            cell = next(cells, None)
            right = left + cell.columns if cell else width + 1
            if cell is None or right > width or any(reaching[left:right]):
                raise ValueError(f"row {top} of a form does not fill its {width} columns")
            yield cell, top, left
            reaching[left:right] = [cell.rows - 1] * cell.columns
            left = right
        if next(cells, None):
            raise ValueError(f"row {top} of a form has more cells than {width} columns")


def addresses(
    placed: Iterable[tuple[Attachment, Placed]], sheet_name: Callable[[Attachment], str]
) -> dict[str, tuple[str, str]]:
    """Sheet and address of every cell that has a name.

    Raises ValueError for a name that two cells share.
    """
    found: dict[str, tuple[str, str]] = {}
    for attachment, places in placed:
        for cells in places.grids:
            for cell, place in cells:
                if not cell.name:
                    continue
                if cell.name in found:
                    raise ValueError(f"two cells are called {cell.name}")
                found[cell.name] = sheet_name(attachment), xl_rowcol_to_cell(place.top, place.left)
    return found
