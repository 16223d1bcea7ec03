package plan

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan/meter"
	"godoctor/scan/modcache"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// Prove hashes what the plan removes of module versions, in this run, and gives the plan of what could be proved. What
// earlier runs found does not count.
//
//   - Sources: the zip's h1 is that of .ziphash and of every go.sum line that is known, and the directory has no other:
//     what is unpacked again is what was there. Only then the tier is free.
//   - Zip, Version, Forget: likewise; a version without a zip is proved by a directory that has the hash of go.sum, or of
//     .ziphash where the checksum database has the version.
//   - A directory that differs stays: somebody may have worked in it. Where a person insists it goes to the quarantine,
//     whatever its tier is.
//   - A zip that is not the one that was downloaded stays: it is evidence, and godoctor repair mends it.
//   - What may not come back (tier hold) and nothing can prove stays in the plan, for it waits in the quarantine as it is.
//
// What was planned of it is compared with what is there before and after it was hashed. Nothing is opened for writing.
// The meter counts files, bytes that were hashed and, as units, items. Where ctx ends, what was not proved is kept.
func Prove(ctx context.Context, p *Plan, in Input, m *meter.Meter) *Plan {
	pr := &prover{plan: p, in: &in, kept: make(tally), verdicts: make([]proof, len(p.Items))}
	pr.kept.add(p.Kept)
	if in.Insist {
		pr.names, _ = in.names() // what is not there any more cannot be insisted on
	}
	var jobs []sum.Job
	var of []int
	for i := range p.Items {
		it := &p.Items[i]
		if !it.Part.OfVersion() {
			continue
		}
		pr.verdicts[i] = proof{asked: true, reason: keptStopped}
		job, reason := pr.job(it)
		if reason != "" {
			pr.verdicts[i].reason = reason
			continue
		}
		jobs, of = append(jobs, job), append(of, i)
	}
	pr.claim(ctx)
	sum.Run(ctx, jobs, sum.Options{Meter: m, Changes: 1}, func(r *sum.Result) { // ends early with ctx: then reasons say so
		i := of[r.Job]
		pr.verdicts[i] = pr.judge(&p.Items[i], &jobs[r.Job], r)
	})
	return pr.finish()
}

// A prover is one call of Prove.
type prover struct {
	plan     *Plan
	in       *Input
	kept     tally
	names    *named // on which a person insists in this run
	verdicts []proof
	claims   map[module.Version][]string // distinct h1 of the zips
	settled  map[module.Version]bool     // the checksum database said it
}

// A proof is what came of one item.
type proof struct {
	asked    bool
	reason   string // it stays
	hash     string // h1 of the zip
	proved   bool
	modified bool
}

// job is what is to be hashed of an item, as it lies there now.
func (pr *prover) job(it *Item) (sum.Job, string) {
	dir, zip, reason := it.stamps(pr.plan.ModCache, pr.plan.GoCache)
	if reason == "" && (dir != it.Dir || zip != it.ZipFile) {
		reason = keptChanged
	}
	at, err := it.place(pr.plan.ModCache, pr.plan.GoCache)
	if reason != "" || err != nil {
		return sum.Job{}, reason
	}
	j := sum.Job{Path: it.Module, Version: it.Version, Toolchain: it.Module == toolchainPath}
	if dir != (Stamp{}) {
		j.Dir = at.thing
	}
	if zip != (Stamp{}) {
		j.Zip = at.zip
	}
	return j, ""
}

// claim collects what is said outside the cache of the hashes of what is in the plan.
func (pr *prover) claim(ctx context.Context) {
	pr.claims, pr.settled = make(map[module.Version][]string), make(map[module.Version]bool)
	var list []module.Version
	for i := range pr.plan.Items {
		if it := &pr.plan.Items[i]; it.Part.OfVersion() {
			m := module.Version{Path: it.Module, Version: it.Version}
			pr.claims[m] = nil
			list = append(list, m)
		}
	}
	if pr.in.Usage != nil {
		for i := range pr.in.Usage.Projects {
			for _, s := range pr.in.Usage.Projects[i].Sums {
				m := module.Version{Path: s.Path, Version: s.Version}
				if have, ok := pr.claims[m]; ok && !s.GoMod && !slices.Contains(have, s.Hash) && strings.HasPrefix(s.Hash, "h1:") {
					pr.claims[m] = append(have, s.Hash)
				}
			}
		}
	}
	if pr.in.DB == nil {
		return
	}
	for i, r := range pr.in.DB.LookupAll(ctx, list, nil) {
		if r.Err == nil && r.Zip != "" { // believed against everybody else
			pr.claims[list[i]], pr.settled[list[i]] = []string{r.Zip}, true
		}
	}
}

// ziphashMax bounds a .ziphash file.
const ziphashMax = 4 << 10

// judge says what the hashes of an item prove.
func (pr *prover) judge(it *Item, job *sum.Job, r *sum.Result) proof {
	// What was touched while it was read has no hash that means anything.
	if dir, zip, reason := it.stamps(pr.plan.ModCache, pr.plan.GoCache); reason != "" || dir != it.Dir || zip != it.ZipFile {
		return proof{asked: true, reason: keptChanged}
	}
	out := proof{asked: true}
	claims := pr.claims[module.Version{Path: it.Module, Version: it.Version}]
	at, err := it.place(pr.plan.ModCache, pr.plan.GoCache)
	if err != nil {
		return proof{asked: true, reason: keptName}
	}
	data, _ := regular.ReadFile(strings.TrimSuffix(at.zip, ".zip")+".ziphash", ziphashMax)
	says := strings.TrimSpace(string(data))
	if !strings.HasPrefix(says, "h1:") {
		says = ""
	}
	if job.Zip != "" {
		out.reason = badZip(r.Zip, says, claims, it.Part == Sources || it.Part == Zip)
		out.hash = r.Zip.H1
	} else {
		out.hash, out.reason = known(claims, says)
	}
	if out.reason == keptUnproved && it.Tier == usage.Hold {
		out.reason = "" // it waits as it is
		return out
	}
	if out.reason == "" && job.Dir != "" {
		out.modified, out.reason = pr.badDir(it, r.Dir, out.hash)
	}
	out.proved = out.reason == "" && !out.modified
	return out
}

// badZip says why a zip is not the one that was downloaded, or nothing. Whether .ziphash has to be there depends on
// what stays: go unpacks nothing without.
func badZip(h *sum.Hashed, says string, claims []string, stays bool) string {
	switch {
	case h.H1 == "" && (errors.Is(h.Err, fs.ErrPermission)):
		return keptUnread
	case h.H1 == "", says != "" && says != h.H1, len(claims) == 1 && claims[0] != h.H1:
		return keptDamaged
	case len(claims) > 1: // go.sum files contradict each other
		return keptUnproved
	case says == "" && stays:
		return keptNoZip
	case says == "" && len(claims) == 0:
		return keptUnproved
	}
	return ""
}

// known is the hash that a version without a zip has to have. Claims that differ settle nothing.
func known(claims []string, says string) (hash, reason string) {
	switch {
	case len(claims) > 1, len(claims) == 1 && says != "" && says != claims[0]:
		return "", keptUnproved
	case len(claims) == 1:
		return claims[0], ""
	case says != "":
		return says, ""
	}
	return "", keptUnproved
}

// badDir says why an extracted directory that is not what is in the zip stays, or that it goes to the quarantine.
func (pr *prover) badDir(it *Item, h *sum.Hashed, want string) (modified bool, reason string) {
	switch {
	case h.H1 == want:
		return false, ""
	case h.H1 == "" && errors.Is(h.Err, fs.ErrPermission):
		return false, keptUnread
	case it.Part == Zip: // what would stay is not what the zip has
		return false, keptDiffers
	case it.Insisted, pr.in.Insist && pr.names != nil && pr.names.has(&modcache.Version{Path: it.Module, Version: it.Version}):
		return true, ""
	}
	return false, keptDiffers
}

// finish gives the plan of what stays in it.
func (pr *prover) finish() *Plan {
	q := pr.plan.copy()
	for i := range pr.plan.Items {
		it, v := pr.plan.Items[i], &pr.verdicts[i]
		if !v.asked {
			q.Items = append(q.Items, it)
			continue
		}
		if v.reason != "" {
			pr.kept.keep(v.reason, it.Label(), it.Disk)
			continue
		}
		it.Proved, it.Modified = v.proved, v.modified
		if v.proved || v.modified {
			it.Hash = v.hash
		}
		q.Items = append(q.Items, it)
	}
	q.Kept = pr.kept.list()
	return q
}
