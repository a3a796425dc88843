"""Texts of web pages that are no transcript: paywalls, errors, log-ins, cookie notices, navigation."""

import re
from typing import NamedTuple

_EDGE = 1000

_PATTERNS: dict[str, tuple[str, ...]] = {
    "paywall": (
        r"subscribe (?:now |today )?to (?:continue|read|keep reading|unlock|listen)",
        r"already (?:a |have an? )?(?:subscriber|member|subscription|account)",
        r"(?:subscribers?|members?)[- ]only|for (?:paid )?subscribers only|"
        r"exclusive to (?:members|subscribers)",
        r"(?:start|begin) your free trial|free articles? (?:left|remaining)|"
        r"unlock this (?:article|post|episode)",
        r"this (?:post|article|episode|content|transcript) is for (?:paying |paid )?(?:subscribers|members)",
        r"jetzt abonnieren|nur für abonnenten|bereits abonnent|weiterlesen mit",
        r"réservé aux abonnés|déjà abonné|abonnez[- ]vous pour|s'abonner pour",
        r"solo para suscriptores|ya eres suscriptor|suscríbete para|exclusivo para suscriptores",
        r"riservato agli abbonati|sei già abbonato|exclusivo para assinantes|já é assinante|"
        r"alleen voor abonnees",
    ),
    "error page": (
        r"\b404\b.{0,40}(?:not found|error|seite|page)|(?:error|erreur|fehler|errore) 404",
        r"page (?:could )?(?:not|n't|cannot|can't) (?:be )?found|page not found|"
        r"can(?:'|no)t find (?:the|that) page",
        r"page (?:you (?:requested|are looking for|were looking for)|doesn't exist|no longer exists)",
        r"(?:internal server|bad gateway|service unavailable|gateway time-?out|forbidden|access denied)",
        r"something went wrong|an error (?:has )?occurred|try again later|return to (?:the )?home ?page",
        r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|"
        r"pagina non trovata",
        r"página não encontrada|pagina niet gevonden|nie znaleziono strony|страница не найдена",
    ),
    "script notice": (
        r"(?:enable|turn on|activate) java ?script|"
        r"java ?script is (?:disabled|required|not enabled|turned off)",
        r"requires? java ?script|without java ?script|"
        r"browser (?:is not supported|doesn't support|out of date)",
        r"java ?script (?:aktivieren|ist deaktiviert)|activer java ?script|habilit[ae] java ?script|"
        r"abilita java ?script",
    ),
    "log-in": (
        r"(?:log|sign) ?in (?:to|with) (?:your|continue|google|facebook|apple|read|view|listen)",
        r"forgot(?:ten)? (?:your )?password|reset (?:your )?password|remember me|create (?:an|your) account",
        r"don't have an account|sign up for free|enter your (?:email|password)",
        r"passwort vergessen|mot de passe oublié|(?:olvidó|olvidaste) (?:su|tu) contraseña|"
        r"password dimenticata",
        r"esqueceu (?:a|sua) senha|wachtwoord vergeten|jetzt anmelden|iniciar sesión|se connecter|"
        r"accedi o registrati",
    ),
    "cookie notice": (
        r"(?:this (?:web)?site|we) uses? cookies|uses? cookies to|"
        r"cookie (?:policy|settings|preferences|consent)",
        r"accept (?:all )?(?:cookies)?\b.{0,30}(?:reject|decline|manage|settings)|"
        r"manage (?:preferences|consent)",
        r"verwende[nt] (?:wir )?cookies|cookies akzeptieren|cookie-einstellungen|utilis(?:e|ons) des cookies",
        r"(?:usa|utiliza|utilizamos|usamos) cookies|accetta (?:tutti )?i? ?cookie|"
        r"gebruik(?:t|en) (?:van )?cookies",
        r"before you continue to|bevor sie (?:zu|fort)|avant d'accéder à",
    ),
    "bot check": (
        r"verify (?:that )?you(?:'re| are) (?:a )?human|are you a robot|not a robot|unusual traffic|captcha",
        r"checking (?:if the site connection|your browser)|cloudflare|ray id|ddos protection|security check",
    ),
    "navigation": (
        r"skip to (?:main )?content|toggle (?:navigation|menu)|back to top|go to top|zum inhalt springen",
        r"all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|"
        r"copyright ©|©",
        r"privacy policy|terms (?:of (?:use|service)|and conditions)|datenschutz(?:erklärung)?|impressum",
        r"politique de confidentialité|mentions légales|política de privacidad|aviso legal|"
        r"informativa sulla privacy",
        r"share (?:on|this) (?:twitter|facebook|linkedin|post|page|article)|click to (?:share|tweet)|"
        r"follow us on",
        r"(?:previous|next|related|recent|popular) (?:post|article|stor|entr)|read more|load more|"
        r"show more|see also",
        r"home (?:about|news|blog|podcasts?|shop|articles)|about (?:us )?contact|contact us|sitemap|"
        r"leave a (?:reply|comment)",
        r"filed under|posted (?:on|in|by)|tagged with|comments? (?:off|closed|\(\d+\))|"
        r"newsletter sign ?up|main menu",
    ),
}


class Boilerplate(NamedTuple):
    """The kinds of page text that were found, and how many different phrases of it."""

    kinds: tuple[str, ...]
    phrases: int


def find_boilerplate(text: str) -> Boilerplate:
    """What of web pages' own text stands in the first and last 1,000 characters of `text`."""
    edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    folded = " ".join(edges.casefold().replace("’", "'").split())
    kinds = []
    phrases = 0
    for kind, patterns in _PATTERNS.items():
        found = sum(re.search(pattern, folded) is not None for pattern in patterns)
        if found:
            kinds.append(kind)
            phrases += found
    return Boilerplate(tuple(kinds), phrases)
