"""Shouting, blame, insults, slang: what no customer should read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.replies.wording.values import Remark, Reply

_WORD = re.compile(r"[A-Za-z][A-Za-z']{0,30}")
_QUOTED = re.compile(r"\"[^\"]{1,200}\"|\u201c[^\u201d]{1,200}\u201d|'[^']{3,200}'")
_SHOUTED_WORDS = frozenset(
    {
        *("THE", "YOU", "YOUR", "NOT", "NO", "NEVER", "WE", "ARE", "IS", "WAS", "WILL", "PLEASE", "READ"),
        *("DID", "DO", "DON'T", "STOP", "ALREADY", "TOLD", "SAID", "MUST", "HAVE", "AND", "THIS", "THAT", "IT"),
        *("FOR", "NOW", "WAIT", "BEFORE", "AGAIN", "WHY", "HOW"),
    }
)
_BLAME = re.compile(
    r"\b(?:your (?:own )?(?:fault|mistake|problem|carelessness)|you should(?:'ve| have) (?:read|checked|known"
    r"|looked|asked|thought|measured|been|paid)"
    r"|you (?:clearly|obviously) (?:did(?:n't| not)|don't|do not|have(?:n't| not)|failed|broke|can't|cannot"
    r"|dropped)|if you (?:had|would have) (?:bothered|read|looked|paid|actually)"
    r"|not (?:my|our) (?:problem|fault)|(?:can't|cannot|don't|do not) you read|learn to read|learn some manners"
    r"|can't be bothered|cannot be bothered|read the (?:listing"
    r"|description|page) (?:next time|before|first|properly|again)"
    r"|as (?:i|we) (?:already|have already) (?:told|said|explained)|(?:i|we) already (?:told|explained to) you"
    r"|how many times|next time,? (?:read|look|check|measure)|you people|you (?:must|probably) (?:have )?(?:broke"
    r"|dropped|damaged)"
    r"|like everyone else|everyone else (?:can|manages|managed|understands)|stop (?:writing|bothering|complaining"
    r"|messaging|whining)|waste (?:of )?(?:my|our) time|wasting (?:my|our) time)\b",
    re.IGNORECASE,
)
_INSULT = re.compile(
    r"\b(?:stupid|idiot|moron|dumb|liar|lying|scammer|crazy|ridiculous|pathetic|nonsense|shut up|get lost|go away"
    r"|damn|hell no|crap|bullshit|wtf|ffs|screw you|nobody cares|don't care|do not care|calm down|relax"
    r"|chill)\b",
    re.IGNORECASE,
)
_SLANG = re.compile(
    r"\b(?:u r|ur|plz|pls|gonna|wanna|gotta|lol|lmao|omg|idk|imho|btw dude|dude|bro|bruh|yo|yeah nah|nah|nope"
    r"|yep no|kinda|sorta|cuz|coz|b4|gr8|asap lol|ain't|dunno|wassup|sup|ya|y'all|my bad|no worries lol|k)\b",
    re.IGNORECASE,
)
_LONE_U = re.compile(r"(?:^|\s)(?:u|r|2)\s(?:can|will|have|are|get|need|want|should|late|u)\b", re.IGNORECASE)
_EXCLAIMS = re.compile(r"[!?]{3,}")
_MISSPELT = re.compile(
    r"\b(?:pleas|patiens|chek|wharehouse|imediat\w{1,4}|avalable|avalible|availible|sended|buyed|recieve[ds]?"
    r"|definately|seperate(?:ly)?|adress|shiping|shiped|tommorow|tomorow|tomorrrow|wich|becuase|teh|thier|untill"
    r"|occured|refunf|replacment|replacemnt|packege|delievered|delivry|custumer|sory|appologi[sz]e|apoligi[sz]e"
    r"|orderd|wieght|garantee|gaurantee|loose your|alot|wont|cant|dont|didnt|isnt|doesnt|havent|im|ive|youre)\b",
    re.IGNORECASE,
)
_MANY_MISSPELT = 3
_CURT = re.compile(
    r"^(?:no|yes|read|check|see|look|ok|done|wait|whatever|fine|so|again|then|not possible|impossible|already sent"
    r"|it is what it is)\b[^,]{0,60}[.!]?$",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"\b(?:hi|hello|dear|good (?:morning|afternoon|evening|day)|thank|thanks|please|sorry|regards|best|sincerely"
    r"|cheers|kind|happy|glad|welcome)\b",
    re.IGNORECASE,
)
_ADVICE = "Say it calmly and in full sentences; explain instead of blaming."


def check_tone(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    asked = reply.inquiry or ""
    for sentence in found:
        if _is_rude(_QUOTED.sub(" ", sentence), asked):
            yield Remark("reply-unprofessional", sentence, _ADVICE)
    misspelt = _MISSPELT.findall(reply.body[:5_000])
    if len(misspelt) >= _MANY_MISSPELT:
        worst = max(found, key=lambda each: len(_MISSPELT.findall(each)), default="")
        yield Remark("reply-unprofessional", worst, f"Have the spelling checked: {', '.join(misspelt[:3])}.")
    elif found and len(reply.body) < 120 and not _POLITE.search(reply.body) and _CURT.match(found[0]):
        yield Remark(
            "reply-unprofessional", found[0], "Greet the customer, answer in a full sentence, and close kindly."
        )


def _is_rude(sentence: str, asked: str) -> bool:
    if _BLAME.search(sentence) or _INSULT.search(sentence) or _SLANG.search(sentence) or _LONE_U.search(sentence):
        return True
    return _shouts(sentence, asked) or bool(_EXCLAIMS.search(sentence))


def _shouts(sentence: str, asked: str) -> bool:
    """Several common words in capitals; names of products and what the customer wrote in capitals are none."""
    words = [each for each in _WORD.findall(sentence) if each not in asked]
    loud = [each for each in words if each.isupper() and each in _SHOUTED_WORDS]
    return len(loud) >= 2
