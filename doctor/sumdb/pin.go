package sumdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/fetch"
	"godoctor/scan/meter"
)

// Pin gives everything that proves records under one signed tree head, as files of a checksum database: "lookup/..." and
// "tile/..." go to put, each once and by name, and the head is returned. A machine without a network believes these records
// by these files alone (cmd/go/internal/modfetch/sumdb.go), if it has seen no tree head before, or one of older: for each of
// those there are the tiles that lead from it to the one that is pinned. Records that come each with its own head, as they
// lie in a module cache, cannot be checked offline: the client wants to see that every head goes on from the one before.
//
// The head is the newest that the database gives now, or that this machine knows. Those in older have to be signed by its key
// and be a part of it: the error says which one is not. One that is newer than the pinned one is an error too.
//
// What is given was proved anew, by the client of x/mod that the go command has. The meter counts the records.
func (db *DB) Pin(ctx context.Context, records []Record, older [][]byte, m *meter.Meter, put func(name string, data []byte) error) (Head, error) {
	pin, err := db.newest(ctx)
	if err != nil {
		return Head{}, err
	}
	p := &pinning{db: db, ctx: ctx, pin: pin.Note, texts: make(map[string]Record, len(records)), files: make(map[string][]byte),
		failed: make(map[tlog.Tile]error), meter: m}
	for _, r := range records {
		name, err := lookupName(r.Module)
		if err != nil {
			return Head{}, db.name(&Error{Kind: ErrVersion, Err: err}, r.Module)
		}
		p.texts[name] = r
	}
	m.Expect(int64(len(records)))
	if err := p.prove(nil, records); err != nil {
		return Head{}, err
	}
	if head := db.Head(); head.Tree.N > 0 && head.Tree != pin.Tree {
		older = append(slices.Clone(older), head.Note) // also to see that the database goes on from it
	}
	for _, note := range older {
		tree, f := db.openHead(note)
		switch {
		case f != nil:
			return Head{}, &Error{Kind: ErrDamaged, Database: db.key.name, Damage: []Damage{{File: "tree head", Kind: f.kind, Why: f.why}}}
		case tree.N > pin.Tree.N:
			return Head{}, &Error{Kind: ErrNotCached, Database: db.key.name,
				Err: fmt.Errorf("the tree head of %d records is newer than the newest one that could be had, of %d", tree.N, pin.Tree.N)}
		}
		if err := p.prove(note, records[:min(1, len(records))]); err != nil {
			return Head{}, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		if err := put(name, p.files[name]); err != nil {
			return Head{}, err
		}
	}
	return pin, nil
}

// newest is the newest head that is to be had: that of the database, as far as somebody gives it, or the one of this machine.
func (db *DB) newest(ctx context.Context) (Head, error) {
	pin := db.Head()
	if db.remote != nil {
		data, err := db.ask(ctx, "/latest", false)
		if err != nil && ctx.Err() != nil {
			return Head{}, &Error{Kind: ErrStopped, Database: db.key.name, Err: context.Cause(ctx)}
		}
		// Not every proxy that relays records gives it. A head that is not signed is nobody's.
		if tree, f := db.openHead(data); err == nil && f == nil && tree.N > pin.Tree.N {
			return Head{Tree: tree, Note: bytes.Clone(data)}, nil
		}
	}
	if pin.Tree.N == 0 {
		return Head{}, &Error{Kind: ErrNotCached, Database: db.key.name, Err: errors.New("no tree head of it is known")}
	}
	return pin, nil
}

// lookupName is the name of the lookup of a module version.
func lookupName(m module.Version) (string, error) {
	path, err := module.EscapePath(m.Path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(m.Version)
	return "lookup/" + path + "@" + version, err
}

// A pinning is one call of Pin: the ClientOps of clients that see the database as whoever gets the files will.
type pinning struct {
	db    *DB
	ctx   context.Context
	pin   []byte // the signed head
	texts map[string]Record
	meter *meter.Meter

	mu     sync.Mutex // a client reads tiles at the same time
	config []byte     // the newest head of the client at work
	files  map[string][]byte
	failed map[tlog.Tile]error // full tiles that were to be had neither whole nor in part
	fork   string
}

// prove has a new client, which knows one head or none, look the records up.
func (p *pinning) prove(known []byte, records []Record) error {
	p.config = known
	client := sumdb.NewClient(p)
	for _, r := range records {
		if err := p.ctx.Err(); err != nil {
			return &Error{Kind: ErrStopped, Database: p.db.key.name, Err: context.Cause(p.ctx)}
		}
		p.meter.Working(r.Module.String())
		if _, err := client.Lookup(r.Module.Path, r.Module.Version); err != nil {
			return p.why(r, err)
		}
		if known == nil {
			p.meter.Done(1)
		}
	}
	return nil
}

// why says why a record could not be proved.
func (p *pinning) why(r Record, err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &Error{Kind: ErrUnreachable}
	for _, failed := range p.failed {
		if e.Err == nil || errors.Is(e.Err, fetch.ErrNotFound) {
			e.Err = failed
		}
	}
	switch {
	case p.ctx.Err() != nil:
		e.Kind, e.Err = ErrStopped, context.Cause(p.ctx)
	case p.fork != "":
		e.Kind, e.Err = ErrSecurity, errors.New("two of its signed tree heads do not agree")
		e.Evidence = []Evidence{{Name: "proof of a fork", Data: []byte(p.fork)}, {Name: "tree head", Data: p.pin}}
		p.db.distrust(e, r.Module)
	case e.Err == nil:
		e.Kind, e.Err = ErrSecurity, err
		e.Evidence = []Evidence{{Name: "tree head", Data: p.pin}}
	case errors.Is(e.Err, errNotHere):
		e.Kind, e.Err = ErrNotCached, errors.New("tiles that lead to its newest tree head are not in the module cache")
	}
	return p.db.name(e, r.Module)
}

// ReadConfig gives the key, and the newest head that the client knows.
func (p *pinning) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(p.db.key.text), nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config, nil
}

// WriteConfig takes a newer one.
func (p *pinning) WriteConfig(_ string, old, new []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !bytes.Equal(p.config, old) {
		return sumdb.ErrWriteConflict
	}
	p.config = new
	return nil
}

// ReadCache gives nothing: what the client has from a cache it does not hand on to WriteCache.
func (p *pinning) ReadCache(string) ([]byte, error) { return nil, fs.ErrNotExist }

// ReadRemote gives a lookup with the pinned head, or a tile: of the module cache, or of the network.
func (p *pinning) ReadRemote(path string) ([]byte, error) {
	name := strings.TrimPrefix(path, "/")
	tile, err := tlog.ParseTilePath(name)
	if err != nil {
		r, ok := p.texts[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		m := r.Module
		msg, err := tlog.FormatRecord(r.ID, fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, r.Zip, m.Path, m.Version, r.GoMod))
		return append(msg, p.pin...), err
	}
	data, err := p.tile(tile, path)
	p.mu.Lock()
	defer p.mu.Unlock()
	whole := tile
	whole.W = tileWidth
	if err != nil {
		p.failed[whole] = err
		return nil, err
	}
	delete(p.failed, whole)
	return data, nil
}

// tile gives a tile of the module cache, or of the network.
func (p *pinning) tile(tile tlog.Tile, path string) ([]byte, error) {
	if data, damage, err := p.db.readTile(tile); err == nil && damage == nil && !p.db.fresh {
		return data, nil
	}
	if p.db.remote == nil {
		return nil, errNotHere
	}
	data, err := p.db.ask(p.ctx, path, false)
	if f := checkTile(tile, data); err == nil && f != nil {
		err = fmt.Errorf("%w: %s", fetch.ErrAnswer, f.why)
	}
	return data, err
}

// WriteCache takes what the client has proved.
func (p *pinning) WriteCache(file string, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[strings.TrimPrefix(file, p.db.key.name+"/")] = data
}

// Log is never called.
func (p *pinning) Log(string) {}

// SecurityError is called for two signed heads that do not agree.
func (p *pinning) SecurityError(msg string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fork = msg
}
