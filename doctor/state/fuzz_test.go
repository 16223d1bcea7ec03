package state

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/toolchain"
)

// fuzzHome is a home whose files are fuzzed.
func fuzzHome(f *testing.F) Home {
	h := Home(filepath.Join(f.TempDir(), "godoctor"))
	must(f, os.MkdirAll(h.runsDir(), 0o700))
	return h
}

// FuzzRun: a run of the history that is read stays what it is when it is written again, under the name that it was asked for
// by; and a name of a run is the name of a file in the directory.
func FuzzRun(f *testing.F) {
	const id = "20261126-214501"
	h := fuzzHome(f)
	for _, r := range []Run{{Schema: runsSchema, ID: id}, {Schema: runsSchema, ID: id, Kind: "repair", Args: []string{"--all"}, Started: noon, Finished: noon.Add(time.Hour), Items: []RunItem{
		{Module: "example.com/a", Version: "v1.0.0", Part: "version", Result: "done", Kept: id + "/1", Disk: 7},
		{Part: "sum", Root: "/p/go.sum", Edits: []LineEdit{{Line: 1, Old: "a", New: "b"}, {New: "c"}}},
	}}} {
		b, err := json.Marshal(r)
		must(f, err)
		f.Add(id, b)
	}
	f.Add("../x", []byte("{}"))
	f.Add("-", []byte(`{"schema":"godoctor/run/v1","id":"-","items":[{"error":"\u001b[31m"}],"started":"9999-12-31T23:59:59-23:59"}`))
	f.Fuzz(func(t *testing.T, id string, data []byte) {
		if !runID(id) {
			if r, err := h.Run(id); err == nil {
				t.Fatalf("%q is a run: %+v", id, r)
			}
			return
		}
		if filepath.Dir(h.runFile(id)) != h.runsDir() {
			t.Fatalf("%q lies at %q", id, h.runFile(id))
		}
		must(t, os.WriteFile(h.runFile(id), data, 0o600))
		defer os.Remove(h.runFile(id))
		r, err := h.Run(id)
		if err != nil {
			return
		}
		if r.ID != id || r.Schema != runsSchema {
			t.Fatalf("%q is %+v", id, r)
		}
		again, err := json.Marshal(r)
		must(t, err)
		must(t, os.WriteFile(h.runFile(id), again, 0o600))
		s, err := h.Run(id)
		must(t, err)
		if third, err := json.Marshal(s); err != nil || string(third) != string(again) {
			t.Fatalf("%s becomes %s, %v", again, third, err)
		}
		if runs, err := h.Runs(); err != nil || len(runs) != 1 || runs[0].Interrupted() != r.Interrupted() {
			t.Fatalf("the history is %v, %v", runs, err)
		}
	})
}

// FuzzSeen: of the projects that are said to have been seen only those count that have an absolute path, and joining them with
// what was found loses none, whatever their times are.
func FuzzSeen(f *testing.F) {
	h := fuzzHome(f)
	f.Add([]byte(`{"schema":"godoctor/seen/v1","projects":[{"file":"/a/go.mod","last":"2026-11-26T12:00:00Z"},{"raw":"L/8=","last":"2026-11-26T12:00:00Z"}]}`))
	f.Add([]byte(`{"schema":"godoctor/seen/v1","projects":[{"file":"a","last":"0001-01-01T00:00:00Z"},{"file":"/a","raw":"eA==","last":"9999-12-31T23:59:59-23:59"}]}`))
	f.Add([]byte(`{"schema":"godoctor/seen/v1","projects":[{"file":"/a","raw":"","last":"0001-01-01T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(h.seenFile(), data, 0o600))
		list, err := h.Seen()
		if err != nil {
			if list != nil {
				t.Fatalf("an error and %v", list)
			}
			return
		}
		files := map[string]bool{"/new/go.mod": true}
		for _, s := range list {
			if !filepath.IsAbs(s.File) || len(s.Raw) > 0 {
				t.Fatalf("%+v is a project", s)
			}
			files[s.File] = true
		}
		merged, _ := merge(list, []string{"/new/go.mod"}, nil, noon)
		if len(merged) != len(files) {
			t.Fatalf("%v and a new one are %v", list, merged)
		}
		for i, s := range merged {
			if !files[s.File] || i > 0 && merged[i-1].File >= s.File {
				t.Fatalf("%v and a new one are %v", list, merged)
			}
		}
	})
}

// FuzzHeads: a tree head that was damaged is never given, and one that is given has as many records as its text says; what is
// kept is never lowered.
func FuzzHeads(f *testing.F) {
	h := fuzzHome(f)
	note := []byte("go.sum database tree\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 sum.example.com AAAA\n")
	must(f, h.SaveHead("sum.example.com+1", note))
	good, err := os.ReadFile(h.headsFile())
	must(f, err)
	f.Add(good)
	f.Add([]byte(`{"schema":"godoctor/heads/v1","heads":[{"name":"sum.example.com+1","note":"","sha256":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(h.headsFile(), data, 0o600))
		got, err := h.Head("sum.example.com+1")
		if err != nil && got != nil {
			t.Fatalf("an error and %q", got)
		}
		list, _ := h.readHeads()
		before := len(list.Heads)
		small := head{Name: "sum.example.com+1", Note: note}
		tree, err := tlog.ParseTree(note)
		must(t, err)
		replaced, _ := list.put(small, tree)
		if was, err := tlog.ParseTree(got); got != nil && (err != nil || replaced && was.N >= tree.N) {
			t.Fatalf("%q was given, %v, and one of %d records came in its place", got, err, tree.N)
		}
		if n := len(list.Heads); n != before && n != before+1 {
			t.Fatalf("%d heads became %d", before, n)
		}
	})
}

// FuzzTrend: of a file that anybody may have edited no point makes a sum overflow, and thinning keeps the new point, the order
// and the limit.
func FuzzTrend(f *testing.F) {
	h := fuzzHome(f)
	now := Point{trendForm, noon, "r", map[string]int64{"sources": 1}}
	line, err := json.Marshal(now)
	must(f, err)
	f.Add(append(line, '\n'))
	f.Add([]byte(`{"v":1,"time":"2026-11-25T12:00:00Z","roots":"r","stores":{"a":72057594037927936,"b":72057594037927936}}` + "\nx\n{}\n"))
	f.Add([]byte(`{"v":1,"time":"9999-12-31T23:59:59-23:59","roots":"r","stores":{"":-1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(h.trendFile(), data, 0o600))
		all, err := h.points()
		must(t, err)
		for i := range all {
			if n := all[i].Total(); n < 0 || i > 0 && all[i].Time.Before(all[i-1].Time) {
				t.Fatalf("%+v takes %d", all[i], n)
			}
		}
		kept := thinned(all, now)
		if len(kept) > trendPoints || len(kept) > len(all)+1 {
			t.Fatalf("of %d points %d are kept", len(all), len(kept))
		}
		mine := 0
		for i := range kept {
			if reflect.DeepEqual(kept[i], now) {
				mine++
			}
		}
		if mine != 1 {
			t.Fatalf("the new point is kept %d times among %v", mine, kept)
		}
		Since(now.before(all), noon)
	})
}

// FuzzReleases: a list of releases is given as it will be written, or not at all, and how fast a download was is a number that
// one can reckon with.
func FuzzReleases(f *testing.F) {
	h := fuzzHome(f)
	d := Dir(h)
	must(f, d.SaveReleases(&toolchain.ReleaseList{AsOf: noon, From: "https://proxy.example.com", Releases: []toolchain.Seen{{Version: "go1.26.8", Platforms: 9, Date: noon}}}))
	good, err := os.ReadFile(d.releasesFile())
	must(f, err)
	f.Add(good)
	f.Add([]byte(`{"bytes_per_second":1e400,"at":"2026-11-26T12:00:00Z"}`))
	f.Add([]byte(`{"bytes_per_second":-0.5,"schema":"godoctor/releases/v1","as_of":"9999-12-31T23:59:59-23:59"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(d.releasesFile(), data, 0o600))
		must(t, os.WriteFile(h.rateFile(), data, 0o600))
		if r := h.Rate(); !(r >= 0 && r < 1e12) {
			t.Fatalf("the rate is %v", r)
		}
		list, err := d.Releases()
		if err != nil {
			if list != nil {
				t.Fatalf("an error and %+v", list)
			}
			return
		}
		if err := d.SaveReleases(list); err != nil {
			for _, at := range append(dates(list), list.AsOf) {
				if at.UTC().Year() > 9999 { // by its time zone: JSON has no such year
					return
				}
			}
			t.Fatalf("%+v was read and cannot be written: %v", list, err)
		}
		again, err := d.Releases()
		if err != nil || !again.AsOf.Equal(list.AsOf) || len(again.Releases) != len(list.Releases) {
			t.Fatalf("%+v becomes %+v, %v", list, again, err)
		}
		toolchain.Known.Refreshed(*list, noon)
	})
}

func dates(list *toolchain.ReleaseList) (out []time.Time) {
	for _, r := range list.Releases {
		out = append(out, r.Date)
	}
	return out
}
