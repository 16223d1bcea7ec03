package plan

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/related"
	"godoctor/scan/tree"
)

// again saves and loads a plan.
func again(t testing.TB, p *Plan) *Plan {
	t.Helper()
	var b bytes.Buffer
	must(t, p.Encode(&b))
	q, err := Decode(&b)
	must(t, err)
	return q
}

// everything is a plan with items of every part, and its input.
func (l *lab) everything() (*Plan, Input) {
	l.t.Helper()
	l.entries()
	must(l.t, l.FuzzCorpus("example.com/p", "FuzzX", ago(10), []byte("x")))
	_, err := l.VCS("git3", "https://code.example/lib.git", 9000, ago(100))
	must(l.t, err)
	_, err = l.Leftovers(l.old0)
	must(l.t, err)
	l.sdk("go1.20.3", true)
	dir := filepath.Join(l.Home, "beside")
	for _, name := range []string{"gopls", "linux_amd64", "mod"} {
		l.write(filepath.Join(dir, name, "x"), "x")
	}
	in := l.input(nil)
	in.Policies = Policies{Orphans: true, Forget: true, Sources: true, Zips: true, Toolchains: true, VCS: true, Build: true, Test: true,
		Fuzz: []string{"all"}, Leftovers: true, Related: true, Abandoned: true}
	size := tree.Size{Bytes: 1, Disk: 4096}
	for name, store := range map[string]string{"gopls": related.StoreRelated, "linux_amd64": related.StoreGopathPkg, "mod": related.StoreAbandoned} {
		path := filepath.Join(dir, name)
		in.Inventory.Related = append(in.Inventory.Related, related.Root{Name: name, Store: store, Path: path, Real: path, What: "x",
			Changed: ago(50), Size: size, SizeKnown: true})
	}
	p, err := New(l.t.Context(), in)
	must(l.t, err)
	zips := in
	zips.Policies = Policies{Zips: true}
	z, err := New(l.t.Context(), zips)
	must(l.t, err)
	for i := range z.Items {
		if z.Items[i].Module == l.used.Path && z.Items[i].Version == l.used.Version {
			for j := range p.Items {
				if p.Items[j].Label() == z.Items[i].Label() {
					p.Items[j] = z.Items[i]
				}
			}
		}
	}
	order(p.Items)
	return p, in
}

// A saved plan whose facts are as they were is the same plan, but for what was proved.
func TestRecheckSame(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, in := l.everything()
	have := make(map[Part]bool)
	for i := range p.Items {
		have[p.Items[i].Part] = true
	}
	for _, part := range parts {
		if !have[part] {
			t.Errorf("no %s in the plan", part)
		}
	}
	before := digest(t, l.Root)
	q, err := Recheck(t.Context(), again(t, p), in)
	must(t, err)
	if items(q) != items(p) || q.Now() != p.Now() || q.Later() != p.Later() || q.loaded {
		t.Errorf("rechecked\n%s\nwant\n%s\nkept %+v", items(q), items(p), q.Kept)
	}
	if digest(t, l.Root) != before {
		t.Error("it changed something")
	}
}

// What is needed by now, gone, changed or used stays; nothing is added.
func TestRecheckChanged(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, _ := l.everything()
	saved := again(t, p)
	_, err := l.Project("new", "module p.example/new\n\ngo 1.20\n\nrequire example.com/Upper v1.0.0\n",
		map[string]string{"main.go": "package main\n\nimport _ \"example.com/Upper\"\n\nfunc main() {}\n"})
	must(t, err)
	l.remove(l.CachePath(l.old1, "zip"))
	l.remove(l.Dir(l.old2))
	l.remove(l.CachePath(l.old2, "zip"))
	age(t, 3, l.Dir(l.middle))
	var used string
	for i := range p.Items {
		if it := &p.Items[i]; it.Part == Entry && used == "" {
			used = filepath.Join(p.GoCache, it.Name, it.Names[0])
			must(t, os.Chtimes(used, now, now))
		}
	}
	must(t, os.Remove(filepath.Join(l.Home, "sdk", "go1.20.3", ".unpacked-success")))
	fresh := l.input(nil)
	q, err := Recheck(t.Context(), saved, fresh)
	must(t, err)
	for _, gone := range []string{l.old0.String(), l.old1.String(), l.old2.String(), l.middle.String(), "go1.20.3", filepath.Base(used), "gopls", "abandoned"} {
		if strings.Contains(items(q), gone) {
			t.Errorf("%s is still planned", gone)
		}
	}
	old := make(map[string]bool)
	for _, line := range strings.Split(items(p), "\n") {
		old[line] = true
	}
	for i := range q.Items {
		if it := &q.Items[i]; it.Names == nil && !old[it.Label()+" "+string(it.Part)+" "+string(it.Tier)] {
			t.Errorf("added: %s", it.Label())
		}
	}
	if names(q)[filepath.Base(used)] || len(names(q)) == 0 {
		t.Error("an entry that was used")
	}
	for _, reason := range []string{keptInUse, keptChanged, keptGone} {
		if kept(q, reason) == 0 {
			t.Errorf("nothing kept as %q: %+v", reason, q.Kept)
		}
	}
}

// What a file claims does not count: tier, rule, sizes, proof and roots are those of the facts.
func TestRecheckLies(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, in := l.everything()
	lie := again(t, p)
	for i := range lie.Items {
		it := &lie.Items[i]
		it.Tier, it.Disk, it.Rule, it.Why = usage.Free, 1, ruleZips, "trust me"
		it.Proved, it.Hash = true, "h1:x"
	}
	q, err := Recheck(t.Context(), lie, in)
	must(t, err)
	if items(q) != items(p) || q.Later() != p.Later() {
		t.Errorf("%s", items(q))
	}
	for i := range q.Items {
		if it := &q.Items[i]; it.Proved || it.Hash != "" || it.Part.OfVersion() && it.Why == "trust me" {
			t.Errorf("%+v", it)
		}
	}
	for name, part := range map[string]Part{l.used.String(): Version, l.young.String(): Version, l.middle.String(): Forget} {
		path, version, _ := strings.Cut(name, "@")
		forged := again(t, p)
		it := Item{Module: path, Version: version, Part: part, Rule: ruleOrphans, Tier: usage.Network}
		it.Dir, it.ZipFile, _ = it.stamps(p.ModCache, p.GoCache)
		forged.Items = []Item{it}
		q, err := Recheck(t.Context(), forged, in)
		must(t, err)
		want(t, q)
	}
	for _, it := range []Item{
		{Part: Abandoned, Name: l.Home, Root: l.Home}, {Part: Related, Name: "gopls", Root: l.Projects},
		{Part: Archive, Name: "linux_amd64", Root: filepath.Join(l.Home, "linux_amd64")}, {Part: SDK, Name: "go1.99", Root: filepath.Join(l.Home, "sdk", "go1.99")},
		{Part: Abandoned, Name: filepath.Join(l.Home, "beside", "gopls"), Root: filepath.Join(l.Home, "beside", "gopls")},
	} {
		it.Tier, it.Rule = usage.Rebuild, ruleRelated
		must(t, it.check())
		forged := again(t, p)
		forged.Items = []Item{it}
		q, err := Recheck(t.Context(), forged, in)
		must(t, err)
		want(t, q)
	}
	elsewhere := again(t, p)
	elsewhere.ModCache, elsewhere.GoCache = filepath.Join(l.Home, "x"), filepath.Join(l.Home, "y")
	q, err = Recheck(t.Context(), elsewhere, in)
	must(t, err)
	for i := range q.Items {
		if q.Items[i].Root == "" {
			t.Errorf("of another cache: %+v", q.Items[i])
		}
	}
}

// A person's insisting is saved, and what is pinned meanwhile stays all the same.
func TestRecheckInsisted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.edit(l.used)
	in := l.input(nil)
	in.Modules, in.Insist, in.Policies = []string{l.used.String()}, true, Policies{AllModules: true}
	p, err := New(t.Context(), in)
	must(t, err)
	q, err := Recheck(t.Context(), again(t, Prove(t.Context(), p, in, nil)), l.input(nil))
	must(t, err)
	q = Prove(t.Context(), q, l.input(nil), nil)
	if len(q.Items) != 1 || !q.Items[0].Modified || !q.Items[0].Later() {
		t.Errorf("%+v %+v", q.Items, q.Kept)
	}
	in.Usage.Versions = append([]usage.Version(nil), in.Usage.Versions...)
	for i := range in.Usage.Versions {
		in.Usage.Versions[i].Pinned = true
	}
	q, err = Recheck(t.Context(), again(t, p), in)
	must(t, err)
	want(t, q)
	wantKept(t, q, keptPinned, 1)
}

// Recheck needs facts like New does.
func TestRecheckRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.input(nil)
	p, err := New(t.Context(), in)
	must(t, err)
	in.Usage = nil
	if _, err := Recheck(t.Context(), p, in); err == nil {
		t.Error("nobody said who needs what")
	}
	if _, err := Recheck(t.Context(), &Plan{Made: time.Now()}, in); err != nil {
		t.Error(err)
	}
}
