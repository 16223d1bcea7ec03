package usage

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/doctor/config"
	"godoctor/scan/modcache"
)

// binaries notes which versions installed programs were built from.
func (l *look) binaries() {
	found := l.in.Inventory.Binaries
	if found == nil {
		return
	}
	for i := range found.Binaries {
		b := &found.Binaries[i]
		note := func(m module.Version) {
			if v, ok := l.byName[m]; ok {
				l.Versions[v].Built = append(l.Versions[v].Built, int32(i))
			}
		}
		note(module.Version{Path: b.Module, Version: b.Version})
		for _, d := range b.Deps {
			if d.Replace != nil {
				d = *d.Replace
			}
			note(module.Version{Path: d.Path, Version: d.Version})
		}
	}
}

// classify gives every version its state and tier.
func (l *look) classify() {
	versions := l.in.versions()
	l.newest(versions)
	private := l.in.Inventory.Env.Value("GONOPROXY")
	for i := range versions {
		v, u := &versions[i], &l.Versions[i]
		m := module.Version{Path: v.Path, Version: v.Version}
		l.protect(v, u)
		u.Private = !v.Toolchain && module.MatchPrefixPatterns(private, v.Path)
		u.Gone = l.in.Gone[m]
		u.State = l.state(v, u)
		if l.hashed[i].Load() {
			u.Hash = HashInSum
		} else if u.State == Orphan || u.State == GraphOnly && v.Parts&(modcache.HasDir|modcache.HasZip) != 0 {
			if l.inDatabase(v) {
				u.Hash = HashInDB
			}
		}
		u.Tier = tier(v, u)
	}
}

// newest marks the newest version of each path of which more than the go.mod file is there.
func (l *look) newest(versions []modcache.Version) {
	for i := 0; i < len(versions); {
		best, j := -1, i
		for ; j < len(versions) && versions[j].Path == versions[i].Path; j++ {
			if versions[j].Parts&(modcache.HasDir|modcache.HasZip) == 0 {
				continue
			}
			if best < 0 || semver.Compare(versions[best].Version, versions[j].Version) < 0 {
				best = j
			}
		}
		if best >= 0 && versions[i].Path != toolchainPath {
			l.Versions[best].Newest = true
		}
		i = j
	}
}

// protect finds out what keeps a version beside its users: pins, patterns, its age.
func (l *look) protect(v *modcache.Version, u *Version) {
	c := l.in.Config
	u.Pinned = slices.ContainsFunc(c.Pins, func(p config.Pin) bool { return p.Matches(v.Path, v.Version) })
	for _, p := range c.Protect {
		if module.MatchPrefixPatterns(p, v.Path) {
			u.Pinned, u.Pattern = true, p
			break
		}
	}
	grace := c.Grace
	if l.in.HasGrace {
		grace = l.in.Grace
	}
	if grace <= 0 {
		return
	}
	u.Young = l.since(v.Fetched) < grace
	if len(u.Uses) == 0 && !u.Young {
		// Only where it decides: one look at a file for each version that nobody needs.
		u.Read = modcache.LastRead(v)
		u.Young = l.since(u.Read) < grace
	}
}

// since is how long ago a time was; what is not known was long ago.
func (l *look) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return l.in.Now.Sub(t)
}

// state is the strongest that anybody gives a version.
func (l *look) state(v *modcache.Version, u *Version) State {
	how := numHows
	if len(u.Uses) > 0 {
		how = u.Uses[0].How
		for _, use := range u.Uses[1:] {
			how = min(how, use.How)
		}
	}
	switch {
	case how == Needed || len(u.Others) > 0:
		return InUse
	case how < InGraph:
		return Listed
	case u.Pinned:
		return Pinned
	case how == InGraph:
		return GraphOnly
	case u.Young:
		return Young
	case l.Unsure:
		return Unknown
	}
	return Orphan
}

// tier is what it costs to get back what may be removed of a version.
func tier(v *modcache.Version, u *Version) Tier {
	switch {
	case u.State != Orphan && u.State != GraphOnly:
		return Keep
	case u.State == GraphOnly && v.Parts&(modcache.HasDir|modcache.HasZip) == 0:
		return Keep // there is nothing but the go.mod file that is needed
	case v.Path == fips140Path:
		return Free // unpacked from GOROOT/lib/fips140
	case u.Private, u.Gone, u.Hash == "":
		return Hold
	}
	return Network
}

const fips140Path = "golang.org/fips140"

// Removable is what of a version nobody needs, in allocated bytes: sources and zip of an orphan, and of a version of
// which only the go.mod file is needed, unless it is young or pinned.
func (u *Version) Removable(v *modcache.Version) int64 {
	switch {
	case u.Tier == Keep, u.Pinned, u.Young:
		return 0
	}
	return v.Sources.Disk + v.ZipSize.Disk
}

// Reasons says in words why a version has its state, and what else speaks for keeping it.
func (r *Result) Reasons(i int) []string {
	u, v := &r.Versions[i], &r.in.versions()[i]
	var out []string
	if n := len(u.Uses); n > 0 {
		p := &r.Projects[u.Uses[0].Project]
		out = append(out, fmt.Sprintf("%s of %q", u.Uses[0].How, p.File))
		if n > 1 {
			out = append(out, many(n-1, "more project"))
		}
	}
	out = append(out, u.Others...)
	switch {
	case u.Pattern != "":
		out = append(out, fmt.Sprintf("protected by the pattern %q", u.Pattern))
	case u.Pinned:
		out = append(out, "pinned")
	}
	if u.Young {
		out = append(out, r.youngWords(v, u))
	}
	if len(u.Built) > 0 {
		out = append(out, "what was built from it: "+many(len(u.Built), "installed program"))
	}
	if u.Newest {
		out = append(out, "newest version of its path here")
	}
	switch u.State {
	case Orphan:
		if len(r.Projects) == 1 {
			out = append(out, "the one project found does not need it")
		} else {
			out = append(out, fmt.Sprintf("none of the %d projects found needs it", len(r.Projects)))
		}
	case Unknown:
		out = append(out, "no project is known to need it: "+r.Doubts[0].Message)
	}
	switch {
	case u.Tier != Hold:
	case u.Gone:
		out = append(out, "no proxy has it any more")
	case u.Private:
		out = append(out, "private: GONOPROXY or GOPRIVATE names it")
	default:
		out = append(out, "nothing here knows its hash")
	}
	return out
}

func (r *Result) youngWords(v *modcache.Version, u *Version) string {
	if r.in.Now.Sub(v.Fetched) <= r.in.Now.Sub(u.Read) || u.Read.IsZero() {
		return "downloaded " + v.Fetched.Format(time.DateOnly)
	}
	return "read " + u.Read.Format(time.DateOnly)
}

// many counts things in words.
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
