"""Where the demo's calls go: numbers, prices and how calls fare there, the largest first.

Country ids are the ISO 3166-1 numeric codes (276 is Germany); a switch has ids of its own.
Prices, ASR and call lengths are invented, of the size that carriers see.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Billing(NamedTuple):
    """Billed seconds at the least, then in steps of ``increment``: 30/6."""

    minimum: int
    increment: int

    def billed(self, seconds: int) -> int:
        """Talk time -> billed time, both in seconds."""
        if not seconds:
            return 0
        steps = -(-max(0, seconds - self.minimum) // self.increment)
        return self.minimum + steps * self.increment


MINUTES, HALF_MINUTE, SECONDS = Billing(60, 60), Billing(30, 6), Billing(1, 1)


class Destination(NamedTuple):
    """``rate``: millionths of the currency a minute; ``asr`` in percent, ``acd`` in minutes.

    ``digits`` is the length of a whole number, country code included.
    """

    name: str
    country: int
    prefixes: tuple[str, ...]
    digits: int
    rate: int
    billing: Billing
    asr: int
    acd: float

    def number(self, rng: Random) -> str:
        """A routed number: E.164 without the plus, a random subscriber."""
        prefix = rng.choice(self.prefixes)
        first = 10 ** (self.digits - len(prefix) - 1)
        # Subscriber numbers hardly anywhere begin with 0 or 1.
        return f"{prefix}{2 * first + int(rng.random() * 8 * first)}"

    def price(self, billed: int) -> int:
        """Millionths of the currency for so many billed seconds, rounded half up."""
        return (2 * self.rate * billed + 60) // 120


DESTINATIONS = [
    Destination("UK mobile", 826, ("4474", "4475", "4477", "4478"), 12, 17500, SECONDS, 58, 2.9),
    Destination("Germany landline", 276, ("4930", "4940", "4989"), 12, 6200, SECONDS, 66, 4.4),
    Destination("India mobile", 356, ("9170", "9180", "9198"), 12, 9800, SECONDS, 41, 4.9),
    Destination("USA", 840, ("1212", "1312", "1415", "1713"), 11, 4900, HALF_MINUTE, 63, 3.8),
    Destination("Germany mobile", 276, ("49151", "49157", "49159"), 13, 12400, SECONDS, 53, 3.1),
    Destination("UK landline", 826, ("44121", "44161", "44207"), 12, 4300, SECONDS, 68, 4.2),
    Destination("Nigeria mobile", 566, ("234703", "234803"), 13, 98500, SECONDS, 37, 5.2),
    Destination("Pakistan mobile", 586, ("92300", "92321", "92345"), 12, 31500, SECONDS, 36, 5.6),
    Destination("Poland mobile", 616, ("4850", "4860", "4879"), 11, 14200, SECONDS, 52, 2.7),
    Destination("France mobile", 250, ("336", "337"), 11, 16800, SECONDS, 55, 2.8),
    Destination("Mexico", 484, ("5233", "5255", "5281"), 12, 7600, MINUTES, 49, 4.1),
    Destination("Philippines mobile", 608, ("63917", "63998"), 12, 118000, HALF_MINUTE, 42, 5.1),
    Destination("Turkey mobile", 792, ("90532", "90542", "90555"), 12, 42300, SECONDS, 46, 3.2),
    Destination("France landline", 250, ("331", "334", "335"), 11, 5100, SECONDS, 67, 4.6),
    Destination("Ukraine mobile", 804, ("38050", "38067", "38093"), 12, 152000, SECONDS, 43, 3.3),
    Destination("Bangladesh mobile", 50, ("88017", "88018"), 13, 21800, SECONDS, 35, 5.4),
    Destination("Italy mobile", 380, ("39328", "39333", "39347"), 12, 18900, SECONDS, 54, 2.9),
    Destination("Egypt mobile", 818, ("2010", "2011", "2012"), 12, 104000, SECONDS, 39, 4.2),
    Destination("Spain mobile", 724, ("346",), 11, 15300, SECONDS, 56, 2.8),
    Destination("Romania mobile", 642, ("407",), 11, 13700, SECONDS, 51, 3.4),
    Destination("Canada", 124, ("1416", "1514", "1604"), 11, 4600, HALF_MINUTE, 65, 4.0),
    Destination("Morocco mobile", 504, ("2126",), 12, 289000, SECONDS, 40, 3.0),
    Destination("Brazil mobile", 76, ("55119", "55219"), 13, 24600, HALF_MINUTE, 45, 2.6),
    Destination("Netherlands mobile", 528, ("316",), 11, 16100, SECONDS, 57, 2.5),
    Destination("Vietnam mobile", 704, ("8490", "8498"), 11, 61500, SECONDS, 41, 4.6),
    Destination("China mobile", 156, ("86138", "86158"), 13, 10900, SECONDS, 47, 3.9),
    Destination("Italy landline", 380, ("3902", "3906"), 12, 5700, SECONDS, 69, 4.1),
    Destination("UAE mobile", 784, ("97150", "97155"), 12, 176000, SECONDS, 44, 3.6),
    Destination("Kenya mobile", 404, ("2547",), 12, 143000, SECONDS, 40, 3.7),
    Destination("Colombia mobile", 170, ("5730", "5731"), 12, 8800, MINUTES, 48, 3.9),
    Destination("Ghana mobile", 288, ("23320", "23324", "23354"), 12, 187000, SECONDS, 38, 5.0),
    Destination("Spain landline", 724, ("3491", "3493"), 11, 4800, SECONDS, 70, 4.3),
    Destination("Saudi Arabia mobile", 682, ("9665",), 12, 121000, SECONDS, 45, 3.8),
    Destination("South Africa mobile", 710, ("2772", "2782"), 11, 54800, SECONDS, 50, 2.9),
    Destination("Sweden mobile", 752, ("4670", "4673"), 11, 15900, SECONDS, 59, 2.7),
    Destination("Thailand mobile", 764, ("668", "669"), 11, 33200, SECONDS, 48, 3.5),
    Destination("Senegal mobile", 686, ("22176", "22177"), 12, 301000, SECONDS, 37, 4.4),
    Destination("Japan mobile", 392, ("8180", "8190"), 12, 71400, SECONDS, 60, 2.6),
    Destination("Switzerland mobile", 756, ("4176", "4179"), 11, 27300, SECONDS, 60, 2.9),
    Destination("Australia mobile", 36, ("614",), 11, 29700, SECONDS, 58, 3.0),
    Destination("Israel mobile", 376, ("97252", "97254"), 12, 19400, SECONDS, 56, 3.1),
    Destination("Indonesia mobile", 360, ("62812", "62821"), 13, 48600, MINUTES, 42, 3.4),
    Destination("Greece mobile", 300, ("3069",), 12, 17200, SECONDS, 57, 3.0),
    Destination("Peru mobile", 604, ("519",), 11, 12600, MINUTES, 46, 3.2),
    Destination("Portugal mobile", 620, ("3519",), 12, 16400, SECONDS, 59, 2.9),
    Destination("Cuba mobile", 192, ("535",), 10, 712000, MINUTES, 35, 2.1),
]
BY_NAME = {destination.name: destination for destination in DESTINATIONS}


def ranking(favourites: tuple[str, ...]) -> list[Destination]:
    """All destinations by size, with the favourites of an account before the others."""
    first = [BY_NAME[name] for name in favourites]
    return first + [d for d in DESTINATIONS if d not in first]
