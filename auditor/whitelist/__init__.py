"""The whitelist: whose mail is wanted, what each filter would hold, and what stands in one against it (CHECKS).

Every rule that is written demands proof of who sent a message; where a filter cannot, nothing is written.
"""

from auditor.whitelist.check import CHECKS, Check, Facts, Judged, judge
from auditor.whitelist.targets import TARGETS
from auditor.whitelist.values import Entry, Means, Plan, Present, Target, Wanted
from auditor.whitelist.wanted import unwanted, wanted

__all__ = [
    "CHECKS",
    "TARGETS",
    "Check",
    "Entry",
    "Facts",
    "Judged",
    "Means",
    "Plan",
    "Present",
    "Target",
    "Wanted",
    "judge",
    "unwanted",
    "wanted",
]
