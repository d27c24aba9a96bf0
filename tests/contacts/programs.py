"""How mail programs write an answer: the writer's words, his signature and what he answers, as text and as a page.

Written after what the programs send; names and details are invented. `{own}`, `{sign}` and `{quoted}` are put in as
lines (`{marked}`: the quoted ones, each with `> `), in pages joined by line breaks.
"""

from __future__ import annotations

import html
from email.message import EmailMessage

OWN = "Hello Jane,\nyour parcel left our warehouse today."
SIGN = "Best regards,\nJohn Miller\nExample Shop LLC\n+1 479 273 4000"
QUOTED = (
    "Where is my parcel? Call me at +1 212 736 5000.\n12 Oak Street\nDallas, TX 75201\njane@mail.example"
    "\nhttps://www.customer.example/\n\nThanks,\nJane"
)

PLAIN = {
    "gmail": (
        "{own}\n\n{sign}\n\nOn Mon, Nov 2, 2026 at 3:04 PM Jane Customer <\n0123abc@relay.example> wrote:\n\n{marked}\n"
    ),
    "outlook": (
        "{own}\n\n{sign}\n\nFrom: Jane Customer <0123abc@relay.example>\nSent: Monday, November 2, 2026 3:04 PM\n"
        "To: support@shop.example\nSubject: Where is my parcel?\n\n{quoted}\n"
    ),
    "outlook-old": (
        "{own}\n\n{sign}\n\n-----Original Message-----\nFrom: Jane Customer [mailto:0123abc@relay.example]\n"
        "Sent: Monday, November 2, 2026 3:04 PM\nTo: support@shop.example\nSubject: Parcel\n\n{quoted}\n"
    ),
    "outlook-web": (
        "{own}\n\n{sign}\n________________________________\nFrom: Jane Customer <0123abc@relay.example>\n"
        "Sent: Monday, November 2, 2026 3:04 PM\nTo: Shop <support@shop.example>\nSubject: Parcel\n\n{quoted}\n"
    ),
    "outlook-mobile": (
        "{own}\n\n{sign}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "From: Jane Customer <0123abc@relay.example>\nSent: Monday, November 2, 2026 3:04:05 PM\n"
        "To: Shop <support@shop.example>\nSubject: Parcel\n\n{quoted}\n"
    ),
    "apple-mail": (
        "{own}\n\n{sign}\n\n> On Nov 2, 2026, at 3:04 PM, Jane <0123abc@relay.example> wrote:\n> \n{marked}\n"
    ),
    "ios": (
        "{own}\n\n{sign}\n\nSent from my iPhone\n\n> On Nov 2, 2026, at 15:04, Jane <0123abc@relay.example> "
        "wrote:\n> \n{marked}\n"
    ),
    "thunderbird": "{own}\n\n-- \n{sign}\n\nOn 11/2/26 15:04, Jane Customer wrote:\n{marked}\n",
    "thunderbird-below": "On 11/2/26 15:04, Jane Customer wrote:\n{marked}\n\n{own}\n\n-- \n{sign}\n",
    "yahoo": (
        "{own}\n\n{sign}\n\n    On Monday, November 2, 2026 at 03:04:05 PM CST, Jane Customer "
        "<0123abc@relay.example> wrote:  "
        "\n \n {quoted}\n"
    ),
    "gmail-android": (
        "{own}\n\n{sign}\n\nOn Mon, 2 Nov 2026, 15:04 Jane Customer, <0123abc@relay.example> wrote:\n\n{marked}\n"
    ),
    "samsung": (
        "{own}\n\n{sign}\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Jane "
        "<0123abc@relay.example>\n"
        "Date: 11/2/26 3:04 PM (GMT-06:00)\nTo: support@shop.example\nSubject: Parcel\n\n{quoted}\n"
    ),
    "proton": (
        "{own}\n\n{sign}\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email.\n\n"
        "On Monday, November 2nd, 2026 at 3:04 PM, Jane <0123abc@relay.example> wrote:\n\n{marked}\n"
    ),
    "zoho": (
        "{own}\n\n{sign}\n\n---- On Mon, 02 Nov 2026 15:04:05 -0600 Jane <0123abc@relay.example> wrote "
        "----\n\n{quoted}\n"
    ),
    "em-client": (
        '{own}\n\n{sign}\n\n------ Original Message ------\nFrom: "Jane" <0123abc@relay.example>\nTo: '
        "support@shop.example\n"
        "Sent: 11/2/2026 3:04:05 PM\nSubject: Parcel\n\n{marked}\n"
    ),
    "k-9": (
        "{own}\n\n{sign}\n\nOn November 2, 2026 3:04:05 PM GMT+01:00, Jane <0123abc@relay.example> wrote:\n{marked}\n"
    ),
    "roundcube": "{own}\n\n---\n{sign}\n\nOn 2026-11-02 15:04, Jane Customer wrote:\n{marked}\n",
    "mutt": "On Mon, Nov 02, 2026 at 03:04:05PM +0000, Jane Customer wrote:\n{marked}\n\n{own}\n\n-- \n{sign}\n",
    "zendesk": "{own}\n\n{sign}\n\n##- Please type your reply above this line -##\n\n{quoted}\n",
    "freshdesk": "{own}\n\n{sign}\n\nOn Mon, 2 Nov at 3:04 PM , Jane <0123abc@relay.example> wrote:\n{quoted}\n",
    "help-scout": (
        "{own}\n\n{sign}\n\n-- Reply above this line --\n\nOn Nov 2, 2026, at 3:04pm, Jane wrote:\n{quoted}\n"
    ),
    "windows-mail": (
        "{own}\n\n{sign}\n\nSent from Mail for Windows\n\nFrom: Jane Customer\nSent: Monday, November 2, 2026 3:04 PM\n"
        "To: support@shop.example\nSubject: Parcel\n\n{quoted}\n"
    ),
}

_OUTLOOK_FIELDS = (
    "<b>From:</b> Jane &lt;0123abc@relay.example&gt;<br><b>Sent:</b> Monday, November 2, 2026 3:04 PM<br>"
    "<b>To:</b> support@shop.example<br><b>Subject:</b> Parcel"
)
PAGES = {
    "gmail": (
        '<div dir="ltr">{own}<br><br><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" '
        'class="gmail_signature">'
        '{sign}</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        'class="gmail_attr">On Mon, Nov 2,'
        ' 2026 at 3:04 PM Jane &lt;<a href="mailto:0123abc@relay.example">0123abc@relay.example</a>&gt; '
        "wrote:<br></div>"
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid">'
        "{quoted}</blockquote></div>"
    ),
    "outlook": (
        '<div class="WordSection1"><p class="MsoNormal">{own}</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<p class="MsoNormal">'
        '{sign}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p '
        'class="MsoNormal">' + _OUTLOOK_FIELDS + '</p></div><p class="MsoNormal">{quoted}</p></div>'
    ),
    "outlook-web": (
        '<div class="elementToProof">{own}</div><div id="Signature">{sign}</div><div id="appendonsend"></div><hr>'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">' + _OUTLOOK_FIELDS + "</font><div>&nbsp;</div></div>"
        "<div>{quoted}</div>"
    ),
    "outlook-mobile": (
        '<div dir="auto">{own}</div><div id="ms-outlook-mobile-signature">{sign}</div>'
        '<div id="mail-editor-reference-message-container"><hr>' + _OUTLOOK_FIELDS + "<div>{quoted}</div></div>"
    ),
    "apple-mail": (
        '<div>{own}</div><br id="lineBreakAtBeginningOfMessage"><div><div>{sign}</div></div><div><br>'
        '<blockquote type="cite">'
        "<div>On Nov 2, 2026, at 3:04 PM, Jane &lt;0123abc@relay.example&gt; wrote:</div><br><div>"
        "{quoted}</div></blockquote></div>"
    ),
    "ios": (
        '<div dir="ltr">{own}</div><br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{sign}</div><div '
        'dir="ltr"><br>'
        '<blockquote type="cite">On Nov 2, 2026, at 15:04, Jane wrote:<br><br></blockquote></div><blockquote '
        'type="cite">'
        '<div dir="ltr">{quoted}</div></blockquote>'
    ),
    "thunderbird": (
        '<p>{own}</p><div class="moz-signature">-- <br>{sign}</div><div class="moz-cite-prefix">On 11/2/26 '
        "15:04, Jane wrote:<br>"
        '</div><blockquote type="cite" cite="mid:1@relay.example">{quoted}</blockquote>'
    ),
    "thunderbird-below": (
        '<div class="moz-cite-prefix">On 11/2/26 15:04, Jane wrote:<br></div><blockquote type="cite" '
        'cite="mid:1@relay.example">'
        '{quoted}</blockquote><p>{own}</p><pre class="moz-signature" cols="72">-- \n{sign}</pre>'
    ),
    "yahoo": (
        '<div class="ydp1yahoo-style-wrap"><div>{own}</div><div class="ydp2signature yahoo-signature">'
        "{sign}</div></div>"
        '<div id="ydp3yahoo_quoted_0123" class="yahoo_quoted"><div>On Monday, November 2, 2026 at 03:04:05 '
        "PM CST, Jane wrote:"
        "</div><div>{quoted}</div></div>"
    ),
    "samsung": (
        '<div dir="auto">{own}</div><div dir="auto"><br></div><div id="composer_signature" dir="auto">{sign}</div>'
        "<div><br></div><div>-------- Original message --------</div><div>From: Jane "
        "&lt;0123abc@relay.example&gt; </div>"
        "<div>Date: 11/2/26  3:04 PM  (GMT-06:00) </div><div>To: support@shop.example </div><div>Subject: "
        "Parcel </div><div>{quoted}</div>"
    ),
    "proton": (
        '<div style="font-family: Arial">{own}</div><div class="protonmail_signature_block"><div>{sign}</div></div>'
        '<div class="protonmail_quote">On Monday, November 2nd, 2026 at 3:04 PM, Jane wrote:<br><blockquote '
        'class="protonmail_quote"'
        ' type="cite">{quoted}</blockquote></div>'
    ),
    "zoho": (
        '<div>{own}</div><div id="Zm-_Id_-Sgn">{sign}</div><div class="zmail_extra_hr" style="border-top: '
        '1px solid"></div>'
        '<div class="zmail_extra"><div>---- On Mon, 02 Nov 2026 15:04:05 -0600 <b>Jane '
        "&lt;0123abc@relay.example&gt;</b> wrote ----</div>"
        '<blockquote id="blockquote_zmail">{quoted}</blockquote></div>'
    ),
    "em-client": (
        "<div>{own}</div><div>{sign}</div><div>------ Original Message ------</div><div>From: Jane</div><div>"
        "To: support@shop.example</div>"
        '<div>Sent: 11/2/2026 3:04:05 PM</div><blockquote cite="x" type="cite" class="cite2">{quoted}</blockquote>'
    ),
    "k-9": (
        '{own}<br><br><div class="k9mail-signature">{sign}</div><div class="gmail_quote">On November 2, 2026 '
        "3:04:05 PM GMT+01:00, Jane"
        ' &lt;0123abc@relay.example&gt; wrote:<blockquote class="gmail_quote">{quoted}</blockquote></div>'
    ),
    "roundcube": (
        '<p>{own}</p><div id="_rc_sig">{sign}</div><p id="reply-intro">On 2026-11-02 15:04, Jane Customer wrote:</p>'
        '<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid">{quoted}</blockquote>'
    ),
    "gmx": (
        '<div>{own}</div><div class="signature">{sign}</div><div name="quote" style="margin:10px 5px 5px '
        "10px;border-left:2px solid"
        ' #C3D9E5;"><div><b>Gesendet:</b> Montag, 02. November 2026<br/><b>Von:</b> Jane</div><div>{quoted}</div></div>'
    ),
    "spark": (
        '<div name="messageBodySection">{own}</div><div name="messageSignatureSection">{sign}</div><div '
        'name="messageReplySection">'
        "On Nov 2, 2026, 3:04 PM -0600, Jane, wrote:<br/><blockquote>{quoted}</blockquote></div>"
    ),
    "zendesk": (
        "<div>{own}</div><div>{sign}</div><div>##- Please type your reply above this line -##</div><div "
        'class="zd-comment">{quoted}</div>'
    ),
    "freshdesk": (
        '<div>{own}<br>{sign}</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Mon, '
        "2 Nov at 3:04 PM ,"
        " Jane wrote:<br>{quoted}</blockquote></div>"
    ),
}

# An attribution as each language's programs write it; the quotation behind it has no marks.
ATTRIBUTIONS = (
    "On Mon, 2 Nov 2026 at 15:04, Jane Customer <0123abc@relay.example> wrote:",
    "On Mon, 2 Nov 2026 at 15:04, Jane Customer <\n0123abc@relay.example>\nwrote:",
    "Am Mo., 2. Nov. 2026 um 15:04 Uhr schrieb Jane Customer <\n0123abc@relay.example>:",
    "Am 02.11.26 um 15:04 schrieb Jane Customer:",
    "Jane Customer <0123abc@relay.example> schrieb am Mo., 2. Nov. 2026, 15:04:",
    "Le lun. 2 nov. 2026 à 15:04, Jane Customer <0123abc@relay.example> a\nécrit :",
    "Le 02/11/2026 à 15:04, Jane Customer a écrit\xa0:",
    "El lun, 2 nov 2026 a las 15:04, Jane Customer (<0123abc@relay.example>)\nescribió:",
    "El 2/11/26 a las 15:04, Jane Customer escribió:",
    "Il giorno lun 2 nov 2026 alle ore 15:04 Jane Customer <\n0123abc@relay.example> ha scritto:",
    "Il 02/11/26 15:04, Jane Customer ha scritto:",
    "Em seg., 2 de nov. de 2026 às 15:04, Jane Customer <\n0123abc@relay.example> escreveu:",
    "Op ma 2 nov 2026 om 15:04 schreef Jane Customer <0123abc@relay.example>:",
    "Op 02-11-2026 om 15:04 schreef Jane Customer:",
    "pon., 2 lis 2026 o 15:04 Jane Customer <0123abc@relay.example> napisał(a):",
    "W dniu 02.11.2026 o 15:04, Jane Customer pisze:",
    "Dnia 2 listopada 2026 15:04 Jane Customer <0123abc@relay.example> napisał(a):",
    "2026年11月2日(月) 15:04 Jane Customer <0123abc@relay.example>:",
    "2026/11/02 15:04、Jane Customer <0123abc@relay.example>のメール:",
    "On 2026/11/02 15:04, Jane Customer wrote:",
    "On 11/2/26, Jane Customer wrote:",
    "Den mån 2 nov. 2026 kl 15:04 skrev Jane Customer <0123abc@relay.example>:",
    "---- On Mon, 02 Nov 2026 15:04:05 -0600 Jane <0123abc@relay.example> wrote ----",
    "-----Ursprüngliche Nachricht-----\nVon: Jane\nGesendet: Montag, 2. November 2026 15:04\nAn: shop\nBetreff: Paket",
    "Von: Jane Customer\nGesendet: Montag, 2. November 2026 15:04\nAn: support@shop.example\nBetreff: Paket",
    "De : Jane Customer\nEnvoyé : lundi 2 novembre 2026 15:04\nÀ : support@shop.example\nObjet : Colis",
    "De: Jane Customer\nEnviado: lunes, 2 de noviembre de 2026 15:04\nPara: support@shop.example\nAsunto: Paquete",
    "Da: Jane Customer\nInviato: lunedì 2 novembre 2026 15:04\nA: support@shop.example\nOggetto: Pacco",
    "De: Jane Customer\nEnviada em: segunda-feira, 2 de novembro de 2026 15:04\nPara: shop\nAssunto: Pacote",
    "Van: Jane Customer\nVerzonden: maandag 2 november 2026 15:04\nAan: support@shop.example\nOnderwerp: Pakket",
    "Od: Jane Customer\nWysłano: poniedziałek, 2 listopada 2026 15:04\nDo: support@shop.example\nTemat: Paczka",
    "差出人: Jane Customer\n送信日時: 2026年11月2日 15:04\n宛先: support@shop.example\n件名: 荷物",
    "*From:* Jane Customer <0123abc@relay.example>\n*Sent:* Monday, November 2, 2026 3:04 PM\n*To:* "
    "shop\n*Subject:* Parcel",
    "---------- Forwarded message ---------\nFrom: Jane <0123abc@relay.example>\nDate: Mon, Nov 2, "
    "2026\nTo: <s@shop.example>",
    "-------- Message d'origine --------\nDe : Jane\nDate : 02/11/2026 15:04\nÀ : shop\nObjet : Colis",
)

# How people close a letter, and what programs put there.
CLOSINGS = (
    *(
        "Best regards,",
        "Kind regards",
        "Thanks,",
        "Thank you!",
        "Sincerely,",
        "Cheers",
        "Regards",
        "Thanks for waiting,",
    ),
    *("Mit freundlichen Grüßen", "Viele Grüße", "Cordialement,", "Bien à vous", "Saludos,", "Un saludo"),
    *("Cordiali saluti",),
    *("Atenciosamente,", "Obrigado,", "Met vriendelijke groet,", "Z poważaniem", "Pozdrawiam"),
    "よろしくお願いいたします。",
    *(
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "-- ",
        "--",
        "_____",
        "Get Outlook for Android<https://aka.ms/x>",
    ),
)


def plain(program: str, own: str = OWN, sign: str = SIGN, quoted: str = QUOTED) -> str:
    marked = "\n".join(f"> {line}" for line in quoted.split("\n"))
    return PLAIN[program].format(own=own, sign=sign, quoted=quoted, marked=marked)


def page(program: str, own: str = OWN, sign: str = SIGN, quoted: str = QUOTED) -> str:
    lines = {"own": own, "sign": sign, "quoted": quoted}
    return PAGES[program].format(**{name: html.escape(text).replace("\n", "<br>\n") for name, text in lines.items()})


def sent(text: str = "", page: str = "") -> bytes:
    """A message of a shop, with a plain part, a page, or both."""
    message = EmailMessage()
    message["From"], message["To"] = "Example Shop <support@shop.example>", "0123abc@relay.example"
    message["Subject"] = "Re: Where is my parcel?"
    if text or not page:
        message.set_content(text)
    if page and text:
        message.add_alternative(page, subtype="html")
    elif page:
        message.set_content(page, subtype="html")
    return message.as_bytes()
