"""Everything that leaves by mail: replies, automatic answers, and what becomes of them."""
