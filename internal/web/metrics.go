package web

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the server's own counts beside those that the station supplies.
type metrics struct {
	handler http.Handler
}

func newMetrics(s *Server) *metrics {
	own := prometheus.NewRegistry()
	own.MustRegister(&mounts{s})
	all := prometheus.Gatherers{own}
	if s.Metrics != nil {
		all = append(all, s.Metrics)
	}
	return &metrics{handler: promhttp.HandlerFor(all, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, // a wrong figure must not hide the others
		ErrorLog:      slog.NewLogLogger(s.Log.Handler(), slog.LevelError),
	})}
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// mounts collects the counts of the mounts and of event streams when asked.
type mounts struct{ s *Server }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("bandstand_"+name, help, labels, nil)
}

var (
	listenersDesc   = describe("listeners", "Listeners now.", "mount")
	droppedDesc     = describe("listeners_dropped_total", "Listeners dropped because they were too slow.", "mount")
	sentDesc        = describe("stream_bytes_total", "Bytes sent to listeners.", "mount")
	runningDesc     = describe("encoder_running", "1 while the encoder runs.", "mount")
	subscribersDesc = describe("event_streams", "Readers of /api/v1/events now.")
)

// Describe is for prometheus.Collector.
func (m *mounts) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{listenersDesc, droppedDesc, sentDesc, runningDesc, subscribersDesc} {
		ch <- d
	}
}

// Collect is for prometheus.Collector.
func (m *mounts) Collect(ch chan<- prometheus.Metric) {
	for _, mount := range m.s.Mounts {
		name, n := mount.Config().Name, mount.Stats()
		running := 0.0
		if n.Running {
			running = 1
		}
		ch <- prometheus.MustNewConstMetric(listenersDesc, prometheus.GaugeValue, float64(n.Listeners), name)
		ch <- prometheus.MustNewConstMetric(droppedDesc, prometheus.CounterValue, float64(n.Dropped), name)
		ch <- prometheus.MustNewConstMetric(sentDesc, prometheus.CounterValue, float64(n.Sent), name)
		ch <- prometheus.MustNewConstMetric(runningDesc, prometheus.GaugeValue, running, name)
	}
	ch <- prometheus.MustNewConstMetric(subscribersDesc, prometheus.GaugeValue, float64(m.s.hub.count()))
}
