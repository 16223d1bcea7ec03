package gocache

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"

	"godoctor/scan/tree"
)

// late is what the second look found. It is not changed once it is published.
type late struct {
	groups           groups
	actions, outputs int64
}

// Headers is the second look: it opens every entry, reads its first bytes, and tells kind, Go version
// and platform. It belongs after the walk; what the directories hold by then is what counts, so that
// the stores still add up. count is told the entries and bytes looked at; nil is silent.
//
// A file costs the walk's statx, an open, one read and a close. What an action file belongs to is told by
// its output, or, where that is empty, by the action that it was derived from; for that some 50 bytes
// an entry are kept until the end.
func (s *Scan) Headers(ctx context.Context, count func(entries, bytes int64)) error {
	l := &look{Scan: s, ctx: ctx, count: count, accounts: make(map[groupKey]*account), known: make(map[about]*about)}
	l.pending.cost.Rank = Build.rank()
	if !s.verdict.own {
		s.late.Store(&late{groups: make(groups)})
		return ctx.Err()
	}
	o, err := openRoot(s.root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		defer o.close()
		l.open = o
		place := tree.Place{Cost: new(tree.Cost), Watch: lookTop{l}}
		tree.Walk(ctx, []tree.Root{{Path: s.root, Place: place}}, tree.Options{})
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, d := range l.dirs {
		if d != nil {
			d.tell()
		}
	}
	l.join()
	s.adopt(l.found)
	s.late.Store(l.result())
	return nil
}

// find lists an alien that the walk did not come to list.
func (l *look) find(rel, what string) *tree.Cost {
	a := &alien{rel: rel, what: what, inside: true}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.found) < itemMax {
		l.found = append(l.found, a)
	}
	return &a.cost
}

// adopt adds to the list what the second look found, now that it is known to be complete.
func (s *Scan) adopt(found []*alien) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range found {
		if s.listed[a.rel] != nil {
			continue
		}
		s.listed[a.rel] = a
		s.alienN++
		if len(s.aliens) < itemMax {
			s.aliens = append(s.aliens, a)
		}
	}
}

// look is one run of Headers.
type look struct {
	*Scan
	ctx   context.Context
	open  *opener
	count func(entries, bytes int64)
	dirs  [256]*lookDir

	actions, outputs atomic.Int64
	pending          account // action files until they are joined with their outputs

	mu       sync.Mutex
	accounts map[groupKey]*account
	known    map[about]*about
	programs []*lookExe
	found    []*alien // in directories that the walk recalled and so did not list
}

// account is a group while it grows. The walk charges its cost.
type account struct {
	cost    tree.Cost
	entries atomic.Int64
}

// aboutMax bounds what a cache full of invented versions can make us keep.
const aboutMax = 4096

// intern gives the one copy of an about.
func (l *look) intern(a about) *about {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.known[a]
	if p == nil {
		if len(l.known) >= aboutMax {
			a = about{kind: a.kind}
			if p = l.known[a]; p != nil {
				return p
			}
		}
		p = &a
		l.known[a] = p
	}
	return p
}

// account finds or makes a group. Before all others of their kind, groups pay in the order of their key.
func (l *look) account(a about, age Age) *account {
	k := groupKey{a, age}
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.accounts[k]
	if g == nil {
		g = &account{cost: tree.Cost{Rank: storeOf(a.kind).rank()}}
		g.cost.Key = a.kind + "\x00" + a.version + "\x00" + a.goos + "\x00" + a.goarch + "\x00" + age.String()
		l.accounts[k] = g
	}
	return g
}

// plain is account of what has neither version nor platform.
func (l *look) plain(kind string, age Age) *account { return l.account(about{kind: kind}, age) }

// result sums up, and settles what the walk saw otherwise: where it met anything odd, unreadable or
// hard-linked its own sum holds, for the other names of a file may be in another tree; else the later
// look is right.
func (l *look) result() *late {
	out := &late{groups: make(groups), actions: l.actions.Load(), outputs: l.outputs.Load()}
	var walked, seen tree.Size
	flawed := false
	for i := range l.Scan.dirs {
		c := &l.Scan.dirs[i].cost
		walked = walked.Add(c.Size())
		flawed = flawed || c.Flawed()
	}
	for k, g := range l.accounts {
		size := g.cost.Size()
		seen = seen.Add(size)
		out.groups.add(k, g.entries.Load(), size)
	}
	if flawed {
		out.groups.plain(KindUnclassed, AgeUnknown, 0, walked.Sub(seen))
	}
	return out
}

// prefix is how an ID is remembered: eight bytes tell a million of them apart.
func prefix(id *[idSize]byte) uint64 { return binary.BigEndian.Uint64(id[:8]) }
