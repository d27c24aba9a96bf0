"""All the hostile servers, by name."""

from __future__ import annotations

from itertools import chain

from tests.hostile import reading, speaking, writing
from tests.hostile.row import Hostile

SERVERS: dict[str, Hostile] = {
    each.name: each
    for each in chain(
        speaking.greetings(),
        speaking.sign_ins(),
        speaking.lists(),
        reading.states(),
        reading.sweeps(),
        reading.wholes(),
        writing.moves(),
        writing.around(),
        writing.farewells(),
    )
}
