package plain

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// Bounds of what is written, so that a monitoring system is never flooded, whatever is on the machine.
const (
	metricSamplesMax = 1000 // of one metric
	metricLabelMax   = 128  // characters of a label's value
)

// Metrics writes gauges in the text format of Prometheus, version 0.0.4 (Prometheus documentation, "Exposition formats"):
// for each metric a line HELP, a line TYPE, and its samples. The textfile collector of node_exporter reads it; it takes no
// timestamps, and none are written.
func Metrics(w io.Writer, list []report.Metric) error {
	var b strings.Builder
	for i := range list {
		m := &list[i]
		if len(m.Samples) == 0 {
			continue
		}
		b.WriteString("# HELP " + m.Name + " " + metricHelp.Replace(text.Clean(m.Help)) + "\n")
		b.WriteString("# TYPE " + m.Name + " gauge\n")
		for _, s := range m.Samples[:min(len(m.Samples), metricSamplesMax)] {
			b.WriteString(m.Name + metricLabels(s.Labels) + " " + metricValue(s.Value) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var (
	metricHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	metricQuote = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// metricLabels are the labels of a sample in braces, by name; nothing where there are none.
func metricLabels(labels map[string]string) string {
	if len(labels) == 0 {
		return ""
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		v := []rune(text.Clean(labels[name]))
		out = append(out, name+`="`+metricQuote.Replace(string(v[:min(len(v), metricLabelMax)]))+`"`)
	}
	return "{" + strings.Join(out, ",") + "}"
}

// metricValue writes bytes and seconds with all their digits: 1.5e+09 is the same number, but nobody reads it.
func metricValue(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
