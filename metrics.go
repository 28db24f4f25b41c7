package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are read from the parts' own counters when somebody asks: counting
// costs the request's way nothing more.
func (g *gateway) metrics() prometheus.Gatherer {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, f func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "gatehouse", Name: name, Help: help}, f))
	}
	counter := func(name, help string, f func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "gatehouse", Name: name, Help: help},
			func() float64 { return float64(f()) }))
	}
	gauge("client_connections", "Client connections now.", func() float64 { return float64(g.loops.Clients()) })
	gauge("connections", "Connections now, clients and back ends.", func() float64 { return float64(g.loops.Conns()) })
	gauge("memory_budget_used_bytes", "Bytes of bodies and unread answers.", func() float64 { return float64(g.budget.Used()) })
	gauge("configuration_revision", "Snapshots put into force.", func() float64 { return float64(g.holder.Current().Revision) })
	gauge("apis_with_problems", "APIs of which a part does not serve as defined.", func() float64 { return float64(len(g.compiler.Problems())) })
	counter("connections_accepted_total", "Client connections accepted.", g.loops.Stats.Accepted.Load)
	counter("connections_refused_total", "Client connections over the cap.", g.loops.Stats.Refused.Load)
	counter("panics_total", "Panics caught on the event loops.", g.loops.Stats.Panics.Load)
	counter("tls_handshakes_total", "TLS handshakes done.", g.shakes.Done.Load)
	counter("tls_handshakes_failed_total", "TLS handshakes failed.", g.shakes.Failed.Load)
	counter("tls_handshakes_resumed_total", "TLS handshakes that resumed a session.", g.shakes.Resumed.Load)
	r.MustRegister(&backends{g})
	return r
}

// backends collects the counters of every back end.
type backends struct{ g *gateway }

var (
	backendRequests = prometheus.NewDesc("gatehouse_backend_requests_total", "Requests given to a back end.", []string{"backend"}, nil)
	backendConnects = prometheus.NewDesc("gatehouse_backend_connects_total", "Connections made to a back end.", []string{"backend"}, nil)
	backendRetries  = prometheus.NewDesc("gatehouse_backend_retries_total", "Requests sent again after a stale connection.", []string{"backend"}, nil)
	backendInFlight = prometheus.NewDesc("gatehouse_backend_in_flight", "Requests without a whole answer now.", []string{"backend"}, nil)
	backendFailures = prometheus.NewDesc("gatehouse_backend_failures_total", "Requests that a back end failed.", []string{"backend"}, nil)
)

// Describe implements prometheus.Collector.
func (b *backends) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{backendRequests, backendConnects, backendRetries, backendInFlight, backendFailures} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (b *backends) Collect(ch chan<- prometheus.Metric) {
	for _, t := range b.g.upstream.Targets() {
		s, name := t.Stats(), t.String()
		var failed int64
		for _, n := range s.Failures {
			failed += n
		}
		ch <- prometheus.MustNewConstMetric(backendRequests, prometheus.CounterValue, float64(s.Requests), name)
		ch <- prometheus.MustNewConstMetric(backendConnects, prometheus.CounterValue, float64(s.Connects), name)
		ch <- prometheus.MustNewConstMetric(backendRetries, prometheus.CounterValue, float64(s.Retries), name)
		ch <- prometheus.MustNewConstMetric(backendInFlight, prometheus.GaugeValue, float64(s.InFlight), name)
		ch <- prometheus.MustNewConstMetric(backendFailures, prometheus.CounterValue, float64(failed), name)
	}
}
