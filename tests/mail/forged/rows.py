"""The table of attacks: the number of a row in; what the attacker does, whom it fools and what must catch it, out.

Rows 1 to 67 are the recorded matrix, "seen" meaning in the public collection phishing_pot; rows from 68 on were
found while the table was built. Every builder of this folder names its row, and every row has a builder or names
the test that plays it.
"""

from .row import Row
from .rows_added import ADDED
from .rows_recorded import RECORDED

ROWS: dict[int, Row] = RECORDED | ADDED
