"""All writes to articles: `articles` stores and indexes them, `authoring` is what people do."""

from walletdesk.knowledge.actions.articles import (
    count_opinion,
    index_translation,
    index_waiting,
    learn_ranking,
    load_article_folder,
    load_article_folders,
    note_change,
    save_article,
    set_published,
)

__all__ = [
    "count_opinion",
    "index_translation",
    "index_waiting",
    "learn_ranking",
    "load_article_folder",
    "load_article_folders",
    "note_change",
    "save_article",
    "set_published",
]
