"""What mail programs and their users write around a quotation, in the languages of the marketplaces.

Collected from the programs' own translations as mail shows them; tests/contacts/test_quoting.py holds one of each.
All in lower case.
"""

from __future__ import annotations

import re

# The verb of a line such as "On Mon, 2 Nov 2026 at 15:04, Jane <jane@mail.example> wrote:".
WROTE = re.compile(
    r"\bwrote\b|\bwrites\b|\bschrieb\b|\bgeschrieben\b|\ba écrit\b|\becrit\b|\bescribió\b|\bescribio\b|\bha scritto\b"
    r"|\bscrive(?:va)?\b|\bescreveu\b|\bschreef\b|\bgeschreven\b|\bnapisał(?:a|\(a\)|\b)|\bpisze\b|\bnadesłał"
    r"|\bskrev\b|\bkirjoitti\b|\bnapsal(?:a|\(a\)|\b)|\bnapísal|\bírta\b|\byazdı\b|написал|пишет"
    r"|のメール|のメッセージ|書きました|は書いた|写道|寫道|작성",
    re.IGNORECASE,
)
# How such a line begins: a preposition, a day of the week or a date.
BEGINS_A_DATE = re.compile(
    r"\W{0,3}(?:on|am|le|el|il(?: giorno)?|em|no dia|op|w dniu|dnia|den|dne|dňa|il|a\(z\)|lun|mar|mer|mié|mie"
    r"|mi|jeu|jue"
    r"|ven|vie|sam|sáb|sab|dim|dom|gio|pon|wt|śr|czw|pt|sob|niedz|mon|tue|wed|thu|fri|sat|sun|seg|ter|qua|qui|sex)\b"
    r"|[(\W]?\d{1,4}[./年-] ?\d{1,2}[./月-] ?\d{1,4}|\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.? (?:de )?\d{4}",
    re.IGNORECASE,
)
# What tells a line about a message from a sentence of the writer: a time, a year or an address.
SAYS_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|\d[/-]\d{1,2}[/-]\d{2}|\d時|\b20\d\d\b|20\d\d年|@")
JAPANESE_DATE = re.compile(r"\W{0,2}\d{4}[年/.-] ?\d{1,2}[月/.-] ?\d{1,2}.*<[^<>\s]{1,250}@[^<>\s]{1,250}>\s*[:：]\Z")

ORIGINAL_MESSAGE = frozenset(
    {
        *("original message", "original-message", "forwarded message", "reply message", "begin forwarded message"),
        *("ursprüngliche nachricht", "originalnachricht", "original-nachricht", "weitergeleitete nachricht"),
        *("ursprüngliche mitteilung", "message d'origine", "message original", "message initial", "message transféré"),
        *("message d’origine", "mensaje original", "mensaje reenviado", "mensaje de origen"),
        *("messaggio originale", "messaggio inoltrato", "mensagem original", "mensagem encaminhada"),
        *("oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "doorgestuurd bericht"),
        *("wiadomość oryginalna", "oryginalna wiadomość", "pierwotna wiadomość", "wiadomość przekazana"),
        *("wiadomość oryg.", "元のメッセージ", "元のメール", "転送メッセージ", "原始邮件", "原始郵件", "원본 메시지"),
        *("ursprungligt meddelande", "oprindelig meddelelse", "původní zpráva", "original appointment"),
        *("исходное сообщение", "пересылаемое сообщение"),
    }
)

FROM, DATE, TO, SUBJECT = "from", "date", "to", "subject"
_FIELDS = {
    FROM: "from|von|de|da|van|od|från|fra|expéditeur|remitente|mittente|afzender|nadawca|absender"
    "|差出人|送信者|送信元|发件人|寄件者|보낸 사람|от|feladó|lähettäjä",
    DATE: "sent|date|date sent|sent on|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|enviada"
    "|enviado em"
    "|enviada em|fecha|data|date d'envoi|inviato|inviata|inviato il|verzonden|verzonden op|wysłano|wysłane"
    "|data wysłania"
    "|skickat|sendt|dato|送信日時|送信日|日付|日時|发送时间|日期|날짜|odesláno|дата|отправлено",
    TO: "to|an|à|a|para|per|aan|do|till|til|komu|destinataire|destinatario|destinatário|adresat|empfänger"
    "|宛先|收件人|받는 사람|кому|címzett",
    SUBJECT: "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|ämne|emne"
    "|件名|主题|主旨|제목|předmět|тема|tárgy",
}
FIELDS = {name: kind for kind, names in _FIELDS.items() for name in names.split("|")}

# Help desks put it above the history of a case: Zendesk, Help Scout, Freshdesk and their kin.
REPLY_ABOVE = re.compile(
    r"\breply above th(?:is|e)\b.{0,20}\bline\b|antwort(?:en)? (?:ober|über)(?:halb)? dieser (?:zeile|linie)"
    r"|au-dessus de cette ligne|(?:encima|arriba) de esta línea|sopra (?:di )?questa (?:riga|linea)"
    r"|acima desta linha|boven deze (?:regel|lijn)|(?:powyżej|nad) t(?:ej linii|ą linią)|この行より上|この線より上",
    re.IGNORECASE,
)

# A line that a program adds of itself; its link is the program's, not the writer's.
_PROGRAM = (
    r"i(?:phone|pad|pod|os|cloud)|apple|android|galaxy|samsung|huawei|xiaomi|pixel|blackberry|(?:smart"
    r"|mobil?e? ?|cell ?)?phones?"
    r"|handy|telefon\w{0,3}|téléphone|teléfono|telefono|telemóvel|telefoon|mobil\w{0,4}|móvil|celular|cellulare"
    r"|devices?"
    r"|outlook|mail for|mail app|courrier pour|correo para|yahoo|aol|gmail|gmx|web\.de|t-online|proton\w{0,4}"
    r"|tutanota|tuta|zoho"
    r"|bluemail|typeapp|spark|superhuman|mailspring|aqua ?mail|edison|canary|airmail|k-9|thunderbird|em client"
    r"|roundcube|hey"
)
ADVERTISEMENT = re.compile(
    r"\W{0,3}(?:(?:sent (?:from|with|via|by|using)|gesendet (?:von|mit|über|aus)"
    r"|envoyée? (?:de|depuis|à partir|avec|par|via)"
    r"|enviad[oa] (?:desde|de|do|da|con|com|a partir|por|via|mediante)|inviat[oa] (?:da|dal|con|via|tramite)"
    r"|verzonden (?:vanaf|vanuit|met|via|van)|wysłan[eoy] (?:z|ze|przy|za)|skickat från|sendt fra) [^.]{0,30}"
    rf"\b(?:{_PROGRAM})\b|von meinem [^.]{{0,30}} gesendet|diese nachricht wurde von mein"
    r"|(?:get|holen sie sich|télécharge[rz]|obtenir|obtener|obter o|obtenha o|scarica|ottieni|download"
    r"|pobierz(?: program| aplikację)?)"
    r" (?:outlook|bluemail|typeapp)|outlook (?:für|voor)|virus-?free|virenfrei|garanti sans virus|sans virus"
    r"|libre de virus"
    r"|sin virus|senza virus|privo di virus|livre de vírus|virusvrij|wolne od wirusów|[^.]{0,20}から送信)",
    re.IGNORECASE,
)

# Whose link a program puts below a message without a word of its own in the line.
ADVERTISERS = frozenset(
    {"avast.com", "avg.com", "aka.ms", "proton.me", "protonmail.com", "mailbird.com", "emclient.com"}
)

_CLOSINGS = (
    "best regards|kind regards|kindest regards|warm regards|warmest regards|regards|best wishes|warm wishes"
    "|best|sincerely"
    "|yours sincerely|sincerely yours|yours truly|yours faithfully|respectfully|cheers|thanks|thank you|many thanks"
    "|thanks again|thank you again|thanks so much|thx|all the best|with best regards|with kind regards"
    "|cordially|take care"
    "|have a great day|have a nice day|with appreciation|br|kr"
    "|mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit besten grüßen|freundliche grüße"
    "|freundliche grüsse|viele grüße|viele grüsse|beste grüße|beste grüsse|liebe grüße|herzliche grüße"
    "|schöne grüße|gruß|grüße|mfg|vg|lg|danke"
    "|vielen dank|besten dank|hochachtungsvoll"
    "|cordialement|bien cordialement|très cordialement|bien à vous|salutations|meilleures salutations"
    "|sincères salutations|merci"
    "|merci d'avance|bonne journée|avec nos remerciements|bien à toi|respectueusement"
    "|saludos|saludos cordiales|un saludo|un cordial saludo|cordialmente|atentamente|muchas gracias|gracias"
    "|reciba un cordial saludo"
    "|le saluda atentamente"
    "|cordiali saluti|distinti saluti|saluti|un saluto|un cordiale saluto|grazie|grazie mille|a presto|buona giornata"
    "|atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|obrigado|obrigada"
    "|muito obrigado|um abraço|abraços|att"
    "|com os meus cumprimentos"
    "|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|hartelijke groet"
    "|hartelijke groeten"
    "|groeten|groetjes|bedankt|alvast bedankt|dank u|mvg|hoogachtend"
    "|pozdrawiam|pozdrawiamy|z poważaniem|serdecznie pozdrawiam|dziękuję|dziękujemy|z wyrazami szacunku"
    "|serdeczne pozdrowienia|pozdrowienia"
    "|よろしくお願いいたします|よろしくお願いします|よろしくお願い致します|宜しくお願いいたします|宜しくお願い致します|敬具|以上"
    "|med vänliga hälsningar|vänliga hälsningar|med venlig hilsen|mvh|s pozdravem|с уважением"
)
CLOSINGS = tuple(sorted(_CLOSINGS.split("|"), key=len, reverse=True))

# How the paragraphs begin that companies put below a signature.
DISCLAIMER = re.compile(
    r"\W{0,3}(?:confidential|disclaimer|notice|privileged|caution|this (?:e-?mail|message|communication)"
    r"|the information"
    r"|please consider the|diese (?:e-?mail|nachricht)|vertraulich|der inhalt dieser|hinweis|ce (?:message"
    r"|courriel)|avis"
    r"|este (?:mensaje|correo|e-?mail)|aviso|esta (?:mensagem|comunicación)|questo messaggio|le informazioni"
    r"|dit bericht"
    r"|deze e-?mail|ta wiadomość|niniejsza|本メール|このメール)",
    re.IGNORECASE,
)
