"""The simulated year on real parts: a Dovecot mailbox, DNS, a token endpoint, and the program as it is scheduled.

`python -m tests.year.real --seed N` plays a year and prints its summary; see `--help`. Only here, and in no module that
judges, is anything of `auditor` imported.

    letters     a letter of the model -> signed bytes, and its name again
    client      the mailbox as another client has it, by the standard library alone
    files       the mail directory and the state's: copied, put back, numbered anew
    state       the state file: moved, restored, and read by its own reading function
    happening   what happens between two nights, carried out; then the real mailbox must be the model's
    tokens      the token endpoint, and the sign-in that is kept
    troubles    what is wrong in a night: proxy, token endpoint, DNS
    reading     report, mailbox and state -> Observation
    run         the nightly job with its clock; night after night, judged by the model
    record      the year's numbers

What is not as it would be in a seller's year: the tokens are Google's, whose library asks once a night; their lifetime
and the server's clock are the present's. Of earlier programs only the state files are left, so that the state is
upgraded once, from the oldest schema to this one, on the first night; `UpgradesDatabase` changes nothing later.
"""
