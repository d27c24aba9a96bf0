"""rspamd: a spam filter that checks SPF, DKIM and DMARC and stamps what it found; spoken to as a milter."""

from __future__ import annotations

import json
import os
import pwd
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import LOOPBACK, ServerProcess, accepts, on_free_ports, server_directory

AUTHSERV_ID = "mx.shop.test"

# A filter's false positive on demand: a message with this header field is filed as spam, however genuine it is.
SPAM_ON_DEMAND = "X-Test-Spam"

# The list that rspamd ships takes it thirteen seconds to compile. A domain under any other suffix has, for this
# filter, no organizational domain: add the suffix here when a test needs one.
_PUBLIC_SUFFIXES = (
    "com",
    "net",
    "org",
    "test",
    "example",
    "de",
    "fr",
    "it",
    "es",
    "uk",
    "co.uk",
    "ca",
    "au",
    "com.au",
    "market",
    "ne.jp",
)

# The first line is the one with which rspamd's own rules begin; its multimap module needs it.
_RULES = f"""
require "global_functions" ()
rspamd_config.TEST_SPAM_ON_DEMAND = {{
  callback = function(task) return task:get_header('{SPAM_ON_DEMAND}') ~= nil end,
  score = 50.0,
}}
"""

_SCORES = """
"R_DKIM_REJECT" { weight = 3.0; } "R_DKIM_ALLOW" { weight = -0.5; }
"R_SPF_FAIL" { weight = 3.0; } "R_SPF_ALLOW" { weight = -0.2; }
"DMARC_POLICY_REJECT" { weight = 4.0; }
"""


@dataclass(frozen=True, slots=True)
class Rspamd:
    directory: Path
    milter_port: int
    dns_port: int
    scan_port: int
    multimap: str = ""

    def symbols(self, raw: bytes, *, source_ip: str = "203.0.113.66", mail_from: str = "x@evil.test") -> frozenset[str]:
        """The names of the rules that a message hits, as if it came from there."""
        given = {"IP": source_ip, "From": mail_from, "Rcpt": "seller@shop.test", "Helo": "out.test"}
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.scan_port}/checkv2", raw, given)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return frozenset(json.load(answer)["symbols"])


@contextmanager
def running_rspamd(dns_port: int, *, multimap: str = "") -> Iterator[Rspamd]:
    """`dns_port`: the name server on loopback that it asks; `multimap`: what local.d/multimap.conf would hold."""
    with server_directory("rspamd") as directory:
        owner = pwd.getpwnam("_rspamd")
        os.chown(directory, owner.pw_uid, owner.pw_gid)

        def start(ports: Sequence[int]) -> tuple[ServerProcess, Rspamd]:
            server = Rspamd(directory, ports[0], dns_port, ports[1], multimap)
            return _start(server), server

        process, server = on_free_ports(2, start)
        try:
            yield server
        finally:
            process.stop()


def _start(server: Rspamd) -> ServerProcess:
    config = server.directory / "rspamd.conf"
    (server.directory / "rules.lua").write_text(_RULES)
    (server.directory / "suffixes").write_text("\n".join(_PUBLIC_SUFFIXES) + "\n")
    config.write_text(_configuration(server))
    argv = ["rspamd", "-f", "-c", str(config), "-u", "_rspamd", "-g", "_rspamd"]
    process = ServerProcess(argv, server.directory / "log")
    try:
        process.wait_until(lambda: accepts(server.milter_port) and accepts(server.scan_port))
    except BaseException:
        process.stop()
        raise
    return process


def _configuration(server: Rspamd) -> str:
    at = server.directory
    return f"""
options {{
  pidfile = "{at}/pid";
  dns {{ nameserver = ["{LOOPBACK}:{server.dns_port}"]; timeout = 1s; retransmits = 2; }}
  filters = "dkim,spf";
  local_addrs = [];
  tempdir = "{at}";
  hs_cache_dir = "{at}";
  cache_file = "{at}/map.cache";
  control_socket = "{at}/control.sock mode=0600";
  url_tld = "{at}/suffixes";
}}
logging {{ type = "console"; level = "info"; }}
worker "rspamd_proxy" {{
  bind_socket = "{LOOPBACK}:{server.milter_port}";
  milter = yes;
  count = 1;
  timeout = 20s;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
worker "normal" {{
  bind_socket = "{LOOPBACK}:{server.scan_port}";
  count = 1;
}}
actions {{ reject = 1000; add_header = 5; greylist = null; }}
group "all" {{ symbols {{ {_SCORES} }} }}
dkim {{ }}
spf {{ }}
dmarc {{ }}
milter_headers {{
  use = ["authentication-results", "x-rspamd-queue-id", "x-spam-status"];
  local_headers = ["authentication-results", "x-rspamd-queue-id", "x-spam-status"];
  authenticated_headers = ["authentication-results", "x-rspamd-queue-id"];
  skip_local = false;
  skip_authenticated = false;
  routines {{ authentication-results {{ hostname = "{AUTHSERV_ID}"; add_smtp_user = false; }} }}
}}
multimap {{
{server.multimap}
}}
modules {{ path = "/usr/share/rspamd/plugins/"; }}
lua = "{at}/rules.lua";
"""
