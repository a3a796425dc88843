"""The words by which pages tell transcripts, and what is none, in the languages that podcasts are made in."""

import re

# "Transcript" as it begins, in headings, links, classes and addresses.
_TRANSCRIPT = "|".join(
    "trans[ck]ri(?:p[ct]|bci[oó]n|zion|ção|cao) trascri(?:zion|tt) transkri[pb] transkryp utskrift udskrift "
    "avskrift átirat přepis prepis deşifre tekstivastine расшифровк стенограмм транскри "
    "文字起こし 書き起こし 書起こし 書きおこし 文字おこし 全文 逐字稿 文字稿 文稿 "
    "녹취록 스크립트 대본 תמלול تفريغ απομαγνητοφών "
    "ถอดความ".split()
)
NAMES_TRANSCRIPT = re.compile(_TRANSCRIPT, re.IGNORECASE)
TRANSCRIPT_TITLE = re.compile(
    rf"\W*(?:\d+[.)]\s*)?(?:[^\W\d_]+[\s:–-]+){{0,4}}?(?:[^\W_]{{0,20}}-)?(?:{_TRANSCRIPT})\w{{0,12}}\b.{{0,60}}\Z",
    re.IGNORECASE | re.DOTALL,
)


def _any(*phrases: str) -> str:
    return "|".join(phrases)


# What a link or button to a transcript says, as against the heading of one.
LEADS_ELSEWHERE = re.compile(
    r"\b(?:download|view|get|open|click|all|other|browse|request|previous|next|archive|herunterladen|"
    r"télécharger|descargar|scaric\w+|baixar)\b",
    re.IGNORECASE,
)
_AFTERWORDS = _any(
    r"comments?|responses?|replies|leave a|join the (?:conversation|discussion)|discussion about",
    r"related|share|subscribe|newsletter|more (?:episodes|from|stories|podcasts)|other episodes",
    r"recent|latest|popular|about the|about us|you (?:may|might) also|keep reading|read next|up next",
    r"links|show ?notes|resources|references|further reading|credits|sponsors?|support|previous|next",
    r"tags?|categories|filed under|sign up|follow|contact|listen (?:on|to)|enjoyed? this",
    r"kommentare?|ähnliche|weitere|teilen|abonnieren|shownotes|schreibe einen|verwandte|mehr folgen",
    r"commentaires?|partager|articles? (?:liés|similaires)|à lire|comentarios?|compartir|relacionad\w+",
    r"comentários?|compartilh\w+|commenti|condividi|correlati|reacties|delen",
    r"コメント|関連|シェア|共有|댓글|评论|分享|相关",
)
AFTERWORD = re.compile(rf"\W*(?:\d+\s+)?(?:{_AFTERWORDS})(?:\b|\Z|[\s:：(])", re.IGNORECASE)
TEASER = re.compile(
    _any(
        r"(?:read|see|view|get|find|download|access|unlock) (?:the |our |a )?"
        r"(?:full|complete|entire|rest of the) (?:episode |interview )?transcript",
        r"transcripts? (?:is|are|will be)(?: only| made)? (?:available|accessible|coming)",
        r"transcript coming soon|transcript (?:not |un)available|continue reading|keep reading|read more",
        r"\[…\]|\[\.\.\.\.?\]|(?:vollständige|ganze)[sn]? transkript|weiterlesen",
        r"lire la (?:suite|transcription)|transcripción completa|leer más|leia mais|leggi tutto|続きを読む",
    ),
    re.IGNORECASE,
)
PAYWALL = re.compile(
    _any(
        r"subscribe (?:now |today )?to (?:continue|read|keep|unlock|access|get)",
        r"already (?:a |an? )?(?:paid )?(?:subscriber|member)|(?:subscribers|members)[- ]only",
        r"(?:for|to) (?:paid|paying|premium) (?:subscribers|members)|free trial",
        r"this (?:post|episode|transcript|content|page) is (?:only )?for",
        r"become a (?:paid )?(?:member|subscriber|patron) to|upgrade to (?:paid|read|unlock)",
        r"unlock (?:this|the|full)|(?:log ?in|sign in) to (?:continue|read|view)",
        r"nur für (?:abonnent|mitglied)|jetzt abonnieren|réservé aux abonnés|solo para suscriptores",
        r"riservato agli abbonati|exclusivo para assinantes|会員限定|有料会員",
    ),
    re.IGNORECASE,
)
_ERRORS = _any(
    r"error\b|[45]\d\d\b|not found|page not found|access denied|forbidden|unauthori[sz]ed|bad gateway",
    r"service unavailable|just a moment|attention required|are you a robot|captcha|oops|sorry|sign in",
    r"log ?in|before you continue|one moment|redirecting|checking your browser|security check|verify you",
    r"seite nicht gefunden|page introuvable|página no encontrada|pagina non trovata|ページが見つかりません",
)
_ERRORS_WITHIN = _any(
    r"\bpage not found|\bnot found\b|access denied|\b404\b|nicht gefunden|introuvable|no encontrada",
    r"non trovata|見つかりません",
)
ERROR_TITLE = re.compile(rf"\W*(?:{_ERRORS})|.{{0,60}}(?:{_ERRORS_WITHIN})", re.IGNORECASE)
_GUESTS = (
    r"(?:joins?|speaks? (?:to|with)|talks? (?:to|with)|sits? down with|is joined by|chats? with|interviews)\b"
    r".{0,80}\b(?:to (?:discuss|talk|explore|share|explain)|about)"
)
# Headings of lists of them.
TRANSCRIPTS = re.compile(
    r"\b(?:transcripts|transkripte|transcripciones|transcrições|trascrizioni|transcripties)\b", re.IGNORECASE
)
# Who speaks says I, we and you; who writes of something does so seldom.
PERSONS = frozenset(
    "i i'm i've i'll i'd we we're we've we'll you you're you've you'll your our us my me "
    "ich wir du ihr mir mich uns dir dich euch je j'ai nous vous tu moi mon ma notre votre "
    "yo nosotros tú usted ustedes mi nos te eu nós você vocês meu minha io noi voi ci "
    "ik wij jij jullie mij mijn ons jag vi du dig mig jeg dere oss".split()
)
# How texts about an episode speak of it; who speaks in one rarely does so.
ABOUT_EPISODE = re.compile(
    _any(
        r"\bin (?:this|today['’]s|the latest|the new|our latest|her|his|their|a recent|a new) "
        r"(?:episode|podcast|conversation|interview|instal)",
        rf"\b{_GUESTS}",
        r"\blisten (?:to|here|now|on|below|above|in)\b|show ?notes|you['’]ll (?:learn|hear|discover)",
        r"(?:accept|use|uses|manage) (?:all )?cookies|privacy policy|terms of (?:service|use)|your consent",
        r"topics (?:covered|discussed)|key (?:takeaways?|points|moments)",
        r"(?:in|on) the (?:podcast|episode|show)\b|apple podcasts|spotify",
        r"in dieser (?:folge|episode)|zu gast|dans cet épisode|en este episodio",
        r"neste episódio|in questo episodio|今回の(?:ゲスト|エピソード)",
    ),
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"[”\"’]\s*(?:said|says|tells?|told|explain(?:s|ed)|ad(?:ds|ded)|recalls?|recalled|argues?|notes?|he|she|they)\b"
    r"|\b(?:he|she|they) (?:said|says|told|explained|adds?|added|recalled)\b",
    re.IGNORECASE,
)
_NOT_MAIN = _any(
    r"comments?|respond|disqus|sidebar|share|sharing|sharedaddy|social|related|recommend(?:ed|ations)?",
    r"cookies?|consent|gdpr|newsletter|subscribe|subscription|signup|sign-up|menu|navbar|nav|breadcrumbs?",
    r"pagination|pager|advert(?:isement)?s?|ads?|promo|sponsor(?:s|ed)?|popup|modal|masthead|skip-link",
    r"byline|footer|toc|table-of-contents|author-bio|author-box|player|paywall|post-meta|entry-meta|tags",
    r"visually-hidden|sr-only|screen-reader-text|headerlink|tooltip|jp-relatedposts|toolbar|search|print",
    r"copyright|disclaimer",
)
NOT_MAIN = re.compile(rf"(?:^|[\s_-])(?:{_NOT_MAIN})(?:$|[\s_-])", re.IGNORECASE)
