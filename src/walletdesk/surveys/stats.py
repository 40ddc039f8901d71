"""What a sample allows to say. Pure, without a statistics package.

Shares: Wilson's score interval (E. B. Wilson, JASA 22, 1927; Brown, Cai and DasGupta, Statistical
Science 16, 2001: keeps its coverage for few answers and near 0 and 1, where the textbook interval
does not). Means: Student's t, whose quantile is expanded after Abramowitz and Stegun 26.7.5. Both
at 95 %.
"""

import math
from dataclasses import dataclass

Z = 1.959963984540054  # the normal distribution's 97.5 % quantile
ENOUGH = (
    10  # answers; below that a share of 8 of 9 and one of 6 of 9 do not differ: nothing is told
)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and where the true value lies in 95 of 100 cases."""

    value: float
    low: float
    high: float


def wilson(good: int, total: int) -> Interval | None:
    """Return the share of `good` among `total` answers, None without any."""
    if total <= 0:
        return None
    share, zz = good / total, Z * Z / total
    centre = (share + zz / 2) / (1 + zz)
    half = Z / (1 + zz) * math.sqrt(share * (1 - share) / total + zz / (4 * total))
    return Interval(share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)))


def mean_of(total: float, squares: float, n: int) -> Interval | None:
    """Return the mean of n values from their sum and the sum of their squares; None below two.

    The interval is cut to the ends of the scale, 1 and 5.
    """
    if n < 2:
        return None
    mean = total / n
    variance = max(0.0, (squares - total * mean) / (n - 1))
    half = t_quantile(n - 1) * math.sqrt(variance / n)
    return Interval(mean, max(1.0, mean - half), min(5.0, mean + half))


def t_quantile(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t; to 0.4 % from 3 degrees of freedom on."""
    exact = {1: 12.706204736, 2: 4.302652730}
    if freedom in exact:
        return exact[freedom]
    z, v = Z, float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / v + second / v**2 + third / v**3 + fourth / v**4
