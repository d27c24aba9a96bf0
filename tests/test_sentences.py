"""Every sentence that the verdict says about the table of sample mail, and how often: compared with a reviewed file.

`AUDITOR_UPDATE_GOLDEN=1 pytest tests/test_sentences.py -m thorough` writes it anew; read the difference.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contexts import judged
from tests.mail import Profile, Sample
from tests.mail.forged import forged
from tests.mail.genuine import genuine, honest_but_unprovable
from tests.mail.sentences import sentences

pytestmark = pytest.mark.thorough

GOLDEN = Path(__file__).parent / "mail" / "sentences.txt"
PROFILES = (Profile.NONE, Profile.PINNED, Profile.MICROSOFT, Profile.GOOGLE)


def told_of() -> Iterator[Sample]:
    for profile in PROFILES:
        yield from (*genuine(profile), *honest_but_unprovable(profile), *forged(profile))


def test_the_verdict_says_what_was_reviewed() -> None:
    counts = Counter(sentence for sample in told_of() for sentence in sentences(judged(sample).verdict))
    said = "".join(f"{count:5,}  {sentence}\n" for sentence, count in sorted(counts.items()))

    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
