"""DNS: names -> what is known of each. The rest of the program sees no DNS library, only these values."""

from auditor.resolver.answers import NOT_ASKED, Answer, Answers, Found
from auditor.resolver.resolver import Resolver

__all__ = ["NOT_ASKED", "Answer", "Answers", "Found", "Resolver"]
