"""Files, invitations and far bodies in a truly signed notice that quotes strangers: row 90."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..build import multipart, signed
from ..delivery import deliver, passed
from .bait import forge
from .strangers import SALE

TEXT = ("text/plain; charset=utf-8", "You sold a lamp.")
INVITATION = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@evil.test\nDTSTART:20261121T120000Z\n"
    "SUMMARY:Verify your shop\nURL:https://evil.test/verify\nORGANIZER:mailto:x@evil.test\nEND:VEVENT\nEND:VCALENDAR\n"
)
CARD = "BEGIN:VCARD\nVERSION:4.0\nFN:Etsy Support\nTEL:+14155552671\nEND:VCARD\n"
FAR = 'message/external-body; access-type=URL; URL="https://evil.test/verify"'
ATTACHED = "Content-Disposition: attachment"

# (name, header of the second part, its text).
PARTS = (
    ("calendar-invitation", "text/calendar; method=REQUEST; charset=utf-8", INVITATION),
    ("calendar-invitation-attached", f'text/calendar; method=REQUEST\n{ATTACHED}; filename="invite.ics"', INVITATION),
    ("visiting-card", f'text/vcard; charset=utf-8\n{ATTACHED}; filename="support.vcf"', CARD),
    ("far-body", FAR, "Content-Type: text/html\n\n"),
    ("far-body-by-ftp", 'message/external-body; access-type=anon-ftp; site="evil.test"; name="a.html"', "\n"),
    ("archive", f'application/zip; name="order.zip"\nContent-Transfer-Encoding: base64\n{ATTACHED}', "UEsDBA=="),
    ("document-inline", 'application/pdf; name="a.pdf"\nContent-Disposition: inline', "%PDF-1.4"),
    ("script", f'application/octet-stream\n{ATTACHED}; filename="order.pdf.js"', "x()"),
    ("name-in-pieces", f"application/octet-stream\n{ATTACHED}; filename*0=order; filename*1=.html", "<p>x</p>"),
    ("text-named-as-page", f'text/plain\n{ATTACHED}; filename="order.html"', "<p>x</p>"),
    ("letter-inside", f"message/rfc822\n{ATTACHED}", "From: x@evil.test\nSubject: call us\n\ncall +1 415 555 2671\n"),
    ("tnef", 'application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64', "eJ8+IgAA"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Signed by Etsy, fresh, whole and meant for the seller."""
    for name, head, text in PARTS:
        kind, body = multipart("mixed", TEXT, (head, text))
        raw = signed(replace(SALE, body=body, content_type=kind), "etsy.com")
        raw = deliver(raw, profile, passed("etsy.com"))
        why = "Etsy encloses nothing in a notice of a sale; what is enclosed is a stranger's"
        yield forge(profile, f"enclosed-{name}", raw, by="clean", why=why, row=90, only=True)
