//go:build linux

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fate is what became of a mutant.
type fate uint8

const (
	untested_ fate = iota
	killed_
	survived_
	unreached_
)

func (f fate) String() string {
	return [...]string{"not tested", "killed", "survived", "reached by no test"}[f]
}

// killer names what killed a mutant, as the end of a sentence.
func (m *mutant) killer() string {
	if m.by == "" {
		return ""
	}
	return " by " + m.by
}

// A program is the tests of one package, with the mutants in it.
type program struct {
	path  string
	dir   string // where it runs
	tests []*aTest
}

// aTest is one function, and the mutants that it comes past.
type aTest struct {
	in    *program
	name  string
	took  time.Duration
	seen  map[int]bool
	fails []byte // what it said when it failed without any mutant
}

// quick is how long tests may take together that run in one process.
const quick = 2 * time.Second

// test finds out what becomes of the mutants.
func test(ctx context.Context, opt options, p *source, wanted []*mutant) error {
	var boxes []*sandbox
	for i := range opt.parallel {
		box, err := newSandbox(opt.scratch, i)
		if err != nil {
			return err
		}
		boxes = append(boxes, box)
	}
	var tests []*aTest
	for i, name := range append([]string{p.path}, opt.with...) {
		list, err := prepare(ctx, opt, p, boxes, i, name)
		if err != nil {
			return err
		}
		tests = append(tests, list...)
	}
	fmt.Printf("%s: %d tests come past %d mutants\n", p.path, len(tests), len(union(tests)))
	return each(boxes, wanted, func(box *sandbox, m *mutant) error { return try(ctx, box, m, tests) })
}

func union(tests []*aTest) map[int]bool {
	out := make(map[int]bool)
	for _, t := range tests {
		for id := range t.seen {
			out[id] = true
		}
	}
	return out
}

// each has every sandbox take from a list until it is empty, or one fails.
func each[T any](boxes []*sandbox, list []T, do func(*sandbox, T) error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	for _, box := range boxes {
		wg.Go(func() {
			for {
				mu.Lock()
				if first != nil || len(list) == 0 {
					mu.Unlock()
					return
				}
				it := list[0]
				list = list[1:]
				mu.Unlock()
				if err := do(box, it); err != nil {
					mu.Lock()
					first = cmp.Or(first, err)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return first
}

// prepare builds the tests of a package and runs each of them by itself. Every one has to pass.
func prepare(ctx context.Context, opt options, p *source, boxes []*sandbox, n int, name string) ([]*aTest, error) {
	in := &program{path: filepath.Join(opt.scratch, "program"+strconv.Itoa(n))}
	tested, err := dirOf(ctx, filepath.Join(opt.scratch, "tree"), name)
	if err != nil {
		return nil, err
	}
	in.dir = tested
	if err := p.compile(ctx, opt.scratch, name, in.path); err != nil {
		return nil, err
	}
	const long = 20 * time.Minute
	r, err := boxes[0].run(ctx, in.dir, long, long, nil, in.path, "-test.list=^(Test|Fuzz|Example)")
	if err != nil || r.failed {
		return nil, fmt.Errorf("the tests of %s: %w\n%s", name, err, r.output)
	}
	for _, line := range strings.Fields(string(r.output)) {
		if opt.skip == nil || !opt.skip.MatchString(line) {
			in.tests = append(in.tests, &aTest{in: in, name: line, seen: make(map[int]bool)})
		}
	}
	err = each(boxes, slices.Clone(in.tests), func(box *sandbox, t *aTest) error {
		seen := filepath.Join(box.out, t.name)
		r, err := box.run(ctx, in.dir, long, long, []string{"MUTANT_SEEN=" + seen}, in.path, "-test.run=^"+t.name+"$", "-test.timeout=0")
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s: %.2f s\n", t.name, r.took.Seconds())
		if t.took = r.took; r.failed {
			t.fails = r.output
			return nil
		}
		b, err := os.ReadFile(seen)
		if os.IsNotExist(err) {
			return nil
		}
		for _, f := range bytes.Fields(b) {
			id, err := strconv.Atoi(string(f))
			if err != nil {
				return err
			}
			t.seen[id] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var use []*aTest
	for _, t := range in.tests {
		switch {
		case t.fails != nil:
			return nil, fmt.Errorf("%s of %s fails without any mutant: mend that first\n%s", t.name, name, t.fails)
		case len(t.seen) > 0:
			use = append(use, t)
		}
	}
	slices.SortFunc(use, func(a, b *aTest) int { return cmp.Compare(a.took, b.took) })
	return use, nil
}

// try runs what comes past a mutant until a test fails: quick tests of a program together, then the others.
func try(ctx context.Context, box *sandbox, m *mutant, tests []*aTest) error {
	m.fate = unreached_
	var batch []*aTest
	var total time.Duration
	flush := func() error {
		if len(batch) == 0 || m.fate == killed_ {
			return nil
		}
		m.fate = survived_
		by, err := kill(ctx, box, m, batch, total)
		if by != "" {
			m.fate, m.by = killed_, by
		}
		batch, total = nil, 0
		return err
	}
	for _, t := range tests {
		if !t.seen[m.id] {
			continue
		}
		if len(batch) > 0 && (batch[0].in != t.in || total+t.took > quick) {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, total = append(batch, t), total+t.took
	}
	if err := flush(); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s%s: %s\n", m.fate, m.killer(), m)
	return nil
}

// kill runs some tests with a mutant, and returns the name of the one that fails.
func kill(ctx context.Context, box *sandbox, m *mutant, batch []*aTest, total time.Duration) (string, error) {
	names := make([]string, len(batch))
	for i, t := range batch {
		names[i] = t.name
	}
	in := batch[0].in
	cpu, wall := 4*total+20*time.Second, 10*total+time.Minute
	r, err := box.run(ctx, in.dir, cpu, wall, []string{"MUTANT=" + strconv.Itoa(m.id)}, in.path, "-test.run=^("+strings.Join(names, "|")+")$",
		"-test.failfast", "-test.timeout=0")
	switch {
	case err != nil || !r.failed:
		return "", err
	case r.late:
		return "a limit in " + strings.Join(names, ", "), nil
	}
	for _, line := range strings.Split(string(r.output), "\n") {
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			name, _, _ = strings.Cut(name, " ")
			return name, nil
		}
	}
	return "a panic in " + strings.Join(names, ", "), nil
}
