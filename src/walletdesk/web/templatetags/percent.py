"""Shares as people write them in their language."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """Return a share as whole per cent: 0.834 → "83 %"."""
    return f"{number_format(round(share * 100), 0)} %"
