package main

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// BenchmarkSlackAcknowledgement measures from an event's arrival to its
// acknowledgement, its commit included: replies in a case's thread, 500 a second,
// with Redis on this machine and the user known. Compare with what a bare commit
// takes: go test -bench Commit ./adapters/redis.
func BenchmarkSlackAcknowledgement(b *testing.B) {
	for _, way := range []string{"socket", "http"} {
		b.Run(way, func(b *testing.B) {
			d := openDesk(b, way, 1, friday)
			var roots []string
			for i := range 32 { // a desk's traffic is spread over its cases
				roots = append(roots, d.opened(fmt.Sprintf("Dashboard %d shows yesterday's data", i)))
			}
			d.calm()
			before := acks(b, d.apps[0].url)
			tick := time.NewTicker(2 * time.Millisecond)
			defer tick.Stop()
			b.ResetTimer()
			n := 0
			for b.Loop() {
				<-tick.C
				d.say(giulia, acmeRoom, roots[n%len(roots)], fmt.Sprintf("message %d", n))
				n++
			}
			eventually(b, "everything acknowledged", func() bool {
				return acks(b, d.apps[0].url).GetSampleCount() >= before.GetSampleCount()+uint64(n)
			})
			b.StopTimer()
			after := acks(b, d.apps[0].url)
			for _, q := range []float64{0.5, 0.99} {
				b.ReportMetric(quantile(before, after, q)*1000, fmt.Sprintf("p%g-ms", q*100))
			}
		})
	}
}

// opened opens a case for Giulia as Ada, and returns its thread.
func (d *slackDesk) opened(summary string) string {
	d.t.Helper()
	d.do(d.Slash(ada, triageRoom, "/case new for:ACME "+summary))
	d.form(ada, "ACME")
	d.send(ada, map[string]string{"Contact": "Giulia Bianchi", "Severity": "Severity 2"})
	return d.sees(giulia, acmeRoom, "· "+summary).TS
}

// acks is the histogram of acknowledgements so far.
func acks(t testing.TB, url string) *dto.Histogram {
	t.Helper()
	resp, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range families["casebot_ack_seconds"].GetMetric() {
		for _, label := range m.GetLabel() {
			if strings.EqualFold(label.GetValue(), "slack") {
				return m.GetHistogram()
			}
		}
	}
	return &dto.Histogram{}
}

// quantile is the upper bound of the bucket that holds it, in seconds.
func quantile(before, after *dto.Histogram, q float64) float64 {
	total := float64(after.GetSampleCount() - before.GetSampleCount())
	for i, bucket := range after.GetBucket() {
		count := float64(bucket.GetCumulativeCount())
		if i < len(before.GetBucket()) {
			count -= float64(before.GetBucket()[i].GetCumulativeCount())
		}
		if count >= q*total {
			return bucket.GetUpperBound()
		}
	}
	return math.Inf(1)
}
