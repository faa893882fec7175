"""Images made in memory for tests: ordinary ones, and the files that people and attackers really send."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

PNG_START = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int = 1) -> bytes:
    """A complete PNG header without a single pixel behind it."""
    fields = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return PNG_START + chunk(b"IHDR", fields) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def bomb_png(width: int, height: int) -> bytes:
    """A valid 1-bit PNG of kilobytes that takes ``width`` × ``height`` pixels of memory."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b"".join(squeeze.compress(row * 500) for _ in range(height // 500)) + squeeze.flush()
    fields = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG_START + chunk(b"IHDR", fields) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb_png() -> bytes:
    """A PNG of 8 × 8 pixels with a comment that grows to 200 MB."""
    squeeze = zlib.compressobj(9)
    comment = b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(200)) + squeeze.flush()
    ordinary = encode(noise(8, 8))
    first = ordinary.index(b"IDAT") - 4
    return ordinary[:first] + chunk(b"zTXt", b"Comment\0\0" + comment) + ordinary[first:]


def encode(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def animation(frames: list[Image.Image], form: str) -> bytes:
    return encode(frames[0], form, save_all=True, append_images=frames[1:], duration=50)


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """A busy picture that compresses badly, in place of a photo."""
    lots = random.Random(seed)
    small = Image.new("RGB", (16, 16))
    small.putdata([tuple(lots.randint(0, 255) for _ in range(3)) for _ in range(256)])
    return small.resize((width, height), Image.Resampling.BICUBIC)


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Texture with detail of all sizes, in place of a photo with a subject."""
    lots = random.Random(seed)
    image = noise(width, height, seed)
    for cells in (48, 160):
        fine = Image.new("L", (cells, cells))
        fine.putdata([lots.randint(0, 255) for _ in range(cells * cells)])
        fine = fine.resize((width, height), Image.Resampling.BICUBIC)
        image = Image.blend(image, Image.merge("RGB", (fine,) * 3), 0.2)
    return image


def calm_photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """A pale texture of little contrast: sky, wall, pavement."""
    return Image.blend(photo(width, height, seed), Image.new("RGB", (width, height), "white"), 0.6)


def seal(name: str, letter: str = "W", side: int = 320) -> Image.Image:
    """A round seal with a transparent ground: a ring with a name and an office, a letter in the middle."""
    fine = side * 2
    image = Image.new("RGBA", (fine, fine), (0, 0, 0, 0))
    draw, middle = ImageDraw.Draw(image), fine / 2
    draw.ellipse((0, 0, fine - 1, fine - 1), fill=(30, 60, 110, 255))
    inner = fine * 0.3
    box = (middle - inner, middle - inner, middle + inner, middle + inner)
    draw.ellipse(box, fill=(250, 250, 250, 255), outline=(200, 160, 40, 255), width=fine // 60)
    draw.text((middle, middle), letter, (150, 30, 40, 255), ImageFont.load_default(fine * 0.34), anchor="mm")
    font = ImageFont.load_default(fine * 0.11)
    for words, start in ((name, 0.0), ("COUNTY COUNCIL", 180.0)):
        for place, letter_ in enumerate(words):
            one = Image.new("L", image.size, 0)
            ImageDraw.Draw(one).text((middle, fine * 0.1), letter_, 255, font, anchor="mm")
            turn = start - 15 * (place - (len(words) - 1) / 2)
            image.paste((255, 255, 255, 255), mask=one.rotate(turn, Image.Resampling.BICUBIC))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def over(image: Image.Image, mark: Image.Image, share: float, cover: float = 1.0) -> Image.Image:
    """Lay a mark over the lower right of an image: ``share`` of its width, ``cover`` of its strength."""
    wide = round(image.width * share)
    small = mark.resize((wide, max(1, round(wide * mark.height / mark.width))), Image.Resampling.LANCZOS)
    result = image.copy()
    place = image.width - wide - image.width // 30, image.height - small.height - image.width // 30
    result.paste(small.convert("RGB"), place, small.getchannel("A").point(lambda a: round(a * cover)))
    return result


def mark(width: int = 240) -> Image.Image:
    """A mark of our own with a transparent ground: an arch, a bar and a dot, no symmetry."""
    image = Image.new("RGBA", (width * 4, width * 4), (0, 0, 0, 0))
    draw, unit = ImageDraw.Draw(image), width * 4 / 100
    dark, red = (20, 50, 110, 255), (190, 30, 60, 255)
    draw.arc((4 * unit, 4 * unit, 96 * unit, 110 * unit), 180, 350, fill=dark, width=round(14 * unit))
    draw.rectangle((4 * unit, 62 * unit, 70 * unit, 78 * unit), fill=red)
    draw.ellipse((72 * unit, 60 * unit, 96 * unit, 84 * unit), fill=dark)
    draw.polygon([(30 * unit, 54 * unit), (52 * unit, 26 * unit), (60 * unit, 54 * unit)], fill=red)
    image = image.resize((width, width), Image.Resampling.LANCZOS)
    return image.crop(image.getbbox())


def other_mark(number: int, width: int = 240) -> Image.Image:
    """One of any number of other marks: shapes and lines from a seed, on a transparent ground."""
    lots = random.Random(1000 + number)
    image = Image.new("RGBA", (width, width), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for _ in range(5):
        colour = (lots.randint(0, 200), lots.randint(0, 200), lots.randint(0, 200), 255)
        xs, ys = sorted(lots.sample(range(width), 2)), sorted(lots.sample(range(width), 2))
        box = (xs[0], ys[0], xs[1] + 2, ys[1] + 2)
        shape = lots.choice((draw.ellipse, draw.rectangle, draw.arc, draw.chord))
        if shape in (draw.ellipse, draw.rectangle):
            shape(box, fill=colour)
        else:
            shape(box, lots.randint(0, 180), lots.randint(200, 360), fill=colour)
    return image


def on(image: Image.Image, colour: str | tuple[int, int, int], margin: float = 0.0) -> Image.Image:
    """Put a transparent image on a flat ground with a margin, as a share of its width."""
    edge = round(image.width * margin)
    ground = Image.new("RGB", (image.width + 2 * edge, image.height + 2 * edge), colour)
    ground.paste(image, (edge, edge), image)
    return ground


def avatar(image: Image.Image, side: int = 400, outside: str = "white") -> Image.Image:
    """A round profile picture: a pale disc with the image in the middle, the corners of another colour."""
    picture = Image.new("RGB", (side, side), outside)
    ImageDraw.Draw(picture).ellipse((0, 0, side - 1, side - 1), fill=(230, 225, 200))
    small = image.resize((round(side * 0.6), round(side * 0.6 * image.height / image.width)))
    picture.paste(small, ((side - small.width) // 2, (side - small.height) // 2), small)
    return picture


def with_exif(image: Image.Image, form: str = "JPEG", **facts: Any) -> bytes:
    """Encode with EXIF: ``turn`` (orientation), ``place`` (GPS), ``serial`` (of the camera)."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"  # without a plain tag Pillow takes the whole block for empty
    if "turn" in facts:
        exif[0x0112] = facts["turn"]
    if "place" in facts:
        exif.get_ifd(0x8825).update(facts["place"])
    if "serial" in facts:
        exif.get_ifd(0x8769)[0xA431] = facts["serial"]
    return encode(image, form, exif=exif)


def with_text(image: Image.Image, key: str, value: str) -> bytes:
    info = PngInfo()
    info.add_itxt(key, value)
    return encode(image, pnginfo=info)


# The list of hostile files: what a screen must survive, each with what has to come of it.


def _compressed(total: int, fill: bytes = b"\0", wrapper: int = 15) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, wrapper)
    block = fill * (1_000_000 // len(fill))
    return b"".join(squeeze.compress(block) for _ in range(total // 1_000_000)) + squeeze.flush()


def png(width: int, height: int, depth: int, kind: int, pixels: bytes, *chunks: bytes) -> bytes:
    """A PNG with any header, compressed pixels and extra chunks, right or wrong."""
    fields = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return (
        PNG_START + chunk(b"IHDR", fields) + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def png_with(*chunks: bytes) -> bytes:
    """An ordinary small PNG with more chunks before its pixels."""
    ordinary = encode(noise(8, 8))
    first = ordinary.index(b"IDAT") - 4
    return ordinary[:first] + b"".join(chunks) + ordinary[first:]


def jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    """An ordinary small JPEG with more segments after its start."""
    ordinary = encode(noise(40, 30), "JPEG")
    parts = (bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data for marker, data in segments)
    return ordinary[:2] + b"".join(parts) + ordinary[2:]


def jpeg_announcing(width: int, height: int) -> bytes:
    """A JPEG whose header says another size than its pixels have."""
    data = bytearray(encode(noise(40, 30), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def exif_block(*entries: tuple[int, int, int, bytes], after: int = 0) -> bytes:
    """A little-endian EXIF block of one directory: tag, type, count, four bytes of value or offset."""
    rows = b"".join(struct.pack("<HHI", tag, kind, count) + value for tag, kind, count, value in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + struct.pack("<I", after)


def tiff(entries: list[tuple[int, int, int, int]], after: int = 0, tail: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory at byte 8."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + struct.pack("<I", after) + tail


def tiff_of(width: int, height: int, compression: int = 1, data: bytes = b"", after: int = 0) -> bytes:
    """A grey TIFF of one strip, of any size and compression."""
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1)]
    start = 8 + 2 + 12 * 9 + 4
    tags += [(273, 4, 1, start), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(data))]
    return tiff(tags, after, data)


def tiff_pages(count: int) -> bytes:
    return animation([noise(12, 9, seed) for seed in range(count)], "TIFF")


def bmp_header(width: int, height: int, bits: int = 24, compression: int = 0, data: bytes = b"") -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + head + data


def gif_screen(width: int, height: int, blocks: bytes = b"", frame: tuple[int, int] = (2, 2)) -> bytes:
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff"
    return head + blocks + b",\0\0\0\0" + struct.pack("<HH", *frame) + b"\0\x02\x02\x84\x51\0;"


def webp_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def webp_canvas(width: int, height: int, flags: int = 0) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp_chunks((b"VP8X", bytes([flags, 0, 0, 0]) + size))


def _cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def _holed(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(200) + data[middle + 200 :]


UNREADABLE, TOO_LARGE, READ = "unreadable", "too-large", "read"


def hostile_files() -> Iterator[tuple[str, bytes, set[str]]]:
    """Yield names, files, and what may come of each: that it is unreadable, too large, or simply read."""
    photo, small = noise(300, 200), noise(8, 8)
    bad, large, fine = {UNREADABLE}, {TOO_LARGE}, {READ}
    either, any_ = bad | large, bad | large | fine
    forms = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")

    # Not a picture at all, or another one than its name says.
    yield "empty", b"", bad
    yield "one byte", b"\x89", bad
    yield "zeros", bytes(5_000), bad
    yield "text", b"hello there\n", bad
    yield "SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', bad
    yield "SVG of entities", b'<!DOCTYPE s [<!ENTITY a "&b;&b;"><!ENTITY b "&a;">]><svg>&a;</svg>', bad
    yield "PDF", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", bad
    yield "HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), bad
    yield "AVIF", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(200), bad
    yield "MP4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200), bad
    yield "ZIP", b"PK\x03\x04" + bytes(100), bad
    yield "HTML", b"<html><img src=x onerror=alert(1)></html>", bad
    yield "FITS", b"SIMPLE  =                    T".ljust(2880), bad
    yield "ICO", b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(100), bad
    yield "PSD", b"8BPS\0\1" + bytes(200), bad
    yield "PPM bomb", b"P6 60000 60000 255\n", bad
    yield "XBM", b"#define x_width 60000\n#define x_height 60000\nstatic char x_bits[] = {\n", bad
    yield "EPS", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n", bad
    yield "ELF", b"\x7fELF\2\1\1" + bytes(200), bad
    yield (
        "PNG that is also a ZIP",
        encode(small) + b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + bytes(18),
        fine,
    )
    yield "JPEG that is also HTML", encode(photo, "JPEG") + b"<script>alert(1)</script>", fine
    yield "GIF that is also JavaScript", encode(small, "GIF") + b"=1;alert(1)", fine
    yield "JPEG start, PNG rest", b"\xff\xd8\xff\xe0" + encode(photo), bad
    yield "PNG start, JPEG rest", PNG_START + encode(photo, "JPEG"), bad

    # Cut short, holed, or nothing but a beginning.
    for form in forms:
        data = encode(photo, form)
        yield f"half a {form}", _cut(data, 0.5), bad
        yield f"nearly all of a {form}", _cut(data, 0.97), any_ if form == "GIF" else bad
        yield f"first 20 bytes of a {form}", data[:20], bad
        yield f"{form} with a hole", _holed(data), any_
    yield "PNG signature", PNG_START, bad
    yield "JPEG markers only", b"\xff\xd8\xff\xd9", bad
    yield "JPEG of fill bytes", b"\xff\xd8" + b"\xff" * 100_000, bad
    yield "JPEG of 30,000 empty segments", jpeg_with(*[(0xEF, b"")] * 30_000), any_
    yield "JPEG of 500 scans announced", jpeg_with(*[(0xDD, b"\0\0")] * 500), any_

    # Sizes that lie.
    yield "PNG without pixels", png_header(50, 50), bad
    yield "PNG without width", png_header(0, 50), bad
    yield "PNG without height", png_header(50, 0), bad
    yield "PNG of 2 billion squared", png_header(0x7FFFFFFF, 0x7FFFFFFF), large
    yield "PNG of 4 billion wide", png_header(0xFFFFFFFF, 1), either
    yield "PNG of 65535 by 20", png_header(65_535, 20), large
    yield "PNG of 20 by 65535", png_header(20, 65_535), large
    yield "PNG of 39 megapixels announced", png_header(7_800, 5_000), bad
    yield "PNG with more rows than announced", png(8, 8, 8, 0, zlib.compress(bytes(90_000))), any_
    yield "PNG with fewer rows than announced", png(800, 800, 8, 0, zlib.compress(bytes(900))), bad
    yield "PNG of an unknown colour type", png(8, 8, 8, 5, zlib.compress(bytes(500))), bad
    yield "PNG of a wrong checksum", encode(photo)[:-10] + b"\0" * 10, any_
    yield "JPEG of 65535 squared", jpeg_announcing(65_535, 65_535), large
    yield "JPEG of 65500 by 100", jpeg_announcing(65_500, 100), large
    yield "JPEG of no height", jpeg_announcing(100, 0), bad
    yield "JPEG of 36 megapixels announced", jpeg_announcing(6_000, 6_000), any_
    yield "GIF of no size", gif_screen(0, 0, frame=(0, 0)), bad
    yield "GIF screen of 65535 squared", gif_screen(65_535, 65_535), large
    yield "GIF frame beyond its screen", gif_screen(2, 2, frame=(60_000, 60_000)), any_
    yield "WebP canvas of 16383 squared", webp_canvas(16_383, 16_383), large
    yield "WebP canvas alone", webp_canvas(100, 100), bad
    yield "WebP animation without frames", webp_canvas(100, 100, 2), bad
    yield "WebP lossless header alone", webp_chunks((b"VP8L", b"\x2f\xff\xff\xff\x0f")), either
    yield "WebP of a wrong length", b"RIFF\xff\xff\xff\x7fWEBPVP8 \xff\xff\xff\x7f" + bytes(50), bad
    yield "BMP of 60000 squared", bmp_header(60_000, 60_000), large
    yield "BMP of no size", bmp_header(0, 0), bad
    yield "BMP upside down", bmp_header(4, -4, data=bytes(48)), any_
    yield "BMP of 32767 colours announced", bmp_header(4, 4, 8, data=bytes(16)), any_
    yield "BMP run-length bomb", bmp_header(6_000, 6_000, 8, 1, b"\xff\0" * 2_000), any_
    yield "TIFF of 60000 squared", tiff_of(60_000, 60_000), large
    yield "TIFF of no size", tiff_of(0, 0), bad
    yield "TIFF without tags", tiff([]), bad
    yield "TIFF whose strip is elsewhere", tiff_of(50, 50, data=b""), any_
    yield "TIFF of 65535 tags", tiff([(700 + n % 60_000, 4, 1, 1) for n in range(65_535)]), bad

    # Bombs: small files of many pixels, many bytes or many frames.
    yield "PNG of 900 megapixels", bomb_png(30_000, 30_000), large
    yield "PNG of 144 megapixels", bomb_png(12_000, 12_000), large
    yield "PNG of 38 megapixels", bomb_png(7_600, 5_000), fine
    yield "PNG of 38 megapixels in 64 bits", png(7_600, 5_000, 16, 6, _compressed(305_000_000)), any_
    yield "PNG of 40 bombs in one stream", png(100, 100, 8, 0, _compressed(400_000_000)), any_
    yield "PNG comment bomb", text_bomb_png(), bad
    yield (
        "PNG international comment bomb",
        png_with(chunk(b"iTXt", b"C\0\1\0\0\0" + _compressed(200_000_000))),
        bad,
    )
    yield "PNG profile bomb", png_with(chunk(b"iCCP", b"p\0\0" + _compressed(200_000_000))), any_
    yield (
        "PNG of 3,000 comments",
        png_with(*[chunk(b"tEXt", b"K%d\0" % n + b"v" * 500) for n in range(3_000)]),
        any_,
    )
    yield "PNG of 20,000 empty chunks", png_with(*[chunk(b"tEXt", b"a\0b")] * 20_000), any_
    yield (
        "PNG animation of a million frames announced",
        png_with(chunk(b"acTL", struct.pack(">II", 10**6, 0))),
        any_,
    )
    yield "TIFF of deflated zeros", tiff_of(6_300, 6_300, 8, _compressed(39_000_000)), any_
    yield "TIFF of LZW nonsense", tiff_of(6_300, 6_300, 5, b"\x80\x1f" * 5_000), any_
    yield "TIFF of fax nonsense", tiff_of(6_300, 6_300, 4, b"\x26\xa0" * 500), any_
    yield "TIFF of JPEG nonsense", tiff_of(500, 500, 7, encode(photo, "JPEG")[:400]), any_
    yield "TIFF whose page follows itself", tiff_of(20, 20, data=bytes(400), after=8), any_
    yield "TIFF of 40 pages", tiff_pages(40), large
    yield "GIF of 100,000 frames", gif_frames(100_000), large
    yield "GIF of 15,000 frames", gif_frames(15_000), any_
    yield "GIF of 5,000 comments", gif_screen(2, 2, b"!\xfe\x02hi\0" * 5_000), any_
    yield "GIF of an endless extension", b"GIF89a\2\0\2\0\0\0\0!\xfe" + b"\xff" * 200_000, bad
    long_ = [Image.new("RGB", (1_500, 1_500), (255 * (n % 2), 90, 2 * n)) for n in range(95)]
    yield "WebP animation of 214 megapixels", animation(long_, "WEBP"), large
    del long_

    # Metadata made to hurt; the pixels are ordinary.
    loop = exif_block((0x8769, 4, 1, struct.pack("<I", 8)), (0x8825, 4, 1, struct.pack("<I", 8)), after=8)
    yield "EXIF that points at itself", jpeg_with((0xE1, loop)), fine
    yield (
        "EXIF of 4 billion values",
        jpeg_with((0xE1, exif_block((0x010F, 2, 0xFFFFFFFF, b"\x08\0\0\0")))),
        fine,
    )
    yield "EXIF beyond its end", jpeg_with((0xE1, exif_block((0x8825, 4, 1, b"\xff\xff\xff\x7f")))), fine
    yield "EXIF of garbage", jpeg_with((0xE1, b"Exif\0\0garbage of some length")), fine
    yield "EXIF of 65 kB", jpeg_with((0xE1, b"Exif\0\0II*\0\x08\0\0\0" + b"\xff" * 65_000)), fine
    yield (
        "EXIF of 3 MB in a PNG",
        png_with(chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + bytes(3_000_000))),
        fine,
    )
    yield "orientation 200", with_exif(photo, turn=200), fine
    xmp = b"http://ns.adobe.com/xap/1.0/\0"
    entities = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 100 + b'">]><x>' + b"&a;" * 15_000 + b"</x>"
    yield "XMP of entities", jpeg_with((0xE1, xmp + entities)), fine
    yield "XMP of open tags", jpeg_with((0xE1, xmp + b"<dc:rights>" * 5_800)), fine
    yield (
        "IPTC of a wrong length",
        jpeg_with((0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\xff\xff\xff\x7f\x1c\2\x50")),
        fine,
    )
    yield "colour profile of garbage", jpeg_with((0xE2, b"ICC_PROFILE\0\1\1" + b"\xff" * 5_000)), fine
    yield "colour profile in 255 missing parts", jpeg_with((0xE2, b"ICC_PROFILE\0\1\xff" + bytes(50))), fine
    yield "JPEG of 4,000 comments", jpeg_with(*[(0xFE, b"c" * 60)] * 4_000), fine
    yield "MPO index that lies", jpeg_with((0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 500)), any_

    # Unusual and honest.
    for mode, form in (
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("P", "PNG"),
        ("1", "PNG"),
        ("LA", "PNG"),
        ("L", "GIF"),
    ):
        yield f"{mode} {form}", encode(photo.convert(mode), form), fine
    yield "16-bit grey PNG", encode(Image.new("I;16", (40, 30), 40_000)), fine
    yield "floating-point TIFF", encode(Image.new("F", (40, 30), 0.5), "TIFF"), fine
    yield "floating-point TIFF of no numbers", encode(Image.new("F", (40, 30), float("nan")), "TIFF"), any_
    yield "one pixel", encode(Image.new("RGB", (1, 1))), fine
    yield "a strip of 20000 by 1", encode(Image.new("L", (20_000, 1))), fine
    yield "a strip of 1 by 20000", encode(Image.new("L", (1, 20_000))), fine
    yield "fully transparent", encode(Image.new("RGBA", (60, 40), (1, 2, 3, 0))), fine
    yield "progressive JPEG", encode(photo, "JPEG", progressive=True), fine
    for form in ("GIF", "WEBP", "PNG"):
        frames = [Image.new("RGB", (80, 60), (20 * n, 90, 40)) for n in range(12)]
        yield f"animated {form}", animation([*frames, noise(80, 60)], form), fine


def gif_frames(count: int) -> bytes:
    head = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff"
    return head + b",\0\0\0\0\x02\0\x02\0\0\x02\x02\x84\x51\0" * count + b";"


# Pictures with something to read in them.


def words(
    *lines: str, size: int = 26, width: int = 900, ink: str = "black", ground: str = "white"
) -> Image.Image:
    """Lines of text on a plain ground, in the letters that come with Pillow."""
    image = Image.new("RGB", (width, 40 + len(lines) * size * 2), ground)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    for number, line in enumerate(lines):
        draw.text((30, 25 + number * size * 2), line, fill=ink, font=font)
    return image


def qr(text: str, module: int = 5, dark: int = 0, light: int = 255) -> Image.Image:
    """A QR code with its quiet margin."""
    import cv2
    import numpy as np

    code = np.pad(cv2.QRCodeEncoder_create().encode(text), 4, constant_values=255)
    code = np.kron(code, np.ones((module, module), np.uint8))
    return Image.fromarray(np.where(code > 127, light, dark).astype(np.uint8)).convert("RGB")


def pasted(ground: Image.Image, image: Image.Image, at: tuple[int, int]) -> Image.Image:
    copy = ground.copy()
    copy.paste(image, at)
    return copy
