"""What question making knows about languages other than English, and which grammar serves which tag."""

import re
from collections.abc import Mapping
from functools import lru_cache

from episcribe.study.questions.english import ENGLISH
from episcribe.study.questions.grammar import Grammar, words
from episcribe.text.words import base_language, stopwords

_NEVER = re.compile(r"(?!)")
_UNITS = (
    r"(?:%|prozent|pour\s*cents?|por\s*ciento|per\s*cento|por\s*cento|procent|percent|euros?|dollars?|"
    r"dólares|dollari|"
    r"{words}|[kmgt]b|[kmgt]o|[mk]?hz|bitcoins?|kilogramm\w*|kilo\w*|gramm\w*|liter\w*|litr\w*|bytes?|"
    r"bits?|km|kg|cm|mm|m²|°)(?!\w)"
)

# code: lead-ins · openers · pronouns · personal · vague · junk · interrogatives · months · numerals · units
_WORDS: Mapping[str, tuple[str, ...]] = {
    "de": (
        "also|und|aber|ja|nein|gut|okay|genau|nun|naja|tja|na ja|ach|eben|doch|denn|oder|dann|klar|richtig",
        "dies dieser diese dieses es er sie da dort hier dabei damit dafür davon darum deshalb "
        "deswegen daher dazu"
        " so wie was wer wo wenn weil ob dass denn sondern auch solche welche jene jener ihm ihr ihnen ihn "
        "sein seine"
        " ist sind war waren hat haben wird werden kann können",
        "dies es sie er ihn ihm ihnen dieser diese dieses deren dessen davon damit dafür dabei darin",
        "ich mir mich mein meine wir uns unser unsere du dir dich dein deine ihr euch euer eure man",
        "irgendwie irgendwas halt eben eigentlich vielleicht quasi sozusagen sachen dinge ding sache "
        "bisschen etwas mal"
        " glaube denke wahrscheinlich ziemlich einfach ganz wirklich natürlich",
        r"^(?:also |und |aber |ja,? |nun,? )*(?:das|die|der) (?:ist|sind|war|waren|hat|haben|wird|"
        r"werden|kann|macht|heißt|geht)|willkommen|hallo|herzlich|danke|dank|folge|podcasts?|hörer\w*|"
        r"zuhör\w*|newsletter|webseite|"
        r"abonnier\w*|sponsor\w*|"
        r"tschüss|shownotes|nächste woche|letzte woche|guten (?:tag|morgen|abend)",
        "was warum wieso weshalb wie welche welcher welches wann wo wer woher",
        "januar februar märz april mai juni juli august september oktober november dezember montag "
        "dienstag mittwoch"
        " donnerstag freitag samstag sonntag",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "jahren?|tagen?|stunden?|minuten?|sekunden?|wochen?|monaten?|metern?|kilometern?|menschen|leuten?|"
        "personen|grad|"
        "milliarden|millionen|tonnen|stück|mal|teilen?|arten|ländern?|städten?|zeilen|seiten",
    ),
    "fr": (
        "alors|donc|et|mais|oui|non|bon|ben|eh bien|voilà|bref|enfin|après|ensuite|puis|d'accord|ok|"
        "écoutez|effectivement",
        "ce c'est cela ça il elle ils elles celui celle ceux ici là y en lui leur où quand si que qui quoi "
        "comment"
        " pourquoi parce car comme ces cet cette son sa ses est sont était a ont dont",
        "ce c'est cela ça il elle ils elles celui celle ceux celles celui-ci celle-ci lui leur",
        "je j'ai moi me mon ma mes nous notre nos tu toi te ton ta tes vous votre vos on",
        "truc trucs chose choses quelque genre peut-être enfin voilà vraiment assez plutôt bah euh quoi "
        "bien sûr",
        r"bienvenue|bonjour|bonsoir|salut|merci|épisodes?|podcasts?|auditeurs?|auditrices?|newsletter|"
        r"abonnez|abonn\w*|sponsor\w*|"
        r"site internet|la semaine prochaine|la semaine dernière|au revoir|à bientôt",
        "pourquoi comment qu'est-ce quel quelle quels quelles quand où qui que combien",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi "
        "mercredi jeudi"
        " vendredi samedi dimanche",
        "deux trois quatre cinq six sept huit neuf dix onze douze",
        "ans?|années?|jours?|heures?|minutes?|secondes?|semaines?|mois|mètres?|kilomètres?|personnes|"
        "habitants|degrés|"
        "milliards|millions|tonnes|fois|pays|villes|pages|lignes|types|sortes",
    ),
    "es": (
        "pues|entonces|y|pero|bueno|sí|no|claro|vale|o sea|es decir|bien|ahora|luego|además|mira|exacto|ok|"
        "también",
        "esto eso esta ese esa este estos esas esos él ella ellos ellas lo le les aquí allí ahí así donde "
        "cuando si que"
        " quien cual como porque su sus es son era fue ha han está están hay",
        "esto eso este esta ese esa estos esas esos él ella ellos ellas lo le les aquello",
        "yo me mi mí mis nosotros nos nuestro nuestra tú te ti tu tus usted ustedes vosotros vuestro",
        "cosa cosas algo tal vez quizás como tipo bueno pues o sea realmente bastante digamos",
        r"bienvenid\w*|hola|gracias|episodios?|podcasts?|oyentes?|suscr\w*|patrocin\w*|página web|próxima "
        r"semana|semana pasada|adiós|"
        r"hasta luego|buenos días|buenas",
        "qué por cómo cuál cuáles cuándo dónde quién cuánto cuántos cuántas",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes "
        "martes miércoles"
        " jueves viernes sábado domingo",
        "dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "años?|días?|horas?|minutos?|segundos?|semanas?|mes(?:es)?|metros?|kilómetros?|personas|habitantes|"
        "grados|"
        "millones|toneladas|veces|países|ciudades|páginas|líneas|tipos|clases",
    ),
    "it": (
        "allora|quindi|e|ma|sì|no|bene|ok|cioè|insomma|dunque|poi|ecco|certo|esatto|beh|anche",
        "questo quello questa quella questi quelli ciò lui lei loro qui qua lì là così dove "
        "quando se che chi"
        " cosa come perché suo sua è sono era ha hanno c'è ci",
        "questo quello questa quella questi quelli ciò lui lei loro esso essa",
        "io mi me mio mia miei noi ci nostro nostra tu ti te tuo tua voi vi vostro vostra",
        "cosa cose qualcosa tipo magari forse cioè insomma praticamente davvero abbastanza diciamo",
        r"benvenut\w*|ciao|buongiorno|buonasera|grazie|puntat\w*|episodi\w*|podcast|ascoltator\w*|"
        r"iscriv\w*|sponsor\w*|sito web|"
        r"prossima settimana|arrivederci",
        "perché come cosa quale quali quando dove chi quanto quanti quante che",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre "
        "lunedì martedì"
        " mercoledì giovedì venerdì sabato domenica",
        "due tre quattro cinque sei sette otto nove dieci undici dodici",
        "ann[io]|giorn[io]|or[ae]|minut[io]|second[io]|settiman[ae]|mes[ei]|metr[io]|chilometr[io]|persone|"
        "abitanti|gradi|"
        "miliardi|milioni|tonnellate|volte|paesi|città|pagine|righe|tipi",
    ),
    "pt": (
        "então|e|mas|sim|não|bom|bem|ok|olha|portanto|aí|depois|agora|claro|exato|também|pois",
        "isso isto este esse esta essa aquilo ele ela eles elas aqui ali lá assim onde quando se que quem "
        "qual como porque"
        " seu sua é são era foi tem têm está estão há",
        "isso isto este esse esta essa aquilo ele ela eles elas",
        "eu me meu minha nós nos nosso nossa tu te teu tua você vocês seu sua",
        "coisa coisas algo tipo talvez meio bastante realmente digamos né",
        r"bem-vind\w*|olá|oi|obrigad\w*|episódios?|podcasts?|ouvintes?|inscrev\w*|assin\w*|patroc\w*|site|"
        r"próxima semana|"
        r"semana passada|tchau|bom dia|boa (?:tarde|noite)",
        "por como qual quais quando onde quem quanto quantos quantas que",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda "
        "terça quarta"
        " quinta sexta sábado domingo",
        "dois três quatro cinco seis sete oito nove dez onze doze",
        "anos?|dias?|horas?|minutos?|segundos?|semanas?|m[êe]s(?:es)?|metros?|quil[ôo]metros?|pessoas|"
        "habitantes|graus|"
        "milhões|bilhões|toneladas|vezes|países|cidades|páginas|linhas|tipos",
    ),
    "nl": (
        "dus|en|maar|ja|nee|goed|oké|nou|nu|toen|want|of|precies|inderdaad|eigenlijk|kijk|ook",
        "dat dit deze hij zij ze hier daar er zo waar wanneer als of wie wat hoe omdat zijn haar "
        "hun hen hem is"
        " was waren heeft hebben wordt kan",
        "dat dit deze hij zij ze hun hen hem daarvan daarmee ervan",
        "ik mij me mijn wij we ons onze jij je jou jouw jullie u uw",
        "ding dingen iets soort misschien eigenlijk gewoon een beetje best wel echt zeg maar",
        r"^(?:dus |en |maar |ja,? )*(?:het|dat|die) (?:is|was|zijn|waren|heeft|kan|wordt)|welkom|hallo|hoi|"
        r"bedankt|dank|aflevering\w*|podcasts?|luisteraar\w*|nieuwsbrief|abonne\w*|"
        r"sponsor\w*|website|volgende week|"
        r"vorige week|tot ziens",
        "wat waarom hoe welke welk wanneer waar wie hoeveel",
        "januari februari maart april mei juni juli augustus september oktober november december maandag "
        "dinsdag woensdag"
        " donderdag vrijdag zaterdag zondag",
        "twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "jaren?|dagen?|u(?:u)?r|uren|minuten|minuut|seconden?|weken?|week|maanden?|meters?|kilometers?|"
        "mensen|inwoners|graden|"
        "miljard|miljoen|ton|keer|landen|steden|pagina's|regels|soorten",
    ),
}  # fmt: skip

# code: what links a subject to what it is · articles · what calls something a name · because
_PATTERNS: Mapping[str, tuple[str, str, str, str]] = {
    "de": (
        "ist|sind|war|waren|bezeichnet|bedeutet",
        "der die das den dem des ein eine einen einem einer eines",
        "genannt|heißt|heißen|namens|nennt man|nennen wir|nennt man es|nennt man sie",
        "weil|da ja",
    ),
    "fr": (
        "est|sont|était|désigne|signifie",
        "le la les un une des du au aux",
        "appelée?s?|s['’]appelle|s['’]appellent|nommée?s?|on appelle",
        "parce que|parce qu['’]|car",
    ),
    "es": (
        "es|son|era|fue|significa",
        "el la los las un una unos unas del al",
        "llamad[oa]s?|se llaman?|denominad[oa]s?|conocid[oa]s? como",
        "porque|ya que",
    ),
    "it": (
        "è|sono|era|significa",
        "il lo la i gli le un uno una del della dei delle al alla",
        "chiamat[oaie]|si chiamano?|denominat[oaie]|not[oaie] come",
        "perché|poiché",
    ),
    "pt": (
        "é|são|era|foi|significa",
        "o a os as um uma do da dos das no na",
        "chamad[oa]s?|se chamam?|chama-se|conhecid[oa]s? como",
        "porque|já que",
    ),
    "nl": (
        "is|zijn|was|waren|betekent",
        "de het een",
        "genoemd|heet|heten|noemen we|noemt men|bekend als",
        "omdat|want",
    ),
}  # fmt: skip

_FRAMES: Mapping[str, Mapping[str, str]] = {
    "de": {
        "speaker": "im Gespräch",
        "cloze name": "Welcher Name fehlt?",
        "cloze year": "Welches Jahr fehlt?",
        "cloze number": "Welche Zahl fehlt?",
        "cloze term": "Welches Wort fehlt?",
        "cloze terms": "Welche Wörter fehlen?",
        "choice name": "Welcher Name ergänzt den Satz?",
        "choice year": "Welches Jahr ergänzt den Satz?",
        "choice number": "Welche Zahl ergänzt den Satz?",
        "choice term": "Welcher Begriff ergänzt den Satz?",
        "choice definition": "Wie wird „{term}“ hier beschrieben?",
        "define": "Wie wird der Begriff „{term}“ hier erklärt?",
        "told": "Was sagt {speaker} über „{term}“?",
        "explain": "Erkläre „{term}“ mit den Worten der Folge.",
        "why": "Welcher Grund wird dafür genannt?",
        "asked": "Diese Frage wird gestellt. Wie lautet die Antwort?",
        "asked of": "{asker} fragt {speaker}. Wie lautet die Antwort?",
    },
    "fr": {
        "speaker": "l’intervenant",
        "cloze name": "Quel nom manque-t-il ?",
        "cloze year": "Quelle année manque-t-il ?",
        "cloze number": "Quel nombre manque-t-il ?",
        "cloze term": "Quel mot manque-t-il ?",
        "cloze terms": "Quels mots manquent ?",
        "choice name": "Quel nom complète la phrase ?",
        "choice year": "Quelle année complète la phrase ?",
        "choice number": "Quel nombre complète la phrase ?",
        "choice term": "Quel terme complète la phrase ?",
        "choice definition": "Comment « {term} » est-il décrit ici ?",
        "define": "Comment le terme « {term} » est-il expliqué ?",
        "told": "Que dit {speaker} à propos de « {term} » ?",
        "explain": "Expliquez « {term} » dans les termes de l’épisode.",
        "why": "Quelle raison en est donnée ?",
        "asked": "Cette question est posée. Quelle est la réponse ?",
        "asked of": "{asker} pose cette question à {speaker}. Quelle est la réponse ?",
    },
    "es": {
        "speaker": "quien habla",
        "cloze name": "¿Qué nombre falta?",
        "cloze year": "¿Qué año falta?",
        "cloze number": "¿Qué número falta?",
        "cloze term": "¿Qué palabra falta?",
        "cloze terms": "¿Qué palabras faltan?",
        "choice name": "¿Qué nombre completa la frase?",
        "choice year": "¿Qué año completa la frase?",
        "choice number": "¿Qué número completa la frase?",
        "choice term": "¿Qué término completa la frase?",
        "choice definition": "¿Cómo se describe aquí «{term}»?",
        "define": "¿Cómo se explica el término «{term}»?",
        "told": "¿Qué dice {speaker} sobre «{term}»?",
        "explain": "Explica «{term}» con las palabras del episodio.",
        "why": "¿Qué razón se da para ello?",
        "asked": "Se hace esta pregunta. ¿Cuál es la respuesta?",
        "asked of": "{asker} se lo pregunta a {speaker}. ¿Cuál es la respuesta?",
    },
    "it": {
        "speaker": "chi parla",
        "cloze name": "Quale nome manca?",
        "cloze year": "Quale anno manca?",
        "cloze number": "Quale numero manca?",
        "cloze term": "Quale parola manca?",
        "cloze terms": "Quali parole mancano?",
        "choice name": "Quale nome completa la frase?",
        "choice year": "Quale anno completa la frase?",
        "choice number": "Quale numero completa la frase?",
        "choice term": "Quale termine completa la frase?",
        "choice definition": "Come viene descritto qui «{term}»?",
        "define": "Come viene spiegato il termine «{term}»?",
        "told": "Che cosa dice {speaker} di «{term}»?",
        "explain": "Spiega «{term}» con le parole della puntata.",
        "why": "Quale motivo ne viene dato?",
        "asked": "Viene posta questa domanda. Qual è la risposta?",
        "asked of": "{asker} lo chiede a {speaker}. Qual è la risposta?",
    },
    "pt": {
        "speaker": "quem fala",
        "cloze name": "Que nome falta?",
        "cloze year": "Que ano falta?",
        "cloze number": "Que número falta?",
        "cloze term": "Que palavra falta?",
        "cloze terms": "Que palavras faltam?",
        "choice name": "Que nome completa a frase?",
        "choice year": "Que ano completa a frase?",
        "choice number": "Que número completa a frase?",
        "choice term": "Que termo completa a frase?",
        "choice definition": "Como é descrito aqui «{term}»?",
        "define": "Como é explicado o termo «{term}»?",
        "told": "O que diz {speaker} sobre «{term}»?",
        "explain": "Explique «{term}» com as palavras do episódio.",
        "why": "Que razão é dada para isto?",
        "asked": "Esta pergunta é feita. Qual é a resposta?",
        "asked of": "{asker} pergunta a {speaker}. Qual é a resposta?",
    },
    "nl": {
        "speaker": "de spreker",
        "cloze name": "Welke naam ontbreekt?",
        "cloze year": "Welk jaar ontbreekt?",
        "cloze number": "Welk getal ontbreekt?",
        "cloze term": "Welk woord ontbreekt?",
        "cloze terms": "Welke woorden ontbreken?",
        "choice name": "Welke naam maakt de zin af?",
        "choice year": "Welk jaar maakt de zin af?",
        "choice number": "Welk getal maakt de zin af?",
        "choice term": "Welke term maakt de zin af?",
        "choice definition": "Hoe wordt “{term}” hier beschreven?",
        "define": "Hoe wordt de term “{term}” uitgelegd?",
        "told": "Wat zegt {speaker} over “{term}”?",
        "explain": "Leg “{term}” uit in de woorden van de aflevering.",
        "why": "Welke reden wordt daarvoor gegeven?",
        "asked": "Deze vraag wordt gesteld. Wat is het antwoord?",
        "asked of": "{asker} vraagt dit aan {speaker}. Wat is het antwoord?",
    },
}


@lru_cache(maxsize=8)
def grammar_of(language: str | None) -> Grammar:
    """The grammar for a BCP 47 tag; for a language not known here, one of names, terms and figures alone."""
    code = base_language(language)
    if code == "en":
        return ENGLISH
    if code not in _WORDS:
        return _neutral(code)
    lead, openers, pronouns, personal, vague, junk, interrogatives, months, numerals, units = _WORDS[code]
    copula, articles, called, because = _PATTERNS[code]
    return Grammar(
        code=code,
        lead_in=re.compile(rf"(?:{lead})(?:,\s*|\s+)", re.IGNORECASE),
        openers=words(openers),
        pronouns=words(pronouns),
        personal=words(personal),
        first_person=frozenset(personal.split()[:3]),
        vague=words(vague),
        before_nouns=frozenset(),
        before_verbs=frozenset(),
        after_nouns=stopwords(code),
        verbs=frozenset(),
        verb_endings=(),
        junk=re.compile(rf"\b(?:{junk}|www|https?)\b", re.IGNORECASE),
        articles=words(articles),
        define=_defining(copula, articles),
        called=re.compile(
            rf"\b(?:{called})\s+[“„«\"']?(?P<term>[\w+#./-]+(?:\s+[A-ZÀ-Þ][\w+#./-]*){{0,3}})", re.IGNORECASE
        ),
        because=re.compile(rf"^(?P<claim>.{{24,}}?),?\s+(?P<rest>(?:{because})\s*\S.{{18,}}?)[.!]?$"),
        interrogatives=words(interrogatives),
        months=words(months),
        numerals={word: value for value, word in enumerate(numerals.split(), 2)},
        units=re.compile(_UNITS.replace("{words}", units), re.IGNORECASE),
        frames=_FRAMES[code],
        nouns_are_capitalised=code == "de",
    )


def _defining(copula: str, articles: str) -> re.Pattern[str]:
    article = rf"(?:(?:{'|'.join(articles.split())})\s+|l['’]|un['’])"
    return re.compile(
        rf"^(?P<article>{article})?(?P<term>[\w’'+#./-]+(?:\s+[\w’'+#./-]+){{0,3}}?)\s+"
        rf"(?P<copula>{copula})\s+(?P<rest>{article}\S.{{12,}})$",
        re.IGNORECASE,
    )


def _neutral(code: str) -> Grammar:
    nothing: frozenset[str] = frozenset()
    return Grammar(
        code=code,
        lead_in=_NEVER,
        openers=nothing,
        pronouns=nothing,
        personal=nothing,
        first_person=nothing,
        vague=nothing,
        before_nouns=nothing,
        before_verbs=nothing,
        after_nouns=stopwords(code),
        verbs=nothing,
        verb_endings=(),
        junk=re.compile(
            r"\b(?:podcast|www|https?|newsletter)\b|ようこそ|こんにちは|ポッドキャスト|リスナー|番組|欢迎|大家好|播客|听众|"
            r"节目|안녕하세요|팟캐스트|청취자|مرحبا|أهلا|بودكاست|подкаст|здравствуйте|привет|witam|cześć|merhaba",
            re.IGNORECASE,
        ),
        define=None,
        called=None,
        because=None,
        interrogatives=nothing,
        months=nothing,
        numerals={},
        units=re.compile(
            r"(?:%|[kmgt]b|[mk]?hz|km|kg|cm|mm|€|\$|人|月|日|円|元|億|亿|万|個|个|時間|小时|分|秒|년|명|원|개)"
        ),
        frames=ENGLISH.frames,
    )
