"""Places and numbers that programs make links of, beyond the plain ones: rows 88 and 89."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import signed
from ..delivery import deliver, passed
from .bait import CUSTOMER, HTML, RELAY_PASSES, forge, genuine_customer
from .strangers import SALE

# (name, words in the buyer's note, as Etsy's notice of a sale quotes them).
NOTED = (
    ("domain-with-cyrillic-letter", "Verify at \u0435tsy-verify.com now"),
    ("domain-with-ideographic-stop", "Verify at etsy-verify\u3002com now"),
    ("domain-in-full-width", "Verify at \uff45\uff54\uff53\uff59-verify.com now"),
    ("domain-in-punycode", "Verify at xn--tsy-verify-9fg.com now"),
    ("domain-of-new-kind", "Verify at etsy-verify.support now"),
    ("domain-of-country", "Verify at etsy-verify.de now"),
    ("domain-with-port", "Verify at etsy-verify.com:8443 now"),
    ("domain-behind-slashes", "Verify at //etsy-verify.com now"),
    ("domain-behind-zero-width", "Verify at \u200betsy-verify.com now"),
    ("domain-with-soft-hyphen", "Verify at etsy-ver\u00adify.com now"),
    ("domain-in-quotes", 'Verify at "etsy-verify.com" now'),
    ("domain-glued-to-words", "Verify:etsy-verify.com,now"),
    ("number-address", "Verify at http://192.0.2.1/login now"),
    ("number-address-in-one", "Verify at http://3221225985/ now"),
    ("number-address-of-six", "Verify at http://[2001:db8::1]/ now"),
    ("scheme-of-program", "Open whatsapp://send?phone=14155552671 now"),
    ("scheme-in-upper-case", "Open HTTPS://ETSY-VERIFY.COM now"),
    ("tel-scheme", "Open tel:+14155552671 now"),
    ("digits-arabic", "call \u0664\u0661\u0665 \u0665\u0665\u0665 \u0662\u0666\u0667\u0661 now"),
    ("digits-devanagari", "call \u096a\u0967\u096b \u096b\u096b\u096b \u0968\u096c\u096d\u0967 now"),
    ("digits-circled", "call \u2463\u2460\u2464 \u2464\u2464\u2464 \u2461\u2465\u2466\u2460 now"),
    ("digits-of-keycaps", "call " + "".join(f"{digit}\ufe0f\u20e3" for digit in "4155552671") + " now"),
    ("digits-superscript", "call \u2074\u00b9\u2075 \u2075\u2075\u2075 \u00b2\u2076\u2077\u00b9 now"),
    (
        "digits-segmented",
        "call \U0001fbf4\U0001fbf1\U0001fbf5 \U0001fbf5\U0001fbf5\U0001fbf5 \U0001fbf2\U0001fbf6\U0001fbf7\U0001fbf1",
    ),
    ("letters-for-digits", "call +1 4I5 555 267I now, or 415 555 2671"),
)

# (name, host): a Walmart customer's link to what resembles a marketplace's domain, of whichever.
ALIKE = (
    ("digit-for-letter", "wa1mart.com"),
    ("two-letters-for-one", "vvalmart.com"),
    ("word-behind", "walmart-support.help"),
    ("word-in-front", "seller-walmart.com"),
    ("other-marketplace", "sellercentral-amazon.com"),
    ("other-marketplace-digit", "amaz0n-seller.com"),
    ("cyrillic-letter", "w\u0430lmart.com"),
    ("full-width", "\uff57almart.support"),
    ("missing-letter", "walmrt.com"),
    ("swapped-letters", "walmrat.com"),
    ("brand-under-free-host", "walmart.github.io"),
    ("brand-under-other-suffix", "walmart.com.co"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """All truly signed; the words are a stranger's."""
    for name, words in NOTED:
        raw = deliver(signed(replace(SALE, body=f"Note: {words}\n"), "etsy.com"), profile, passed("etsy.com"))
        why = "a stranger's words in a truly signed notice invite to a place or a number of the stranger's"
        yield forge(profile, f"note-{name}", raw, by="clean", why=why, row=89, only=True)
    for name, host in ALIKE:
        page = f'<html><p>Please <a href="https://{host}/case">answer here</a></p></html>\n'
        raw = genuine_customer(replace(CUSTOMER, body=page, content_type=HTML))
        raw = deliver(raw, profile, RELAY_PASSES)
        why = "a customer's message that leads to a look-alike of a marketplace"
        yield forge(profile, f"link-alike-{name}", raw, by="clean", why=why, row=88, only=True)
