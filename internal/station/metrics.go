package station

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// newMetrics are the figures of the air and the encoders; web adds its own.
func newMetrics(h *house) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	count := func(name, help string, value func() int64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "bandstand", Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	stats := &h.playout.Stats
	count("blocks_total", "Blocks of 20 ms emitted since the start.", stats.Blocks.Load)
	count("blocks_starved_total", "Blocks that silence stood in for, whole or in part.", stats.Starved.Load)
	count("blocks_late_total", "Blocks emitted more than 10 ms after their deadline.", stats.Late.Load)
	count("clock_jumps_total", "Times that the clock was moved.", stats.Jumps.Load)
	count("songs_failed_total", "Songs that could not be rendered.", stats.Failed.Load)
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "bandstand", Name: "on_air", Help: "1 while a song is heard, 0 in silence."},
		func() float64 {
			if h.playout.Now().Song != nil {
				return 1
			}
			return 0
		}))
	for _, s := range h.streams {
		labels := prometheus.Labels{"mount": s.mount.Config().Name}
		for name, value := range map[string]func() int64{
			"encoder_bytes_total":          s.bytes.Load,
			"encoder_failures_total":       s.failures.Load,
			"encoder_blocks_dropped_total": s.dropped.Load,
		} {
			reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "bandstand", Name: name, Help: "Of the mount's encoder, since the start.", ConstLabels: labels},
				func() float64 { return float64(value()) }))
		}
	}
	return reg
}
