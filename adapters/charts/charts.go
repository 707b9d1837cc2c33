// Package charts draws the figures of reports as PNG pictures, the same for
// every platform.
//
// Its font is a part of M PLUS 1, which has the letters of all the languages
// that casebot speaks; font/README.md says how it was made. Its colours are
// those of Okabe and Ito, which people with any kind of colour vision tell
// apart (jfly.uni-koeln.de/color).
package charts

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	draw "github.com/go-analyze/charts"

	"casebot/bot"
)

// Type is what the pictures are.
const Type = "image/png"

//go:embed font/mplus1.ttf
var font []byte

const family = "mplus1"

// install gives the font to the library, which keeps it for the whole process.
var install = sync.OnceValue(func() error { return draw.InstallFont(family, font) })

// Sizes in pixels. A chat shows a picture about 360 wide on a telephone and no
// wider than 800 on a screen.
const (
	width     = 960
	barHeight = 56
	margin    = 32
	head      = 120 // title and legend
	text      = 22.0
)

// A light ground, so that the picture is the same in a dark client.
var (
	ground = draw.ColorWhite
	ink    = draw.ColorFromHex("#1d1c1d")
)

// colours by tone: Okabe and Ito's vermilion, orange, bluish green, a grey, and
// blue.
var colours = map[bot.Tone]draw.Color{
	bot.ToneAlarm: draw.ColorFromHex("#D55E00"),
	bot.ToneWarn:  draw.ColorFromHex("#E69F00"),
	bot.ToneGood:  draw.ColorFromHex("#009E73"),
	bot.ToneQuiet: draw.ColorFromHex("#999999"),
	bot.ToneNone:  draw.ColorFromHex("#0072B2"),
}

// bars are a chart as the library wants it: the first bar at the bottom.
type bars struct {
	labels, sums []string
	longest      float64
	series       []string
	values       [][]float64 // by series
	colours      []draw.Color
}

func barsOf(c bot.Chart) (*bars, error) {
	n := len(c.Labels)
	if n == 0 || len(c.Series) == 0 {
		return nil, fmt.Errorf("draw chart %s: it has no figures", c.Name)
	}
	b := &bars{values: make([][]float64, len(c.Series))}
	for _, s := range c.Series {
		if len(s.Values) != n {
			return nil, fmt.Errorf("draw chart %s: %d values of %s, want %d", c.Name, len(s.Values), s.Label, n)
		}
		b.series, b.colours = append(b.series, "\u00a0"+s.Label), append(b.colours, colours[s.Tone])
	}
	for i := n - 1; i >= 0; i-- {
		sum := 0
		var parts []string
		for j, s := range c.Series {
			v := s.Values[i]
			if sum += v; v != 0 {
				parts = append(parts, strconv.Itoa(v))
			}
			b.values[j] = append(b.values[j], float64(v))
		}
		text := strconv.Itoa(sum)
		if len(parts) > 1 {
			text += " (" + strings.Join(parts, " + ") + ")"
		}
		b.labels, b.sums, b.longest = append(b.labels, c.Labels[i]), append(b.sums, text), max(b.longest, float64(sum))
	}
	b.longest = max(b.longest, 1)
	return b, nil
}

// Draw returns a chart as a PNG.
func Draw(c bot.Chart) ([]byte, error) { return drawAs(draw.ChartOutputPNG, c) }

func widest(p *draw.Painter, texts []string, style draw.FontStyle) int {
	most := 0
	for _, t := range texts {
		most = max(most, p.MeasureText(t, 0, style).Width())
	}
	return most
}

func drawAs(format string, c bot.Chart) ([]byte, error) {
	if err := install(); err != nil {
		return nil, fmt.Errorf("install the font of charts: %w", err)
	}
	b, err := barsOf(c)
	if err != nil {
		return nil, err
	}
	style := draw.FontStyle{FontSize: text, FontColor: ink, Font: draw.GetFont(family)}
	title := style
	title.FontSize *= 1.25
	opt := draw.NewBarChartOptionWithData(b.values)
	opt.Theme = draw.GetTheme(draw.ThemeLight).WithSeriesColors(b.colours).WithBackgroundColor(ground)
	p := draw.NewPainter(draw.PainterOptions{
		OutputFormat: format, Width: width, Height: head + 2*margin + len(c.Labels)*barHeight, Font: draw.GetFont(family), Theme: opt.Theme,
	})
	opt.Horizontal, opt.StackSeries = true, new(true)
	opt.Padding = draw.NewBoxEqual(margin)
	opt.Title = draw.TitleOption{Text: c.Title, FontStyle: title}
	opt.Legend = draw.LegendOption{SeriesNames: b.series, FontStyle: style, Symbol: draw.SymbolSquare, Offset: draw.OffsetStr{Left: draw.PositionLeft, Top: "72"}}
	// As long as the numbers behind the longest bar leave it.
	plot := width - 2*margin - widest(p, b.labels, style)
	scale := min(float64(plot)/float64(max(plot-widest(p, b.sums, style)-margin, 1)), 10)
	opt.CategoryAxis.Labels, opt.CategoryAxis.LabelFontStyle = b.labels, style
	opt.ValueAxis[0].Show, opt.ValueAxis[0].Min, opt.ValueAxis[0].Max = new(false), new(0.0), new(b.longest*scale)
	// The library writes a part's number where the next part begins, so only
	// the last part has one, which says them all. It is asked for the bars in
	// their order, but told the part's index.
	next := 0
	opt.SeriesList[len(opt.SeriesList)-1].Label = draw.SeriesLabel{
		Show: new(true), FontStyle: style,
		LabelFormatter: func(int, string, float64) (string, *draw.LabelStyle) {
			next++
			return b.sums[next-1], nil
		},
	}
	if err := p.BarChart(opt); err != nil {
		return nil, fmt.Errorf("draw chart %s: %w", c.Name, err)
	}
	picture, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw chart %s: %w", c.Name, err)
	}
	return picture, nil
}
