package station

import "github.com/prometheus/client_golang/prometheus"

// outputMetrics are the figures of the outputs there are at the moment.
type outputMetrics struct{ outputs *outputs }

func outputDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("bandstand_output_"+name, help, []string{"output", "kind"}, nil)
}

var (
	outputUp       = outputDesc("up", "1 while sound goes out, 0 else.")
	outputWanted   = outputDesc("wanted", "1 if it should run.")
	outputDropped  = outputDesc("dropped_frames_total", "Frames that were lost on the way.")
	outputRestarts = outputDesc("restarts_total", "Attempts after the first.")
	outputBytes    = outputDesc("bytes_total", "Bytes sent.")
)

// Describe tells nothing: which outputs there are changes while the station runs.
func (m outputMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect gives the figures of now.
func (m outputMetrics) Collect(ch chan<- prometheus.Metric) {
	flag := map[bool]float64{true: 1}
	for _, o := range m.outputs.List() {
		for _, v := range []struct {
			desc  *prometheus.Desc
			kind  prometheus.ValueType
			value float64
		}{
			{outputUp, prometheus.GaugeValue, flag[o.State == "on" || o.State == "behind"]},
			{outputWanted, prometheus.GaugeValue, flag[o.Wanted]},
			{outputDropped, prometheus.CounterValue, float64(o.Dropped)},
			{outputRestarts, prometheus.CounterValue, float64(o.Restarts)},
			{outputBytes, prometheus.CounterValue, float64(o.Bytes)},
		} {
			ch <- prometheus.MustNewConstMetric(v.desc, v.kind, v.value, o.Name, o.Kind)
		}
	}
}
