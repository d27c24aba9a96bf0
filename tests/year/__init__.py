"""A simulated year: 365 nights of one seller's mailbox, and an independent model of what must be true after each.

The model was written from what the program promises, before the program that it judges, and it must stay so: no module
here imports anything of `auditor`. It is judged by itself first (test_model.py): imaginary programs that err in nothing
pass, whichever way they are right, and some forty that err in one thing each are caught.

    world        a mailbox as a value: what lies where, since when, by whom
    events       what can happen between two nights, one small class a kind, with its rate
    night        what can be wrong in a night, and what a right program can prove in it
    life         how often letters come, and what the seller does with them
    calendar     a seed -> the year; `diary` writes one by hand
    observation  what is seen of a night from outside
    knowledge    what a program can know after a night, so what it must, may and must never do
    promises     one function for each promise; `ending`: those on exit codes and on what is named unfinished
    model        calendar + observations -> a line for each broken promise
    programs     the imaginary program that errs in nothing, and `play`, which plays a calendar with values
    also_right   others that err in nothing, each in its own way
    planted      those that err

How the real run is connected
-----------------------------
An adapter does with a real mailbox and the real program what `programs.play` does with values. For each night, in
order:

1. *What happened before it.* Keep a `Mailbox` beside the real one. For each event take `event.change(mailbox, past)`
   and carry out the difference on the server as another client: a letter that is new is APPENDed with its INTERNALDATE
   (`Arrives.at`) and flags; one in another folder is moved with its keywords; changed flags are STOREd; one that is
   gone is expunged by its UID. `Answers` also puts a reply into Sent that names the letter. The rest differ by their
   kind:

   `NumbersAnew`       the folder gets a new UIDVALIDITY, its letters stay (the server's own file of numbers is
                       removed)
   `RestoresMailbox`   the mailbox's directory as the n-th night before left it is put back, its numbers with it where
                       `keeps_numbers`, else under a new UIDVALIDITY; keep a copy of each of the last four nights
   `MovesState`        the state file and all beside it move to another directory, and the configuration says so
   `RestoresState`     the state file as the n-th night before left it is put back (the last six are kept); what is
                       kept elsewhere, such as tokens, stays
   `UpgradesRules`     a catalogue of that version: a letter with `rules` = n comes from an address, at a domain that is
                       always known, whose stream is known from the n-th on
   `UpgradesDatabase`  the year begins with a kept file of the oldest schema, and goes on with the next program's
   `RotatesToken`      the token endpoint answers the next exchange with a new refresh token, and the old one is dead
   `SetsClock`         the program's clock, never the server's

2. *What is wrong in it.* `Night.trouble` is set up (proxy, passdb, token endpoint, DNS server), the keys of the
   marketplaces in `Night.absent` leave the zone, all others are in it. A letter that is PROVABLE is signed with its
   marketplace's key; UNDECIDABLE with one that is never in the zone; BROKEN was changed after it was signed; IMITATION
   is one that must be FORGED, whatever DNS says (a look-alike domain); STRANGER has nothing to do with a marketplace.
   `Letter.name` stands in Subject and Message-ID.
3. *The run*, at `Night.clock`: the nightly job as it is scheduled, applied. With MachineOff there is none.
4. *The observation.* Read by the standard library alone, as another client; every field as `Observation` says:
   `lying` by every folder in `Folder`; `exit_code`; `rescued` from the outcomes that are done; `standings` from the
   messages listed; `incomplete` and `said` by one table from the report's sentences to `Failure` and `Said`; `looks`
   and `open` from the report where it tells them, else from the ledger through its own reading function;
   `database_bytes` with all files beside the database. Then `Model.night` judges; stop at its first line, or go on.

`draw(seed)` is a year; `draw(seed, 30, haste=12)` a month that brings as much of what is rare, for the ordinary run.
`Model.summary` is the year's summary; `Model(calendar, misses_allowed=0)` shows which letters one night passed over.
`Model.duties` says before a night what it must, may and must never move.

What was left open, and is decided here
---------------------------------------
* A *night of service* for a letter: the run saw the whole mailbox, and the letter's proof could be had (DNS answers,
  the key is there, the rules know the stream). One may pass over a letter that is due, the second may not. What could
  not be proved tonight is not missed; it must stay open, and is due in the first night that can prove it. No retry may
  wait longer than to the next night.
* *Never twice* stands above *never missed*. A letter that was rescued, or that a night saw outside spam, and lies in
  spam again is left, whoever put it there, the seller, the provider or an older copy of the mailbox: nobody can tell
  them apart over IMAP. It is said, and nobody is blamed.
* *Only what can be known is asked.* What the state knew goes back with a restored state file. The letter itself may
  still tell: `$NotJunk` on a letter in spam was set by a rescue, so it is left. Where neither tells (the state is
  older than the rescue, and a mail program cleared the keyword), the letter may be moved and may be left. So may one
  that the seller put into spam before any night saw it in the inbox, and one that he deleted in spam and a backup
  brought back.
* A letter that vanished from spam was purged, deleted or lost with a restore; nothing follows from it. If it comes
  back, it is due like any other (unless the seller deleted it: see above).
* A night without DNS reads, lists and looks, and may move nothing that no earlier night had proved. It must end with
  exit 3 where DNS alone could have decided a letter in spam; otherwise it may. A key that is absent is no failure.
* A throttled night may have seen any part. It may end with exit 3, or finish. Whatever it says must be true.
* Exit 10 is owed while an honest letter lies in spam that is not proved and that is not the seller's choice; exit 0
  where no honest letter lies in spam and nothing is said; in between both are right.
* *Looks*: what the program holds to have become of each rescue, every full night of the fourteen days of 24 hours
  after it. Put back before gone, answered before read. Watched folders other than spam count as still there; a folder
  that is not watched counts as gone. Once put back or gone is said, nobody need look again. `by` may always be None;
  where it names somebody, it must be right. A look is never changed by a night that saw nothing. Nights with a wrong
  clock, and rescues in them, need no look; afterwards the fourteen days count as they truly are.
* *Said*, in the first full night: a UIDVALIDITY that changed, or a UIDNEXT that went back, in a watched folder that
  held something; a state file at another path than the one that it was written at; a clock behind the last full run.
  May be said: a restored state file (it looks like nights in which nothing ran) and an older mailbox whose UIDNEXT was
  overtaken by new mail. Said without cause is a broken promise. A clock set forward looks like a machine that was off.
* Letters are listed with their standing by the first full night with DNS that finds them in spam, imitations too;
  later nights may repeat them, and what the seller chose need not be listed. A genuine letter is never called forged;
  no imitation is ever called genuine or unverified.
* What is open must be open while it lies in spam undecided and is nobody's choice. Open items in other folders are the
  program's own affair, but what is gone, decided outside spam, an imitation or of no marketplace is closed.
* An older mailbox with its numbers kept, in which new mail reached exactly the old UIDNEXT, must be noticed by
  whatever the server offers beside it (HIGHESTMODSEQ, the number of messages, the last letter's identity): letters in
  it are due.
* The seller does not undo, acknowledge or change his configuration in this year, and marketing is not in it.
"""
