"""What the validation of one value found -> the sentence that a seller reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.config_values import did_you_mean

FOUR_WAYS = 'use password_env = "NAME", password_command = ["pass", "shop"], password_file = "FILE" or keyring = true'
_PASSWORDS = frozenset({"password", "passwd", "pass", "secret"})
_SENTENCES = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "path_type": "must be text in quotes",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "finite_number": "must be a number",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": 'must be a list, such as ["..."]',
    "too_short": "is an empty list",
    "model_type": "must be a table",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}


def sentence(detail: Mapping[str, Any], key: str, known: Iterable[str]) -> str:
    """What is wrong with `key`; `known` are the keys that its table may have. Values are not repeated."""
    if detail["type"] == "extra_forbidden":
        if key in _PASSWORDS:
            return "unknown key; a password is never written in the file"
        return f"unknown key{did_you_mean(key, known)}"
    known_as = _SENTENCES.get(detail["type"])
    return known_as.format(**detail.get("ctx", {})) if known_as else str(detail["msg"])


def hint(detail: Mapping[str, Any], key: str) -> str:
    """What to write instead, where that is not plain from the sentence."""
    return FOUR_WAYS if detail["type"] == "extra_forbidden" and key in _PASSWORDS else ""
