"""Draws the labels of a file with one other library, and prints how long it took.

Runs alone, in an environment that holds the other libraries and nothing of ours:

    python draw_labels.py fpdf2|pylabels|blabel ROWS.json FONTS OUT.pdf

Each draws what ours draws: place, name, address, phone, sender, leg, seal and marks in the same
font, the QR with the best level that fits and the best mask, Code 128, on sheets of 2 × 5.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, GAP = 99.1, 57.0, 4.65, 6.0, 2.5
ROWS, COLUMNS = 5, 2
POINT = 72 / 25.4


def texts(row):
    """Give what is written: words, weight, size, left, baseline."""
    marks = "  ".join(row["service_marks"])
    number = row["item_number"]
    grouped = f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"
    return (
        (row["leg_words"].upper(), "Bold", 9, 3.2, 6.0),
        (row["receiver_place"], "Bold", 15, 3.2, 15.0),
        (row["receiver_name"], "SemiBold", 11, 3.2, 22.0),
        (row["receiver_address"][:42], "Regular", 8, 3.2, 27.0),
        (row["receiver_address"][42:], "Regular", 8, 3.2, 30.5),
        (f"ĐT: {row['phone_masked']}", "SemiBold", 8, 3.2, 34.0),
        (marks, "Bold", 8, 3.2, 40.0),
        (grouped, "Bold", 8.5, 12.0, 54.0),
        (f"Người gửi: {row['sender_short'][:24]}", "Regular", 6, 57.0, 45.0),
        (f"Niêm phong: {row['seal_number']}", "SemiBold", 8, 57.0, 53.5),
    )


def with_fpdf2(rows, fonts, out):
    """Draw with fpdf2, qrcode for the QR and python-barcode for the bars."""
    fpdf, qrcode, barcode = map(importlib.import_module, ("fpdf", "qrcode", "barcode"))
    pdf = fpdf.FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    for weight, path in fonts.items():
        pdf.add_font(weight, fname=str(path))
    code128 = barcode.get_barcode_class("code128")
    for i, row in enumerate(rows):
        place = i % (ROWS * COLUMNS)
        if place == 0:
            pdf.add_page()
        x = LEFT + place % COLUMNS * (WIDTH + GAP)
        y = TOP + place // COLUMNS * HEIGHT
        for words, weight, size, left, down in texts(row):
            pdf.set_font(weight, size=size)
            pdf.text(x + left, y + down, words)
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_H, box_size=1, border=4)
        code.add_data(row["qr_text"])
        code.make()
        pdf.image(code.make_image().get_image(), x + 68, y + 7, 28, 28)
        bits = code128(row["item_number"]).build()[0]
        run = ""
        for at, bit in enumerate(bits + "0"):
            if bit == "1":
                run += bit
            elif run:
                pdf.rect(x + 3.2 + (at - len(run)) * 0.3, y + 42, len(run) * 0.3, 8.5, style="F")
                run = ""
    pdf.output(out)


def with_pylabels(rows, fonts, out):
    """Draw with pylabels on reportlab's shapes, QR and Code 128."""
    labels, barcode = map(importlib.import_module, ("labels", "reportlab.graphics.barcode"))
    shapes = importlib.import_module("reportlab.graphics.shapes")
    metrics, ttfonts = map(
        importlib.import_module, ("reportlab.pdfbase.pdfmetrics", "reportlab.pdfbase.ttfonts")
    )
    for weight, path in fonts.items():
        metrics.registerFont(ttfonts.TTFont(weight, str(path)))
    stock = labels.Specification(
        210,
        297,
        COLUMNS,
        ROWS,
        WIDTH,
        HEIGHT,
        left_margin=LEFT,
        top_margin=TOP,
        column_gap=GAP,
        row_gap=0,
    )

    def draw(label, _width, _height, row):
        for words, weight, size, left, down in texts(row):
            label.add(
                shapes.String(
                    left * POINT, (HEIGHT - down) * POINT, words, fontName=weight, fontSize=size
                )
            )
        symbol = barcode.createBarcodeDrawing(
            "QR", value=row["qr_text"], barLevel="H", width=28 * POINT, height=28 * POINT
        )
        bars = barcode.createBarcodeDrawing(
            "Code128", value=row["item_number"], barHeight=8.5 * POINT, barWidth=0.3 * POINT
        )
        for drawing, left, down in ((symbol, 68, 35), (bars, 3.2, 50.5)):
            moved = (1, 0, 0, 1, left * POINT, (HEIGHT - down) * POINT)
            drawn = shapes.Group(*drawing.contents, transform=drawing.transform)
            label.add(shapes.Group(drawn, transform=moved))

    sheet = labels.Sheet(stock, draw)
    for row in rows:
        sheet.add_label(row)
    sheet.save(out)


def with_blabel(rows, fonts, out):
    """Draw with blabel: a page of HTML for each label, drawn by a browser engine in Python."""
    blabel = importlib.import_module("blabel")
    template = Path(out).with_suffix(".html")
    template.write_text(
        "{% for words, weight, size, left, down in texts(row) %}"
        '<p style="font-size: {{ size }}pt; font-family: Vietnam{{ weight }};'
        ' left: {{ left }}mm; top: {{ down - 3 }}mm">'
        "{{ words }}</p>{% endfor %}"
        '<img style="left: 68mm; top: 7mm; width: 28mm"'
        " src=\"{{ label_tools.qr_code(row['qr_text'], error_correction=3) }}\">"
        '<img style="left: 3mm; top: 42mm; width: 50mm; height: 8.5mm"'
        " src=\"{{ label_tools.barcode(row['item_number'], barcode_class='code128') }}\">",
        encoding="utf-8",
    )
    faces = "".join(
        f"@font-face {{ font-family: Vietnam{weight}; src: url('{path.as_uri()}') }}\n"
        for weight, path in fonts.items()
    )
    style = Path(out).with_suffix(".css")
    style.write_text(
        f"@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: 0 }}\n{faces}"
        f".print-area {{ width: {WIDTH}mm; height: {HEIGHT - 0.1}mm }}\n"
        "p, img { position: absolute; margin: 0; white-space: nowrap }",
        encoding="utf-8",
    )
    writer = blabel.LabelWriter(
        str(template), default_stylesheets=(str(style),), items_per_page=1, texts=texts
    )
    writer.write_labels([{"row": row} for row in rows], target=out)


def main(name, rows, fonts, out):
    """Draw and print seconds, bytes and the peak of memory in kilobytes."""
    read = json.loads(Path(rows).read_text(encoding="utf-8"))
    faces = {
        "Regular": Path(fonts).resolve() / "BeVietnamPro_400Regular.ttf",
        "SemiBold": Path(fonts).resolve() / "BeVietnamPro_600SemiBold.ttf",
        "Bold": Path(fonts).resolve() / "BeVietnamPro_700Bold.ttf",
    }
    began = time.process_time()
    {"fpdf2": with_fpdf2, "pylabels": with_pylabels, "blabel": with_blabel}[name](read, faces, out)
    seconds = time.process_time() - began
    found = {
        "seconds": seconds,
        "bytes": Path(out).stat().st_size,
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
