package metrics_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"casebot/adapters/metrics"
	"casebot/bot"
	"casebot/policy"
)

var errDown = errors.New("redis is down")

// well is a store that answers.
func well() metrics.Config {
	return metrics.Config{
		Count: func(_ context.Context, index string) (int64, error) {
			for _, s := range policy.Severities() {
				if index == bot.OpenBySeverity(s) {
					return 10 * int64(s), nil
				}
			}
			return 0, fmt.Errorf("no index %s", index)
		},
		Depth: func(context.Context) (int64, error) { return 7, nil },
		Ready: map[string]func(context.Context) error{"redis": func(context.Context) error { return nil }},
	}
}

// get asks one of the routes.
func get(m *metrics.Metrics, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	m.Routes().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, path, nil))
	return w
}

// scrape reads /metrics as Prometheus does.
func scrape(t *testing.T, m *metrics.Metrics) map[string]*dto.MetricFamily {
	t.Helper()
	w := get(m, http.MethodGet, "/metrics")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("GET /metrics: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// samples are a family's values by their labels, "platform=slack,kind=message":
// of a histogram how many there were and their sum.
func samples(f *dto.MetricFamily) map[string]string {
	all := map[string]string{}
	for _, m := range f.GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetName()+"="+l.GetValue())
		}
		slices.Sort(labels)
		value := fmt.Sprint(m.GetCounter().GetValue() + m.GetGauge().GetValue())
		if h := m.GetHistogram(); h != nil {
			value = fmt.Sprintf("%d in %gs", h.GetSampleCount(), h.GetSampleSum())
		}
		all[strings.Join(labels, ",")] = value
	}
	return all
}

// TestNamesAndLabels: dashboards and alert rules lean on them (DESIGN §6).
func TestNamesAndLabels(t *testing.T) {
	m := metrics.New(well())
	for _, x := range []bot.Measured{
		{What: "event", Platform: "slack", Kind: "message", Outcome: "ok", Took: time.Second},
		{What: "event", Platform: "slack", Kind: "message", Outcome: "ok", Took: 3 * time.Second},
		{What: "event", Platform: "discord", Kind: "command", Outcome: "duplicate", Took: time.Second},
		{What: "event", Kind: "command", Outcome: "error"},
		{What: "ack", Platform: "slack", Took: 2 * time.Second},
		{What: "ack", Platform: "slack", Took: time.Second},
		{What: "refused", Platform: "slack", Kind: "malformed", Outcome: "ignored"},
		{What: "alarm", Late: 2 * time.Second},
		{What: "delivery", Platform: "slack", Outcome: "ok", Late: 4 * time.Second},
		{What: "delivery", Platform: "slack", Outcome: "retry", Late: time.Hour},
		{What: "delivery", Outcome: "ok", Late: time.Second},
		{What: "cycle", Platform: "initial", Kind: "1", Outcome: "met"},
		{What: "cycle", Platform: "initial", Kind: "1", Outcome: "breached"},
		{What: "something else"},
	} {
		m.Count(x)
	}
	want := map[string]struct {
		kind    dto.MetricType
		samples map[string]string
	}{
		"casebot_events_total": {dto.MetricType_COUNTER, map[string]string{
			"kind=message,outcome=ok,platform=slack": "2", "kind=command,outcome=duplicate,platform=discord": "1",
			"kind=command,outcome=error,platform=casebot": "1", "kind=malformed,outcome=ignored,platform=slack": "1",
		}},
		"casebot_event_seconds":          {dto.MetricType_HISTOGRAM, map[string]string{"": "4 in 5s"}},
		"casebot_ack_seconds":            {dto.MetricType_HISTOGRAM, map[string]string{"platform=slack": "2 in 3s"}},
		"casebot_alarm_lateness_seconds": {dto.MetricType_HISTOGRAM, map[string]string{"": "1 in 2s"}},
		"casebot_deliveries_total": {dto.MetricType_COUNTER, map[string]string{
			"outcome=ok,platform=slack": "1", "outcome=retry,platform=slack": "1", "outcome=ok,platform=casebot": "1",
		}},
		"casebot_delivery_lateness_seconds": {dto.MetricType_HISTOGRAM, map[string]string{"": "2 in 5s"}},
		"casebot_outbox_depth":              {dto.MetricType_GAUGE, map[string]string{"": "7"}},
		"casebot_cases_open":                {dto.MetricType_GAUGE, map[string]string{"severity=1": "10", "severity=2": "20", "severity=3": "30"}},
		"casebot_sla_outcomes_total": {dto.MetricType_COUNTER, map[string]string{
			"outcome=met,severity=1,target=initial": "1", "outcome=breached,severity=1,target=initial": "1",
		}},
	}
	families := scrape(t, m)
	for name, family := range families {
		expected, ok := want[name]
		switch {
		case !ok && strings.HasPrefix(name, "casebot_"):
			t.Errorf("%s is not in the contract", name)
		case !ok:
		case family.GetType() != expected.kind || family.GetHelp() == "":
			t.Errorf("%s is a %s: %q, want a %s", name, family.GetType(), family.GetHelp(), expected.kind)
		default:
			if diff := cmp.Diff(expected.samples, samples(family)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
	for name := range want {
		if families[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"go_goroutines", "process_start_time_seconds"} {
		if families[name] == nil {
			t.Errorf("%s is missing: the usual dashboards show it", name)
		}
	}
}

// TestAClockThatSteps: a clock that was set back must not make a sum shrink,
// which Prometheus takes for a restart.
func TestAClockThatSteps(t *testing.T) {
	m := metrics.New(well())
	back := -time.Hour
	m.Count(bot.Measured{What: "ack", Platform: "slack", Took: back})
	m.Count(bot.Measured{What: "event", Platform: "slack", Kind: "message", Outcome: "ok", Took: back})
	m.Count(bot.Measured{What: "alarm", Late: back})
	m.Count(bot.Measured{What: "delivery", Platform: "slack", Outcome: "ok", Late: back})
	families := scrape(t, m)
	for _, name := range []string{"casebot_event_seconds", "casebot_ack_seconds", "casebot_alarm_lateness_seconds", "casebot_delivery_lateness_seconds"} {
		for labels, got := range samples(families[name]) {
			if got != "1 in 0s" {
				t.Errorf("%s{%s}: %s, want 1 in 0s", name, labels, got)
			}
		}
	}
}

// TestAStoreThatIsDownHidesItsGauges: a 0 would say that all is well.
func TestAStoreThatIsDownHidesItsGauges(t *testing.T) {
	cfg := well()
	cfg.Depth = func(context.Context) (int64, error) { return 0, errDown }
	cfg.Count = func(context.Context, string) (int64, error) { return 0, errDown }
	m := metrics.New(cfg)
	m.Count(bot.Measured{What: "event", Platform: "slack", Kind: "message", Outcome: "error"})
	families := scrape(t, m)
	for name, there := range map[string]bool{"casebot_outbox_depth": false, "casebot_cases_open": false, "casebot_events_total": true} {
		if (families[name] != nil) != there {
			t.Errorf("%s is there: %v, want %v", name, !there, there)
		}
	}
}

func TestAStoreThatHangsDoesNotHangAScrape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := well()
		cfg.Depth = func(ctx context.Context) (int64, error) { return 0, hang(ctx) }
		cfg.Count = func(ctx context.Context, _ string) (int64, error) { return 0, hang(ctx) }
		began := time.Now()
		scrape(t, metrics.New(cfg))
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the scrape took %s", took)
		}
	})
}

func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestCountingFromManySides(t *testing.T) {
	m := metrics.New(well())
	done := make(chan bool)
	for range 4 {
		go func() {
			defer func() { done <- true }()
			for range 100 {
				m.Count(bot.Measured{What: "event", Platform: "slack", Kind: "message", Outcome: "ok"})
				_ = get(m, http.MethodGet, "/healthz")
			}
		}()
	}
	scrape(t, m)
	for range 4 {
		<-done
	}
	if got := samples(scrape(t, m)["casebot_events_total"])["kind=message,outcome=ok,platform=slack"]; got != "400" {
		t.Errorf("%s events counted, want 400", got)
	}
}

func TestTwoRegistriesShareNothing(t *testing.T) {
	first, second := metrics.New(well()), metrics.New(well())
	first.Count(bot.Measured{What: "alarm", Late: time.Second})
	if got := samples(scrape(t, second)["casebot_alarm_lateness_seconds"])[""]; got != "0 in 0s" {
		t.Errorf("the second has %s", got)
	}
}

func TestHealthz(t *testing.T) {
	cfg := well()
	cfg.Ready["redis"] = func(context.Context) error { return errDown }
	w := get(metrics.New(cfg), http.MethodGet, "/healthz")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" || !json.Valid(w.Body.Bytes()) {
		t.Errorf("alive though not ready: %d %s", w.Code, w.Body)
	}
}

// readyz asks whether work may come.
func readyz(t *testing.T, cfg metrics.Config) (int, map[string]string) {
	t.Helper()
	w := get(metrics.New(cfg), http.MethodGet, "/readyz")
	var body map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("GET /readyz: %s %v", w.Body, err)
	}
	return w.Code, body
}

func TestReadyz(t *testing.T) {
	fine := func(context.Context) error { return nil }
	down := func(context.Context) error { return errDown }
	for name, tt := range map[string]struct {
		ready map[string]func(context.Context) error
		code  int
		body  map[string]string
	}{
		"all is well":     {map[string]func(context.Context) error{"redis": fine, "slack": fine}, http.StatusOK, map[string]string{"status": "ready"}},
		"nothing to ask":  {nil, http.StatusOK, map[string]string{"status": "ready"}},
		"one part fails":  {map[string]func(context.Context) error{"redis": down, "slack": fine}, http.StatusServiceUnavailable, map[string]string{"status": "not ready: redis", "redis": "redis is down"}},
		"both parts fail": {map[string]func(context.Context) error{"slack": down, "redis": down}, http.StatusServiceUnavailable, map[string]string{"status": "not ready: redis, slack", "redis": "redis is down", "slack": "redis is down"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := well()
			cfg.Ready = tt.ready
			code, body := readyz(t, cfg)
			if diff := cmp.Diff(tt.body, body); diff != "" || code != tt.code {
				t.Errorf("%d, want %d (-want +got):\n%s", code, tt.code, diff)
			}
		})
	}
}

func TestReadyzRecoversByItself(t *testing.T) {
	var err error
	cfg := well()
	cfg.Ready["redis"] = func(context.Context) error { return err }
	m := metrics.New(cfg)
	for _, err = range []error{nil, errDown, nil} {
		want := http.StatusOK
		if err != nil {
			want = http.StatusServiceUnavailable
		}
		if w := get(m, http.MethodGet, "/readyz"); w.Code != want {
			t.Errorf("%d with %v, want %d", w.Code, err, want)
		}
	}
}

// TestAPartThatHangsIsNamedAlone: one that does not answer must neither hang
// the probe nor bring the others into disrepute.
func TestAPartThatHangsIsNamedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := well()
		cfg.Ready["slow"] = hang
		for i := range 8 {
			cfg.Ready[fmt.Sprint("part", i)] = func(ctx context.Context) error { return ctx.Err() }
		}
		began := time.Now()
		code, body := readyz(t, cfg)
		if code != http.StatusServiceUnavailable || body["status"] != "not ready: slow" || len(body) != 2 {
			t.Errorf("%d %v, want slow alone", code, body)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the probe took %s", took)
		}
	})
}

func TestOnlyReading(t *testing.T) {
	m := metrics.New(well())
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if w := get(m, http.MethodHead, path); w.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
		if w := get(m, http.MethodPost, path); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, w.Code)
		}
	}
	if w := get(m, http.MethodGet, "/else"); w.Code != http.StatusNotFound {
		t.Errorf("GET /else: %d", w.Code)
	}
}
