"""Paper: fonts, text layout, QR and an archivable tagged PDF page. Each room's paper.py draws with it."""
