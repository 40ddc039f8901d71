"""What search engines are told of a page: JSON-LD in the words of schema.org.

A block of this type is data, not script: browsers never run it, and no policy needs a hole for it.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from walletdesk.knowledge.models import Translation
from walletdesk.knowledge.reader_queries import Listed
from walletdesk.web.common.languages import html_code
from walletdesk.web.helpcentre.frame import absolute

# As django.utils.html.json_script: nothing in a text can end the block or begin a comment.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
CONTEXT = "https://schema.org"


def block(data: dict[str, Any]) -> SafeString:
    """Return data as the content of a script block of type application/ld+json."""
    return SafeString(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))


def article_data(
    article: Translation, *, canonical: str, publisher: str, crumbs: Sequence[tuple[str, str]]
) -> SafeString:
    """Return an article and the way to it. `crumbs`: names and paths, the outermost first."""
    return block(
        {
            "@context": CONTEXT,
            "@graph": [
                {
                    "@type": "Article",
                    "headline": article.title,
                    "description": article.summary,
                    "inLanguage": html_code(article.language),
                    "dateModified": article.updated_at.isoformat(),
                    "mainEntityOfPage": canonical,
                    "publisher": {"@type": "Organization", "name": publisher},
                },
                {
                    "@type": "BreadcrumbList",
                    "itemListElement": [
                        {
                            "@type": "ListItem",
                            "position": place,
                            "name": name,
                            "item": absolute(path),
                        }
                        for place, (name, path) in enumerate(crumbs, 1)
                    ],
                },
            ],
        }
    )


def questions_data(articles: Sequence[Listed], language: str) -> SafeString:
    """Return articles as questions and answers; only those that exist in the page's language."""
    return block(
        {
            "@context": CONTEXT,
            "@type": "FAQPage",
            "inLanguage": html_code(language),
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": article.title,
                    "acceptedAnswer": {"@type": "Answer", "text": article.summary},
                }
                for article in articles
                if not article.foreign
            ],
        }
    )
