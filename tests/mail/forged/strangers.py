"""A stranger's words inside Etsy's truly signed notice of a sale, inviting to a place or a number: row 89."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import Letter, signed
from ..delivery import deliver, passed
from .bait import HTML, forge

SALE = Letter("transaction@etsy.com", "You made a sale on Etsy - Lamp", "You sold a lamp.\n")
FILLER = "<p>word word</p>" * 300

# (name, body): plain text.
WORDS = (
    ("bare-domain", "Verify at amazon-verify.com/login now\n"),
    ("bare-domain-alone", "Verify at amazon-verify.com now\n"),
    ("bare-domain-upper-case", "Verify at AMAZON-VERIFY.COM now\n"),
    ("bare-domain-in-thai", "Verify at \u0e17\u0e35\u0e48.com now\n"),
    ("bare-domain-in-khmer", "Verify at \u1781\u17d2\u1798\u17c2\u179a.com now\n"),
    ("bare-domain-in-vowelled-arabic", "Verify at \u0628\u064e\u0631\u064e.com now\n"),
    ("bare-domain-of-short-link", "Verify: bit.ly/3xYz\n"),
    ("chat-link-without-scheme", "WhatsApp: wa.me/14155552671\n"),
    ("mail-address", "Note: write to seller-support@evil.com\n"),
    ("number-plain", "Note: call +1 415 555 2671\n"),
    ("number-in-brackets", "Note: call (415) 555-2671\n"),
    ("number-in-one-run", "Note: call 4155552671\n"),
    ("number-with-dots", "Note: call 415.555.2671\n"),
    ("number-with-slashes", "Note: call 415/555/2671\n"),
    ("number-over-two-lines", "Note: call +1 415\n555 2671\n"),
    ("number-behind-ten-thousand-lines", "x\n" * 10_001 + "call +1 415 555 2671\n"),
    ("number-behind-column-2000", "word " * 400 + "call +1 415 555 2671\n"),
    ("number-british", "Note: call 020 7946 0018\n"),
    ("number-british-freephone", "Note: call 0800 098 8300\n"),
    ("number-german", "Note: rufen Sie 030 901820 an\n"),
    ("number-german-mobile", "Note: rufen Sie 0151 23456789 an\n"),
    ("number-french", "Note: appelez le 01 42 68 53 00\n"),
    ("number-with-00-for-plus", "Note: call 0044 20 7946 0018\n"),
    ("number-in-letters", "Note: call 1-800-ETSY-HELP\n"),
    ("number-in-letters-and-digits", "Note: call 1-800-ETSY-HELP (1-800-387-9435)\n"),
    ("number-with-middle-dots", "Note: call 415·555·2671\n"),
    ("number-with-bullets", "Note: call 415•555•2671\n"),
    ("number-with-long-dashes", "Note: call 415–555—2671\n"),
    ("number-with-underscores", "Note: call 415_555_2671\n"),
    ("number-with-zero-width-space", "Note: call +1 415\u200b555\u200b2671\n"),
    ("number-with-zero-width-joiner", "Note: call 415\u200d555\u200d2671\n"),
    (
        "number-with-zero-width-in-digits",
        "Note: call 4\u200b1\u200b5\u200b5\u200b5\u200b5\u200b2\u200b6\u200b7\u200b1\n",
    ),
    ("number-with-no-break-spaces", "Note: call 415\u00a0555\u00a02671\n"),
    ("number-spread", "Note: call 4 1 5 5 5 5 2 6 7 1\n"),
    ("number-full-width-digits", "Note: call ４１５ ５５５ ２６７１\n"),
    ("number-mathematical-digits", "Note: call 𝟒𝟏𝟓 𝟓𝟓𝟓 𝟐𝟔𝟕𝟏\n"),
    ("number-right-behind-order-word", "Note: about order 1 call 415 555 2671\n"),
    ("number-called-an-order", "Note: to cancel, call about your order 8009256278\n"),
    ("number-with-00-in-one-run", "Note: call 00442079460018\n"),
    ("number-with-stars", "Note: call 415*555*2671\n"),
    ("number-in-three-brackets", "Note: call (415)(555)(2671)\n"),
    ("number-in-letters-in-one-run", "Note: call 1800ETSYHELP\n"),
    ("number-posing-as-order", "Note: order number 415-555-2671\n"),
)

# (name, page).
PAGES = (
    ("bare-domain-in-page", "<html><body><p>Verify at amazon-verify.com/login now</p></body></html>\n"),
    ("number-behind-column-2000-of-page", f"<html><body>{FILLER}call +1 415 555 2671</body></html>\n"),
    ("number-split-by-break", "<p>call +1 415<br>555 2671</p>\n"),
    ("number-split-by-tags", "<p>call <b>+1</b><b>415</b><i>555</i><i>2671</i></p>\n"),
    ("number-split-inside-a-group", "<p>call 41<b>5</b> 5<i>5</i>5 267<u>1</u></p>\n"),
    ("number-in-cells", "<table><tr><td>415</td><td>555</td><td>2671</td></tr></table>\n"),
    ("number-in-references", "<p>call &#52;15&nbsp;555&nbsp;2671</p>\n"),
    ("number-split-by-comment", "<p>call 415<!-- x --> 555<!-- y --> 2671</p>\n"),
    ("number-split-by-soft-hyphens", "<p>call 415&shy; 555&shy; 2671</p>\n"),
    ("number-as-link", '<p><a href="tel:+14155552671">call</a></p>\n'),
)

# (name, Subject): the buyer chooses the name of what is sold, or his own.
SUBJECTS = (
    ("number-in-subject", "You made a sale on Etsy - call +1 415 555 2671"),
    ("number-in-encoded-subject", "=?utf-8?Q?You_made_a_sale_-_call_=2B1_415_555_2671?="),
    ("number-in-folded-subject", "You made a sale on Etsy - call +1 415\n 555 2671"),
    ("bare-domain-in-subject", "You made a sale - verify at amazon-verify.com"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Signed by Etsy, fresh, whole, meant for the seller; only the quoted words are not Etsy's."""
    for name, body in WORDS:
        yield _sale(profile, name, replace(SALE, body=body))
    for name, page in PAGES:
        yield _sale(profile, name, replace(SALE, body=page, content_type=HTML))
    for name, subject in SUBJECTS:
        yield _sale(profile, name, replace(SALE, subject=subject))


def _sale(profile: Profile, name: str, letter: Letter) -> Sample:
    raw = deliver(signed(letter, "etsy.com"), profile, passed("etsy.com"))
    why = "a stranger's words in a truly signed notice invite to a place or a number of the stranger's"
    return forge(profile, f"sale-quotes-{name}", raw, by="clean", why=why, row=89, only=True)
