package report

import (
	"maps"
	"slices"
	"time"

	"godoctor/doctor/finding"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/system"
	"godoctor/scan/toolchain"
)

// A Metric is one gauge with its samples, in the words of Prometheus. Names and labels are a contract like the rest of the
// schema: one may be added, never renamed. Labels hold words of tables in this program, never a path, a module or a user.
type Metric struct {
	Name    string   `json:"name"`
	Help    string   `json:"help"`
	Samples []Sample `json:"samples"`
}

// A Sample is one value of a metric. Sizes are bytes, times seconds since 1970.
type Sample struct {
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

// A BuildInfo is what made this program: the labels of godoctor_build_info.
type BuildInfo struct{ Version, Revision, Go string }

// A CheckRun is what the checks found, for metrics.
type CheckRun struct {
	Ran      []string            // their IDs
	Severity func(string) string // the severity of a check; every one that ran has a sample, if it is of 0
	Findings []finding.Finding
	Ignored  int // findings that somebody lives with, beside those
}

// MetricsInput is what metrics are made of. Usage, Runs, Space and Checks may be missing: then their metrics are, too.
type MetricsInput struct {
	Build     BuildInfo
	Inventory *scan.Inventory
	Usage     *usage.Result
	Runs      []*state.Run                       // the youngest first
	Space     func(string) (system.Space, error) // the room on the file system of a path
	Checks    *CheckRun
}

// Metrics makes the metrics of a machine that was looked at, in a fixed order.
func Metrics(in MetricsInput) []Metric {
	m := &metrics{}
	m.one("godoctor_build_info", "Always 1: what made this file.", 1,
		"version", in.Build.Version, "revision", in.Build.Revision, "goversion", in.Build.Go)
	m.scan(in.Inventory)
	m.stores(in.Inventory, in.Usage)
	m.space(in.Inventory, in.Space)
	m.users(in.Inventory, in.Usage)
	m.toolchains(in.Inventory.Toolchains)
	m.runs(in.Runs)
	m.checks(in.Checks)
	return m.list
}

// metrics collects metrics in the order in which they are added.
type metrics struct{ list []Metric }

// add gives a function that adds samples to a metric, which is there from its first one on. What two samples of the same
// labels say is added up: two series of one name are an error to who reads them.
func (m *metrics) add(name, help string) func(value float64, labels ...string) {
	at := -1
	return func(value float64, labels ...string) {
		if at < 0 {
			at = len(m.list)
			m.list = append(m.list, Metric{Name: name, Help: help})
		}
		of := make(map[string]string)
		for i := 0; i+1 < len(labels); i += 2 {
			of[labels[i]] = labels[i+1]
		}
		list := &m.list[at].Samples
		for i := range *list {
			if maps.Equal((*list)[i].Labels, of) {
				(*list)[i].Value += value
				return
			}
		}
		*list = append(*list, Sample{Labels: of, Value: value})
	}
}

func (m *metrics) one(name, help string, value float64, labels ...string) {
	m.add(name, help)(value, labels...)
}

func (m *metrics) scan(inv *scan.Inventory) {
	fatal := 0
	for _, p := range inv.Problems {
		if p.Fatal {
			fatal++
		}
	}
	m.one("godoctor_scan_timestamp_seconds", "When the caches were looked at, in seconds since 1970.", unix(inv.Finished))
	m.one("godoctor_scan_duration_seconds", "How long that took.", inv.Finished.Sub(inv.Started).Seconds())
	m.one("godoctor_scan_exact", "1 if every file was looked at, 0 if sizes are estimates or of an earlier scan (--fast).", truth(inv.Exact))
	m.one("godoctor_scan_unreadable_places", "Files and directories that could not be read: sizes lack them.", float64(inv.Unread))
	m.one("godoctor_scan_failed_roots", "Caches that could not be looked at.", float64(fatal))
}

func (m *metrics) stores(inv *scan.Inventory, r *usage.Result) {
	free := FreeableOf(inv, r)
	of := func(name, help string, value func(*scan.Store) int64) {
		sample := m.add(name, help)
		for i := range inv.Stores {
			sample(float64(value(&inv.Stores[i])), "store", inv.Stores[i].Name)
		}
	}
	of("godoctor_store_bytes", "Apparent size of what Go keeps, by store.", func(s *scan.Store) int64 { return s.Size.Bytes })
	of("godoctor_store_disk_bytes", "Allocated size, hard links counted once, by store.", func(s *scan.Store) int64 { return s.Size.Disk })
	of("godoctor_store_files", "Files, by store.", func(s *scan.Store) int64 { return s.Size.Files })
	if r == nil {
		return
	}
	of("godoctor_store_reclaimable_bytes", "Allocated size of what nobody needs and what comes back when it is removed, by store.",
		func(s *scan.Store) int64 { return free.Of(s.Name) })
	m.one("godoctor_hold_bytes", "Allocated size of what nobody needs and what may not come back: clean would keep it in quarantine.", float64(free.Hold))
}

// space says how much room there is on the file systems of both caches. One that does not tell has no sample.
func (m *metrics) space(inv *scan.Inventory, ask func(string) (system.Space, error)) {
	if ask == nil || inv.Env == nil {
		return
	}
	mod, _ := inv.Env.ModCache()
	build, _ := inv.Env.BuildCache()
	if inv.ModCache != nil {
		mod = inv.ModCache.Root
	}
	if inv.BuildCache != nil {
		build = inv.BuildCache.Root
	}
	avail := m.add("godoctor_cache_filesystem_avail_bytes", "Room for this user on the file system of a cache.")
	size := m.add("godoctor_cache_filesystem_size_bytes", "Size of the file system of a cache.")
	for _, c := range [][2]string{{"modcache", mod}, {"gocache", build}} {
		if s, err := ask(c[1]); c[1] != "" && err == nil && s.Total > 0 {
			avail(float64(s.Free), "cache", c[0])
			size(float64(s.Total), "cache", c[0])
		}
	}
}

func (m *metrics) users(inv *scan.Inventory, r *usage.Result) {
	if r == nil {
		return
	}
	kept := KeptBy(inv, r)
	versions := m.add("godoctor_module_versions", "Module versions in the module cache, by who needs them.")
	for _, k := range kept {
		versions(float64(k.Versions), "state", k.State)
	}
	disk := m.add("godoctor_module_versions_disk_bytes", "Allocated size of module versions, by who needs them.")
	for _, k := range kept {
		disk(float64(k.DiskBytes), "state", k.State)
	}
	offline, missing := 0, int64(0)
	for i := range r.Projects {
		if r.Projects[i].Offline {
			offline++
		}
		missing += r.Projects[i].MissingBytes
	}
	m.one("godoctor_projects", "Projects found.", float64(len(r.Projects)))
	m.one("godoctor_projects_offline", "Projects that build without a network.", float64(offline))
	m.one("godoctor_projects_missing_bytes", "What the projects would still download.", float64(missing))
	m.one("godoctor_doubts", "Reasons why it is not known who needs what.", float64(len(r.Doubts)))
}

func (m *metrics) toolchains(f *toolchain.Found) {
	if f == nil {
		return
	}
	states := []toolchain.Support{toolchain.Supported, toolchain.PatchAvailable, toolchain.Unsupported, toolchain.Unknown}
	count, active := make(map[toolchain.Support]int), toolchain.Unknown
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		s := t.Support
		if !slices.Contains(states, s) {
			s = toolchain.Unknown
		}
		count[s]++
		if t.Active {
			active = s
		}
	}
	sample := m.add("godoctor_toolchains", "Installed Go toolchains, by whether they get security fixes.")
	for _, s := range states {
		sample(float64(count[s]), "support", string(s))
	}
	sample = m.add("godoctor_active_toolchain", "1 for the support of the go that runs outside projects, 0 for the others.")
	for _, s := range states {
		sample(truth(s == active), "support", string(s))
	}
}

// runs tells of the last clean that removed something; of none nothing is told.
func (m *metrics) runs(list []*state.Run) {
	for _, r := range list {
		if r.Kind == "clean" && !r.Finished.IsZero() && r.Freed+r.Later > 0 {
			m.one("godoctor_last_clean_timestamp_seconds", "When godoctor clean last removed something, in seconds since 1970.", unix(r.Finished))
			m.one("godoctor_last_clean_freed_bytes", "What that freed.", float64(r.Freed))
			return
		}
	}
}

func (m *metrics) checks(c *CheckRun) {
	if c == nil {
		return
	}
	type key struct{ check, severity string }
	count := make(map[key]int)
	for _, id := range c.Ran {
		count[key{id, c.Severity(id)}] = 0
	}
	for i := range c.Findings {
		count[key{c.Findings[i].Check, c.Findings[i].Severity.String()}]++
	}
	keys := make([]key, 0, len(count))
	for k := range count {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return slices.Compare([]string{a.check, a.severity}, []string{b.check, b.severity})
	})
	sample := m.add("godoctor_findings", "Findings of the checks that ran, by check and severity.")
	for _, k := range keys {
		sample(float64(count[k]), "check", k.check, "severity", k.severity)
	}
	m.one("godoctor_findings_ignored", "Findings that the configuration ignores.", float64(c.Ignored))
}

// unix is a time in seconds since 1970.
func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
