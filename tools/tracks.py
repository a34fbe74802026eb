"""Two ways through the course, and the time that they take: tables for the page *Two tracks*, times for the front page.

    python tools/tracks.py [book]

What is read and done, and when, is chosen here. Reading times come from the chapters, minutes and titles from the
catalogue of exercises. A week of the term reads everything in depth, a day of the weekend the core.
"""

import re
import sys
from pathlib import Path

import nbformat
from reading import TIMES

from cnn_course.exercises import find, names

WEEKEND = {
    "Saturday": (
        "1-3 1-4 3-1 3-2",
        "single_one convolve count_weights convolution_matrix kernel_directions conv2d sizes_through conv_output_size",
    ),
    "Sunday": (
        "3-3 4-2 4-3 5-1",
        "layer_numbers max_pool2d softmax cross_entropy training_numbers sgd_step wider_lenet nearest_code",
    ),
}
TERM = {
    "1": ("1-1", "same_everywhere box_on_box trapezoid_operator convolve_staircases why_reflect one_sided"),
    "2": ("1-2", "which_way free_weights learn_kernel moved_digit channels"),
    "3": (
        "1-3 1-4",
        "single_one convolve correlate autocorrelation convolution_matrix same_adjoint sparse_is_not_enough",
    ),
    "4": (
        "1-5 2-1",
        "wrapped_values smooth_by_fft negative_probability product_of_signals norms_of_ones gain_after "
        "units_of_a_radius",
    ),
    "5": ("2-2 3-1", "gains_of_a_chain pgd_step five_claims kernel_directions conv2d equivariant_dense"),
    "6": (
        "3-2 3-3",
        "sizes_through conv_output_size outputs_that_see layer_numbers max_pool2d turned_leaves commutes_with_mean",
    ),
    "7": ("3-4 3-5", "sizes_back conv_transpose1d striped_gradient bytes_of_columns unfold fold seen_pixels"),
    "8": (
        "4-1 4-2",
        "gradients_by_hand conv2d_backward kept_for_backward relu_backward softmax cross_entropy_backward "
        "shuffled_channels",
    ),
    "9": ("4-3", "training_numbers sgd_step batch_norm two_classifiers silent_runs decaying_rate"),
    "10": ("5-1 5-2", "wider_lenet count_connections claims_about_lenet finer_stride ungroup"),
    "11": ("5-3 5-4", "small_vgg_numbers compose_kernels starved_kernels module_numbers one_kernel low_rank_layer"),
    "12": ("5-5", "numbers_of_blocks residual_backward two_deep_failures silent_branches"),
}
CORE, DEPTH = 0, 1
TRACKS = {"weekend": ("day", "read the core", WEEKEND, CORE), "term": ("week", "read", TERM, DEPTH)}
TABLE = "(<!-- {} -->\n).*?(<!-- end -->)"
EFFORT = re.compile(r"(?<=^\[)\d+ (?:chapters|exercises) .*(?=\]\{\.effort\})", re.MULTILINE)


def chapters(book):
    """A dict of all chapters, such as "1-3": the name of the page, and both reading times in minutes."""
    found = {}
    for path in sorted(book.glob("[1-9]-*.ipynb")):
        line = TIMES.search(nbformat.read(path, as_version=4).cells[0].source)[0]
        found["-".join(path.stem.split("-")[:2])] = (path.stem, [int(number) for number in re.findall(r"\d+", line)])
    return found


def table(track, book):
    """The table of a track: what is read and done, with minutes, and the hours that it takes."""
    when, reading, plan, depth = TRACKS[track]
    pages = chapters(book)
    rows = [f"| {when} | {reading} | exercises | hours |", "|---|---|---|---:|"]
    for name, (read, done) in plan.items():
        read, done = [pages[chapter] for chapter in read.split()], [find(exercise) for exercise in done.split()]
        links = [f"{{doc}}`{'-'.join(page.split('-')[:2])} <{page}>` {times[depth]}" for page, times in read]
        tasks = [f"{{ref}}`{e.title} <ex-{e.name.replace('_', '-')}>` {e.minutes}" for e in done]
        minutes = sum(times[depth] for _, times in read) + sum(exercise.minutes for exercise in done)
        rows.append(f"| {name} | {', '.join(links)} | {', '.join(tasks)} | {minutes / 60:.1f} |")
    return "\n".join(rows) + "\n"


def efforts(book):
    """What stands below each part on the front page, and below the exercises."""
    parts = {}
    for chapter, (_, times) in chapters(book).items():
        parts.setdefault(chapter[0], []).append(times[CORE])
    for times in parts.values():
        hours, minutes = divmod(sum(times), 60)
        yield f"{len(times)} chapters · core {hours} h {minutes} min"
    exercises = [find(name) for name in names()]
    yield f"{len(exercises)} exercises · {round(sum(exercise.minutes for exercise in exercises) / 60)} hours"


def outdated(book):
    """Yield path and text of each page that is not as it should be."""
    front, page = book / "index.md", book / "tracks.md"
    below = efforts(book)
    new = {front: EFFORT.sub(lambda found: next(below), front.read_text(encoding="utf-8"))}
    new[page] = page.read_text(encoding="utf-8")
    for track in TRACKS:
        middle = table(track, book)
        new[page] = re.sub(
            TABLE.format(track), lambda found, middle=middle: found[1] + middle + found[2], new[page], flags=re.DOTALL
        )
    yield from ((path, text) for path, text in new.items() if path.read_text(encoding="utf-8") != text)


def main(book):
    """Write what is not current."""
    for path, text in outdated(book):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "book"))
