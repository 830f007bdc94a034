"""The edge: guard, locale, forms, pages, errors. The only part of infra that imports Flask."""
