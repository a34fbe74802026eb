"""A folder with the results of a class: a file for each submission, which is there as soon as it is graded.

`header.json` says how the class is graded, and lists the submissions; `files` has their entries of the record. What is
there when a run ends, in whatever way, need not be graded again. `record.load` reads such a folder.
"""

from cnn_course.exercises.catalogue import digest
from cnn_course.grading.record import ENTRIES, HEADER, SCHEMA, as_json, entry_path, load, load_entry, load_header, write

TERMS = ("schema", "seed", "key", "catalogue", "expect")  # where these differ, results do not belong together


def new_header(seed, key, expected, shard):
    """Header of the results of a class, without the names of the submissions.

    Parameters
    ----------
    seed : int or None
        For all students, or None where each has one of his own.
    key : str or None
        The `fingerprint` of the key of these.
    expected : list of str
        Names of exercises.
    shard : tuple of int
        Which one it is, and of how many.
    """
    which, number = shard
    header = {"schema": SCHEMA, "seed": seed, "key": key, "catalogue": digest(), "expect": list(expected)}
    return header | {"shards": [number, [which]], "files": []}


def begin(folder, header, submissions, seeds, regrade=False):
    """Make a folder ready for the results of submissions; return those that must be graded.

    Parameters
    ----------
    folder : Path
    header : dict
        As `new_header` makes it.
    submissions : dict
        Maps each `Submission` to the SHA-256 of its content, or None where it cannot be read.
    seeds : dict
        Maps each `Submission` to its seed.
    regrade : bool
        Whether to grade also those whose results are there.

    Raises
    ------
    ValueError
        If the folder has results of another seed or key, and they shall not be graded again.
    """
    if (folder / HEADER).exists() and not regrade:
        before = load_header(folder)
        for term in ("seed", "key"):
            if before[term] != header[term]:
                raise ValueError(
                    f"begin: {folder} has results of the {term} {before[term]}, not {header[term]}; "
                    "choose another folder, or grade again what is there"
                )
    (folder / ENTRIES).mkdir(parents=True, exist_ok=True)
    for unfinished in folder.glob("**/.*.tmp"):  # of a run that was killed
        unfinished.unlink()
    todo = []
    for submission, content in submissions.items():
        entry = load_entry(folder, submission.file)
        if regrade or not _current(entry, content, seeds[submission], header["expect"]):
            entry_path(folder, submission.file).unlink(missing_ok=True)
            todo.append(submission)
    files = [submission.file for submission in submissions]
    write(folder / HEADER, as_json(header | {"files": files}))
    return todo


def seed_in(folder):
    """The seed of the results in a folder, or None."""
    return load_header(folder)["seed"] if (folder / HEADER).exists() else None


def _current(entry, content, seed, expected):
    """Whether grading would give the same entry again."""
    if entry is None or content is None or (entry["content"], entry["seed"]) != (content, seed):
        return False
    names = {exercise["exercise"] for exercise in entry["exercises"]}
    missing = {exercise["exercise"] for exercise in entry["exercises"] if exercise["status"] == "missing"}
    failed = any(exercise["verdict"] == "grader" for exercise in entry["exercises"])
    return missing <= set(expected) <= names and not failed and entry["catalogue"] == digest(*sorted(names))


def enter(folder, submission, content, seed, isolation, found):
    """Keep what was found out about a submission.

    Parameters
    ----------
    folder : Path
    submission : Submission
    content : str
        SHA-256 of what was graded.
    seed : int
    isolation : str
        Name of the level on which its answers ran.
    found : dict or str
        An entry of the record, or why there is none; then the next run tries again.
    """
    entry = {"file": submission.file, "student": submission.student, "seed": seed, "content": content}
    entry["isolation"] = isolation
    if isinstance(found, str):
        entry |= {"catalogue": None, "error": found, "exercises": []}
    else:
        names = {exercise["exercise"] for exercise in found["exercises"]}
        entry |= {"catalogue": digest(*sorted(names))} | found
    write(entry_path(folder, submission.file), as_json(entry))
    return entry


def merge(folder, parts):
    """Join folders with results into a new one; return the record.

    Raises
    ------
    ValueError
        If they were not graded alike, or if two have different results of the same submission.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"merge: {folder} is there already")
    headers = {part: load_header(part) for part in parts}
    (first, header), *others = headers.items()
    number = header["shards"][0]
    for part, other in others:
        for term in TERMS:
            if other[term] != header[term]:
                raise ValueError(f"merge: {first} and {part} differ in {term}: {header[term]} and {other[term]}")
        if other["shards"][0] != number:
            raise ValueError(f"merge: {first} is one of {number} shards, and {part} one of {other['shards'][0]}")
    entries = {}
    for part in parts:
        for file in headers[part]["files"]:
            entry = load_entry(part, file)
            if entry and entries.setdefault(file, entry) != entry:
                raise ValueError(f"merge: {part} has other results of {file} than a folder before it")
    held = sorted({which for other in headers.values() for which in other["shards"][1]})
    files = sorted({file for other in headers.values() for file in other["files"]})
    shards = [1, [1]] if len(held) == number else [number, held]
    (folder / ENTRIES).mkdir(parents=True, exist_ok=True)
    for file, entry in entries.items():
        write(entry_path(folder, file), as_json(entry))
    write(folder / HEADER, as_json(header | {"shards": shards, "files": files}))
    return load(folder)
