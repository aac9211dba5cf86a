"""Writes tests/golden/pictures.json: PNG and JPEG pictures of Pillow and their pixels.

    python -m venv venv && venv/bin/pip install pillow && venv/bin/python tests/golden/generate/pictures.py
"""
import base64
import io
import json
import os

import PIL
from PIL import Image

golden = os.path.join(os.path.dirname(__file__), "..")
colour = Image.new("RGB", (9, 7))
colour.putdata([(x * 28, y * 40, (x + y) * 16) for y in range(7) for x in range(9)])
grey = colour.convert("L")
clear = colour.convert("RGBA")
clear.putdata([(r, g, b, 255 if i % 3 else 0) for i, (r, g, b, _) in enumerate(clear.getdata())])
paper = Image.new("RGB", (9, 7), "white")
paper.paste(clear, mask=clear.split()[3])
smooth = Image.new("RGB", (32, 24))
smooth.putdata([(x * 8, y * 10, 128) for y in range(24) for x in range(32)])


def encoded(picture, form, **options):
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return base64.b64encode(stream.getvalue()).decode()


def case(name, stored, shown, form="PNG", **options):
    pixels = [v for p in shown.getdata() for v in (p if isinstance(p, tuple) else (p,))]
    return {"name": name, "width": shown.width, "height": shown.height, "pixels": pixels, "base64":
            encoded(stored, form, **options)}


two, palette = grey.convert("1"), colour.quantize(5)
cases = [
    case("colour", colour, colour), case("grey", grey, grey), case("transparent", clear, paper),
    case("one bit", two, two.convert("L")), case("palette", palette, palette.convert("RGB")),
    case("interlaced or not", grey, grey, optimize=True),
    case("jpeg", smooth, smooth, "JPEG", quality=95, subsampling=0),
    case("jpeg, grey", smooth.convert("L"), smooth.convert("L"), "JPEG", quality=95),
    case("jpeg, progressive", smooth, smooth, "JPEG", quality=95, progressive=True, subsampling=0),
]
with open(os.path.join(golden, "pictures.json"), "w") as file:
    json.dump({"pillow": PIL.__version__, "pictures": cases}, file)
    file.write("\n")
