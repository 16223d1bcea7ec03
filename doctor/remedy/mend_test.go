package remedy_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/doctor/plan"
)

// Each kind of damage is mended by its named fix, with no more of the network than that says; afterwards nothing is
// found, the real go builds without a network, and nothing of ours lies about.
func TestMend(t *testing.T) {
	gocache := t.TempDir()
	for _, c := range sicknesses {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			l.gocache, l.db = gocache, c.db
			c.damage(l)
			list, in := l.examine()
			if got := checksOf(list); got != c.want {
				t.Fatalf("found %q, want %q: %+v", got, c.want, list)
			}
			l.proxy.Forget()
			r := plan.NewRepair(t.Context(), list, in)
			var fixes []string
			for i := range r.Steps {
				fixes = append(fixes, r.Steps[i].Fixes...)
			}
			if got := strings.Join(fixes, " "); got != c.fixes || len(r.Left) > 0 {
				t.Fatalf("steps %q, want %q; left %+v", got, c.fixes, r.Left)
			}
			run, out := l.mend(t.Context(), r, c.online)
			kept := false
			for i, o := range out {
				if o.Result != plan.Done || o.Err != nil {
					t.Errorf("%s: %+v", r.Steps[i].Label(), o)
				}
				kept = kept || o.Kept != ""
			}
			if kept != c.kept {
				t.Errorf("kept %v", kept)
			}
			if n := l.zips(); n != c.zips || !c.online && len(l.proxy.Requests()) > 0 {
				t.Errorf("%d zips, want %d: %+v", n, c.zips, l.proxy.Requests())
			}
			if left, _ := l.examine(); len(left) > 0 {
				t.Errorf("still found: %+v", left)
			}
			l.builds()
			l.tidy()
			if run.Kind != "repair" || run.Interrupted() {
				t.Errorf("%+v", run)
			}
		})
	}
}

// tidy: nothing of ours is left beside the quarantine.
func (l *sickbay) tidy() {
	l.t.Helper()
	must(l.t, filepath.WalkDir(l.Root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && (strings.Contains(d.Name(), "godoctor-") || strings.HasPrefix(d.Name(), "run-")) {
			l.t.Errorf("left: %s", path)
		}
		return err
	}))
}
