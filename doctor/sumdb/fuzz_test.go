package sumdb

import (
	"bytes"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/sum"
)

// fuzzDB is a DB without a machine, with a log of 20 records.
func fuzzDB(t testing.TB) (*DB, *testLog) {
	l := newLog(t, "true").grow(20)
	db, err := Open(Settings{GOSUMDB: l.verifier}, "", "", nil, Options{})
	check(t, err)
	return db, l
}

// FuzzLookup takes any bytes for a lookup. What passes has a signed head and a number that is in its tree, and is
// written back as it was.
func FuzzLookup(f *testing.F) {
	db, l := fuzzDB(f)
	whole := l.lookup(nth(3), 20)
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Add(append([]byte("-"), whole...))
	f.Add(append([]byte("9"), whole...))
	f.Add(bytes.ReplaceAll(whole, []byte("\n\n"), []byte("\n")))
	f.Add([]byte("3\n\n\n"))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lk, flaw := db.parseLookup(data)
		if flaw != nil {
			judgeAnswer(data, false, flaw)
			return
		}
		if lk.id < 0 || lk.id >= lk.head.Tree.N || !bytes.HasSuffix(data, append(append(bytes.Clone(lk.text), '\n'), lk.head.Note...)) {
			t.Errorf("got %+v", lk)
		}
		if zip, mod, err := parseRecord(lk.text, nth(3)); err == nil && (!sum.IsH1(zip) || !sum.IsH1(mod)) {
			t.Errorf("got %q, %q", zip, mod)
		}
	})
}

// FuzzRecord takes any text for that of a record: what passes is what these hashes are written as.
func FuzzRecord(f *testing.F) {
	m := module.Version{Path: "example.com/m", Version: "v1.0.0"}
	f.Add(lines(m, "true"))
	f.Add(lines(m, "true") + "\n")
	f.Add("example.com/m v1.0.0 h1:\nexample.com/m v1.0.0/go.mod h1:\n")
	f.Fuzz(func(t *testing.T, text string) {
		zip, mod, err := parseRecord([]byte(text), m)
		if err == nil && text != "example.com/m v1.0.0 "+zip+"\nexample.com/m v1.0.0/go.mod "+mod+"\n" {
			t.Errorf("%q: got %q, %q", text, zip, mod)
		}
	})
}

// FuzzHead signs any text and takes it for a tree head, and any bytes for a signed one.
func FuzzHead(f *testing.F) {
	db, l := fuzzDB(f)
	f.Add(l.head(20))
	f.Add(l.head(0))
	f.Add([]byte("go.sum database tree\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	f.Add([]byte("go.sum database tree\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	f.Add([]byte("go.sum database tree\n9223372036854775807\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	signer, err := note.NewSigner(l.skey)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if tree, flaw := db.openHead(data); flaw == nil && !bytes.Contains(data, tlog.FormatTree(tree)) {
			t.Errorf("%q: got %v", data, tree)
		}
		msg, err := note.Sign(&note.Note{Text: string(data)}, signer)
		if err != nil {
			return
		}
		tree, flaw := db.openHead(msg)
		if flaw != nil {
			return
		}
		if tree.N < 0 || tree.N > maxTree {
			t.Errorf("%q: got %v", data, tree)
		}
		newBook(func(tlog.Tile) ([]byte, bool) { return nil, false }).judge([]tlog.Tree{tree}, nil)
	})
}

// FuzzTiles judges tiles of any content under a true head: it never proves one that is not true, nor calls a true one
// wrong for certain.
func FuzzTiles(f *testing.F) {
	l := newLog(f, "true").grow(259)
	files := []tlog.Tile{{H: 8, L: 0, N: 0, W: 256}, {H: 8, L: 0, N: 0, W: 200}, {H: 8, L: 0, N: 1, W: 3}, {H: 8, L: 1, N: 0, W: 1}}
	var truth [][]byte
	for _, t := range files {
		truth = append(truth, l.tile(t))
	}
	root, err := tlog.TreeHash(259, l)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(0), uint16(7), byte(1))
	f.Add(uint8(1), uint16(7), byte(1))
	f.Add(uint8(2), uint16(64), byte(128))
	f.Add(uint8(3), uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, change byte) {
		wrong := int(which) % len(files)
		b := newBook(func(tile tlog.Tile) ([]byte, bool) {
			for i, f := range files {
				if f == tile {
					data := bytes.Clone(truth[i])
					if i == wrong {
						data[int(at)%len(data)] ^= change
					}
					return data, true
				}
			}
			return nil, false
		})
		b.judge([]tlog.Tree{{N: 259, Hash: root}}, files)
		for i, tile := range files {
			kind, bad := b.bad[tile]
			if isTrue := i != wrong || change == 0; isTrue && kind == NotProved || !isTrue && (b.proved[tile] || !bad) {
				t.Errorf("%d of tile %d: %s is proved %v and %q", at, wrong, tile.Path(), b.proved[tile], kind)
			}
		}
		if len(b.forks) > 0 {
			t.Errorf("a fork: %v", b.forks)
		}
	})
}
