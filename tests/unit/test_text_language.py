"""Which language a text is in."""

import pytest

from episcribe.text.language import detect_language, function_word_share

SENTENCES = {
    "en": "So what we wanted to do was to see how the river had changed since they built the bridge.",
    "de": "Wir wollten eigentlich nur sehen, wie sich der Fluss verändert hat, seit die Brücke gebaut wurde.",
    "nl": "We wilden eigenlijk alleen maar zien hoe de rivier is veranderd sinds ze de brug hebben gebouwd.",
    "fr": "Nous voulions seulement voir comment la rivière avait changé depuis qu'ils ont construit le pont.",
    "es": "Solo queríamos ver cómo había cambiado el río desde que construyeron el puente en la ciudad.",
    "pt": "Nós só queríamos ver como o rio tinha mudado desde que eles construíram a ponte na cidade.",
    "it": "Volevamo solo vedere come il fiume era cambiato da quando hanno costruito il ponte della città.",
    "ca": "Només volíem veure com havia canviat el riu des que van construir el pont que és a la ciutat.",
    "ro": "Noi am vrut doar să vedem cum s-a schimbat râul de când au construit podul acesta din oraș.",
    "sv": "Vi ville bara se hur floden har förändrats sedan de byggde bron som är där borta i staden.",
    "da": (
        "Vi ville bare se, hvordan floden har forandret sig, siden de byggede broen, og "
        "hvad det gør af skade."
    ),
    "no": "Vi ville bare se hvordan elva har forandret seg etter at de bygde brua, og hva det gjør nå.",
    "fi": (
        "Halusimme vain nähdä, miten joki on muuttunut sen jälkeen, kun he rakensivat sillan, ja se oli hyvä."
    ),
    "et": (
        "Me tahtsime ainult näha, kuidas jõgi on muutunud pärast seda, kui nad silla ehitasid ja see on hea."
    ),
    "hu": (
        "Csak azt akartuk látni, hogy a folyó hogyan változott meg, mióta ezt a hidat megépítették, és ez jó."
    ),
    "pl": (
        "Chcieliśmy tylko zobaczyć, jak zmieniła się rzeka od czasu, kiedy zbudowali "
        "most, i to jest bardzo dobre."
    ),
    "cs": "Chtěli jsme jen vidět, jak se řeka změnila od té doby, co postavili most, protože to je důležité.",
    "sk": (
        "Chceli sme len vidieť, ako sa rieka zmenila od toho času, čo postavili most, pretože to je dôležité."
    ),
    "sl": "Hoteli smo samo videti, kako se je reka spremenila, ker so tam zgradili most in to je zelo lepo.",
    "hr": (
        "Samo smo htjeli vidjeti kako se rijeka promijenila otkad su sagradili most, jer "
        "to je bilo više nego lijepo."
    ),
    "tr": (
        "Sadece köprü yapıldıktan sonra nehrin nasıl değiştiğini görmek istedik ve bu "
        "bizim için çok önemli oldu."
    ),
    "vi": "Chúng tôi chỉ muốn xem dòng sông đã thay đổi như thế nào từ khi họ xây cây cầu này.",
    "id": (
        "Kami hanya ingin melihat bagaimana sungai itu berubah sejak mereka membangun jembatan yang baru ini."
    ),
    "ru": "Мы только хотели посмотреть, как изменилась река с тех пор, как они построили этот мост.",
    "uk": (
        "Ми тільки хотіли подивитися, як змінилася річка відтоді, коли вони збудували цей міст, і що це дає."
    ),
    "bg": (
        "Искахме само да видим как се е променила реката, след като те са построили "
        "моста, защото това е важно."
    ),
    "sr": "Само смо хтели да видимо како се река променила откад су саградили мост, јер то је било важно.",
    "ar": "أردنا فقط أن نرى كيف تغير النهر منذ أن بنوا هذا الجسر الذي كان على الضفة.",
    "fa": "ما فقط می خواستیم ببینیم که رودخانه از وقتی که این پل را ساختند چه تغییری کرده است.",
    "ur": "ہم صرف یہ دیکھنا چاہتے تھے کہ دریا کیسے بدل گیا ہے جب سے انہوں نے پل بنایا ہے۔",
    "hi": "हम केवल यह देखना चाहते थे कि पुल बनने के बाद नदी कैसे बदल गई है और क्या हो रहा है।",
    "el": "Θέλαμε μόνο να δούμε πώς άλλαξε το ποτάμι από τότε που έχτισαν τη γέφυρα.",
    "he": "רק רצינו לראות איך הנהר השתנה מאז שבנו את הגשר.",
    "th": "เราแค่อยากเห็นว่าแม่น้ำเปลี่ยนไปอย่างไรตั้งแต่พวกเขาสร้างสะพาน",
    "ko": "우리는 다리가 지어진 후 강이 어떻게 변했는지 보고 싶었을 뿐입니다.",
    "ja": "橋ができてから川がどう変わったのかを見たかっただけです。",
    "zh": "我们只是想看看自从他们建了这座桥以后河流有什么变化。",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_one_sentence_tells_its_language(language: str) -> None:
    found = detect_language(SENTENCES[language])
    assert found.language == language
    assert 0 < found.confidence <= 1


def test_more_text_makes_more_sure() -> None:
    once = detect_language(SENTENCES["da"])
    assert detect_language(f"{SENTENCES['da']} " * 5).confidence > once.confidence


@pytest.mark.parametrize(
    "text", ["", "   ", "OK", "12 34 56 78", "Hello world", "…", "xq zzv kqw rtp bnm hjk"]
)
def test_too_little_tells_nothing(text: str) -> None:
    assert detect_language(text) == (None, 0.0)


def test_a_foreign_name_or_quotation_changes_nothing() -> None:
    text = f"{SENTENCES['en']} {SENTENCES['en']} As they say in Łódź: dziękuję bardzo, señor Müller."
    assert detect_language(text).language == "en"


def test_common_words_are_many_in_talk_and_few_in_lists() -> None:
    talk = function_word_share(SENTENCES["en"], "en-GB")
    names = function_word_share("Technology Business Science Health Sports Facebook Twitter Instagram", "en")
    assert talk is not None
    assert names is not None
    assert talk > 0.4
    assert names < 0.1
    assert function_word_share("…", "xx") is None
