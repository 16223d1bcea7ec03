package plan

import (
	"go/version"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/toolchain"
)

// sdks takes the toolchains in ~/sdk that nobody selects. Those in the module cache are module versions.
func (m *maker) sdks() {
	found := m.in.Inventory.Toolchains
	if !m.in.Policies.Toolchains || found == nil || m.names != nil {
		return
	}
	for i := range found.Toolchains {
		t := &found.Toolchains[i]
		if t.Source == "modcache" {
			continue
		}
		name := filepath.Base(t.Root)
		changed, reason := m.sdk(i)
		if reason != "" {
			m.kept.keep(reason, t.Version+" "+t.Root, t.Size.Disk)
			continue
		}
		m.take(Item{Part: SDK, Name: name, Root: t.Root, Path: t.Root, Bytes: t.Size.Bytes, Disk: t.Size.Disk, Tier: m.public(),
			Rule: ruleToolchains, Why: "no project selects it, and it is not the one that runs", Changed: changed})
	}
}

// public is the tier of what can be downloaded by everybody.
func (f *facts) public() usage.Tier {
	if f.noNet {
		return usage.Hold
	}
	return usage.Network
}

// sdk says why a toolchain that was found stays, or when it was installed.
func (f *facts) sdk(i int) (installed time.Time, reason string) {
	t := &f.in.Inventory.Toolchains.Toolchains[i]
	it := Item{Part: SDK, Name: filepath.Base(t.Root), Root: t.Root}
	switch {
	case t.Active:
		return installed, keptInUse
	case t.Source != "sdk" || it.check() != nil:
		return installed, keptNotOurs // a package manager's, the system's, somebody's own
	case !t.Removable:
		return installed, keptInUse // it is in PATH, or GOROOT names it
	}
	if f.in.Elsewhere {
		return installed, keptThere
	}
	// golang.org/dl writes the marker last (internal/version.unpackArchive): without it nothing says what this is.
	fi, err := os.Lstat(filepath.Join(t.Root, ".unpacked-success"))
	if err != nil || !fi.Mode().IsRegular() {
		return installed, keptMarker
	}
	installed = fi.ModTime()
	switch {
	case f.runs(t.Root):
		return installed, keptRuns
	case f.in.Usage == nil || f.in.Usage.Unsure:
		return installed, keptUnknown
	case f.selected(i, t):
		return installed, keptInUse
	case f.in.Now.Sub(installed) < f.in.Grace:
		return installed, keptYoung
	case !f.rested(installed, 0):
		return installed, keptRecent
	}
	return installed, ""
}

// runs reports whether a process runs from a directory.
func (f *facts) runs(root string) bool {
	for _, p := range f.in.Running {
		if strings.HasPrefix(p, root+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// selected reports whether anything selects a toolchain: GOTOOLCHAIN, a project, a branch of one, or a dependency that
// needs a release which is as new.
func (f *facts) selected(i int, t *toolchain.Toolchain) bool {
	if n := f.in.Usage.Toolchains; i < len(n) && len(n[i]) > 0 {
		return true
	}
	if env := f.in.Inventory.Env; env != nil {
		if name, _, _ := strings.Cut(env.Value("GOTOOLCHAIN"), "+"); name == t.Version || name == filepath.Base(t.Root) {
			return true
		}
	}
	for i := range f.in.Usage.Projects {
		p := &f.in.Usage.Projects[i]
		if p.Selects == t.Version || p.NewGo != "" && version.Compare(t.Version, "go"+p.NewGo) >= 0 {
			return true
		}
		for b := range p.Branches {
			branch := &p.Branches[b]
			if branch.Toolchain == t.Version || branch.Go != "" && strings.TrimSuffix(t.Version, ".0") == strings.TrimSuffix("go"+branch.Go, ".0") {
				return true
			}
		}
	}
	return false
}
