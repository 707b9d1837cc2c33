package charts_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"casebot/adapters/charts"
	"casebot/bot"
	"casebot/bot/texts"
)

func ageing() bot.Chart {
	return bot.Chart{
		Name: "ageing", Title: "Age of open cases", Labels: []string{"0–7 days", "8–14 days", "15–30 days", "> 30 days"},
		Series: []bot.ChartSeries{
			{Label: "Severity 1", Tone: bot.ToneAlarm, Values: []int{1, 0, 0, 0}},
			{Label: "Severity 2", Tone: bot.ToneWarn, Values: []int{2, 3, 0, 1}},
			{Label: "Severity 3", Values: []int{4, 5, 0, 0}},
		},
	}
}

// A picture is a PNG, 960 wide and as high as its bars need, on white, also
// where several are drawn at once.
func TestDraw(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for n := range 4 {
		c := ageing()
		for range n {
			c.Labels = append(c.Labels, "more")
			for i := range c.Series {
				c.Series[i].Values = append(c.Series[i].Values, n)
			}
		}
		all.Go(func() {
			b, err := charts.Draw(c)
			if err != nil {
				t.Error(err)
				return
			}
			p, err := png.Decode(bytes.NewReader(b))
			if err != nil {
				t.Error(err)
				return
			}
			if size := p.Bounds().Size(); size.X != charts.Width || size.Y < 100+50*len(c.Labels) {
				t.Errorf("%d bars: a picture of %v", len(c.Labels), size)
			}
			if r, g, bl, a := p.At(0, 0).RGBA(); r&g&bl&a != 0xffff {
				t.Error("the ground is not white")
			}
			if dir := os.Getenv("PICTURES"); dir != "" && n == 0 {
				if err := os.WriteFile(filepath.Join(dir, "chart.png"), b, 0o644); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

type word struct {
	X    int    `xml:"x,attr"`
	Y    int    `xml:"y,attr"`
	Text string `xml:",chardata"`
}

// words are the texts of a chart, from the top to the bottom.
func words(t *testing.T, c bot.Chart) []word {
	t.Helper()
	b, err := charts.SVG(c)
	if err != nil {
		t.Fatal(err)
	}
	var picture struct {
		Words []word `xml:"text"`
	}
	if err := xml.Unmarshal(b, &picture); err != nil {
		t.Fatal(err)
	}
	return picture.Words
}

// Every bar stands in the order of the labels, and at its end what it counts:
// the sum, and its parts where there are several.
func TestBars(t *testing.T) {
	t.Parallel()
	want := map[string]string{"0–7 days": "7 (1 + 2 + 4)", "8–14 days": "8 (3 + 5)", "15–30 days": "0", "> 30 days": "1"}
	all := words(t, ageing())
	above := 0
	for _, label := range ageing().Labels {
		var have []string
		for _, w := range all {
			if w.Text != label {
				continue
			}
			if w.Y <= above {
				t.Errorf("%s is above the bar before", label)
			}
			above = w.Y
			for _, other := range all {
				if other.Text != label && math.Abs(float64(other.Y-w.Y)) < 10 {
					have = append(have, other.Text)
				}
			}
		}
		if len(have) != 1 || have[0] != want[label] {
			t.Errorf("beside %s stands %q, want %q", label, have, want[label])
		}
	}
}

// Nothing is cut: texts stay within the picture and beside each other, however
// long the labels and the numbers are.
func TestNothingIsCut(t *testing.T) {
	t.Parallel()
	for _, scale := range []int{0, 1, 10, 999, 12_345} {
		for _, long := range []string{"", "Response to the customer, ", "フォローアップ・"} {
			c := ageing()
			for i := range c.Labels {
				c.Labels[i] = long + c.Labels[i]
				for j := range c.Series {
					c.Series[j].Values[i] *= scale
				}
			}
			t.Run(fmt.Sprint(long, scale), func(t *testing.T) {
				for _, w := range words(t, c) {
					if end := w.X + charts.TextWidth(w.Text); w.X < 0 || end > charts.Width {
						t.Errorf("%q is at %d to %d", w.Text, w.X, end)
					}
					for _, other := range words(t, c) {
						if other.Y == w.Y && other.X > w.X && other.X < w.X+charts.TextWidth(w.Text)-1 {
							t.Errorf("%q runs into %q", w.Text, other.Text)
						}
					}
				}
			})
		}
	}
}

// A chart without figures, or with a figure too few, is an error.
func TestDrawRefuses(t *testing.T) {
	t.Parallel()
	short := ageing()
	short.Series[1].Values = []int{1}
	for name, c := range map[string]bot.Chart{"nothing": {}, "no series": {Labels: []string{"a"}}, "too few values": short} {
		if b, err := charts.Draw(c); err == nil || b != nil {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// The font has every letter of the message catalogues.
func TestFontHasAllLetters(t *testing.T) {
	t.Parallel()
	catalogue, err := texts.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range texts.Languages() {
		v := catalogue.In(language)
		for _, key := range []string{
			"weekly.ageing", "weekly.age_days", "weekly.targets", "weekly.met", "weekly.breached", "weekly.excused_only",
			"weekly.metric_severity", "metric.initial", "metric.follow_up", "severity.n",
		} {
			for _, r := range strings.NewReplacer("⟦", "", "⟧", "").Replace(v.Say(key)) {
				if !charts.HasLetter(r) {
					t.Errorf("%s, %s: the font lacks %s", language, key, strconv.QuoteRune(r))
				}
			}
		}
	}
}
