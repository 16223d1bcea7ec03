package modcache

import (
	"path"
	"strings"

	"godoctor/scan/sum"
)

// A Begun is a stamp that lacks the extracted directory: who hashes that sees all of it, and need not look twice. On a large module
// cache the second look would be a seventh of the work.
type Begun struct {
	rec     []byte
	newest  int64
	entries int
	parts   Parts
}

// Begin looks at the files of a version beside its extracted directory. Whoever reads them does so later, as with [Stamps].
func Begin(v *Version) (*Begun, error) {
	var s stamper
	parts, err := s.beside(v)
	if err != nil {
		return nil, err
	}
	return &Begun{s.rec, s.newest, s.entries, parts}, nil
}

// End completes the stamp with the entries of the extracted directory ([sum.Hashed.Entries]), each as it was before it was read. It
// is that which [Stamps] gives while nothing changes; what changed in between gives one that no later stamp equals. The zero
// Stamp is that of no entries, or of too many.
func (b *Begun) End(list []sum.Entry) Stamp {
	s := newStamper()
	s.rec, s.newest, s.entries = b.rec, b.newest, b.entries
	below := make(map[string][]*sum.Entry) // by directory
	var top *sum.Entry
	for i := range list {
		e := &list[i]
		if e.Name == "" {
			top = e
			continue
		}
		dir, _ := path.Split(e.Name)
		dir = strings.TrimSuffix(dir, "/")
		below[dir] = append(below[dir], e)
	}
	if top == nil {
		return Stamp{}
	}
	st := stampOfEntry(top)
	s.entry(nil, &st)
	if s.given(below) != nil {
		return Stamp{}
	}
	return s.stamp(b.parts | HasDir)
}

// given puts what is below the directory s.rel into the digest.
func (s *stamper) given(below map[string][]*sum.Entry) error {
	l := s.level()
	for _, e := range below[strings.TrimPrefix(string(s.rel), "/")] {
		st := stampOfEntry(e)
		if err := l.add([]byte(path.Base(e.Name)), &st); err != nil {
			return err
		}
	}
	return s.content(l, func([]byte) error { return s.given(below) })
}

func stampOfEntry(e *sum.Entry) stampStat {
	return stampStat{kind: e.Kind, dir: e.Dir, file: !e.Dir, size: e.Size, mtime: e.Mtime, ctime: e.Ctime, ino: e.Inode}
}
