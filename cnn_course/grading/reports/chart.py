"""What goes wrong most often, as a picture: a bar for each check that failed and each mistake that was made."""

from html import escape

from cnn_course.grading.reports.items import items

MOST = 20  # bars
WIDTH, ROW, EDGE = 760, 40, 12  # pixels
COLOURS = {"check": "#0072B2", "mistake": "#D55E00"}
STYLE = (
    "svg{color:#1c1c1c;background:#fff;font:14px sans-serif}text{fill:currentColor}"
    "@media(prefers-color-scheme:dark){svg{color:#e8e8e8;background:#121212}}"
)
WORDS = {"check": "fails", "mistake": "is the mistake"}


def as_chart(record):
    """The picture as SVG; its title tells the same in words."""
    rows = [row for row in items(record) if row["kind"] in COLOURS and row["count"]]
    rows = sorted(rows, key=lambda row: (-row["count"] / row["of"], -row["count"]))[:MOST]
    heading = "What goes wrong most often, in parts of the answers" if rows else "Nothing failed"
    bars = "".join(_bar(row, (i + 1) * ROW) for i, row in enumerate(rows))
    height = ROW * (len(rows) + 1)
    title = "; ".join([heading, *(f"{_label(row)}, {row['count']} of {row['of']}" for row in rows)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img">\n<title>{escape(title)}</title>\n<style>{STYLE}</style>\n'
        f'<text x="{EDGE}" y="{ROW // 2}" font-weight="bold">{heading}</text>\n{bars}</svg>\n'
    )


def _label(row):
    item = row["item"].replace("_", " ") if row["kind"] == "mistake" else row["item"]
    return f"{row['exercise']}: “{item}” {WORDS[row['kind']]}"


def _bar(row, top):
    share, room = row["count"] / row["of"], WIDTH - 2 * EDGE - 130
    length = max(2, share * room)
    return (
        f'<text x="{EDGE}" y="{top + 12}">{escape(_label(row))}</text>'
        f'<rect x="{EDGE}" y="{top + 17}" width="{length:.1f}" height="13" fill="{COLOURS[row["kind"]]}"/>'
        f'<text x="{EDGE + length + 6:.1f}" y="{top + 28}">{100 * share:.0f} % ({row["count"]} of {row["of"]})</text>\n'
    )
