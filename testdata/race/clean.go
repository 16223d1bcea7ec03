//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/usage"
	"godoctor/scan/process"
)

// pauseMost bounds the pause between two rounds, which is as long as a round.
const pauseMost = 300 * time.Millisecond

// strange begins what the gate says of a process whose program it cannot see.
const strange = "it belongs to another user"

// A cleaner removes in rounds: all items that are there, the sources alone and whole versions by turns. Every second
// time it brings back what it removed; else the loops fetch what they need, and it brings back the rest.
type cleaner struct {
	counts
	*order
	gate   *process.Gate
	random *rand.Rand
	used   map[module.Version]bool
	looked time.Time               // when the last look began
	met    map[module.Version]bool // in this round a process of another user stood before it
	log    *bufio.Writer
}

func newCleaner(o *order) *cleaner {
	c := &cleaner{order: o, random: rand.New(rand.NewPCG(o.Seed, 1<<40)), used: make(map[module.Version]bool),
		log: bufio.NewWriter(io.Discard)}
	if o.Log != "" {
		f, err := os.Create(o.Log)
		if err != nil {
			c.err("%v", err)
		} else {
			c.log = bufio.NewWriter(f)
		}
	}
	for _, it := range o.Items {
		c.used[module.Version{Path: it.Module, Version: it.Version}] = it.Used
	}
	c.gate = process.NewGate(process.GateInput{ModCache: o.ModCache, GoCache: o.GoCache, Self: os.Getpid(),
		Editors: func(path, version string) bool { return c.used[module.Version{Path: path, Version: version}] }})
	return c
}

// work does rounds with pauses between them until stop is closed.
func (c *cleaner) work(stop <-chan struct{}) {
	ctx := context.Background()
	for ; ; c.Rounds++ {
		began := time.Now()
		if c.Naive {
			c.rawRound()
		} else if err := c.round(ctx); err != nil {
			c.err("round %d: %v", c.Rounds, err)
		}
		select {
		case <-stop:
			return
		case <-time.After(min(max(time.Since(began), pauseLeast), pauseMost)):
		}
	}
}

// round makes a plan, applies it, and brings versions back.
func (c *cleaner) round(ctx context.Context) error {
	r, err := remedy.Open(remedy.Options{ModCache: c.ModCache, Home: c.Home, Gate: c.look, Before: c.before})
	if err != nil {
		return err
	}
	defer r.Close()
	part, undo := plan.Version, c.Rounds/2%2 == 0
	if c.Rounds%2 == 1 {
		part = plan.Sources
	}
	p := &plan.Plan{ModCache: c.ModCache, Items: c.plan(part)}
	c.met = make(map[module.Version]bool)
	run := plan.Apply(ctx, p, r, plan.Options{})
	if run.Err != nil {
		return run.Err
	}
	var back []remedy.Want
	for i := range p.Items {
		it := &p.Items[i]
		o := &run.Outcomes[i]
		if used := c.take(it, o); o.Result == plan.Done && (undo || !used) {
			back = append(back, remedy.Want{Module: it.Module, Version: it.Version, Hash: it.Hash, Offline: part == plan.Sources})
		}
	}
	in := remedy.Installer{Go: c.Go, Environ: c.Environ}
	r.Install(ctx, in, back, func(i int, err error) {
		if err != nil {
			c.err("bringing back %s@%s: %v", back[i].Module, back[i].Version, err)
			return
		}
		c.Back++
	})
	return nil
}

// take counts what became of an item. It reports whether a project lists it.
func (c *cleaner) take(it *plan.Item, o *plan.Outcome) (used bool) {
	m := module.Version{Path: it.Module, Version: it.Version}
	used = c.used[m]
	if c.Log != "" {
		c.note(o.Result.String(), fmt.Sprintf("%s undone=%t %v", it.Label(), o.Undone, o.Err))
	}
	if o.Busy && c.met[m] {
		c.Strangers++
		return used
	}
	c.Attempts++
	if used {
		c.AttemptsUsed++
	}
	switch {
	case o.Result == plan.Done:
		c.Done++
		if used {
			c.DoneUsed++
		}
	case o.Undone:
		c.Undone++
	case o.Busy:
		c.Busy++
	case o.Result == plan.Skipped:
		c.Changed++
	default:
		c.err("%s: %s: %v", it.Label(), o.Result, o.Err)
	}
	return used
}

// plan makes items of what is there, in any order.
func (c *cleaner) plan(part plan.Part) (items []plan.Item) {
	for _, n := range c.random.Perm(len(c.Items)) {
		it := &c.Items[n]
		names, err := plan.Places(module.Version{Path: it.Module, Version: it.Version})
		if err != nil {
			c.err("%v", err)
			continue
		}
		dir, zip := stamp(filepath.Join(c.ModCache, names.Dir)), stamp(filepath.Join(c.ModCache, names.Zip))
		if dir == (plan.Stamp{}) {
			continue // a loop did not need it again yet
		}
		tier := usage.Network
		if part == plan.Sources {
			tier = usage.Free
		}
		items = append(items, plan.Item{Module: it.Module, Version: it.Version, Part: part, Tier: tier, Hash: it.Hash,
			Dir: dir, ZipFile: zip, Proved: true})
	}
	return items
}

// stamp is how a thing looks.
func stamp(path string) plan.Stamp {
	fi, err := os.Lstat(path)
	if err != nil {
		return plan.Stamp{}
	}
	s := plan.Stamp{Mtime: fi.ModTime().UnixNano()}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.Inode = st.Ino
	}
	if fi.Mode().IsRegular() {
		s.Size = fi.Size()
	}
	return s
}

// look is the gate of package remedy.
func (c *cleaner) look(ctx context.Context) remedy.Users {
	c.looked = time.Now()
	users := c.gate.Look(ctx)
	took := time.Since(c.looked)
	c.note("looked", took.String())
	c.Looks++
	c.LookTime += took
	c.LookMax = max(c.LookMax, took)
	c.slowly()
	if !users.Known() {
		c.err("which processes there are could not be read")
		return func(string, string) string { return "some process" }
	}
	return func(path, version string) string {
		u := users.Of(path, version)
		if u == nil {
			return ""
		}
		if strings.HasPrefix(u.Why, strange) && foreign(u.PID) {
			c.met[module.Version{Path: path, Version: version}] = true
		}
		return fmt.Sprintf("%s (pid %d): %s", u.Name, u.PID, u.Why)
	}
}

// foreign reports whether a process is another user's. While one of the own user's starts a program it cannot be seen
// either, for a moment (ptrace(2): it is not dumpable yet).
func foreign(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, uid, ok := strings.Cut(string(data), "\nUid:\t")
	uid, _, _ = strings.Cut(uid, "\t")
	return err == nil && ok && uid != strconv.Itoa(os.Getuid())
}

// before measures how old the look is that a rename follows from. The longest counts.
func (c *cleaner) before(op, path string) error {
	switch op {
	case "rename":
		c.slowly()
		c.Exposed = max(c.Exposed, time.Since(c.looked))
		c.note(op, path)
	case "sync":
		c.note(op, path)
	}
	return nil
}

// slowly waits now and then.
func (c *cleaner) slowly() {
	if c.Slow > 0 && c.random.IntN(4) == 0 {
		time.Sleep(time.Duration(c.random.IntN(c.Slow*1000)) * time.Microsecond)
	}
}

// note writes into the log. It is for the goroutine that works.
func (c *cleaner) note(what, of string) {
	fmt.Fprintf(c.log, "%s %s %s\n", time.Now().Format(stamped), what, of)
}

// rawRound removes as scripts do: directory, zip and .ziphash, and nobody is asked.
func (c *cleaner) rawRound() {
	for _, it := range c.plan(plan.Version) {
		names, err := plan.Places(module.Version{Path: it.Module, Version: it.Version})
		if err != nil {
			c.err("%v", err)
			continue
		}
		c.Attempts++
		dir := filepath.Join(c.ModCache, names.Dir)
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				os.Chmod(path, 0o755) // go makes them read-only
			}
			return nil
		})
		for _, path := range []string{dir, filepath.Join(c.ModCache, names.Zip), filepath.Join(c.ModCache, names.Ziphash)} {
			if err := os.RemoveAll(path); err != nil {
				c.Changed++ // go was putting something there
			}
		}
		c.Done++
	}
}
