"""Rows from 68 on: what the recorded matrix leaves out."""

from .row import CLEAN, FRESH, PROOF, SELLER, SENDER, STREAM, WHOLE, Row

REVIEW = "the review table of Vibe-Trading issue 1508"

ADDED: dict[int, Row] = {
    68: Row("the only stamp is the sender's", f"a reader of `the` A-R field; {REVIEW}", (PROOF,)),
    69: Row("a forged pass under the provider's fail", f"the last field, or any pass; {REVIEW}", (PROOF,)),
    70: Row("every pass is for the attacker's own domain", f"a pass without alignment; {REVIEW}", (PROOF, STREAM)),
    71: Row("a pass inside a comment or MAIL FROM of the genuine field", f"a text search; {REVIEW}", (PROOF,)),
    72: Row(
        "the provider's whole block, border and all, copied above the forgery",
        "id, form and neighbours all fit; only that it lies below the true border tells (RFC 8601 section 5)",
        (PROOF,),
    ),
    73: Row(
        "a planted stamp where the provider stamped nothing that day",
        "no stamp of the provider's contradicts it; a host that was skipped is a host that says nothing",
        (PROOF,),
    ),
    74: Row(
        "a replay with Delivered-To and its kin",
        "the victim's own server writes the seller's address onto every replay; none of these fields is signed",
        (SELLER,),
    ),
    75: Row(
        "a replay whose signed To mentions the seller", "substring and name, not address (RFC 5322, 3.4)", (SELLER,)
    ),
    76: Row(
        "a replay whose signed To folds, decodes or splits into the seller's address",
        "IDNA, NFKC, str.splitlines and old routing characters, on the recipient instead of the sender",
        (SELLER,),
    ),
    77: Row(
        "a second DKIM-Signature with a convenient h= under a true pass",
        "the stamp names the domain alone; the reader takes To and Subject from the signature that did not pass",
        (PROOF, SELLER),
    ),
    78: Row(
        "the true signature, which leaves To open, behind very many others",
        "a reader that stops at the tenth judges the replay by the forger's h= alone",
        (SELLER,),
    ),
    79: Row("old mail with a fresh t= in a signature by nobody", "the newest t= on the message is believed", (FRESH,)),
    80: Row(
        "a sibling or child domain of the brand signs",
        "relaxed alignment (RFC 9989) accepts what a lost `promo.` signs for `relay.`; the receiver says pass",
        (PROOF,),
    ),
    81: Row(
        "the same company's domain in another country signs",
        "one list of trusted signers for all of a marketplace; a lost key of one country would open every other",
        (PROOF,),
    ),
    82: Row(
        "d= is a top domain, a public suffix, a dot or empty",
        "every domain ends in it: `endswith` without a lower limit (RFC 6376 section 6.1.1)",
        (PROOF,),
    ),
    83: Row(
        "tags that name the brand beside the forger's d=",
        "RFC 6376 sections 3.2 and 3.5: doubled tags void the list, i= lies within d=, z= and r= are no evidence",
        (PROOF,),
    ),
    84: Row("two signatures of one domain, of which one passed", "nothing says which one the stamp means", (PROOF,)),
    85: Row("a fake report_safe wrapper", "anybody writes X-Spam-Flag and a part `original message`", (PROOF, SELLER)),
    86: Row(
        "a Subject tag that no filter writes",
        "taking off whatever stands in brackets before checking the signature lets the replayer write there",
        (PROOF,),
    ),
    87: Row("a buyer calls himself `Walmart Seller Support`", "the relay proves the route, not the writer", (CLEAN,)),
    88: Row("a buyer's message leads to a look-alike of the brand", "outside links in it are only warned of", (CLEAN,)),
    89: Row(
        "a stranger's words in a true notice name a number or a place",
        "everything is the marketplace's but the buyer's note, which says `call support`",
        (CLEAN,),
    ),
    90: Row("files, invitations and far bodies in such a notice", "programs show them as the sender's", (CLEAN,)),
    91: Row(
        "an envelope address at the brand's own domain that closes the stamp's comment",
        "SPF passes for the domain whatever stands before the @, and the provider repeats it unquoted",
        (PROOF,),
    ),
    92: Row(
        "a greeting (HELO) that poses as an inner hop", "the border is skipped, and the planted stamp read", (PROOF,)
    ),
    93: Row("a border line that names no source, or in an odd way", "whoever wrote below it may be anybody", (PROOF,)),
    94: Row("Content-Type taken away, renamed or emptied", "h= names it where nothing stands any more", (WHOLE,)),
    95: Row("another Content-Transfer-Encoding over the signed bytes", "nobody signs it; `=3C` becomes `<`", (CLEAN,)),
    96: Row("Mail-Reply-To, Mail-Followup-To, List-Post added", "answers go where Reply-To never said", (WHOLE,)),
    97: Row(
        "List-Unsubscribe, Content-Base and kin added", "a button, or the base of every link, of a stranger's", (WHOLE,)
    ),
    98: Row("a link where only some programs look for one", "frames, templates, comments for one program", (CLEAN,)),
    99: Row("an alphabet or encoding under which the page is another", "UTF-7, UTF-16, odd base64", (CLEAN,)),
    100: Row(
        "parts that two readers cut differently", "two boundaries, doubled fields, a page under another name", (CLEAN,)
    ),
    101: Row(
        "the brand's own redirectors, or an address within a link", "the host is right, the way leads out", (CLEAN,)
    ),
    102: Row(
        "the header block of a true message, copied whole",
        "seen in a casino's mail of January 2026 that carried Etsy's signature with the results it once had",
        (PROOF,),
    ),
    103: Row(
        "just too old, not yet written, or dated so that it reads as today",
        "comments, obsolete years and zones of RFC 5322 sections 3.3 and 4.3; t= and Date must both be fresh",
        (FRESH,),
    ),
    104: Row(
        "a field behind a vertical tab, U+0085 or U+2028",
        "str.splitlines, pages and logs break there; RFC 5322 section 2.1 knows CRLF alone",
        (SELLER, STREAM, PROOF),
    ),
    105: Row(
        "lines of blanks in the header, and changes that a lax canonicaliser forgives",
        "RFC 5322 section 4.2 lets a folded line be blank; RFC 6376 section 3.4 says what is forgiven and no more",
        (PROOF, WHOLE, SENDER),
    ),
    106: Row("Sender, Resent-From, X-Original-From or Author names the brand", "From alone says who writes", (STREAM,)),
    107: Row(
        "a buyer at one marketplace poses as another's staff", "only the relay's own brand is looked for", (CLEAN,)
    ),
    108: Row(
        "rsa-sha1, short, testing or revoked keys",
        "a verifier that is content with `it verifies` (RFC 8301; RFC 6376 section 3.6.1)",
        (PROOF,),
    ),
    109: Row(
        "the signer chose the words: s=, i=, a= repeated in the stamp", "header.i before header.d, cut at @", (PROOF,)
    ),
    110: Row(
        "a stamp that says two things, or says them in words of its own",
        "doubled properties, swapped methods, open comments: read for what it says or refused (RFC 8601, 2.2)",
        (PROOF,),
    ),
    111: Row(
        "more than a hundred and fifty spellings of From",
        "each is the catalogue's address to some reader (tests/mail/forged/from_forms.py)",
        (SENDER, STREAM, PROOF),
        tests=("tests/test_from_forms.py::test_no_form_is_genuine",),
    ),
    112: Row(
        "the signature that passed, written so that only the provider reads it, beside a convenient one",
        "`DKIM-Signature :` is a field by RFC 5322 section 4.5.8; a reader that does not know it, or ends before it, "
        "judges the replay by the signature that never passed",
        (PROOF, SELLER),
    ),
    113: Row(
        "a link inside a link wrapper, real or only like one",
        "undoing the provider's wrapper by substring, by the first url=, or once too few",
        (CLEAN,),
    ),
    114: Row(
        "Reply-To in the same spellings as From, where nobody signed it",
        "a reader that takes one address out of it takes From's, and the answer goes to the other",
        (WHOLE,),
        tests=("tests/test_from_forms.py::test_no_spelling_of_reply_to_is_taken_for_the_sender",),
    ),
    115: Row(
        "a look-alike's address in a buyer's page, spelled for browsers alone",
        "the WHATWG URL standard folds, decodes and completes what a plain comparison of hosts takes for another",
        (CLEAN,),
    ),
    116: Row(
        "the forger's own signature passes, and its i= decodes into `dkim=pass header.d=` of the brand",
        "OpenDKIM repeats i= decoded and unquoted, and OpenDMARC, which reads that, writes dmarc=pass beside it",
        (PROOF,),
        tests=("tests/test_opendmarc_path.py::test_what_a_signature_says_of_itself_is_no_result_of_theirs",),
    ),
}
