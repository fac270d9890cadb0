"""Texts: words, sentences, texts of an exact length, and messages of the sorts that break chats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from antiphon.core.clock import Dice
from antiphon.data.names import FIRST_NAMES, WORDS

MOST_CHARACTERS = 10_000_000
"""What a template may put out (language.md)."""

_BLOCK_CHARACTERS = 4_096
_LONG_CHARACTERS = 5_000

_UNICODE = (
    "Grüße aus Köln: Straße, Übermut, naïve façade",
    "Žluťoučký kůň úpěl ďábelské ódy",
    "Съешь же ещё этих мягких французских булок",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "今日は天気がいいですね、散歩しましょう",
    "오늘 회의는 세 시에 시작합니다",
    "दिल्ली में आज बारिश हो रही है",
    "e\u0301 and é look alike, ﬁ is one character, ℌ too",  # noqa: RUF001 - meant so
    "𝕋𝕙𝕖 mathematical plane lies beyond sixteen bits: 𝄞 𠜎 🜁",  # noqa: RUF001 - meant so
    "zero\u200bwidth and no\u00a0break spaces, a soft\u00adhyphen",
)
_RTL = (
    "مرحبا، كيف حالك اليوم؟",
    "שלום, מה שלומך היום?",
    "اجتماع الفريق الساعة 10:30 في الغرفة 4",
    "הקובץ report-2024.pdf מוכן להורדה",
    "سلام دنیا! این یک پیام آزمایشی است",
    "mixed: hello שלום 123 مرحبا bye",
)
_EMOJI = ("😀", "🎉", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇪🇺", "1️⃣", "❤️", "🧑🏿‍🚀", "🐻‍❄️", "🤷‍♀️", "🚀")
_HTML = (
    "<b>{0}</b> & <i>{1}</i>",
    "<script>alert('{0}')</script>",
    '<img src=x onerror="alert(1)" alt="{0}">',
    "a < b && c > d, says {0} &amp; {1}",
    '<a href="javascript:alert(1)">{0}</a>',
    "</div></body>{0}<!-- {1} -->",
)


def word(dice: Dice) -> str:
    """Return an English word in lower case."""
    return dice.choice(WORDS)


def sentence(dice: Dice, words: int | None = None) -> str:
    """Return a sentence of so many words, 4 to 12 if it is not said."""
    count = dice.integer(4, 12) if words is None else _checked(words, "sentence")
    said = " ".join(dice.choice(WORDS) for _ in range(max(count, 1)))
    return f"{said[0].upper()}{said[1:]}."


def text(dice: Dice, characters: int) -> str:
    """Return words of exactly so many characters; it neither begins nor ends with a space, which targets may strip.

    Raises:
        ValueError: The number is negative, no whole number, or over ten million.
    """
    count = _checked(characters, "text")
    if count == 0:
        return ""
    # One block of words is thrown and repeated: a million characters cost no more throws than four thousand.
    block = ""
    while len(block) < min(count, _BLOCK_CHARACTERS):
        block += f"{dice.choice(WORDS)} "
    made = (block * (count // len(block) + 1))[:count]
    return made[:-1] + "s" if made[-1] == " " else made


def plain(dice: Dice) -> str:
    """Return an ordinary message."""
    return sentence(dice)


def unicode(dice: Dice) -> str:
    """Return a message in some other script, with combining, invisible or astral characters."""
    return f"{dice.choice(_UNICODE)} {_tail(dice)}"


def rtl(dice: Dice) -> str:
    """Return a message written from right to left, or in both directions."""
    return f"{dice.choice(_RTL)} {_tail(dice)}"


def emoji(dice: Dice) -> str:
    """Return a message of emoji, most of them of several code points."""
    return "".join(dice.choice(_EMOJI) for _ in range(dice.integer(3, 8))) + f" {_tail(dice)}"


def long(dice: Dice, characters: int = _LONG_CHARACTERS) -> str:
    """Return a very long message."""
    return text(dice, characters)


def html(dice: Dice) -> str:
    """Return a message that is markup, or an attack, where it is not escaped."""
    return dice.choice(_HTML).format(dice.choice(WORDS), _tail(dice))


def mention(dice: Dice, name: str | None = None) -> str:
    """Return a message that mentions somebody."""
    return f"@{name or dice.choice(FIRST_NAMES)} {sentence(dice)}"


MESSAGE_KINDS: Mapping[str, Callable[[Dice], str]] = MappingProxyType(
    {"plain": plain, "unicode": unicode, "rtl": rtl, "emoji": emoji, "long": long, "html": html, "mention": mention}
)


def message(dice: Dice, kind: str | None = None) -> str:
    """Return a message of a kind, or of any.

    Raises:
        ValueError: There is no such kind.
    """
    name = dice.choice(tuple(MESSAGE_KINDS)) if kind is None else kind
    if name not in MESSAGE_KINDS:
        raise ValueError(f"no message is of the kind `{name}`; there are {', '.join(MESSAGE_KINDS)}")
    return MESSAGE_KINDS[name](dice)


def _tail(dice: Dice) -> str:
    # Tells one message from the next: the tables above are short, and equal texts hide mix-ups.
    return dice.bytes(4).hex()


def _checked(count: object, what: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int):
        raise ValueError(f"`{what}` takes a whole number, not {count!r}")
    if not 0 <= count <= MOST_CHARACTERS:
        raise ValueError(f"`{what}` takes 0 to {MOST_CHARACTERS}, not {count}")
    return count
