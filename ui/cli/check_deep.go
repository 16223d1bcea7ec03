package cli

import (
	"context"
	"slices"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan/meter"
)

// A hashed is what verify has found for check.
type hashed struct {
	list  []finding.Finding
	ran   []string // the checks that it looks for
	bytes int64
}

// hash verifies what the picked projects need, or all where all are checked, by what lies on this machine.
func (a *app) hash(ctx context.Context, l *look, f *checkFlags, picked []int) (*hashed, error) {
	opt := verify.Options{Usage: l.use}
	all := a.only == nil && len(a.roots) == 0
	if !all {
		opt.Picked = []int{}
		var projects []usage.Project
		for _, i := range picked {
			opt.Picked = append(opt.Picked, l.use.UsedBy(&l.use.Projects[i])...)
			projects = append(projects, l.use.Projects[i])
		}
		slices.Sort(opt.Picked)
		opt.Picked = slices.Compact(opt.Picked)
		out, err := a.hashPicked(ctx, l, opt, false)
		if err == nil {
			out.list = merge(verify.GoSums(projects), out.list)
		}
		return out, err
	}
	return a.hashPicked(ctx, l, opt, true)
}

// hashPicked verifies, as verify does without flags.
func (a *app) hashPicked(ctx context.Context, l *look, opt verify.Options, all bool) (*hashed, error) {
	f := &verifyFlags{}
	opt.Meter = new(meter.Meter)
	res, _ := a.verifyWith(ctx, l, f, opt, all, "hashing")
	out := &hashed{list: res.Findings, bytes: res.Bytes}
	for _, r := range verify.AllRules() {
		out.ran = append(out.ran, r.ID)
	}
	return out, ctx.Err()
}

// deepOnly reports whether a check is one that only hashing finds.
func deepOnly(c *check.Check) bool { return c.Run == nil && c.Cost == check.Deep }

// whyNot says why a check does not run by itself; "" if it does.
func whyNot(c *check.Check) string {
	switch {
	case deepOnly(c):
		return "it takes hashes: --deep, or 'godoctor verify'"
	case c.Run == nil && c.Cost == check.Network:
		return "it takes asking: 'godoctor proxy', or --ask-proxy"
	case c.Cost == check.Network:
		return "it asks the network: --ask-proxy"
	case c.Run == nil:
		return "nothing that lies on a machine tells: 'godoctor help " + c.ID + "'"
	}
	return ""
}

// isRule reports whether verify looks for a check.
func isRule(id string) bool {
	return slices.ContainsFunc(verify.AllRules(), func(r verify.Rule) bool { return r.ID == id })
}
