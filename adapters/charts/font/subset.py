"""Makes mplus1.ttf: see README.md. Run in the root of the repository."""

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

SOURCE = "/usr/share/fonts/opentype/mplus/Mplus1-Regular.otf"
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203A), (0x20AC, 0x20AC),
    (0x2190, 0x2193), (0x2264, 0x2265), (0x3000, 0x30FF), (0xFF01, 0xFF9F),
]

letters = {c for first, last in RANGES for c in range(first, last + 1)}
for row in range(16, 48):  # JIS X 0208, level 1
    for cell in range(1, 95):
        try:
            letters.add(ord(bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp")))
        except UnicodeDecodeError:
            pass

font = TTFont(SOURCE)
options = subset.Options()
options.layout_features, options.hinting, options.notdef_outline = [], False, True
options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "VORG", "STAT"]
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=letters)
subsetter.subset(font)

outlines, order, glyphs = font.getGlyphSet(), font.getGlyphOrder(), {}
for name in order:
    pen = TTGlyphPen(outlines)
    outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
    glyphs[name] = pen.glyph()
font["loca"] = newTable("loca")
table = font["glyf"] = newTable("glyf")
table.glyphOrder, table.glyphs = order, glyphs
del font["CFF "]
table.compile(font)

most = font["maxp"]
most.tableVersion = 0x00010000
most.maxZones = 1
for field in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements", "SizeOfInstructions", "ComponentElements"):
    setattr(most, "max" + field, 0)
most.compile(font)
for name in order:
    font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyphs[name], "xMin", 0))
font["post"].formatType = 3.0
font.sfntVersion = "\000\001\000\000"
font.save("adapters/charts/font/mplus1.ttf")
