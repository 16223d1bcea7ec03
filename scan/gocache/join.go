package gocache

import (
	"cmp"
	"slices"

	"godoctor/scan/tree"
)

// output is what is remembered of an output until the actions are joined with it; its directory gives
// the first byte of the ID too.
type output struct {
	id    uint64
	about *about
}

// actionOf is an action file that waits for its output.
type actionOf struct {
	id       [idSize]byte
	out      uint64
	disk     uint32
	outShard byte
	age      Age
}

// emptyOf is an action file whose output is empty, which says nothing.
type emptyOf struct {
	id   uint64
	disk uint32
	age  Age
}

// shards holds outputs by the first byte of their ID, sorted.
type shards [256][]output

func (s *shards) sort() {
	for _, outs := range s {
		slices.SortFunc(outs, func(a, b output) int { return cmp.Compare(a.id, b.id) })
	}
}

func (s *shards) find(shard byte, id uint64) *about {
	outs := s[shard]
	i, ok := slices.BinarySearchFunc(outs, id, func(o output, id uint64) int { return cmp.Compare(o.id, id) })
	if !ok {
		return nil
	}
	return outs[i].about
}

// join gives every action file to the group of what it is about. The bytes of the go command's notes
// on a test result so go to the store of the result.
func (l *look) join() {
	var outs, derived shards
	for b, d := range l.dirs {
		if d != nil {
			outs[b] = d.outs
		}
	}
	for _, x := range l.programs {
		a := l.intern(x.about)
		g := l.account(*a, x.age)
		g.cost.Charge(x.cost.Size())
		g.entries.Add(1)
		outs[x.id[0]] = append(outs[x.id[0]], output{prefix(&x.id), a})
	}
	outs.sort()
	l.derive(&outs, &derived)
	for b, d := range l.dirs {
		if d == nil {
			continue
		}
		for i := range d.acts {
			act := &d.acts[i]
			l.settle(l.aboutAction(act, &outs, &derived), act.age, act.disk)
		}
		for _, e := range d.empties {
			a := about{kind: KindMessage}
			if from := derived.find(byte(b), e.id); from != nil {
				a = about{KindMessage, from.version, from.goos, from.goarch}
			} else {
				a.kind = KindEmpty
			}
			l.settle(a, e.age, e.disk)
		}
	}
	// What another name of a hard-linked file paid for is missing from the account, and what is left
	// in it was not settled: either way the sum has to hold.
	l.plain(KindUnclassed, AgeUnknown).cost.Charge(l.pending.cost.Size())
}

// derive computes, for every action whose output tells its version, the actions that hang on it.
func (l *look) derive(outs, derived *shards) {
	for _, d := range l.dirs {
		if d == nil {
			continue
		}
		for i := range d.acts {
			act := &d.acts[i]
			a := outs.find(act.outShard, act.out)
			if a == nil || a.version == "" {
				continue
			}
			for _, what := range subkeys {
				id := subkey(act.id, what)
				derived[id[0]] = append(derived[id[0]], output{prefix(&id), a})
			}
		}
	}
	derived.sort()
}

// aboutAction says what an action file is about: its output, and if that tells no version, the action
// which this one was derived from.
func (l *look) aboutAction(act *actionOf, outs, derived *shards) about {
	a := outs.find(act.outShard, act.out)
	if a == nil {
		return about{kind: KindDangling}
	}
	if a.version != "" {
		return *a
	}
	from := derived.find(act.id[0], prefix(&act.id))
	if from == nil {
		return *a
	}
	return about{a.kind, from.version, from.goos, from.goarch}
}

// settle moves an action file from the account of those that wait to its group.
func (l *look) settle(a about, age Age, disk uint32) {
	size := tree.Size{Bytes: actionSize, Disk: int64(disk), Files: 1}
	g := l.account(a, age)
	g.cost.Charge(size)
	g.entries.Add(1)
	l.pending.cost.Charge(tree.Size{}.Sub(size))
}
