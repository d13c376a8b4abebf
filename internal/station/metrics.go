package station

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"bandstand/internal/ircbot"
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
	ircMetrics(reg, h.bot.Stats())
	reg.MustRegister(outputMetrics{h.outputs})
	for _, s := range h.streams {
		labels := prometheus.Labels{"mount": s.mount.Config().Name}
		for name, value := range map[string]func() int64{
			"encoder_bytes_total":          s.bytes.Load,
			"encoder_failures_total":       s.failures.Load,
			"encoder_blocks_dropped_total": s.dropped.Load,
			"encoder_contradictions_total": s.ear.Contradictions,
		} {
			reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "bandstand", Name: name, Help: "Of the mount's encoder, since the start.", ConstLabels: labels},
				func() float64 { return float64(value()) }))
		}
	}
	return reg
}

// ircMetrics are the figures of the IRC networks, each under its name.
func ircMetrics(reg *prometheus.Registry, networks []ircbot.Stats) {
	for _, n := range networks {
		labels := prometheus.Labels{"network": n.Name}
		for _, c := range []struct {
			name, help string
			value      func() int64
		}{
			{"irc_connections_total", "Connections made to the network.", n.Counts.Connections.Load},
			{"irc_lines_received_total", "Lines that came from the network.", n.Counts.Received.Load},
			{"irc_lines_sent_total", "Lines sent to the network.", n.Counts.Sent.Load},
			{"irc_orders_total", "Orders that people of the network gave.", n.Counts.Orders.Load},
			{"irc_answers_total", "Answers to them.", n.Counts.Answers.Load},
			{"irc_answers_dropped_total", "Answers that nobody was there for, or that had no room.", n.Counts.Dropped.Load},
		} {
			reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "bandstand", Name: c.name, Help: c.help, ConstLabels: labels},
				func() float64 { return float64(c.value()) }))
		}
		gauge := func(name, help string, value func() float64) {
			reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "bandstand", Name: name, Help: help, ConstLabels: labels}, value))
		}
		gauge("irc_connected", "1 while the bot is on the network.", func() float64 {
			if n.Connected() {
				return 1
			}
			return 0
		})
		gauge("irc_lag_seconds", "How long the network took to answer the last ping.", func() float64 { return n.Lag().Seconds() })
	}
}
