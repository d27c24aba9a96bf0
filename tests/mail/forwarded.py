"""Honest mail that another mailbox of the seller passed on unchanged: the envelope differs, the signature holds."""

from .build import FULL, WALMART, Letter
from .honest import Mail, Sig, amazon_relay, hexes, mail, walmart_relay

TEXT = "Hello,\n\none screw is missing from the parcel. Can you send it?\n"
SENT = "Fri, 20 Nov 2026 11:55:00 +0000"

# What Gmail puts on top of a message that a user's rule forwards, in its order.
GMAIL = (
    "Received: by mail-yw1-f182.google.com with SMTP id 00721157ae682-6ea1b2c3d4e5f6a7\n"
    f"        for <seller@shop.test>; {SENT}",
    "ARC-Seal: i=2; a=rsa-sha256; t=1795175700; cv=pass; d=google.com; s=arc-20240605; b=c2VhbA==",
    "ARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605; h=from:to; b=c2ln",
    "ARC-Authentication-Results: i=2; mx.google.com;\n       dkim=pass header.i=@walmart.com",
    "X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=1e100.net; s=20230601; h=from:to; b=c2ln",
    "X-Forwarded-Encrypted: i=2; AJvYcCU6wX1z",
    "X-Gm-Message-State: AOJu0YxG2nT",
    f"X-Received: by 2002:a05:690c:6f8f:b0:6ea:1b2c with SMTP id 00721157ae682-6ea1; {SENT}",
    "X-Forwarded-To: seller@shop.test",
    "X-Forwarded-For: old.shop@gmail.com seller@shop.test",
    "Delivered-To: old.shop@gmail.com",
    f"Received: by 2002:a05:6902:1b0c:b0:e38 with SMTP id 3f1490d57ef6csp123; {SENT}",
    "Return-Path: <bounce@relay.walmart.com>",
    f"Received: from out1.walmart.com (out1.walmart.com. [161.170.1.1])\n        by mx.google.com with ESMTPS id x1;"
    f" {SENT}",
    "Received-SPF: pass (google.com: domain of bounce@relay.walmart.com designates 161.170.1.1 as permitted sender)",
    "Authentication-Results: mx.google.com;\n       dkim=pass header.i=@walmart.com;\n"
    "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=relay.walmart.com",
)

# Postfix with an alias to another host: only trace fields, and the stamp of that host's filter.
ALIAS = (
    "Received: by mail.old-brand.test (Postfix, from userid 1001)\n\tid 4F2A11C0D3; " + SENT,
    "X-Original-To: shop@old-brand.test",
    "Delivered-To: shop@old-brand.test",
    "Received: from out1.walmart.com (out1.walmart.com [161.170.1.1])\n"
    f"\tby mail.old-brand.test (Postfix) with ESMTPS id 4F2A01C0D2\n\tfor <shop@old-brand.test>; {SENT}",
    "Authentication-Results: mail.old-brand.test;\n\tdkim=pass header.d=walmart.com;\n"
    "\tdmarc=pass (policy=reject) header.from=relay.walmart.com",
)


def forwarded() -> tuple[Mail, ...]:
    """Every one still verifies with the marketplace's key."""
    return (_to_another_mailbox(), *_by_gmail(), *_by_alias())


def _letter(seed: str) -> Letter:
    return Letter(f"Sam <{walmart_relay(seed)}>", "Missing part", TEXT)


def _to_another_mailbox() -> Mail:
    sig = Sig("walmart.com", FULL)
    return mail("walmart-relay-through-sellers-own-forwarder", "walmart/customer", _letter("fwd"), sig, spf="fail")


def _by_gmail() -> tuple[Mail, ...]:
    """Gmail sends on with an envelope of its own, `user+caf_=where=to@gmail.com`."""
    item = mail("", "walmart/customer", _letter("caf"), Sig("walmart.com", WALMART), mailfrom="gmail.com")
    amazon = mail(
        "forwarded-by-gmail-amazon",
        "amazon/customer",
        Letter(amazon_relay("caf", "com"), "Inquiry", TEXT),
        Sig("amazon.com", FULL),
        Sig("amazonses.com", FULL),
        mailfrom="gmail.com",
    )
    host = "mail-yw1-f182.google.com"
    return (
        item._replace(name="forwarded-by-gmail", path=GMAIL, host=host),
        item._replace(name="forwarded-by-gmail-without-its-results", path=GMAIL[:-1], host=host),
        amazon._replace(path=GMAIL[:9], host=host),
    )


def _by_alias() -> tuple[Mail, ...]:
    host = "mail.old-brand.test"
    srs = f"SRS0={hexes('srs', 4)}=5Q=relay.walmart.com=bounce"
    plain = mail("forwarded-by-alias", "walmart/customer", _letter("alias"), Sig("walmart.com", WALMART), spf="fail")
    rewritten = mail(
        "forwarded-by-alias-with-rewritten-envelope",
        "walmart/customer",
        _letter("srs"),
        Sig("walmart.com", WALMART),
        mailfrom="old-brand.test",
    )
    returned = (f"Return-Path: <{srs}@old-brand.test>", *ALIAS)
    return (
        plain._replace(path=ALIAS, host=host),
        plain._replace(name="forwarded-by-alias-without-results", path=ALIAS[:-1], host=host),
        rewritten._replace(path=returned, host=host),
    )
