"""How each provider delivers: one module a family of providers. The order of the fields is the recorded one."""

from .. import Profile
from .base import Receiver
from .exim import CPanel
from .fastmail import Fastmail
from .gmx import Gmx
from .google import Google
from .icloud import ICloud
from .milters import OpenDmarc, Rspamd
from .proton import Proton
from .yahoo import Yahoo
from .zoho import Zoho

RECEIVERS: dict[Profile, Receiver] = {
    Profile.GOOGLE: Google(),
    Profile.YAHOO: Yahoo(),
    Profile.ICLOUD: ICloud(),
    Profile.FASTMAIL: Fastmail(),
    Profile.ZOHO: Zoho(),
    Profile.PROTON: Proton(),
    Profile.GMX: Gmx(),
    Profile.RSPAMD: Rspamd(),
    Profile.OPENDMARC: OpenDmarc(),
    Profile.CPANEL: CPanel(),
}
