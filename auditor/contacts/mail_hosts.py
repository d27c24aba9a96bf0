"""What is known of mail domains and mailbox names without asking: free mail, disposable mail, roles."""

from __future__ import annotations

# Well-known ones: who has an address there has a mailbox, and not the domain. One that is missing is treated as the
# seller's own domain, and costs at most advice that he cannot follow.
# fmt: off
FREE_MAIL = frozenset({
    "126.com", "163.com", "abv.bg", "aim.com", "aliyun.com", "alice.it", "aol.com", "arcor.de", "att.net",
    "bellsouth.net", "bigpond.com", "bigpond.net.au", "bol.com.br", "btinternet.com", "centurylink.net",
    "charter.net", "comcast.net", "cox.net", "daum.net", "docomo.ne.jp", "duck.com", "earthlink.net", "email.com",
    "email.cz", "embarqmail.com", "ezweb.ne.jp", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr",
    "freenet.de", "frontier.com", "frontiernet.net", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net",
    "gmx.us", "googlemail.com", "hanmail.net", "hey.com", "hotmail.be", "hotmail.ca", "hotmail.co.jp",
    "hotmail.co.uk", "hotmail.com", "hotmail.com.ar", "hotmail.com.au", "hotmail.com.br", "hotmail.com.mx",
    "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hushmail.com", "icloud.com", "inbox.lv",
    "inbox.ru", "interia.pl", "juno.com", "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "live.be", "live.ca",
    "live.co.uk", "live.com", "live.com.au", "live.com.mx", "live.de", "live.fr", "live.it", "live.nl", "mac.com",
    "mail.com", "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "nate.com", "naver.com", "netscape.net",
    "netzero.net", "ntlworld.com", "o2.pl", "onet.pl", "op.pl", "optonline.net", "optusnet.com.au", "orange.fr",
    "outlook.be", "outlook.cl", "outlook.co.id", "outlook.com", "outlook.com.ar", "outlook.com.au", "outlook.com.br",
    "outlook.de", "outlook.dk", "outlook.es", "outlook.fr", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp",
    "outlook.kr", "outlook.pt", "outlook.sa", "passport.com", "pm.me", "posteo.de", "posteo.net", "proton.me",
    "protonmail.ch", "protonmail.com", "qq.com", "rediffmail.com", "roadrunner.com", "rocketmail.com", "rogers.com",
    "rr.com", "runbox.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com",
    "skynet.be", "sky.com", "sohu.com", "suddenlink.net", "sympatico.ca", "t-online.de", "talktalk.net",
    "telenet.be", "telus.net", "terra.com.br", "tin.it", "tiscali.it", "tuta.com", "tuta.io", "tutanota.com",
    "tutanota.de", "tutamail.com", "ukr.net", "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com",
    "wanadoo.fr", "web.de", "windowslive.com", "windstream.net", "wp.pl", "xtra.co.nz", "ya.ru", "yahoo.ca",
    "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.nz", "yahoo.co.uk", "yahoo.com", "yahoo.com.ar",
    "yahoo.com.au", "yahoo.com.br", "yahoo.com.cn", "yahoo.com.hk", "yahoo.com.mx", "yahoo.com.ph", "yahoo.com.sg",
    "yahoo.com.tw", "yahoo.com.vn", "yahoo.de", "yahoo.dk", "yahoo.es", "yahoo.fr", "yahoo.gr", "yahoo.ie",
    "yahoo.in", "yahoo.it", "yahoo.nl", "yahoo.no", "yahoo.pl", "yahoo.ro", "yahoo.se", "yandex.com", "yandex.ru",
    "yeah.net", "ymail.com", "ziggo.nl", "zoho.com", "zoho.eu", "zoho.in", "zohomail.com",
})
# RFC 2142, and what shops call theirs.
ROLES = frozenset({
    "abuse", "account", "accounting", "accounts", "admin", "administrator", "billing", "business", "care", "contact",
    "customercare", "customerservice", "customersupport", "ecommerce", "enquiries", "finance", "hello", "help",
    "helpdesk", "hostmaster", "info", "inquiries", "kundenservice", "mail", "marketing", "marketplace", "noc",
    "no-reply", "noreply", "office", "operations", "orders", "postmaster", "returns", "sales", "security", "service",
    "shipping", "shop", "store", "support", "team", "webmaster",
})
# fmt: on


def is_free_mail(domain: str) -> bool:
    return domain in FREE_MAIL


def is_role(address: str) -> bool:
    """Whether several people may read it; a tag behind `+` says nothing."""
    local = address.rpartition("@")[0].partition("+")[0].lower()
    return local in ROLES or local.replace(".", "").replace("_", "").replace("-", "") in ROLES


def disposable(domain: str) -> str:
    """The listed domain that it is or lies below; empty where there is none."""
    from disposable_email_domains import blocklist

    labels = domain.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((each for each in above if each in blocklist), "")
