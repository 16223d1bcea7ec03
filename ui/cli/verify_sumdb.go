package cli

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/doctor/state"
	"godoctor/doctor/sumdb"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// witness opens the checksum database that the settings name; nil where there is none. The function ends it.
func (a *app) witness(inv *scan.Inventory, f *verifyFlags) (*notary, func()) {
	modCache := modCacheOf(inv)
	if inv.ModCache == nil && !f.online || modCache == "" {
		return nil, func() {} // nothing is here, and nobody is to be asked
	}
	client := fetch.New(fetch.SettingsOf(inv.Env, a.Environ), fetch.Options{Offline: a.offline || !f.online})
	db, err := sumdb.Open(sumdb.SettingsOf(inv.Env), modCache, first(inv.Env.Gopaths()), client,
		sumdb.Options{Online: f.online, Fresh: f.fresh, Heads: a.kept})
	if err != nil {
		client.Close()
		say := a.debugf
		if f.online || f.toolchains { // it was asked for
			say = a.note
		}
		say("the checksum database is no witness: %v", err)
		return nil, func() {}
	}
	return &notary{db: db, a: a, modCache: modCache, known: make(map[module.Version]verify.Record), told: make(map[string]bool)}, client.Close
}

// modCacheOf is where the module cache is, or will be.
func modCacheOf(inv *scan.Inventory) string {
	if inv.ModCache != nil {
		return inv.ModCache.Root
	}
	for _, r := range inv.Roots {
		if r.Name == "GOMODCACHE" {
			return r.Path
		}
	}
	return ""
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return filepath.Clean(list[0])
}

// A notary is a checksum database as verify wants to see it. What it was asked for once it remembers. It is used by one
// goroutine at a time.
type notary struct {
	db       *sumdb.DB
	a        *app
	modCache string
	known    map[module.Version]verify.Record
	copied   bool // the local copy was judged: what is damaged in it is told already
	told     map[string]bool
}

// begin asks for everything that the run will ask for, and judges the local copy where everything is verified. Both come
// before anything is judged by the database, so that nothing is if it is not to be believed.
func (n *notary) begin(ctx context.Context, inv *scan.Inventory, picked []int, f *verifyFlags, all bool) []finding.Finding {
	m := new(meter.Meter)
	defer n.a.progressOf("checking the checksum database", m)()
	var found []finding.Finding
	if all && !f.sources {
		found = n.judgeCopy(ctx, m)
	}
	var list []module.Version
	if picked == nil && inv.ModCache != nil {
		for i := range inv.ModCache.Versions {
			list = append(list, module.Version{Path: inv.ModCache.Versions[i].Path, Version: inv.ModCache.Versions[i].Version})
		}
	}
	for _, i := range picked {
		list = append(list, module.Version{Path: inv.ModCache.Versions[i].Path, Version: inv.ModCache.Versions[i].Version})
	}
	if f.toolchains {
		list = append(list, verify.ToolchainModules(inv, nil)...)
	}
	n.LookupAll(ctx, list, m)
	return found
}

// judgeCopy judges what lies on this machine of the database.
func (n *notary) judgeCopy(ctx context.Context, m *meter.Meter) []finding.Finding {
	r, err := verify.SumDBCache(ctx, n.db, n.modCache, m)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		n.a.note("the local copy of the checksum database was not looked at: %v", err)
		return nil
	case r.Left:
		n.a.note("the local copy of the checksum database has more files than are looked at")
	}
	n.copied = true
	n.a.debugf("the local copy of the checksum database: %d of %d files proved", r.Proved, r.Files)
	return r.Findings
}

// end adds the finding of a database that is not to be believed, once, and has the newest head kept of one that is.
func (n *notary) end(res *verify.Result) {
	if n == nil {
		return
	}
	res.Findings = n.untrusted(res.Findings)
	n.keepEvidence()
	finding.Sort(res.Findings)
	if err := n.db.KeepHead(); err != nil {
		n.a.note("%v", err)
	}
}

// keepEvidence keeps what a database said that cannot be true: both heads of a fork among it.
func (n *notary) keepEvidence() {
	e := n.db.Distrust()
	if e == nil {
		return
	}
	var list []state.Piece
	for _, x := range e.Evidence {
		list = append(list, state.Piece{Name: x.Name, Data: x.Data})
	}
	switch dir, err := n.a.kept.SaveEvidence(e.Error(), list, time.Now()); {
	case err != nil:
		n.a.note("the evidence could not be kept: %v", err)
	case dir != "":
		n.a.note("what the checksum database said is kept as evidence in %q", dir)
	}
}

func (n *notary) untrusted(list []finding.Finding) []finding.Finding {
	e := n.db.Distrust()
	if e == nil || slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Check == "sumdb-untrusted" }) {
		return list
	}
	return append(list, verify.Untrusted(e, n.modCache))
}

// LookupAll gives the record of each version. That one is not here is the normal case and not told. After a lie no version
// has one.
func (n *notary) LookupAll(ctx context.Context, list []module.Version, m *meter.Meter) []verify.Record {
	var ask []module.Version
	asked := make(map[module.Version]bool)
	for _, v := range list {
		if _, ok := n.known[v]; !ok && !asked[v] {
			asked[v] = true
			ask = append(ask, v)
		}
	}
	if len(ask) > 0 {
		results := n.db.LookupAll(ctx, ask, m)
		for _, r := range results {
			n.known[r.Module] = verify.Record{Zip: r.Record.Zip, Mod: r.Record.GoMod, Err: r.Err}
		}
		n.tell(results)
	}
	lie := n.db.Distrust()
	out := make([]verify.Record, len(list))
	for i, v := range list {
		if out[i] = n.known[v]; lie != nil && out[i].Err == nil {
			out[i] = verify.Record{Err: lie}
		}
	}
	return out
}

// tell says what keeps a database from being a witness and is no finding: damage where the copy as a whole was not judged,
// and a network that gives no answers, once for all of them.
func (n *notary) tell(results []sumdb.Result) {
	unanswered, why := 0, error(nil)
	for _, r := range results {
		switch {
		case errors.Is(r.Err, sumdb.ErrDamaged):
			if !n.copied && !n.told[r.Err.Error()] {
				n.told[r.Err.Error()] = true
				n.a.note("%v", r.Err)
			}
		case errors.Is(r.Err, sumdb.ErrUnreachable), errors.Is(r.Err, sumdb.ErrAnswer):
			if unanswered++; why == nil {
				why = r.Err
			}
		}
	}
	if unanswered > 0 {
		n.a.note("the checksum database gave no answer for %d of %d: %v", unanswered, len(results), why)
	}
}
