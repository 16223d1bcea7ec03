package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"godoctor/doctor/check"
	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/doctor/scanfile"
	"godoctor/scan/regular"
	"godoctor/scan/system"
	"godoctor/ui/text"
)

// why a command is not for a saved scan. What is not in the table and not in fromSaved is refused too: whoever adds a command
// has to think of it.
var (
	changesThere = "it changes files of that machine"
	readsThere   = "it reads files of that machine"
	asksThere    = "it is about the network of the machine that it runs on"
)

var notFromSaved = map[string]string{
	"verify": readsThere, "repair": changesThere, "undo": changesThere, "history": "the history is kept on that machine",
	"purge": changesThere, "toolchains get": changesThere, "toolchains verify": readsThere, "toolchains which": readsThere,
	"bundle": readsThere, "bundle create": readsThere, "bundle verify": readsThere, "bundle apply": changesThere, "snapshot": readsThere,
	"compare": readsThere, "proxy": asksThere, "scan": "it is a saved scan already",
}

// fromSaved are the commands that answer from a saved scan as from the machine.
var fromSaved = []string{"", "status", "ls", "why", "projects", "toolchains", "env", "check", "binary", "metrics", "clean"}

// regardless are commands that look at no machine.
var regardless = []string{"version", "help", "keys", "config", "completion", "man"}

// savedMemory is what a saved scan may take before memory is looked for all the time: the limit that main sets is for a scan
// of this machine, of which the program holds a part at a time.
const savedMemory = 256 << 20

// openSaved opens the scan that --from names, in place of the machine. Nothing of this one is looked at, or kept, from then on.
func (a *app) openSaved(cmd *cobra.Command) error {
	name := strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()))
	first, _, _ := strings.Cut(name, " ")
	if a.from == "" || slices.Contains(regardless, first) || strings.HasPrefix(first, "__") {
		return nil
	}
	if !slices.Contains(fromSaved, name) {
		why := notFromSaved[name]
		if why == "" {
			why = "it does not know how"
		}
		return misuse("%s is not done from a saved scan (--from): %s", name, why)
	}
	for _, flag := range []string{"demo", "modcache", "gocache", "root", "grace", "ask-proxy", "config", "refresh", "deep", "project", "error", "rebuild",
		"sumdb", "output", "apply", "auto"} {
		f := cmd.Flags().Lookup(flag)
		if f != nil && f.Changed && (flag != "output" || name == "clean") {
			return misuse("--from and --%s exclude each other: a saved scan is what it is", flag)
		}
	}
	in, err := regular.Open(a.at(a.from))
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return fmt.Errorf("--from: %q cannot be opened: %w", a.from, err)
	}
	defer in.Close()
	if a.getenv("GOGC") == "" && a.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(savedMemory)
	}
	if a.saved, err = scanfile.Decode(in); err != nil {
		return fmt.Errorf("--from: %q: %w", a.from, err)
	}
	a.state, a.kept, a.conf, a.noConfig = "", "", config.Default(), true
	return nil
}

// fromWhere says whose scan is looked at, and of when. It is clean: the name is that of whoever made the file.
func (a *app) fromWhere() string {
	return text.Clean(a.hostSaved()) + ", " + a.saved.Inventory.Finished.Local().Format("2 Jan 15:04")
}

// hostSaved is the name of the machine that was scanned, raw.
func (a *app) hostSaved() string { return cmp.Or(a.saved.Host.Name, "another machine") }

// refusedSaved is why nothing can be changed.
func (a *app) refusedSaved() string {
	return "this is a saved scan (from " + a.fromWhere() + "): it can be looked at; what changes something is done on that machine"
}

// lookSaved is what is known of the machine that was saved.
func (a *app) lookSaved(ctx context.Context) (*look, error) {
	l := &look{inv: a.saved.Inventory, use: a.saved.Usage}
	l.here = a.hereIn(l.use, l.inv.Env)
	return l, ctx.Err()
}

// checksSaved are what the checks found on that machine, of those that are asked for.
func (a *app) checksSaved(opt check.Options) *check.Result {
	res := new(check.Result)
	c := a.saved.Checked
	if c == nil {
		a.note("the checks did not run when the scan was saved")
		return res
	}
	for _, id := range c.Ran {
		if (len(opt.Only) == 0 || slices.Contains(opt.Only, id)) && !slices.Contains(opt.Skip, id) {
			res.Ran = append(res.Ran, id)
		}
	}
	res.Findings = wanted(c.Findings, opt.Only, opt.Skip)
	finding.Sort(res.Findings)
	return res
}

// ignoredSaved is how many findings somebody lived with on that machine.
func (a *app) ignoredSaved() int {
	if a.saved == nil || a.saved.Checked == nil {
		return 0
	}
	return a.saved.Checked.Ignored
}

// ofHost puts the machine that was scanned into a document, in place of this one, and says which it is.
func (a *app) ofHost(d *report.Document) {
	if a.saved != nil {
		d.Host.OS, d.Host.Arch = a.saved.Host.OS, a.saved.Host.Arch
		a.note("from %s", a.fromWhere())
	}
}

// spaceSaved is the room there was for a cache.
func (a *app) spaceSaved(path string) (system.Space, error) {
	for _, r := range a.saved.Inventory.Roots {
		if path != "" && (r.Real == path || r.Path == path) {
			return system.Space{Dir: r.Real, Total: r.Disk.Total, Free: r.Disk.Free, Inodes: -1}, nil
		}
	}
	return system.Space{}, system.ErrUnknown
}

// planSaved refuses what cannot be planned from a saved scan.
func (a *app) planSaved(f *cleanFlags) error {
	p := &f.policies
	switch {
	case !a.dryRun:
		return misuse("clean is not done from a saved scan (--from): %s; -n shows what it would do", changesThere)
	case p.Build || p.Dead || p.Test:
		return misuse("--build, --dead and --test want to see each entry of the build cache, and a saved scan (--from) has their sums: 'godoctor status' tells them")
	case p.VCS:
		return misuse("--vcs wants to see each clone, and a saved scan (--from) has their sum: 'godoctor status' tells it")
	}
	return nil
}
