package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/scan/process"
	"godoctor/ui/text"
)

// remedyOptions are those of a run over what was looked at, but for the gate.
func (a *app) remedyOptions(l *look) remedy.Options {
	opt := remedy.Options{Shared: a.allowShared, Home: a.home(), Meter: new(meter.Meter), Programs: process.Programs,
		SDK: filepath.Join(a.home(), "sdk")}
	for _, p := range l.inv.Env.Gopaths() {
		opt.Gopath = append(opt.Gopath, filepath.Clean(p))
	}
	for i := range l.inv.Related {
		if r := &l.inv.Related[i]; len(r.Holds) == 0 && r.Problem == "" {
			opt.Places = append(opt.Places, r.Path)
		}
	}
	if file := l.inv.Env.Value("GOENV"); filepath.IsAbs(file) {
		opt.Goenv = file
	}
	if l.inv.ModCache != nil {
		opt.ModCache = l.inv.ModCache.Root
	}
	if c := l.inv.BuildCache; c != nil && c.Looks {
		opt.GoCache = c.Root
		if l.inv.ModCache != nil {
			opt.Index = indexOf(l.inv)
		}
	}
	opt.Uses = usesOf(opt.ModCache)
	return opt
}

// usesOf asks who uses a directory that is no module version: a clone in the module cache every go command of that
// cache, another cache whoever has it as its own, and everything whoever stands in it or has something in it open.
func usesOf(modcache string) func(ctx context.Context, dir string) string {
	return func(ctx context.Context, dir string) string {
		root := dir
		if rel, err := filepath.Rel(modcache, dir); modcache != "" && err == nil && filepath.IsLocal(rel) {
			root = modcache
		}
		if u := process.NewGate(process.GateInput{ModCache: root, Self: os.Getpid()}).Look(ctx).Any(); u != nil {
			return fmt.Sprintf("%s (pid %d: %s)", u.Name, u.PID, u.Why)
		}
		who, _ := process.Inside(dir)
		return who
	}
}

// indexOf names the build-cache entries that are the index of an extracted directory, for every installed Go.
func indexOf(inv *scan.Inventory) func(dir string) []string {
	versions := verify.GoVersions(inv)
	cache, root := inv.BuildCache.Root, inv.ModCache.Root
	for _, r := range inv.Roots {
		if r.Name == "GOMODCACHE" {
			root = r.Path // as it is spelled: the name of an index is made of that
		}
	}
	return func(dir string) (names []string) {
		for _, file := range verify.IndexEntries(cache, filepath.Join(root, filepath.FromSlash(dir)), versions) {
			if rel, err := filepath.Rel(cache, file); err == nil {
				names = append(names, filepath.ToSlash(rel))
			}
		}
		return names
	}
}

// gate asks who uses the caches. known is false where the system does not tell.
func (a *app) gate(ctx context.Context, l *look) (gate remedy.Gate, known bool) {
	in := process.GateInput{Self: os.Getpid(), Editors: func(path, version string) bool {
		v := l.use.Of(path, version)
		return v == nil || l.use.Unsure || len(v.Uses) > 0
	}}
	if l.inv.ModCache == nil {
		return nil, true
	}
	in.ModCache = l.inv.ModCache.Root
	if l.inv.BuildCache != nil {
		in.GoCache = l.inv.BuildCache.Root
	}
	return remedy.GateOf(ctx, process.NewGate(in))
}

// A question is what has to be confirmed, in proportion to what it is about.
type question struct {
	n         int    // things that it is about
	severe    string // why the number has to be typed: "this removes more than half of a cache"; "": y will do
	do        string // "remove 3 items, 8.77 MiB"
	otherwise string // what to give where nobody can be asked
}

// items counts them.
func items(n int) string {
	if n == 1 {
		return "1 item"
	}
	return fmt.Sprintf("%d items", n)
}

// want is the answer that is a yes.
func (q *question) want() string {
	if q.severe == "" {
		return "y"
	}
	return strconv.Itoa(q.n)
}

// given reports whether flags have answered it.
func (a *app) given(q *question) bool {
	return a.yes && q.severe == "" || a.confirm == q.n && q.n > 0
}

// askFor asks a question.
func (a *app) askFor(ctx context.Context, q *question) error {
	words := q.do + "? [y/N] "
	if q.severe != "" {
		words = fmt.Sprintf("%s. Type %d to %s: ", q.severe, q.n, q.do)
	}
	return a.ask1(ctx, words, q.want(), q.otherwise)
}

// questionOf is what has to be confirmed before a plan is carried out.
func questionOf(l *look, p *plan.Plan, known bool) question {
	n := len(p.Items)
	q := question{n: n, do: fmt.Sprintf("remove %s, %s", items(n), text.Bytes(p.Now()+p.Later())), otherwise: "give --yes to remove them without being asked"}
	needed := l.needs(p)
	if known && !needed && p.Weigh() < plan.Severe {
		return q
	}
	why := "more than half of a cache"
	if needed {
		why = "what somebody needs"
	}
	for _, g := range report.Groups(p) {
		if g.Later {
			why = "what may not come back"
		}
	}
	if !known {
		why = "what a process may use"
	}
	q.severe, q.otherwise = "this removes "+why, fmt.Sprintf("give --confirm %d to remove them without being asked (--yes is not enough)", n)
	return q
}

// confirmPlan asks in proportion to what goes.
func (a *app) confirmPlan(ctx context.Context, l *look, p *plan.Plan, known bool) error {
	q := questionOf(l, p, known)
	if a.given(&q) {
		return nil
	}
	if a.asks() {
		pr := a.printerTo(a.Stderr)
		pr.Plan(p)
	}
	if !known {
		a.note("who uses the caches cannot be seen on this system: make sure that no go command runs")
	}
	return a.askFor(ctx, &q)
}

// needs reports whether a plan takes away what a project needs: somebody has named it, and insists.
func (l *look) needs(p *plan.Plan) bool {
	for i := range p.Items {
		it := &p.Items[i]
		if v := l.use.Of(it.Module, it.Version); it.Insisted && v != nil && len(v.Uses) > 0 {
			return true
		}
	}
	return false
}

// asks reports whether there is somebody to ask.
func (a *app) asks() bool { return !a.noInput && isTerminal(a.Stdin) && isTerminal(a.Stderr) }

// ask1 asks for one word. Without a terminal, or with another answer, it is an error with exit code 5; where ctx ends before there is
// an answer, its cause is.
func (a *app) ask1(ctx context.Context, question, want, otherwise string) error {
	if !a.asks() {
		return &exitError{ExitUnconfirmed, fmt.Errorf("not confirmed: %s", otherwise)}
	}
	fmt.Fprint(a.Stderr, question)
	line, err := await(ctx, func() (string, error) {
		line, _ := bufio.NewReader(a.Stdin).ReadString('\n') // what ended it is no answer
		return line, nil
	})
	if err != nil {
		fmt.Fprintln(a.Stderr) // the question has no end of its line yet
		return err
	}
	if strings.EqualFold(strings.TrimSpace(line), want) {
		return nil
	}
	return &exitError{ExitUnconfirmed, fmt.Errorf("not confirmed: nothing was changed")}
}

// await gives what read does, or the cause of ctx where that ends before: a read of a terminal or of a pipe cannot be broken off. Then
// read goes on beside, until what it reads from ends or the process does.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
