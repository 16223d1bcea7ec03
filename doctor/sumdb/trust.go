package sumdb

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"
)

// Distrust is the ErrSecurity after which nothing is believed, with its evidence, or nil.
func (db *DB) Distrust() *Error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.stopped
}

// distrust ends all belief in the database. The first reason counts.
func (db *DB) distrust(e *Error, m module.Version) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.stopped == nil {
		named := *e
		named.Database, named.Module = db.key.name, m
		db.stopped = &named
	}
}

// distrusted is the answer to every lookup after distrust; nil before it.
func (db *DB) distrusted(m module.Version) *Error {
	s := db.Distrust()
	if s == nil {
		return nil
	}
	e := &Error{Kind: ErrSecurity, Database: db.key.name, Module: m, Evidence: s.Evidence}
	if s.Module == m {
		e.Err = s.Err
	} else {
		e.Err = fmt.Errorf("nothing of it is believed any more: %w", cause(s))
	}
	return e
}

// cause is what an Error says without the advice at its end.
func cause(s *Error) error {
	if s.Module.Path == "" {
		return s.Err
	}
	return fmt.Errorf("for %q %w", s.Module.String(), s.Err)
}

// name puts the database and the module into an Error.
func (db *DB) name(e *Error, m module.Version) *Error {
	named := *e
	named.Database, named.Module = db.key.name, m
	return &named
}

// Head is the newest head that was proved to go on from that of this machine. It is what GOPATH has, unless a lookup
// online brought a newer one, and zero where there is none.
func (db *DB) Head() Head {
	msg, damaged := db.first()
	if damaged != nil {
		return Head{}
	}
	tree, f := db.openHead(msg)
	if f != nil {
		return Head{}
	}
	return Head{Tree: tree, Note: bytes.Clone(msg)}
}

// compare compares a signed head with those next to it in size among the others, where the tiles for that are
// cached; two that do not agree end all belief. Online it has nothing to do: there all go on from one.
func (db *DB) compare(h Head) {
	if db.remote != nil || h.Tree.N == 0 {
		return
	}
	db.mu.Lock()
	i, found := slices.BinarySearchFunc(db.heads, h.Tree.N, func(h Head, n int64) int { return cmp.Compare(h.Tree.N, n) })
	var pairs [][2]Head // older, newer
	if found {
		pairs = append(pairs, [2]Head{db.heads[i], h})
	} else {
		if i > 0 {
			pairs = append(pairs, [2]Head{db.heads[i-1], h})
		}
		if i < len(db.heads) {
			pairs = append(pairs, [2]Head{h, db.heads[i]})
		}
		db.heads = slices.Insert(db.heads, i, h)
	}
	db.mu.Unlock()
	for _, p := range pairs {
		if db.forked(newBook(db.readCached), p[0].Tree, p[1].Tree) {
			db.fork(p[0], p[1])
			return
		}
	}
}

// fork makes the ErrSecurity of two heads that do not agree.
func (db *DB) fork(older, newer Head) *Error {
	e := &Error{Kind: ErrSecurity, Database: db.key.name, Evidence: []Evidence{
		{Name: fmt.Sprintf("tree head of %d records", older.Tree.N), Data: older.Note},
		{Name: fmt.Sprintf("tree head of %d records", newer.Tree.N), Data: newer.Note},
	}, Err: fmt.Errorf("its signed tree heads of %d and %d records do not agree", older.Tree.N, newer.Tree.N)}
	db.distrust(e, module.Version{})
	return e
}

// forked reports whether the tiles prove that the older head is no part of the newer one. That they do not say is no
// fork.
func (db *DB) forked(b *book, older, newer tlog.Tree) bool {
	if older.N == newer.N {
		return older.Hash != newer.Hash
	}
	if older.N == 0 {
		return false
	}
	h, err := tlog.TreeHash(older.N, tlog.TileHashReader(newer, b))
	return err == nil && h != older.Hash
}

// readCached gives a tile of the local copy.
func (db *DB) readCached(t tlog.Tile) ([]byte, bool) {
	data, damage, err := db.readTile(t)
	return data, err == nil && damage == nil
}

// sorted gives Damage in a fixed order and each file once.
func sorted(d []Damage) []Damage {
	slices.SortFunc(d, func(a, b Damage) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Kind, b.Kind)) })
	return slices.CompactFunc(d, func(a, b Damage) bool { return a.File == b.File })
}

var errMissing = errors.New("a tile is not here")
