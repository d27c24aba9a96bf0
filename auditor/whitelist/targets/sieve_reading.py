"""Any Sieve script -> its rules that touch senders: what they admit, throw away or answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.whitelist.targets.sieve_grammar import Command, UnreadableScript, commands
from auditor.whitelist.values import Effect, Entry, Present, Proof

_SENDERS = frozenset({"from", "sender", "reply-to", "return-path"})
_THROWN = frozenset({"discard", "reject", "ereject"})
# As mail programs name them: what a rule files there is out of sight.
_BINS = frozenset(
    {
        *("trash", "bin", "deleted", "deleted items", "deleted messages"),
        *("papierkorb", "corbeille", "papelera", "cestino", "prullenbak", "lixeira", "kosz"),
    }
)
_JUNK = frozenset({"junk", "spam", "bulk", "junk mail", "junk e-mail", "junk email"})


def read_script(text: str) -> Present:
    """The entries that are not ours; of a script that cannot be read nothing is known."""
    try:
        found = commands(text)
    except UnreadableScript as error:
        return Present(unread=(f"the script could not be read: {error}",))
    return Present(tuple(_of_block(found, _EVERYTHING)), tuple(_unread(found)))


@dataclass(frozen=True, slots=True)
class _Condition:
    """Which senders come into a block. `others`: they are named by something else, such as a subject."""

    globs: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    proof: Proof = Proof.NONE
    others: bool = False
    spam: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        return self.globs or ("*",)


_EVERYTHING = _Condition()


def _of_block(found: Sequence[Command], condition: _Condition) -> Iterator[Entry]:
    before: _Condition = condition
    ends = any(each.name == "stop" for each in found)
    for command in found:
        if command.name in ("if", "elsif") and command.tests:
            before = _condition(command.tests[0])
            yield from _of_block(command.block, _both(condition, before))
        elif command.name == "else":
            turned = replace(before, globs=(), but_not=before.globs, proof=Proof.NONE)
            yield from _of_block(command.block, _both(condition, turned))
        elif effect := _effect(command, ends=ends, by_sender=bool(condition.globs)):
            yield from _entries(effect, condition, command)


def _entries(effect: Effect, condition: _Condition, command: Command) -> Iterator[Entry]:
    """A rule about subjects alone admits and throws away nobody by name; an answer goes to whoever writes."""
    if effect is not Effect.REPLY and condition.others and not condition.globs and not condition.spam:
        return
    for pattern in condition.patterns:
        text = f"line {command.line}: {command.name}"
        yield Entry(pattern, condition.proof, (), condition.but_not, effect, is_ours=False, text=text)


def _effect(command: Command, *, ends: bool, by_sender: bool) -> Effect | None:
    """What is marked as spam belongs into the spam folder; a sender does not. `ends`: the block says stop."""
    folders = [_leaf(each[-1]) for each in command.lists[-1:]] if command.name == "fileinto" else []
    bins = _BINS | _JUNK if by_sender else _BINS
    if command.name in _THROWN or (folders and folders[0] in bins):
        return Effect.DISCARD
    if command.name == "vacation":
        return Effect.REPLY
    is_kept = command.name == "keep" or (folders and folders[0] == "inbox")
    return Effect.ADMIT if is_kept and ends else None


def _leaf(folder: str) -> str:
    return folder.replace(".", "/").rpartition("/")[2].lower()


def _condition(test: Command) -> _Condition:
    if test.name == "not" and test.tests:
        inner = _condition(test.tests[0])
        return _Condition(but_not=inner.globs, others=inner.others)
    if test.name == "allof":
        found = _EVERYTHING
        for each in test.tests:
            found = _both(found, _condition(each))
        return found
    if test.name == "anyof":
        return _any([_condition(each) for each in test.tests])
    return _of_test(test)


def _both(one: _Condition, other: _Condition) -> _Condition:
    proof = one.proof if one.proof is not Proof.NONE else other.proof
    return _Condition(
        other.globs or one.globs,
        (*one.but_not, *other.but_not),
        proof,
        one.others or other.others,
        one.spam or other.spam,
    )


def _any(those: Sequence[_Condition]) -> _Condition:
    proofs = {each.proof for each in those}
    return _Condition(
        tuple(glob for each in those for glob in each.globs),
        proof=proofs.pop() if len(proofs) == 1 else Proof.NONE,
        others=any(each.others for each in those),
        spam=any(each.spam for each in those),
    )


def _of_test(test: Command) -> _Condition:
    if test.name == "true":
        return _EVERYTHING
    if test.name not in ("address", "header", "envelope") or len(test.lists) < 2:
        return _Condition(others=True, spam=test.name in ("spamtest", "spamtestplus"))
    names, values = {each.lower() for each in test.lists[-2]}, test.lists[-1]
    if names & _SENDERS:
        return _Condition(tuple(_glob(value.lower(), test) for value in values))
    if "authentication-results" in names and "index" in test.tags:
        proves = any("dmarc=pass" in value for value in values)
        return _Condition(proof=Proof.STAMP if proves else Proof.NONE)
    return _Condition(others=True, spam=any("spam" in name for name in names))


def _glob(value: str, test: Command) -> str:
    if "regex" in test.tags:
        return "*"
    if "contains" in test.tags:
        value = f"*{value}*"
    if "domain" in test.tags:
        return f"*@{value}"
    return f"{value}@*" if "localpart" in test.tags else value


def _unread(found: Sequence[Command]) -> Iterator[str]:
    for command in found:
        if command.name == "include" and command.lists:
            yield f"line {command.line}: the script `{command.lists[-1][-1]}`, which it includes"
        yield from _unread(command.block)
