"""Jobs whose paths hold what schedulers and shells take for their own."""

from __future__ import annotations

import random
import string
from datetime import time
from pathlib import Path

from hypothesis import strategies as st

from auditor.schedule.job import Job

AT = time(4, 17)
ODD = "%$\"'`;#&|<>*?[]{}()~!^,=:@ \u00a0\u00e9\u4e2d\U0001f4ec\u202e%h%%n"
PIECES = (
    "%",
    "%%",
    "%h",
    "$HOME",
    "${X}",
    "$(id)",
    "`id`",
    '"',
    "'",
    " ",
    "  ",
    ";",
    " ; ",
    "#",
    "-",
    "é",
    "中",
    "\\x41",
)


def job(
    *, python: str = "/usr/bin/python3", config: str = "/home/me/auditor.toml", log: str = "/home/me/log.jsonl"
) -> Job:
    return Job(Path(python), Path(config), Path(log), AT)


names = st.text(
    st.one_of(
        st.sampled_from(ODD), st.characters(exclude_categories=["Cc", "Cn", "Cs", "Zl", "Zp"], exclude_characters="/\\")
    ),
    min_size=1,
    max_size=30,
).filter(lambda name: name != ".")  # which pathlib leaves out
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


def odd_path(chance: random.Random, *, without: str = "") -> str:
    """One that holds several of the pieces that mean something to somebody."""
    some = [chance.choice((*PIECES, *string.ascii_letters)) for _ in range(chance.randint(1, 12))]
    return "/" + "".join(each for each in some if not set(each) & set(without)) + "x"
