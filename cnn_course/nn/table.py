"""Tables of the layers of a network, for a terminal and for a notebook; the last line holds the totals."""

from html import escape


class Table:
    """Shows itself by its `head` and its `cells`; the first three columns hold words, the others numbers."""

    head: tuple[str, ...]

    def cells(self) -> list[tuple[str, ...]]:
        """The table in words, without its head: a row for each layer, and the totals."""
        raise NotImplementedError

    def __repr__(self) -> str:
        lines = [self.head, *self.cells()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = "<<<" + ">" * (len(widths) - 3)
        padded = "  ".join(f"{{:{side}{width}}}" for side, width in zip(sides, widths, strict=True))
        return "\n".join(padded.format(*line).rstrip() for line in lines)

    def _repr_html_(self):
        """The table for notebooks; it has no colours of its own, and takes those of the page, light or dark."""
        *body, total = (_html("td", line) for line in self.cells())
        head = _html("th", self.head)
        return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody><tfoot>{total}</tfoot></table>"


def _html(tag, line):
    sides = ["left"] * 3 + ["right"] * (len(line) - 3)
    cells = (f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>' for cell, side in zip(line, sides, strict=True))
    return f"<tr>{''.join(cells)}</tr>"
