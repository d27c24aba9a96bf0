"""Rows 1 to 67, as recorded. Where the seven checks decide otherwise than the row, they win, and it says so."""

from .row import CLEAN, FRESH, PROOF, SELLER, SENDER, STREAM, WHOLE, Row

ADDITIONS = "tests/marketplaces/test_additions.py"
FIRST_OF_MANY = "a reader that takes one address out of several takes the brand's; the receiver judged another"

RECORDED: dict[int, Row] = {
    1: Row(
        "display name `Walmart Marketplace`, own domain, dmarc=pass for it",
        "a brand word plus any pass; by the rule UNVERIFIED, not FORGED: the brand stands in the name alone",
        (STREAM,),
    ),
    2: Row("the brand's address as display name", "a search for the first address finds it", (STREAM,)),
    3: Row("an encoded word that decodes to name and address", "decoding before parsing", (STREAM,)),
    4: Row("`help@walmart.com <x@evil>`", f"parseaddr: {FIRST_OF_MANY}", (SENDER,)),
    5: Row("two angle addresses", FIRST_OF_MANY, (SENDER,)),
    6: Row("two addresses with a comma", FIRST_OF_MANY, (SENDER,)),
    7: Row("two From fields, in both orders", "one reader takes the first, the receiver judged the other", (SENDER,)),
    8: Row(
        "`From :`, `from`, a blank before the colon",
        "a reader that knows one spelling sees only the other From; what is no field by RFC 5322 is no sender",
        (SENDER, STREAM),
    ),
    9: Row("From folded so that the address begins on the next line", "a line-wise reader", (SENDER,)),
    10: Row("NUL or control byte in the address", "a reader stops at the byte", (SENDER,)),
    11: Row("source route", "the first domain in it is not the sender's", (SENDER,)),
    12: Row("quoted local part that is an address", "cut at the first @", (SENDER,)),
    13: Row("comments around or instead of the address", "the standard library swallows the wrong one", (SENDER,)),
    14: Row("trailing dot, empty label, no top domain", "stripped and then accepted", (SENDER,)),
    15: Row("group syntax, empty group", "a parser gives no address, or another", (SENDER,)),
    16: Row("mathematical or full-width letters in the domain", "IDNA and NFKC fold them to the brand", (SENDER,)),
    17: Row("ideographic full stop", "the same folding", (SENDER,)),
    18: Row("look-alike letters of another script, own DMARC pass", "equal to the eye", (SENDER, STREAM)),
    19: Row("mixed scripts or combining marks in the display name", "the brand word is missed", (STREAM,)),
    20: Row("zero-width letters and bidi overrides", "the report shows another address", (SENDER, STREAM)),
    21: Row("the brand's domain as a subdomain of another", "substring and startswith", (STREAM, PROOF)),
    22: Row("the brand's domain as a suffix without the dot", "endswith", (STREAM, PROOF)),
    23: Row("a look-alike name of one's own", "the brand is in the domain, or before the @", (STREAM,)),
    24: Row("the brand under another public suffix", "label equality, hand-made suffix rules", (STREAM,)),
    25: Row("a hijacked subdomain of the brand as sender", "every subdomain is trusted", (STREAM,)),
    26: Row("a forged stamp below the receiver's own", "any field, or the last", (PROOF,)),
    27: Row("a forged stamp where the receiver writes none", "the first field found", (PROOF,)),
    28: Row("a forged stamp without an id", "a lax parser accepts a missing id, at a host that writes one", (PROOF,)),
    29: Row("ids that resemble the trusted one", "prefix comparison; version and quotes must still parse", (PROOF,)),
    30: Row("an honest foreign stamp of an earlier hop", "the union of all results", (PROOF,)),
    31: Row("A-R-Original, X-…-Results, Received-SPF", "any field of that kind is read", (PROOF,)),
    32: Row(
        "an ARC chain of one's own",
        "arc=pass overrides the fail; a listed forwarder's gives a sentence, never a rescue",
        (PROOF,),
    ),
    33: Row("words injected into the values that the receiver repeats", "a search for dmarc=pass", (PROOF,)),
    34: Row("a stamp in RFC 2047 form, naming a folded domain", "a decoder finds the brand", (SENDER,)),
    35: Row("bestguesspass, compauth=pass", "`pass` in the text", (PROOF,)),
    36: Row("two results in one field, of which the stranger's passes", "any dkim=pass with any header.d", (PROOF,)),
    37: Row("spf=pass for the attacker's envelope", "SPF proves the envelope alone", (PROOF,)),
    38: Row("the signature of a shared platform", "`signed by amazonses` is everybody", (PROOF,)),
    39: Row("a lost mailing account or key of the brand", "full alignment", (STREAM, CLEAN)),
    40: Row(
        "a mailbox of the brand's staff", "domain equality; by the rule UNVERIFIED, for it is no stream", (STREAM,)
    ),
    41: Row(
        "a fraudulent buyer writes through the genuine relay, with a link",
        "it must be answered within the marketplace's time: GENUINE, with a warning that names the site",
        may_be_moved=True,
    ),
    42: Row("another seller's alias at the relay", "the relay's domain is taken for a customer", (STREAM,)),
    43: Row("a genuine notice, replayed to others or late", "everything passes", (SELLER, FRESH, PROOF)),
    44: Row("l= leaves room behind the signed text", "dkim=pass", (PROOF,)),
    45: Row("Reply-To added, or Subject changed, where nothing was signed", "dkim=pass", (WHOLE, PROOF)),
    46: Row("a second Subject, Date or To on top", "the client shows the first, DKIM reads the last", (WHOLE, PROOF)),
    47: Row("Content-Type changed, so that signed text is hidden", "the bytes are as signed", (WHOLE, PROOF)),
    48: Row(
        "Reply-To in another organization",
        "only From is looked at; under a brand's name alone UNVERIFIED by the rule, where the row says N",
        (WHOLE, STREAM, PROOF),
    ),
    49: Row("a list or alias changes the message", "genuine once; never called a fraud for it", (PROOF,)),
    50: Row("the seller's own alias forwards", "a reader that wants SPF refuses the honest", may_be_moved=True),
    51: Row("a genuine message attached or quoted by a stranger", "nested headers are read", (PROOF, STREAM)),
    52: Row("forged Received by the receiver's own name", "the position is counted from the wrong end", (PROOF,)),
    53: Row("a stamp in a part's header or behind the first empty line", "the whole text is read", (PROOF, SENDER)),
    54: Row("very many or very long fields", "time, memory, a parser that cuts", (SENDER, PROOF)),
    55: Row(
        "bare CR, mixed line ends, 8 bits, no empty line",
        "two readers split it differently",
        (SENDER, PROOF, WHOLE, STREAM),
    ),
    56: Row("From is the seller's own address", "one's own domain is on the safe list", (STREAM,)),
    57: Row(
        "the seller adds `*walmart*` or a whole provider as a sender of his own",
        "the product's own list lets everybody in; refused when the configuration is read",
        tests=(
            f"{ADDITIONS}::test_a_pattern_for_strangers_is_refused",
            f"{ADDITIONS}::test_a_shipped_marketplace_is_not_widened",
        ),
    ),
    58: Row("temperror, permerror", "taken for a pass", (PROOF,)),
    59: Row("dmarc=pass by SPF alone", "an open include lets anybody pass", (PROOF,)),
    60: Row("the stamp's header.from is not the one From", "one of the two is trusted", (PROOF, SENDER)),
    61: Row("capitals in address and domain", "a case-sensitive list refuses the honest", may_be_moved=True),
    62: Row("wal-mart.com through a mailing service", "a reader that wants SPF, or one domain", may_be_moved=True),
    63: Row(
        "a whole lure: pictures and links of the brand, one evil link", "the majority of links", (CLEAN, STREAM, PROOF)
    ),
    64: Row("fingerprints of provider and brand in X- fields", "`looks like their header`", (PROOF, STREAM)),
    65: Row("the brand's pictures on public storage, nine links to one", "a vote over links", (CLEAN, STREAM)),
    66: Row(
        "mail that the seller himself put back, or marked",
        "a nightly job that fights him",
        tests=(
            "tests/test_rescue.py::test_undo_puts_them_back_and_the_next_rescue_leaves_them_there",
            "tests/test_sellers_acts.py::test_what_the_seller_put_back_into_spam_stays_there",
            "tests/test_sellers_acts.py::test_what_the_seller_marked_as_deleted_stays_there",
            "tests/test_sellers_acts.py::test_what_the_provider_had_put_into_the_inbox_stays_where_the_seller_put_it",
        ),
    ),
    67: Row(
        "the folder is rebuilt, or a UID used again, between reading and moving",
        "another message is moved",
        tests=(
            "tests/test_apply.py::test_rebuilt_source_is_skipped",
            "tests/test_apply.py::test_what_is_gone_changed_or_deleted_is_skipped_and_the_rest_moves",
        ),
    ),
}
