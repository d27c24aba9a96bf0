"""Install, show, remove: the places and a job go in; what was done comes out in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from auditor.display import block, line
from auditor.errors import ConfigError
from auditor.runlog.file import LogFile
from auditor.schedule.job import JITTER, Job, Scheduler, next_run
from auditor.schedule.places import Place
from auditor.schedule.programs import ask

Places = Mapping[Scheduler, Place]
_UNDO = "to undo it: auditor schedule remove"


def install(chosen: Scheduler, job: Job, places: Places, *, now: datetime) -> Iterator[str]:
    """Put the job there and take it away everywhere else: it shall run once a night. Raises ConfigError."""
    place = places[chosen]
    if place.complete(job):
        yield f"it is installed already, as {place.title}; nothing was changed"
    else:
        place.wanted(job)  # raises before anything is done
        _try(job)
        LogFile(job.log_file).close()
        replaced = place.found()
        place.install(job)
        yield f"{'replaced what was' if replaced else 'installed'}: {place.title}"
    for other in _taken(places, besides=chosen)[0]:
        other.remove()
        yield f"taken away, so that it does not run twice: {other.title}"
    yield from ("", block(place.wanted(job)).rstrip("\n"), "")
    yield _next(place.next_run(now) or _expected(chosen, job, now))
    if remark := place.remark():
        yield f"note: {remark}"
    yield _UNDO


def installed(places: Places, *, now: datetime) -> Iterator[str]:
    """What is installed, and when it runs next; nothing where nothing is."""
    for place in _taken(places)[0]:
        yield f"installed: {place.title}"
        yield from ("", block(place.found()).rstrip("\n"), "")
        yield _next(place.next_run(now))
        yield _UNDO


def would_be(chosen: Scheduler, job: Job, places: Places, *, now: datetime) -> Iterator[str]:
    """What `install` would put there; of Windows the task alone. Raises ConfigError for what cannot be written."""
    text = block(places[chosen].wanted(job)).rstrip("\n")
    if chosen is Scheduler.WINDOWS:
        yield text
        return
    yield f"not installed; `auditor schedule install` would make this {places[chosen].title}:"
    yield from ("", text, "")
    yield f"it would run first: {_expected(chosen, job, now)}"


def remove(places: Places) -> Iterator[str]:
    """Take ours away wherever it is. Raises ConfigError where that fails, and where nobody can tell what is there."""
    taken, unknown = _taken(places)
    for place in taken:
        place.remove()
        yield f"taken away: {place.title}; what others put there is as it was"
    if not taken and unknown:
        raise unknown[0]
    if not taken:
        yield "nothing is installed; nothing was changed"


def _taken(places: Places, *, besides: Scheduler | None = None) -> tuple[list[Place], list[ConfigError]]:
    """Where something of ours is, and why some places cannot be looked into."""
    taken: list[Place] = []
    unknown: list[ConfigError] = []
    for scheduler, place in places.items():
        try:
            if scheduler is not besides and place.found():
                taken.append(place)
        except ConfigError as error:
            unknown.append(error)
    return taken, unknown


def _try(job: Job) -> None:
    """Raises ConfigError where the program would not start at night."""
    done = ask([*job.starting, "--version"])
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ConfigError(
            f"a scheduled `{line(str(job.python))} -m auditor` would not start: {line(said, 200)}",
            hint="install auditor for that Python: pip install .",
        )


def _expected(chosen: Scheduler, job: Job, now: datetime) -> str:
    later = f", or up to {int(JITTER.total_seconds() // 60)} minutes later" if chosen is Scheduler.SYSTEMD else ""
    return f"{next_run(now, job.at):%a %d %b %Y, %H:%M}{later}"


def _next(when: str) -> str:
    return f"runs next: {line(when, 80)}" if when else "runs next: that is not known"
