package sumdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/meter"
)

// maxFiles is how many files Verify looks at. The cache of a machine has some thousand.
const maxFiles = 200_000

// A Report is what Verify has found.
type Report struct {
	Lookups, Tiles int      // files that were looked at
	Proved         int      // files among them that the signed heads prove
	Unproved       int      // files for whose proof something is not cached
	Damage         []Damage // files that cannot be used, by name; no signed head of this database is among them
	Err            *Error   // an ErrSecurity: two signed heads do not agree; nil otherwise
	Left           bool     // there were more files than are looked at
}

// A stored is a lookup file as far as it is needed to judge it.
type stored struct {
	file string
	id   int64
	hash tlog.Hash // of the record
	odd  error     // why it is not the record of this version, if it is one of the log
}

// Verify judges what lies on this machine of the database: the newest head in GOPATH, every lookup and every tile.
// It asks nobody. A file that nothing cached proves or contradicts is counted and no damage. The error is that of a
// directory that cannot be read, or of the context.
func (db *DB) Verify(ctx context.Context, m *meter.Meter) (Report, error) {
	c := &survey{db: db, ctx: ctx, meter: m, notes: map[tlog.Tree][]byte{}, sizes: map[tlog.Tile]bool{}}
	c.book = newBook(c.readTile)
	if err := c.collect(); err != nil {
		return Report{}, err
	}
	if err := c.judge(); err != nil {
		return Report{}, err
	}
	c.report.Damage = sorted(c.report.Damage)
	return c.report, nil
}

// A survey is one Verify at work.
type survey struct {
	db      *DB
	ctx     context.Context
	meter   *meter.Meter
	book    *book
	memory  memory // of tiles: much is read more than once, and it is bounded
	notes   map[tlog.Tree][]byte
	lookups []stored
	tiles   []tlog.Tile
	seen    int                // files of any kind
	sizes   map[tlog.Tile]bool // the tiles that have the right size
	report  Report
}

// collect reads the head and all lookups, and finds the tiles.
func (c *survey) collect() error {
	data, damage, err := readLocal(c.db.latestFile(), maxLatest, c.db.checkHead)
	switch {
	case damage != nil:
		c.report.Damage = append(c.report.Damage, *damage)
	case err == nil:
		tree, _ := c.db.openHead(data)
		c.notes[tree] = data
	}
	if kept := c.db.keptHead(); kept.Tree.N > 0 {
		c.notes[kept.Tree] = kept.Note
	}
	root := c.db.root()
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case c.ctx.Err() != nil:
			return context.Cause(c.ctx)
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			return nil
		case err != nil && d != nil && d.IsDir() && name != root:
			c.report.Damage = append(c.report.Damage, Damage{File: name, Kind: Unreadable, Why: "a directory that cannot be read"})
			return fs.SkipDir
		case err != nil:
			return fmt.Errorf("reading the local copy of the checksum database: %w", err)
		case d.IsDir():
			return nil
		}
		if c.seen++; c.seen > maxFiles {
			c.report.Left = true
			return fs.SkipAll
		}
		rel, err := filepath.Rel(root, name)
		if err == nil {
			c.file(name, filepath.ToSlash(rel))
		}
		return nil
	})
	return err
}

// file takes one file up. Names that the go command does not make are passed over.
func (c *survey) file(name, rel string) {
	if t, err := tlog.ParseTilePath(rel); err == nil && t.H == tileHeight && t.L >= 0 {
		c.report.Tiles++
		c.meter.Expect(1)
		c.tiles = append(c.tiles, t)
		return
	}
	escaped, ok := strings.CutPrefix(rel, "lookup/")
	m, err := unescape(escaped)
	if !ok || err != nil {
		return
	}
	c.report.Lookups++
	c.meter.Expect(1)
	c.meter.Working(m.String())
	var l lookup
	data, damage, err := readLocal(name, maxLookup, func(b []byte) (f *flaw) {
		l, f = c.db.parseLookup(b)
		return f
	})
	c.meter.Add(1, int64(len(data)))
	c.meter.Done(1)
	if damage != nil {
		c.report.Damage = append(c.report.Damage, *damage)
	}
	if damage != nil || err != nil {
		return
	}
	c.notes[l.head.Tree] = l.head.Note
	_, _, odd := parseRecord(l.text, m)
	c.lookups = append(c.lookups, stored{file: name, id: l.id, hash: tlog.RecordHash(l.text), odd: odd})
}

// unescape reads the name of a lookup file.
func unescape(name string) (m module.Version, err error) {
	path, version, _ := strings.Cut(name, "@")
	if m.Path, err = module.UnescapePath(path); err != nil {
		return m, err
	}
	m.Version, err = module.UnescapeVersion(version)
	return m, err
}

// readTile reads a tile file for the book.
func (c *survey) readTile(t tlog.Tile) ([]byte, bool) {
	if !c.sizes[t] {
		return nil, false
	}
	if data, ok := c.memory.get(t.Path()); ok {
		return data, true
	}
	data, damage, err := c.readFile(t)
	return data, damage == nil && err == nil
}

func (c *survey) readFile(t tlog.Tile) ([]byte, *Damage, error) {
	file := filepath.Join(c.db.root(), filepath.FromSlash(t.Path()))
	data, damage, err := readLocal(file, maxTile, func(b []byte) *flaw { return checkTile(t, b) })
	if damage == nil && err == nil {
		c.memory.put(t.Path(), data)
	}
	return data, damage, err
}

// judge looks at the sizes of the tiles, then at what they say, then at the records.
func (c *survey) judge() error {
	usable := c.tiles[:0]
	for _, t := range c.tiles {
		if c.ctx.Err() != nil {
			return context.Cause(c.ctx)
		}
		data, damage, err := c.readFile(t)
		c.meter.Add(1, int64(len(data)))
		c.meter.Done(1)
		switch {
		case damage != nil:
			c.report.Damage = append(c.report.Damage, *damage)
		case err == nil: // an empty one is as one that is not there
			c.sizes[t] = true
			usable = append(usable, t)
		}
	}
	heads := c.heads()
	c.book.ctx = c.ctx
	c.book.judge(heads, usable)
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	for _, t := range usable {
		kind, bad := c.book.bad[t]
		switch {
		case bad:
			c.report.Damage = append(c.report.Damage, c.db.tileDamage(t, kind))
		case c.book.proved[t]:
			c.report.Proved++
		default:
			c.report.Unproved++
		}
	}
	c.records(usable)
	if c.forks(heads); c.report.Err != nil {
		// Which of the two histories is the true one is not known, so nothing that hangs on it is called wrong.
		c.report.Damage = slices.DeleteFunc(c.report.Damage, func(d Damage) bool { return d.Kind == NotProved || d.Kind == Suspect })
	}
	return nil
}
