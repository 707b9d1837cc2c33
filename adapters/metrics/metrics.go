// Package metrics counts what casebot does, for Prometheus, and answers whether
// it is alive and ready.
package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"casebot/bot"
	"casebot/policy"
)

// Config is what cmd fills in.
type Config struct {
	Count func(ctx context.Context, index string) (int64, error) // records of an index
	Depth func(ctx context.Context) (int64, error)               // lanes with something to deliver
	Ready map[string]func(ctx context.Context) error             // what has to answer before work may come
}

// Metrics is a registry of its own.
type Metrics struct {
	cfg      Config
	registry *prometheus.Registry

	events          *prometheus.CounterVec
	eventSeconds    prometheus.Histogram
	ackSeconds      *prometheus.HistogramVec
	alarmLateness   prometheus.Histogram
	deliveries      *prometheus.CounterVec
	deliverLateness prometheus.Histogram
	outcomes        *prometheus.CounterVec
}

// The names are a contract with dashboards (DESIGN §6).
const namespace = "casebot"

// New returns metrics that ask the store for its gauges when they are scraped.
func New(cfg Config) *Metrics {
	fast := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	late := []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 3600}
	m := &Metrics{
		cfg: cfg, registry: prometheus.NewRegistry(),
		events:          prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "events_total", Help: "Events of platforms, by outcome."}, []string{"platform", "kind", "outcome"}),
		eventSeconds:    prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "event_seconds", Help: "From an event's arrival to its commit.", Buckets: fast}),
		ackSeconds:      prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "ack_seconds", Help: "From an event's arrival to its acknowledgement.", Buckets: fast}, []string{"platform"}),
		alarmLateness:   prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "alarm_lateness_seconds", Help: "How late alarms ring.", Buckets: late}),
		deliveries:      prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "deliveries_total", Help: "Deliveries to platforms, by outcome."}, []string{"platform", "outcome"}),
		deliverLateness: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "delivery_lateness_seconds", Help: "From a decision to its delivery.", Buckets: late}),
		outcomes:        prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "sla_outcomes_total", Help: "Cycles that ended, by outcome."}, []string{"target", "severity", "outcome"}),
	}
	m.registry.MustRegister(m.events, m.eventSeconds, m.ackSeconds, m.alarmLateness, m.deliveries, m.deliverLateness, m.outcomes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), gauges{m})
	return m
}

// Count takes one measurement of the core; it never blocks.
func (m *Metrics) Count(x bot.Measured) {
	platform := x.Platform
	if platform == "" {
		platform = "casebot"
	}
	switch x.What {
	case "event":
		m.events.WithLabelValues(platform, x.Kind, x.Outcome).Inc()
		m.eventSeconds.Observe(max(x.Took, 0).Seconds())
	case "ack":
		m.ackSeconds.WithLabelValues(platform).Observe(max(x.Took, 0).Seconds())
	case "refused": // it never became an event
		m.events.WithLabelValues(platform, x.Kind, x.Outcome).Inc()
	case "alarm":
		m.alarmLateness.Observe(max(x.Late, 0).Seconds())
	case "delivery":
		m.deliveries.WithLabelValues(platform, x.Outcome).Inc()
		if x.Outcome == "ok" {
			m.deliverLateness.Observe(max(x.Late, 0).Seconds())
		}
	case "cycle":
		m.outcomes.WithLabelValues(x.Platform, x.Kind, x.Outcome).Inc()
	}
}

// gauges asks the store when it is scraped.
type gauges struct{ m *Metrics }

var (
	outboxDepth = prometheus.NewDesc(namespace+"_outbox_depth", "Lanes with something to deliver.", nil, nil)
	casesOpen   = prometheus.NewDesc(namespace+"_cases_open", "Cases of the backlog.", []string{"severity"}, nil)
)

// Describe implements prometheus.Collector.
func (g gauges) Describe(ch chan<- *prometheus.Desc) {
	ch <- outboxDepth
	ch <- casesOpen
}

// Collect implements prometheus.Collector.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if n, err := g.m.cfg.Depth(ctx); err == nil {
		ch <- prometheus.MustNewConstMetric(outboxDepth, prometheus.GaugeValue, float64(n))
	}
	for _, s := range policy.Severities() {
		if n, err := g.m.cfg.Count(ctx, bot.OpenBySeverity(s)); err == nil {
			ch <- prometheus.MustNewConstMetric(casesOpen, prometheus.GaugeValue, float64(n), s.String())
		}
	}
}

// Routes serves /healthz, /readyz and /metrics.
func (m *Metrics) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", m.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// ready asks everything that has to answer, and names what does not.
func (m *Metrics) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	out, status := map[string]string{"status": "ready"}, http.StatusOK
	var failing []string
	var mu sync.Mutex
	var asked sync.WaitGroup
	for name, ask := range m.cfg.Ready { // side by side: one that hangs must not fail the others
		asked.Go(func() {
			if err := ask(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failing = append(failing, name)
				out[name] = fmt.Sprint(err)
				status = http.StatusServiceUnavailable
			}
		})
	}
	asked.Wait()
	slices.Sort(failing)
	if len(failing) > 0 {
		out["status"] = "not ready: " + strings.Join(failing, ", ")
	}
	answer(w, status, out)
}

func answer(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
