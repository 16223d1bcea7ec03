package cli

import (
	"errors"
	"reflect"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/scan"
	"godoctor/scan/project"
)

// What goes by itself: not where nobody can see who uses the caches, and not most of them when projects are gone.
func TestMayGoByItself(t *testing.T) {
	items := []plan.Item{{Part: plan.Version}, {Part: plan.Forget}, {Part: plan.Entry}, {Part: plan.Entry}, {Part: plan.Sources}}
	for _, c := range []struct {
		gone     []string
		versions int
		known    bool
		want     bool
	}{
		{nil, 2, true, true}, {nil, 2, false, false}, {[]string{"/mnt/p/go.mod"}, 2, true, false}, {[]string{"/mnt/p/go.mod"}, 3, true, false},
		{[]string{"/mnt/p/go.mod"}, 4, true, true}, {[]string{"/mnt/p/go.mod"}, 100, true, true},
	} {
		l := &look{inv: &scan.Inventory{Projects: &project.Found{Gone: c.gone}}}
		err := mayGoByItself(l, &plan.Plan{Items: items, Versions: c.versions, Total: 10}, c.known)
		var e *exitError
		if (err == nil) != c.want || err != nil && (!errors.As(err, &e) || e.code != ExitUnconfirmed) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := mayGoByItself(&look{inv: &scan.Inventory{}}, &plan.Plan{Items: items}, true); err != nil {
		t.Errorf("without projects: %v", err)
	}
}

// Every policy is one that a timer may carry out, by the name of its flag, or one that it may not: a new one has to be judged.
func TestPoliciesByThemselves(t *testing.T) {
	var f cleanFlags
	cmd := newApp(IO{}).cleanCommand()
	for name, on := range f.byItself() {
		if cmd.Flags().Lookup(name) == nil {
			t.Errorf("clean has no flag --%s", name)
		}
		*on = true
	}
	p := reflect.ValueOf(f.policies)
	for i := range p.NumField() {
		name := p.Type().Field(i).Name
		if never := name == "AllModules" || name == "Abandoned" || name == "Fuzz"; p.Field(i).IsZero() != never {
			t.Errorf("%s: goes by itself: %v", name, !p.Field(i).IsZero())
		}
	}
}
