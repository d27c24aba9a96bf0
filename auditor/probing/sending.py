"""A mailbox of the configuration and a probe in; that its submission server took the message, out."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from auditor.config import MailboxConfig, SmtpConfig
from auditor.mailbox import signin
from auditor.mailbox.bounded import Limits
from auditor.mailbox.endpoint import Endpoint
from auditor.opening import Warn, credential_of
from auditor.probing.letter import Probe, letter
from auditor.smtp import Envelope, Submission, SubmissionError, Taken, submit

_TRIES = 5
_FIRST_PAUSE = 1 / 20  # of the time given; each further pause is twice as long, so that all fit into it


def submission_of(
    mailbox: MailboxConfig, smtp: SmtpConfig, imap_host: str, *, now: Callable[[], datetime], warn: Warn
) -> Submission:
    """The submission server with its sign-in, as for IMAP unless `smtp` says otherwise.

    Raises ConfigError or SignInError.
    """
    username = smtp.username or mailbox.username
    ca_file = str(mailbox.ca_file) if mailbox.ca_file is not None else None
    if smtp.ways:
        secret: signin.Credential = signin.credential(
            env=smtp.password_env,
            command=smtp.password_command,
            file=smtp.password_file,
            keyring_service=(f"auditor:{smtp.host}", username) if smtp.keyring else None,
        )
    else:
        secret = credential_of(mailbox, imap_host, now=now, warn=warn)
    return Submission(Endpoint(smtp.host, smtp.port, smtp.security, ca_file), username, secret)


def send(probe: Probe, server: Submission, limits: Limits, *, wait_s: float) -> Taken:
    """Hand it in once; a server that puts it off (greylisting) is asked again, as long as there is time.

    Raises SubmissionError or ConfigError: then no server has it.
    """
    envelope = Envelope(probe.sender, probe.to, letter(probe))
    ends, pause = time.monotonic() + wait_s, wait_s * _FIRST_PAUSE
    for tried in range(1, _TRIES + 1):
        try:
            return submit(server, envelope, limits)
        except SubmissionError as error:
            if not error.again:
                raise
            if tried == _TRIES or time.monotonic() + pause > ends:
                raise SubmissionError(f"{error.message} (tried {tried} times)", hint=error.hint) from error
        time.sleep(pause)
        pause *= 2
    raise AssertionError("the last try returns or raises")
