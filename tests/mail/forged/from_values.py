"""Values of a From field, each the catalogue's address to some reader: {b} is that address, {l} and {d} its halves.

{h} is a shorter address of the brand's and {e} the forger's own. NAMED must be called FORGED: the catalogue's domain
stands in a malformed From or in the display name. In DOUBTED it shows only after a decoding that not every reader
does; ANY holds no domain of the catalogue at all.
"""

import base64


def _word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


LISTS = (
    *("{b}, {e}", "{e}, {b}", "<{b}>,<{e}>", "{b},{e},{b}", "{b} , , {e}", ",{b}", "{b},", "{b};{e}", "{b}; <{e}>"),
    *("{b} {e}", "{b}\t{e}", '"{b}", <{e}>', '"{b}" , {e}', "Walmart <{b}>, Evil <{e}>", "{b} and {e}", "{b}|{e}"),
    *("{b}/{e}", "<{b}> <{e}>", "<{e}> <{b}>", "<{b}><{e}>", "Walmart <{b}> <{e}>", "{b} <{e}>", "{e} <{b}>"),
    *("<{b}>{e}", "<{b}> via {e}", "{b}, <>", "<>, {b}", "{b}, {b}", "{b}\u201a{e}", "{b}\u060c {e}", "{b}\uff0c{e}"),
)

GROUPS = (
    *("Walmart:{b};", "Walmart:{b},{e};", "{b}:{e};", ":{b};", '"":{b};', "Walmart:;, {b}", "Walmart:<{b}>; <{e}>"),
    *("A:B:{b};;", "Walmart: {b}", "{b};", "Walmart:{b}", "A:{e};, B:{b};", "{h}:;"),
)

ROUTES = (
    *("<@walmart.com:{e}>", "<@evil.test:{b}>", "<@evil.test,@walmart.com:{e}>", "<@{d}>", "<@evil.test@{d}>"),
    *("<{b}:{e}>", "{b}@evil.test", "<{l}@evil.test@{d}>", "<@@{d}>", "{l}@@{d}", "@{b}", "{b}@", "{b}@{d}"),
)

COMMENTS = (
    *("{b} ({e})", "({e}) {b}", "{e} ({b})", "({b}) {e}", "{l}(x)@{d}", "{l}@(x){d}", "{l}@{d}(x)", "{b}(<{e}>)"),
    *("{e}(<{b}>)", "(({b}) {e}", "{b} (a (b) c", "<{b}(x)>", "<(x){b}>", "x(<{b}>)@evil.test", "{b}(\\)<{e}>)"),
    *("Walmart ({b}) <{e}>", "{l}@relay(.evil.test).walmart.com", "{b} () <{e}>", "(x{b}", "{b} x)"),
)

ENCODED = (
    *("=?utf-8?Q?{b}?=", "=?utf-8?Q?{b}?= <{e}>", "=?utf-8?Q?=3C{h}=3E?= <{e}>"),
    *("=?utf-8?Q?help=40wal?= =?utf-8?Q?mart.com?= <{e}>", "=?iso-8859-1?Q?help@walmart.com?= <{e}>"),
    *("=?utf-8?Q?help=40walmart.com?=<{e}>", "=?UTF-8?q?help=40walmart.com?= <{e}>"),
    *("=?utf-8?Q?{h}=2C?= <{e}>", "=?utf-8?Q?=0D=0AFrom:_{h}?= <{e}>", "=?utf-8?Q?{h}=00?= <{e}>"),
    *(f"{_word('help@walmart.com')} <{{e}}>", f"{_word('Walmart <help@walmart.com>')} <{{e}}>"),
    *(f"{_word('help@walmart.com,')} {{e}}", f"{_word('help@')}{_word('walmart.com')} <{{e}}>"),
)

QUOTED = (
    *('"{b}"@evil.test', '<"{b}">', '"{l}"@{d}', '<"{l}"@{d}>', '"{b}" <{e}>', "'{b}' <{e}>", '"\\"{b}\\"" <{e}>'),
    *('"{b} <{e}>', '"<{b}>" <{e}>', '"a"{b}', '"a" "b" {b} <{e}>', '"{l}\\@{d}"@evil.test', '""@{d}', '" "@{d}'),
    *('"{l}" @{d}', '{l}."x"@{d}', '"Walmart" "{b}" <{e}>', '"{b}"<{e}>', '"{b}\\"" <{e}>', '"{h}, Walmart" <{e}>'),
)

CONTROLS = (
    *("{b}\0@evil.test", "{b}\0", "<{b}\x01>", "\0{b}", "{b}\x7f", "{b}\x08@evil.test", "<{b}\x1b[2K{e}>"),
    *("{b}\x0b<{e}>", "{b}\x0c<{e}>", "{b}\x1c{e}", "{l}@relay.\twalmart.com", "{b}\u0085<{e}>", "{b}\u2028<{e}>"),
)

LETTERS = (
    *("<help@\U0001d430\U0001d41a\U0001d425\U0001d426\U0001d41a\U0001d42b\U0001d42d.\U0001d41c\U0001d428\U0001d426>",),
    *("<help@\uff57\uff41\uff4c\uff4d\uff41\uff52\uff54.com>", "<help@w\uff41lmart.com>", "<help@walmart\u3002com>"),
    *("<help@walm\u0430rt.com>", "<help@wal\u00admart.com>", "<help@walmart\u200b.com>", "<help@walmart.\u2102om>"),
    *("<help@\u24e6\u24d0\u24db\u24dc\u24d0\u24e1\u24e3.com>", "<help@wal\u200dmart.com>", "<help@walmart.com\ufeff>"),
    *("help\uff20walmart.com <{e}>", "help\ufe6bwalmart.com <{e}>", "<\u202e{b}>", "<help@wal\U000e0061mart.com>"),
    *("\ufeff{b}", "<seller-notification@amaz\u03bfn.com>", "<help@wal\u2060mart.com>", "\u202e{b}\u202c <{e}>"),
)

FOLDED = (
    *("\n {b}\n <{e}>", "Walmart\n <{b}>\n , <{e}>", "{l}@relay.\n walmart.com", "{l}\n @{d}", "<{l}@\n\t{d}>"),
    *("\n \n {b} <{e}>", "{b}\n\t,\n\t{e}", '"{b}\n " <{e}>'),
)

DOMAINS = (
    *("{l}@[{d}]", "{l}@[IPv6:{d}]", "<{b}.>", "<{l}@.{d}>", "{l}@relay..walmart.com", "{b}..", "{b}-", "{l}@-{d}"),
    *("{b}:25", "{b}/evil.test", "{b}#evil.test", "{b}?.evil.test", "{b}\\.evil.test", "{b}\\", "mailto:{b}"),
    *(
        "<mailto:{b}>",
        "<URL:mailto:{b}>",
        "{b}%evil.test",
        "{b}%00@evil.test",
        "{l} @ {d}",
        "{l}@ {d}",
    ),
    *(
        "{l} @{d}",
        "< {b}>",
        "<{b} >",
        "<<{b}>>",
        "<{b}",
        "{b}>",
        ">{b}<",
        "[{b}]",
        "{{{b}}}",
        "{b}.",
        "{l}.@{d}",
        ".{b}",
    ),
    *("{l}..x@{d}", "help&#64;walmart.com <{e}>", "{b} <>", '"{h}" <>', "@walmart.com", "<{b}>x", "x<{b}>y", "*{b}*"),
    *("walmart.com <{e}>", '"Walmart.com" <{e}>', "{h} via Seller Center <{e}>", "{l}+x@{d}@evil.test"),
)

NAMED = (
    *(*LISTS, *GROUPS, *ROUTES, *COMMENTS, *ENCODED, *QUOTED, *CONTROLS, *LETTERS, *FOLDED, *DOMAINS),
    *("<help@xn--walmrt-6nf.com>", "{h}, " + "a@evil.test, " * 40 + "{e}", "<help@walmart.com.evil.com>"),
)

DOUBTED = (
    *("<=?utf-8?Q?{l}?=@{d}>", "evil.test!{b}"),
    *("=?utf-7?Q?help+AEA-walmart.com?= <{e}>", f"{_word('help@walmart.com', 'utf-16')} <{{e}}>"),
    *("=?x-unknown?Q?help=40walmart.com?= <{e}>", '"=?utf-8?Q?help=40walmart.com?=" <{e}>'),
    *("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fhelp=3D40walmart.com=3F=3D?= <{e}>", "=?utf-8*en?Q?help=40walmart.com?= <{e}>"),
    *("=?utf-8?Q?" + "A" * 100 + "help=40walmart.com?= <{e}>", "{l}@=?utf-8?Q?relay=2Ewalmart=2Ecom?="),
    *("Walmart:{e};", "Walmart <>", "Walmart Marketplace:;", "<help@walma\u0301rt.com>", "<help@\u0175almart.com>"),
    *(
        "<help@walmart\u2024com>",
        "{l}%40{d}@evil.test",
        "{l}%{d}@evil.test",
        "{d}!{l}@evil.test",
        "<help@xn--walmart.com>",
    ),
    *("<help@walmart.xn--com>", "<help@{d}.xn--p1ai>", "a" * 65 + "@walmart.com", "help@" + "a." * 130 + "walmart.com"),
    *("W" * 5000 + " <{b}>", "a@evil.test, " * 400 + "{b}", "&#104;elp@walmart.com <{e}>", "<help@walmart>"),
    *("<help@relay_walmart.com>", "<{l}@{d}\u3002evil.test>", "Walmart <help@[161.170.1.1]>"),
)

ANY = ("", " ", "<>", "help@", "help", "undisclosed-recipients:;", "walmart", "Seller Center <{e}>", "\n ", "()", '""')
