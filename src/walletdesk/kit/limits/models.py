"""The counters."""

from django.db import models


class Counter(models.Model):
    """How often something happened in the present window. The key is a keyed hash."""

    key = models.BinaryField(max_length=32, primary_key=True)
    window_ends = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["window_ends"], name="counter_age")]

    def __str__(self) -> str:
        return f"{self.count} until {self.window_ends:%H:%M:%S}"
