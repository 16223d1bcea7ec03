package sumdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/fetch"
)

// Lookup gives the record of a module version, which must be canonical. The error is an *Error.
func (db *DB) Lookup(ctx context.Context, path, version string) (Record, error) {
	m := module.Version{Path: path, Version: version}
	r, head, e := db.lookup(ctx, m)
	// What stands between a proved record and its use: its head is compared with the others that were seen, and
	// nothing may have come out about the database meanwhile. A head that proved nothing is compared all the same.
	db.compare(head)
	if late := db.distrusted(m); late != nil && (e == nil || e.Kind == ErrDamaged) {
		e = late
	}
	if e != nil {
		return Record{}, e
	}
	return r, nil
}

// lookup proves the record of one module version. It also gives the signed head that came with it, which is zero
// where there was none.
func (db *DB) lookup(ctx context.Context, m module.Version) (Record, Head, *Error) {
	head, e := db.mayLookUp(m)
	if e != nil {
		return Record{}, Head{}, db.name(e, m)
	}
	r, v, e := db.visit(ctx, m, head)
	unlinked := e != nil && db.remote == nil && len(head) > 0 &&
		(e.Kind == ErrNotCached && strings.HasPrefix(v.missing[0], "/tile/") || e.Kind == ErrDamaged && db.files != nil)
	if unlinked {
		// The tiles that lead from this record's head to the newest one are not here, or of somebody else's they do not fit
		// ours. Do those that lead to its own do? Whether the two heads agree is compared by who called.
		alone, v2, e2 := db.visit(ctx, m, nil)
		if e2 == nil || e2.Kind != ErrNotCached {
			alone.Linked = false
			r, v, e = alone, v2, e2
		}
	}
	if e != nil {
		return Record{}, v.found.head, db.name(e, m)
	}
	return r, v.found.head, nil
}

// mayLookUp gives the head to start from, or says why a version is not looked up.
func (db *DB) mayLookUp(m module.Version) ([]byte, *Error) {
	if err := checkVersion(m); err != nil {
		return nil, &Error{Kind: ErrVersion, Err: err}
	}
	if db.settings.private(m.Path) {
		return nil, &Error{Kind: ErrPrivate}
	}
	head, damaged := db.first()
	if e := db.distrusted(m); e != nil {
		return nil, e
	}
	return head, damaged
}

// checkVersion says why a module version has no record.
func checkVersion(m module.Version) error {
	if err := module.Check(m.Path, m.Version); err != nil {
		return err
	}
	if m.Version != module.CanonicalVersion(m.Version) {
		return fmt.Errorf("version %q is not canonical", m.Version)
	}
	return nil
}

// visit has a client of x/mod look one version up, starting from a head, and says what came of it.
func (db *DB) visit(ctx context.Context, m module.Version, head []byte) (Record, *visit, *Error) {
	v := &visit{db: db, ctx: ctx, module: m, head: head, direct: db.settings.direct(m.Path), tiles: map[tlog.Tile]bool{}}
	_, err := sumdb.NewClient(v).Lookup(m.Path, m.Version)
	v.mu.Lock()
	defer v.mu.Unlock()
	e := v.failure(err)
	if e != nil {
		if e.Kind == ErrSecurity {
			v.hear(m)
			e.Evidence = v.said
			db.distrust(e, m)
		}
		return Record{}, v, e
	}
	l := v.found
	r := Record{Module: m, ID: l.id, Head: l.head, Source: Cache, Linked: true}
	if v.online {
		r.Source = Online
	}
	if r.Zip, r.GoMod, err = parseRecord(l.text, m); err != nil {
		e := v.wrong(OtherRecord, err)
		return Record{}, v, e
	}
	db.proved()
	return r, v, nil
}

// hear asks whoever does not serve the tiles of a head that this machine knows for the head that he has: it is signed, and
// belongs to the evidence. What it says is not believed.
func (v *visit) hear(m module.Version) {
	path, err := module.EscapePath(m.Path)
	if err != nil || v.record != nil || v.db.remote == nil {
		return
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return
	}
	name := "/lookup/" + path + "@" + version
	if data, err := v.db.ask(v.ctx, name, v.direct); err == nil {
		v.said = append(v.said, Evidence{Name: name, Data: data})
	}
}

// failure says what went wrong in a visit, or nil. What was noticed on the way counts before what the client makes of
// it: it goes on after a tile that was refused, and tries another.
func (v *visit) failure(err error) *Error {
	switch {
	case v.ctx.Err() != nil:
		return &Error{Kind: ErrStopped, Err: context.Cause(v.ctx)}
	case v.fork != "":
		v.said = append(v.said, Evidence{Name: "proof of a fork", Data: []byte(v.fork)})
		if !v.online && v.record != nil {
			v.said = append(v.said, Evidence{Name: v.file(), Data: v.record})
		}
		return &Error{Kind: ErrSecurity, Err: errors.New("two of its signed tree heads do not agree")}
	case v.lie != nil:
		return v.lie
	case len(v.damage) > 0:
		return &Error{Kind: ErrDamaged, Damage: sorted(v.damage)}
	case err == nil:
		return nil
	case v.remote != nil:
		return v.unanswered()
	case len(v.missing) > 0:
		return &Error{Kind: ErrNotCached, Err: fmt.Errorf("%q is not in the module cache", v.missing[0])}
	}
	return v.diagnose(err)
}

// unanswered says what a failure of the network is.
func (v *visit) unanswered() *Error {
	e := &Error{Kind: ErrUnreachable, Err: v.remote}
	switch {
	case errors.Is(v.remote, fetch.ErrNotFound) && v.absent:
		e.Kind = ErrNotFound
	case errors.Is(v.remote, fetch.ErrOffline):
		e.Kind = ErrNotCached
	case errors.Is(v.remote, fetch.ErrAnswer), errors.Is(v.remote, fetch.ErrTooLarge):
		e.Kind = ErrAnswer
	case errors.Is(v.remote, fetch.ErrStopped):
		e.Kind = ErrStopped
	}
	return e
}

// diagnose says who is wrong when what was read is well formed and does not prove.
func (v *visit) diagnose(err error) *Error {
	b := newBook(v.readAgain)
	heads := []tlog.Tree{v.found.head.Tree}
	for _, msg := range v.given {
		if tree, f := v.db.openHead(msg); f == nil && !slices.Contains(heads, tree) {
			heads = append(heads, tree)
		}
	}
	files := make([]tlog.Tile, 0, len(v.tiles))
	for t := range v.tiles {
		files = append(files, t)
	}
	b.judge(heads, files)
	var local []Damage
	lied := false
	for _, t := range files {
		kind, bad := b.bad[t]
		switch {
		case bad && !v.tiles[t]:
			local = append(local, v.db.tileDamage(t, kind))
		case bad && kind == NotProved:
			lied = true
		}
	}
	if len(b.forks) > 0 { // tiles of one signed head contradict another one
		return &Error{Kind: ErrSecurity, Err: errors.New("two of its signed tree heads do not agree")}
	}
	if len(local) > 0 && !lied {
		return &Error{Kind: ErrDamaged, Damage: sorted(local)}
	}
	if lied || len(b.bad) > 0 {
		return &Error{Kind: ErrSecurity, Err: err}
	}
	return v.wrong(NotProved, err)
}

// wrong is the failure of a record that is not the one it should be.
func (v *visit) wrong(kind Kind, err error) *Error {
	if !v.online {
		return &Error{Kind: ErrDamaged, Damage: []Damage{{File: v.file(), Kind: kind, Why: firstLine(err.Error())}}}
	}
	e := &Error{Kind: ErrSecurity, Err: err, Evidence: v.said}
	v.db.distrust(e, v.module)
	return e
}

// file is the file of the cached lookup.
func (v *visit) file() string {
	path, _ := module.EscapePath(v.module.Path)
	version, _ := module.EscapeVersion(v.module.Version)
	return v.db.named("lookup/" + path + "@" + version)
}

// readAgain gives a tile as the client got it, or as it is cached, where the client had no need of it.
func (v *visit) readAgain(t tlog.Tile) ([]byte, bool) {
	online, ok := v.tiles[t]
	if !ok && v.db.fresh {
		return nil, false
	}
	if online {
		data, err := v.db.ask(v.ctx, "/"+t.Path(), v.direct) // from memory, unless that was full
		return data, err == nil && len(data) == t.W*tlog.HashSize
	}
	data, damage, err := v.db.readTile(t)
	return data, err == nil && damage == nil
}

// tileDamage is the Damage of a tile file.
func (db *DB) tileDamage(t tlog.Tile, kind Kind) Damage {
	why := "it is not the tile of the signed tree"
	if kind == Suspect {
		why = "it or another of the tiles with it is not that of the signed tree"
	}
	return Damage{File: db.named(t.Path()), Kind: kind, Why: why}
}
