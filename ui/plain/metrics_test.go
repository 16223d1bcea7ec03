package plain

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
	"godoctor/scan/system"
)

var (
	helpLine   = regexp.MustCompile(`^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (([^\\]|\\\\|\\n)+)$`)
	typeLine   = regexp.MustCompile(`^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$`)
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$`)
	labelText  = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\\\|\\n|\\")*)"(,|$)`)
)

// parseMetrics reads the text format by its grammar, and insists on what the format and the textfile collector demand: HELP
// and TYPE once and before the samples, which stand together; no series twice, no timestamp; gauges with our prefix only.
func parseMetrics(text string) (map[string]float64, error) {
	out := make(map[string]float64)
	seen := make(map[string]bool)
	current, helped := "", ""
	if !strings.HasSuffix(text, "\n") {
		return nil, errors.New("the last line has no end")
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		bad := func(why string) error { return fmt.Errorf("line %d: %s: %q", i+1, why, line) }
		if strings.ContainsFunc(line, unicode.IsControl) {
			return nil, bad("a control character")
		}
		if m := helpLine.FindStringSubmatch(line); m != nil {
			helped = m[1]
			continue
		}
		if m := typeLine.FindStringSubmatch(line); m != nil {
			if m[1] != helped || seen[m[1]] || m[2] != "gauge" || !strings.HasPrefix(m[1], "godoctor_") {
				return nil, bad("TYPE without HELP, twice, or of something else")
			}
			current, seen[m[1]] = m[1], true
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil || m[1] != current {
			return nil, bad("no sample of the metric above it")
		}
		labels := make(map[string]bool)
		for rest := m[2]; rest != ""; {
			l := labelText.FindStringSubmatch(rest)
			if l == nil || labels[l[1]] || strings.HasPrefix(l[1], "__") {
				return nil, bad("labels")
			}
			labels[l[1]] = true
			rest = rest[len(l[0]):]
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			return nil, bad("no value")
		}
		series := m[1] + "{" + m[2] + "}"
		if _, twice := out[series]; twice {
			return nil, bad("the same series again")
		}
		out[series] = v
	}
	return out, nil
}

// What the parser refuses: it would let everything pass that it does not know.
func TestParseMetrics(t *testing.T) {
	const head = "# HELP godoctor_a a\n# TYPE godoctor_a gauge\n"
	for _, s := range []string{head + "godoctor_a 1", head + "godoctor_a 1\ngodoctor_a 1\n", head + "godoctor_b 1\n", "godoctor_a 1\n", head + "godoctor_a x\n",
		head + "godoctor_a{a=\"b\"c\"} 1\n", head + "godoctor_a{a=\"\\x\"} 1\n", head + "godoctor_a 1 1700000000\n", head + head + "godoctor_a 1\n",
		head + "godoctor_a{a=\"1\",a=\"2\"} 1\n", head + "godoctor_a{1=\"1\"} 1\n", head + "godoctor_a{a=\"\x01\"} 1\n", "# TYPE godoctor_a gauge\ngodoctor_a 1\n"} {
		if got, err := parseMetrics(s); err == nil {
			t.Errorf("%q was taken: %v", s, got)
		}
	}
	if got, err := parseMetrics(head + "godoctor_a{a=\"\\\\\\\"\\n\"} 1e+09\n"); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// TestMetricsHostile: whatever a label or a text says, it stays in its line, and is bounded.
func TestMetricsHostile(t *testing.T) {
	var list []report.Metric
	names := append(slices.Clone(evil), strings.Repeat("x", 1<<20), strings.Repeat("\x1b", 1000), "\xff\xfe", `\`, `"`, "} 1\ngodoctor_x 2")
	for i, n := range names {
		list = append(list, report.Metric{Name: fmt.Sprint("godoctor_", i), Help: n + ".",
			Samples: []report.Sample{{Labels: map[string]string{"b": n, "a": "x"}, Value: 1}, {Labels: map[string]string{"b": "other"}, Value: math.Inf(1)}}})
	}
	many := report.Metric{Name: "godoctor_many", Help: "many"}
	for i := range 5 * metricSamplesMax {
		many.Samples = append(many.Samples, report.Sample{Labels: map[string]string{"n": fmt.Sprint(i)}, Value: float64(i)})
	}
	list = append(list, many, report.Metric{Name: "godoctor_none", Help: "has no samples"})
	var b bytes.Buffer
	if err := Metrics(&b, list); err != nil {
		t.Fatal(err)
	}
	got, err := parseMetrics(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if want := 2*len(names) + metricSamplesMax; len(got) != want || strings.Contains(b.String(), "_none") {
		t.Errorf("%d series, want %d", len(got), want)
	}
	if b.Len() > 4<<20 {
		t.Errorf("%d bytes", b.Len())
	}
	if err := Metrics(full{}, list); err == nil {
		t.Error("an error of the writer is lost")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

// TestMetricsOfMachine: of a real cache the figures are those of the inventory, and no name of it is in the text.
func TestMetricsOfMachine(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.RemoveAll()
	need, orphan := cachetest.Module{Path: "example.com/need", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n"}},
		cachetest.Module{Path: "example.com/orphan", Version: "v1.0.0", Files: map[string]string{"a.go": "package a\n", "b": strings.Repeat("b", 5000)}}
	if err := m.Install(need, orphan); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(m.Projects, "secret-project")
	if err := errors.Join(os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "go.mod"),
		[]byte("module example.com/secret\n\ngo 1.20\n\nrequire example.com/need v1.0.0\n"), 0o666)); err != nil {
		t.Fatal(err)
	}
	inv := scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: dir, Mode: scan.Exact, Projects: &project.Input{Roots: []string{m.Projects}}})
	conf := config.Default()
	conf.Grace = 0
	use := usage.Look(t.Context(), &usage.Input{Inventory: inv, Config: conf, Now: inv.Finished})
	cleaned := time.Unix(1700000000, 0)
	list := report.Metrics(report.MetricsInput{Inventory: inv, Usage: use, Build: report.BuildInfo{Version: "v1", Go: "go1.99"},
		Runs:  []*state.Run{{Kind: "clean"}, {Kind: "undo", Finished: cleaned.Add(time.Hour)}, {Kind: "clean", Finished: cleaned, Freed: 77}},
		Space: func(string) (system.Space, error) { return system.Space{Total: 1000, Free: 10}, nil },
		Checks: &report.CheckRun{Ran: []string{"disk-full", "goflags"}, Ignored: 3, Severity: func(string) string { return "error" },
			Findings: []finding.Finding{{Check: "disk-full", Severity: finding.Warning, Target: finding.Target{Path: dir}}, {Check: "disk-full", Severity: finding.Warning}}}})
	var b bytes.Buffer
	if err := Metrics(&b, list); err != nil {
		t.Fatal(err)
	}
	got, err := parseMetrics(b.String())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		`godoctor_build_info{goversion="go1.99",revision="",version="v1"}`: 1, `godoctor_module_versions{state="in-use"}`: 1,
		`godoctor_module_versions{state="orphan"}`: 1, `godoctor_projects{}`: 1, `godoctor_last_clean_timestamp_seconds{}`: 1700000000,
		`godoctor_last_clean_freed_bytes{}`: 77, `godoctor_cache_filesystem_avail_bytes{cache="gocache"}`: 10, `godoctor_scan_exact{}`: 1,
		`godoctor_findings{check="disk-full",severity="warning"}`: 2, `godoctor_findings{check="disk-full",severity="error"}`: 0,
		`godoctor_findings{check="goflags",severity="error"}`: 0, `godoctor_findings_ignored{}`: 3,
		`godoctor_scan_timestamp_seconds{}`: float64(inv.Finished.UnixMilli()) / 1000,
	}
	for _, s := range inv.Stores {
		want[`godoctor_store_bytes{store="`+s.Name+`"}`] = float64(s.Size.Bytes)
		want[`godoctor_store_disk_bytes{store="`+s.Name+`"}`] = float64(s.Size.Disk)
	}
	for _, series := range slices.Sorted(maps.Keys(want)) {
		if v, ok := got[series]; !ok || v != want[series] {
			t.Errorf("%s: %v, %v; want %v", series, v, ok, want[series])
		}
	}
	if got[`godoctor_hold_bytes{}`] == 0 { // nobody knows its hash
		t.Error("what nobody needs is not counted")
	}
	for _, name := range []string{"example.com", "secret", filepath.Base(m.Home), m.GOMODCACHE, string(filepath.Separator)} {
		if strings.Contains(b.String(), name) {
			t.Errorf("%q is in the text", name)
		}
	}
	if b.Len() > 64<<10 {
		t.Errorf("%d bytes", b.Len())
	}
}
