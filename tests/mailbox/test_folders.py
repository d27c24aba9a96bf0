"""Folder lists in the shape that providers give them in; the folder for a role out."""

from __future__ import annotations

import unicodedata

import pytest

from auditor.errors import FolderError
from auditor.mailbox import folder_names
from auditor.mailbox.folders import Found, How, find
from auditor.mailbox.interface import Folder, Role

# provider and language, hierarchy delimiter, spam folder, its attributes
JUNK_LISTS = [
    ("Gmail", "/", "[Gmail]/Spam", "\\HasNoChildren \\Junk"),
    ("Gmail, German", "/", "[Gmail]/Spamverdacht", "\\HasNoChildren \\Junk"),
    ("Gmail, a name nobody knows", "/", "[Gmail]/Xyzzy", "\\HasNoChildren \\Junk"),
    ("Google Mail", "/", "[Google Mail]/Spam", "\\HasNoChildren \\Junk"),
    ("Gmail by XLIST", "/", "[Gmail]/Pourriel", "\\HasNoChildren \\Spam"),
    ("Exchange, English", "/", "Junk Email", "\\HasNoChildren"),
    ("Exchange, older English", "/", "Junk E-mail", "\\HasNoChildren"),
    ("Exchange, German", "/", "Junk-E-Mail", "\\HasNoChildren"),
    ("Exchange, French", "/", "Courrier indésirable", "\\HasNoChildren"),
    ("Exchange, Spanish", "/", "Correo no deseado", "\\HasNoChildren"),
    ("Exchange, older Spanish", "/", "Correo electrónico no deseado", "\\HasNoChildren"),
    ("Exchange, Italian", "/", "Posta indesiderata", "\\HasNoChildren"),
    ("Exchange, Dutch", "/", "Ongewenste e-mail", "\\HasNoChildren"),
    ("Exchange, Brazilian", "/", "Lixo Eletrônico", "\\HasNoChildren"),
    ("Exchange, Portuguese", "/", "Lixo Eletrónico", "\\HasNoChildren"),
    ("Exchange, Swedish", "/", "Skräppost", "\\HasNoChildren"),
    ("Exchange, Danish", "/", "Uønsket mail", "\\HasNoChildren"),
    ("Exchange, Norwegian", "/", "Søppelpost", "\\HasNoChildren"),
    ("Exchange, Finnish", "/", "Roskaposti", "\\HasNoChildren"),
    ("Exchange, Polish", "/", "Wiadomości-śmieci", "\\HasNoChildren"),
    ("Exchange, Czech", "/", "Nevyžádaná pošta", "\\HasNoChildren"),
    ("Exchange, Slovak", "/", "Nevyžiadaná pošta", "\\HasNoChildren"),
    ("Exchange, Hungarian", "/", "Levélszemét", "\\HasNoChildren"),
    ("Exchange, Romanian", "/", "E-mail nedorit", "\\HasNoChildren"),
    ("Exchange, Bulgarian", "/", "Нежелана поща", "\\HasNoChildren"),
    ("Exchange, Russian", "/", "Нежелательная почта", "\\HasNoChildren"),
    ("Exchange, Ukrainian", "/", "Небажана пошта", "\\HasNoChildren"),
    ("Exchange, Croatian", "/", "Bezvrijedna e-pošta", "\\HasNoChildren"),
    ("Exchange, Slovenian", "/", "Neželena e-pošta", "\\HasNoChildren"),
    ("Exchange, Estonian", "/", "Rämpspost", "\\HasNoChildren"),
    ("Exchange, Latvian", "/", "Mēstules", "\\HasNoChildren"),
    ("Exchange, Lithuanian", "/", "Šlamštas", "\\HasNoChildren"),
    ("Exchange, Greek", "/", "Ανεπιθύμητη αλληλογραφία", "\\HasNoChildren"),
    ("Exchange, Turkish", "/", "Önemsiz E-posta", "\\HasNoChildren"),
    ("Exchange, newer Turkish", "/", "Gereksiz E-posta", "\\HasNoChildren"),
    ("Exchange, Hebrew", "/", "דואר זבל", "\\HasNoChildren"),
    ("Exchange, Arabic", "/", "البريد الإلكتروني غير الهام", "\\HasNoChildren"),
    ("Exchange, Hindi", "/", "जंक ईमेल", "\\HasNoChildren"),
    ("Exchange, Thai", "/", "อีเมลขยะ", "\\HasNoChildren"),
    ("Exchange, Vietnamese", "/", "Email Rác", "\\HasNoChildren"),
    ("Exchange, Indonesian", "/", "Email Sampah", "\\HasNoChildren"),
    ("Exchange, Japanese", "/", "迷惑メール", "\\HasNoChildren"),
    ("Exchange, Chinese", "/", "垃圾邮件", "\\HasNoChildren"),
    ("Exchange, Taiwan", "/", "垃圾郵件", "\\HasNoChildren"),
    ("Exchange, Korean", "/", "정크 메일", "\\HasNoChildren"),
    ("Exchange, Catalan", "/", "Correu brossa", "\\HasNoChildren"),
    ("Exchange, Basque", "/", "Zabor-posta", "\\HasNoChildren"),
    ("Exchange, Icelandic", "/", "Ruslpóstur", "\\HasNoChildren"),
    ("Yahoo", "/", "Bulk", "\\HasNoChildren"),
    ("Yahoo, older", "/", "Bulk Mail", "\\HasNoChildren"),
    ("Yahoo, with attribute", "/", "Bulk", "\\Junk \\HasNoChildren"),
    ("AOL", "/", "Spam", "\\HasNoChildren"),
    ("iCloud", "/", "Junk", ""),
    ("Zoho", "/", "Spam", "\\HasNoChildren \\Junk"),
    ("Fastmail", "/", "Spam", "\\HasNoChildren \\Junk"),
    ("Fastmail, renamed", "/", "Old stuff", "\\HasNoChildren \\Junk"),
    ("Proton Bridge", "/", "Spam", "\\Junk"),
    ("cPanel", ".", "INBOX.spam", "\\HasNoChildren"),
    ("Courier", ".", "INBOX.Junk", "\\HasNoChildren"),
    ("Hostinger", ".", "INBOX.Junk", "\\Junk"),
    ("Dovecot", "/", "Junk", "\\HasNoChildren \\Junk"),
    ("Cyrus", "/", "Junk", "\\HasNoChildren \\junk"),
    ("Cyrus, alternative namespace off", ".", "INBOX.Spam", "\\HasNoChildren"),
    ("IONOS", "/", "Spamverdacht", "\\HasNoChildren"),
    ("Orange", "/", "Indésirables", "\\HasNoChildren"),
    ("Yandex", "|", "Спам", "\\HasNoChildren"),
    ("mail.ru", "/", "Спам", "\\Junk"),
    ("Naver", "/", "스팸메일함", "\\HasNoChildren"),
    ("pymap", "/", "Junk", ""),
    ("no hierarchy", None, "JUNK", ""),
    ("decomposed letters", "/", unicodedata.normalize("NFD", "Courrier indésirable"), "\\HasNoChildren"),
]
DECOYS = [
    "Junk Drawer", "Not Spam", "Spam Reports", "No Junk", "junk-mail-orders", "Anti-Spam", "Spam/Keep", "Junk/2024",
    "Trash", "Deleted Items", "Bulk Orders", "Werbung", "Archive", "Drafts", "Inbox", "Spamalot", "Junkyard Parts",
    "垃圾箱", "Papierkorb", "Corbeille", "Lixo", "Lixeira", "Kosz", "[Gmail]/All Mail", "INBOX.Junk.old",
    "Customer Spam Complaints", "Sp am", "Junk ", "Quarantine", "Bin",
]  # fmt: skip
SENT_LISTS = [
    ("Sent", "\\Sent"), ("Sent Items", ""), ("[Gmail]/Sent Mail", ""), ("[Gmail]/Gesendet", ""), ("INBOX.Sent", ""),
    ("Gesendete Elemente", ""), ("Éléments envoyés", ""), ("Elementos enviados", ""), ("Itens Enviados", ""),
    ("Posta inviata", ""), ("Verzonden items", ""), ("Skickat", ""), ("Sendt post", ""), ("Lähetetyt", ""),
    ("Elementy wysłane", ""), ("Odeslaná pošta", ""), ("Отправленные", ""), ("Gönderilmiş Öğeler", ""),
    ("送信済みアイテム", ""), ("已发送邮件", ""), ("寄件備份", ""), ("보낸 편지함", ""), ("Whatever", "\\Sent"),
]  # fmt: skip


def _folder(name: str, attributes: str = "", delimiter: str | None = "/") -> Folder:
    return Folder(name, frozenset(attributes.split()), delimiter)


@pytest.mark.parametrize("provider, delimiter, name, attributes", JUNK_LISTS, ids=[each[0] for each in JUNK_LISTS])
def test_the_spam_folder_of_each_provider_is_found(
    provider: str, delimiter: str | None, name: str, attributes: str
) -> None:
    others = [_folder(decoy, "\\HasNoChildren", delimiter) for decoy in ("INBOX", "Trash", "Sent", "Orders")]
    spam = _folder(name, attributes, delimiter)
    how = How.ATTRIBUTE if {"\\junk", "\\spam"} & set(attributes.lower().split()) else How.NAME

    assert find([*others, spam], Role.JUNK) == (Found(spam, how),)


@pytest.mark.parametrize("name", DECOYS)
def test_a_name_that_only_resembles_is_no_spam_folder(name: str) -> None:
    assert find([_folder("INBOX"), _folder(name, delimiter="." if "INBOX." in name else "/")], Role.JUNK) == ()


def test_a_full_name_counts_only_where_the_delimiter_cuts_it() -> None:
    assert find([_folder("INBOX.spam", delimiter="/")], Role.JUNK) == ()
    assert find([_folder("INBOX/spam", delimiter=".")], Role.JUNK) == ()


def test_the_attribute_wins_over_the_name() -> None:
    marked, named = _folder("Filtered", "\\JUNK"), _folder("Spam")

    assert find([named, marked], Role.JUNK) == (Found(marked, How.ATTRIBUTE),)


def test_there_may_be_several_spam_folders() -> None:
    folders = [_folder("INBOX"), _folder("Spam"), _folder("Junk"), _folder("Ham")]

    assert [found.folder.name for found in find(folders, Role.JUNK)] == ["Spam", "Junk"]


@pytest.mark.parametrize("attribute", ["\\Noselect", "\\NonExistent", "\\NOSELECT"])
def test_a_folder_without_messages_is_never_found(attribute: str) -> None:
    folder = _folder("Junk", f"\\Junk {attribute}")

    assert find([folder], Role.JUNK) == ()
    with pytest.raises(FolderError, match="holds folders only"):
        find([folder], Role.JUNK, configured=["Junk"])


@pytest.mark.parametrize("name, attributes", SENT_LISTS, ids=[name for name, _ in SENT_LISTS])
def test_the_sent_folder_of_each_provider_is_found(name: str, attributes: str) -> None:
    sent = _folder(name, attributes, "." if name.startswith("INBOX.") else "/")

    assert [found.folder for found in find([_folder("INBOX"), sent, _folder("Drafts")], Role.SENT)] == [sent]


@pytest.mark.parametrize("name", ["INBOX", "Inbox", "inbox"])
def test_the_inbox_has_one_name_in_any_case(name: str) -> None:
    folders = [_folder("Archive/INBOX"), _folder(name)]

    assert [found.folder.name for found in find(folders, Role.INBOX)] == [name]


def test_the_configuration_wins_over_everything() -> None:
    folders = [_folder("Junk", "\\Junk"), _folder("Quarantine"), _folder("Later")]

    found = find(folders, Role.JUNK, configured=["Quarantine", "Later"])

    assert [(each.folder.name, each.how) for each in found] == [
        ("Quarantine", How.CONFIGURATION),
        ("Later", How.CONFIGURATION),
    ]


def test_a_configured_folder_that_is_not_there_names_the_near_ones() -> None:
    folders = [_folder("INBOX.spam", delimiter="."), _folder("INBOX.Sent", delimiter=".")]

    with pytest.raises(FolderError, match=r"no folder 'INBOX\.Spam'") as caught:
        find(folders, Role.JUNK, configured=["INBOX.Spam"])

    assert "'INBOX.spam'" in caught.value.hint


def test_only_the_configuration_names_folders_to_watch() -> None:
    assert find([_folder("Junk"), _folder("Archive")], Role.WATCH) == ()


def test_no_name_stands_for_both_spam_and_sent_mail() -> None:
    junk, sent = (
        {name.casefold() for names in table.values() for name in names}
        for table in (folder_names.JUNK, folder_names.SENT)
    )

    assert not junk & sent
    assert len(junk) >= 60
    assert len(folder_names.JUNK) >= 25
