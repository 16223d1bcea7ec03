package check

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/system"
)

// lockPatience is how old a go command may be that holds a lock: it holds one while it downloads and unpacks a module.
const lockPatience = 5 * time.Minute

var lockHeld = &Check{
	ID:       "lock-held",
	Title:    "a process holds a lock that go waits for",
	Severity: finding.Warning,
	Cost:     Walk,
	Covers:   []string{"C34"},
	Help: Help{
		Why: "Go commands lock what they write: a module version while it is unpacked, go.mod while it is read or changed, the build cache " +
			"while it is trimmed. A go command that needs a lock which another process holds waits without a word, and without an " +
			"end. It is a download that hangs, a debugger that stopped a go command, a backup or an editor that locks files.",
		Look: "lslocks on Linux, lsof elsewhere, for the file; ps for the process. A lock file that merely lies there locks nothing.",
		Do: "Wait for the process, or end it: its locks end with it. Do not delete .lock files: whoever holds the deleted one and who locks " +
			"the new one then work at the same time.",
		See: []string{"golang/go#32421", "golang/go#47081"},
	},
	Run: func(p *Pass) {
		list, err := p.System.Holders(p.lockable()...)
		if errors.Is(err, system.ErrUnknown) {
			return // what is held, without by whom and since when, is no finding: every go command does it for a moment
		}
		for _, h := range list {
			if p.Err() != nil || !p.blocks(&h) {
				continue
			}
			who := fmt.Sprintf("process %d (%s)", h.PID, h.Command)
			if h.PID == 0 {
				who = "a process that cannot be seen from here"
			}
			since := ""
			if !h.Started.IsZero() {
				since = fmt.Sprintf(", which started %s ago", age(p.Now.Sub(h.Started)))
			}
			f := finding.Finding{
				Detail: fmt.Sprintf("%s%s holds the lock on %s: go commands that need it wait without saying so", who, since, h.File),
				Target: finding.Target{Path: h.File},
				Fixes:  []finding.Fix{{ID: "wait", Title: "wait for " + who + ", or end it"}},
			}
			p.Report(f)
		}
	},
}

// blocks reports whether a go command has to wait for a holder, and longer than a moment.
func (p *Pass) blocks(h *system.Holder) bool {
	switch {
	case h.Kind != "FLOCK" && !p.onNetwork(h.File): // on NFS flock is made of fcntl's locks, elsewhere they do not meet
		return false
	case h.Shared && !strings.HasSuffix(h.File, ".lock") && filepath.Base(h.File) != "lock":
		return false // go locks for reading what is not a mere lock
	case h.Command == "go" || strings.HasPrefix(h.Command, "go1."):
		return !h.Started.IsZero() && p.Now.Sub(h.Started) >= lockPatience
	}
	return !strings.HasPrefix(h.Command, "godoctor") // that works by the same rules, and says so where it runs
}

// lockable are the files that go commands lock and that may be there.
func (p *Pass) lockable() (files []string) {
	if c := p.Inventory.ModCache; c != nil {
		files = append(files, filepath.Join(c.Root, "cache", "lock"))
		for i := range c.Versions {
			v := &c.Versions[i]
			stem := strings.TrimSuffix(v.Zip, ".zip")
			if v.Parts.Has(modcache.HasLock) {
				files = append(files, stem+".lock")
			}
			if v.Parts.Has(modcache.HasZiphash) {
				files = append(files, stem+".ziphash")
			}
		}
	}
	if c := p.Inventory.BuildCache; c != nil && c.Looks {
		files = append(files, filepath.Join(c.Root, "trim.txt"), filepath.Join(c.Root, "testexpire.txt"))
	}
	for _, q := range p.Projects {
		files = append(files, q.File)
		if q.Kind == project.Workspace {
			files = append(files, q.File+".sum")
		} else {
			files = append(files, strings.TrimSuffix(q.File, ".mod")+".sum")
		}
	}
	return files
}

// age is a time in words, as coarse as one speaks of it.
func age(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", max(int(d.Seconds()), 0))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
