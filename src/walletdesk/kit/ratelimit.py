"""A token bucket per key, in one process, in bounded memory.

For cheap first lines of defence. A limit that must hold over several processes is kept in SQL.
"""

from collections import OrderedDict
from collections.abc import Callable


class RateLimit:
    """Allow `burst` at once and `per_second` on average, for every key by itself.

    At most `max_keys` are remembered; the one that was used longest ago is forgotten, which is the
    one most likely to be full again. `monotonic` returns seconds and never goes back.
    """

    def __init__(
        self,
        *,
        per_second: float,
        burst: float,
        monotonic: Callable[[], float],
        max_keys: int = 10_000,
    ) -> None:
        if per_second <= 0 or burst <= 0 or max_keys < 1:
            raise ValueError("a rate limit needs a positive rate, burst and number of keys")
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Count the remembered keys."""
        return len(self._buckets)

    def take(self, key: str, cost: float = 1.0) -> float:
        """Take `cost` and return 0.0, or take nothing and return the seconds until it would work.

        A cost above the burst can never be paid and raises ValueError.
        """
        if not 0 < cost <= self._burst:
            raise ValueError("a cost must be above 0 and at most the burst")
        now = self._monotonic()
        tokens, since = self._buckets.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._per_second)
        missing = cost - tokens
        self._buckets[key] = (tokens if missing > 0 else tokens - cost, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return max(0.0, missing / self._per_second)
