package sumdb

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// headName is what the head of this database is kept under.
func (db *DB) headName() string {
	hash := uint32(0)
	if v, err := note.NewVerifier(db.key.text); err == nil { // as in Open
		hash = v.KeyHash()
	}
	return fmt.Sprintf("%s+%08x", db.key.name, hash)
}

// first gives the newest head: that of GOPATH, or where there is none the one that is kept, until WriteConfig knows a
// newer one. It is empty where there is neither. That the two do not contradict each other is looked at here, as far as
// cached tiles say it, and online by the first visit.
func (db *DB) first() ([]byte, *Error) {
	db.mu.Lock()
	first := !db.opened
	db.open()
	latest, kept, damaged := db.latest, db.kept, db.damaged
	db.mu.Unlock()
	if first && len(latest) > 0 && len(kept) > 0 {
		db.agree(latest, kept)
	}
	if first && len(latest) > 0 && db.files != nil { // what is somebody else's is compared with it, whatever it proves
		tree, _ := db.openHead(latest)
		db.compare(Head{Tree: tree, Note: latest})
	}
	return latest, damaged
}

// agree ends all belief where the two heads of the machine do not agree, as far as what is cached says it.
func (db *DB) agree(latest, kept []byte) {
	older, newer := Head{Note: latest}, Head{Note: kept}
	older.Tree, _ = db.openHead(latest)
	newer.Tree, _ = db.openHead(kept)
	if older.Tree.N > newer.Tree.N {
		older, newer = newer, older
	}
	if db.forked(newBook(db.readCached), older.Tree, newer.Tree) {
		db.fork(older, newer)
		return
	}
	db.compare(older)
	db.compare(newer)
}

// open reads the two heads of the machine, once. db.mu is held.
func (db *DB) open() {
	if db.opened {
		return
	}
	db.opened = true
	data, damage, err := readLocal(db.latestFile(), maxLatest, db.checkHead)
	switch {
	case damage != nil:
		db.damaged = &Error{Kind: ErrDamaged, Database: db.key.name, Damage: []Damage{*damage}}
	case err == nil:
		db.latest = data
	}
	if db.keeper == nil {
		return
	}
	if data, db.keptErr = db.keeper.Head(db.headName()); db.keptErr != nil || len(data) == 0 {
		return
	}
	if f := db.checkHead(data); f != nil {
		db.keptErr = fmt.Errorf("the tree head of %s that godoctor keeps cannot be used: %s; remove heads.json from its state directory to begin anew", db.key.name, f.why)
		return
	}
	db.kept = data
	if len(db.latest) == 0 && damage == nil {
		db.latest = data
	}
}

// keptHead is the head that is kept; zero where there is none.
func (db *DB) keptHead() Head {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.open()
	if len(db.kept) == 0 {
		return Head{}
	}
	tree, _ := db.openHead(db.kept)
	return Head{Tree: tree, Note: db.kept}
}

// config gives a visit online the head that its client asks for. The client asks twice when it begins, to see whether
// another program has written meanwhile, and compares what it gets (x/mod: Client.mergeLatest). That is how the two
// heads of the machine are compared, with all that a proof needs and the same words where they do not agree: first it
// is given the one that is kept, then that of GOPATH. The newer one is the head of all visits from then on.
func (db *DB) config(asked int) []byte {
	db.mu.Lock()
	defer db.mu.Unlock()
	if asked == 0 && !db.linked && len(db.kept) > 0 {
		return db.kept
	}
	return db.latest
}

// proved hears that a client came to its end with the heads that config gave it.
func (db *DB) proved() {
	if db.remote == nil {
		return
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.linked = true
}

// KeepHead keeps the newest head that was proved ([DB.Head]) in Options.Heads, for the next run. Where it is not proved
// that the one kept so far is a part of it, and where the database is not believed any more, that one stays. The error
// says why nothing could be kept, or that what was kept could not be used.
func (db *DB) KeepHead() error {
	if db.keeper == nil || db.Distrust() != nil {
		return nil
	}
	newest, kept := db.Head(), db.keptHead()
	db.mu.Lock()
	linked, keptErr := db.linked, db.keptErr
	db.mu.Unlock()
	if newest.Tree.N <= kept.Tree.N || !linked && !db.goesOn(kept.Tree, newest.Tree) {
		return keptErr
	}
	return errors.Join(keptErr, db.keeper.SaveHead(db.headName(), newest.Note))
}

// goesOn reports whether cached tiles prove that the older head is a part of the newer one.
func (db *DB) goesOn(older, newer tlog.Tree) bool {
	if older.N == 0 {
		return true
	}
	h, err := tlog.TreeHash(older.N, tlog.TileHashReader(newer, newBook(db.readCached)))
	return err == nil && h == older.Hash
}
