package bot

import (
	"fmt"
	"strings"

	"casebot/bot/texts"
)

// charts are the tables of the week as pictures. Where there is nothing to
// count there is nothing to see.
func (w *weekReport) charts() []Chart {
	severities := w.severities()
	ageing := Chart{Name: "ageing", Title: w.v.Say("weekly.ageing"), Labels: w.ageLabels()}
	for i, tone := range []Tone{ToneAlarm, ToneWarn, ToneNone} {
		s := ChartSeries{Label: severities[i], Tone: tone}
		for _, row := range w.ages {
			s.Values = append(s.Values, row[i])
		}
		ageing.Series = append(ageing.Series, s)
	}
	targets := Chart{Name: "targets", Title: w.v.Say("weekly.targets"), Series: []ChartSeries{
		{Label: w.v.Say("weekly.met"), Tone: ToneGood}, {Label: w.v.Say("weekly.breached"), Tone: ToneAlarm}, {Label: w.v.Say("weekly.excused_only"), Tone: ToneQuiet},
	}}
	for i, metric := range weeklyMetrics {
		for severity, a := range w.outcomes[i] {
			targets.Labels = append(targets.Labels, w.v.Say("weekly.metric_severity", "metric", w.v.Say("metric."+string(metric)), "severity", severities[severity]))
			for j, n := range []int{a.met, a.breached, a.excused} {
				targets.Series[j].Values = append(targets.Series[j].Values, n)
			}
		}
	}
	var out []Chart
	for _, c := range []Chart{targets, ageing} {
		if c.Alt = c.words(w.v); c.Alt != "" {
			c.Name = fmt.Sprintf("%s-%s-%s", w.s.Key, w.from.Format("2006-01-02"), c.Name)
			out = append(out, c)
		}
	}
	return out
}

// words says a chart for those who do not see it: every bar, and what of it is
// not zero. A chart of nothing has none.
func (c Chart) words(v texts.Voice) string {
	var bars []string
	empty := true
	for i, label := range c.Labels {
		var parts []string
		for _, s := range c.Series {
			if s.Values[i] != 0 {
				parts = append(parts, v.Say("chart.part", "label", s.Label, "count", s.Values[i]))
				empty = false
			}
		}
		if len(parts) == 0 {
			parts = []string{"0"}
		}
		bars = append(bars, v.Say("chart.bar", "label", label, "parts", strings.Join(parts, ", ")))
	}
	if empty {
		return ""
	}
	return v.Say("chart.alt", "title", c.Title, "bars", strings.Join(bars, "; "))
}
