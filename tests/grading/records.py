"""Records of batches, made by hand, and texts that try to be more than texts."""

from cnn_course.exercises.catalogue import find, version
from cnn_course.grading.record import SCHEMA

HOSTILE = (
    '=HYPERLINK("http://x";"y")\x1b[2J\x1b]0;title\x07]]><script>alert(1)</script><img src=x onerror=alert(1)>'
    "\n# no heading\n```\n~~~~\n[link](javascript:alert) **bold** `code` $x$ | a | \u202eright to left\x00\ud800\ufffe"
    " & &lt; \"double\" 'single' \\ \r-1+1"
)


def entry(name="convolve", status="passed", points=None, **changes):
    """The entry of an answer whose first checks pass, as many as the points allow; of a failed one the rest fail."""
    exercise = find(name)
    checks = [(check.name, check.points) for check in getattr(exercise, "checks", ())]
    if exercise.kind == "Predict" and status in ("passed", "failed"):
        checks = [("the answer", 1)]
    left = exercise.points if points is None and status == "passed" else points or 0
    made = []
    for check, possible in checks:
        got = possible if possible <= left else 0
        carried_out = status in ("passed", "failed")
        passed = (got == possible and (possible > 0 or status == "passed")) if carried_out else None
        made.append({"name": check, "points": got if carried_out else None, "possible": possible, "passed": passed})
        left -= got if carried_out else 0
    return {
        "exercise": name,
        "version": version(name),
        "status": status,
        "points": sum(check["points"] or 0 for check in made),
        "possible": exercise.points,
        "checks": made,
        "verdict": "values" if status == "failed" else None,
        "reason": "3, expected 1\nin full" if status == "failed" else None,
        "mistake": None,
        "hint": None,
    } | changes


def batch(files, errors=(), complete=True):
    """A record of files: a dictionary from their names to lists of entries; `errors` are the unreadable ones."""
    errors = dict(errors)
    made = [{"file": name, "error": errors.get(name), "exercises": entries} for name, entries in files.items()]
    return {"schema": SCHEMA, "seed": 7, "complete": complete, "files": made}


def hostile():
    """A record in which names of files, reasons, hints and comments are hostile."""
    name = HOSTILE.replace("/", "_")
    return batch(
        {
            f"{name}.ipynb": [
                entry("convolve", "failed", 3, reason=HOSTILE, hint=HOSTILE, mistake=HOSTILE),
                entry("dark_frame", "marked", comment=HOSTILE, reason=HOSTILE) | {"points": 2, "possible": 4},
            ],
            "ada.ipynb": [],
        },
        errors={"ada.ipynb": HOSTILE},
    )
