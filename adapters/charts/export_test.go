package charts

import (
	draw "github.com/go-analyze/charts"

	"casebot/bot"
)

// Width of every picture, in pixels.
const Width = width

// SVG draws a chart with its texts as texts.
func SVG(c bot.Chart) ([]byte, error) { return drawAs(draw.ChartOutputSVG, c) }

// TextWidth is how wide a text of a bar is, in pixels.
func TextWidth(s string) int {
	style := draw.FontStyle{FontSize: text, Font: draw.GetFont(family)}
	return widest(draw.NewPainter(draw.PainterOptions{Width: width, Height: width}), []string{s}, style)
}

// HasLetter tells whether the font has a letter.
func HasLetter(r rune) bool {
	return install() == nil && draw.GetFont(family).Index(r) != 0
}
