"""The contact details on file, checked against reality: `ask` what DNS knows of them, then `judge` by CHECKS."""

from auditor.contacts.facts import Check, ContactFacts, Dns, Visit
from auditor.contacts.judging import CHECKS, Judged, judge, judge_all

__all__ = ["CHECKS", "Check", "ContactFacts", "Dns", "Judged", "Visit", "judge", "judge_all"]
