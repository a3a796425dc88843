"""The proof that a question can be answered from the transcript."""

from functools import lru_cache

from episcribe.study.questions.model import BLANK, Question


@lru_cache(maxsize=8)
def normalised(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def stands_in(part: str, text: str) -> bool:
    """True when `part` is a stretch of whole words of `text` (both normalised), character for character."""
    if not part:
        return False
    at = text.find(part)
    while at >= 0:
        if not _cuts_a_word(text, at) and not _cuts_a_word(text, at + len(part)):
            return True
        at = text.find(part, at + 1)
    return False


def answer_stands_in(question: Question, transcript_text: str) -> bool:
    """True when the transcript answers the question, word for word.

    The evidence must be a verbatim stretch of `transcript_text` (the sentences joined by spaces), the answer
    a verbatim stretch of the evidence, and, for a multiple choice, one of the choices; the quoted passage,
    its blank filled with the answer, must stand in the evidence too. White space does not count, and answer
    and quoted passage may begin with a capital where the speaker was in mid-sentence.
    """
    evidence = normalised(question.evidence)
    answer = normalised(question.answer)
    if not stands_in(evidence, normalised(transcript_text)) or not _quoted(answer, evidence):
        return False
    if question.choices and question.choices.count(question.answer) != 1:
        return False
    return question.quote is None or _quoted(normalised(question.quote).replace(BLANK, answer), evidence)


def _quoted(quote: str, evidence: str) -> bool:
    return any(stands_in(form, evidence) for form in (quote, quote[:1].lower() + quote[1:]))


def _cuts_a_word(text: str, at: int) -> bool:
    if at <= 0 or at >= len(text):
        return False
    left, right = text[at - 1], text[at]
    return left.isalnum() and right.isalnum() and not (_is_unspaced(left) or _is_unspaced(right))


def _is_unspaced(character: str) -> bool:
    """True for scripts that are written without spaces: kana, Han, Thai, Lao, Khmer, Burmese."""
    point = ord(character)
    return (
        0x0E00 <= point <= 0x0EFF
        or 0x1000 <= point <= 0x109F
        or 0x1780 <= point <= 0x17FF
        or (
            0x3040 <= point <= 0x30FF
            or 0x3400 <= point <= 0x9FFF
            or 0xF900 <= point <= 0xFAFF
            or point >= 0x20000
        )
    )
