"""The floors: the least that Flask, SQLAlchemy and ReportLab can do here, in the same server. Measured with every run.

`POST /insert` one row and its commit, `GET /select/<number>` an indexed row in a small template, `GET /paper` one page
with a QR code. Run as `python -m bench.floors FILE PORT`.
"""

from __future__ import annotations

import sys
from io import BytesIO
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from jinja2 import DictLoader
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, event, insert, select

from referral.infra.pdf.qr import draw_qr
from referral.infra.web.server import serve_desk

ROWS = 10_000
_METADATA = MetaData()
ROW = Table(
    "row",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), index=True),
    Column("words", String(200)),
)
_PAGE = """<!doctype html><html lang="es"><head><title>{{ row.name }}</title></head>
<body><h1>{{ row.name }}</h1><p>{{ row.words }}</p></body></html>"""


def make_app(path: Path) -> Flask:
    """The bare application over a new database file, with the durability that the desk has."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    _METADATA.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": number, "name": f"Fila {number}", "words": "palabras " * 10} for number in range(ROWS)]
        connection.execute(insert(ROW), rows)
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"row.html": _PAGE})  # compiled once, as any template is
    reading = engine.execution_options(reads=True)

    @app.post("/insert")
    def insert_one() -> Any:
        with engine.begin() as connection:
            connection.execute(insert(ROW).values(name=request.form["name"], words=request.form["words"]))
        return redirect("/select/1", 303)

    @app.get("/select/<int:number>")
    def select_one(number: int) -> str:
        with reading.connect() as connection:
            row = connection.execute(select(ROW).where(ROW.c.name == f"Fila {number}")).one()
        return render_template("row.html", row=row)

    @app.get("/paper")
    def paper() -> Response:
        sheet = BytesIO()
        canvas = Canvas(sheet, pagesize=LETTER)
        canvas.setFont("Helvetica", 12)
        for line in range(12):
            canvas.drawString(72, 700 - 18 * line, f"Renglón {line} de una hoja sencilla")
        draw_qr(canvas, "http://127.0.0.1:8000/v/7KQ2M9XWTA4R8ZPD3HNB5TQ2MM", x=420, y=120, size=110)
        canvas.showPage()
        canvas.save()
        return Response(sheet.getvalue(), mimetype="application/pdf")

    return app


if __name__ == "__main__":
    getLogger("waitress.queue").setLevel(ERROR)  # eight clients are meant to queue
    serve_desk(make_app(Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]))
