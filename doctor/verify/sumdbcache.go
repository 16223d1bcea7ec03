package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"godoctor/doctor/finding"
	"godoctor/doctor/sumdb"
	"godoctor/scan/meter"
)

// A SumDBResult says what came of the local copy of a checksum database.
type SumDBResult struct {
	Files    int               // lookups and tiles that were looked at
	Proved   int               // of those, proved by the signed tree heads
	Findings []finding.Finding // sumdb-cache-damaged, at most 1,000, and sumdb-untrusted; sorted
	Left     bool              // there were more files than are looked at
}

// SumDBCache judges what lies on this machine of a checksum database: the newest tree head in GOPATH, and every lookup
// and tile below modCache. Nobody is asked. What cannot be used is a finding for each file; a tree head that carries the
// signature of the database is never one. Two such heads that do not agree are the finding of [Untrusted], and the
// database gives no record any more. The error is that of a directory that cannot be read, or of the context.
func SumDBCache(ctx context.Context, db *sumdb.DB, modCache string, m *meter.Meter) (*SumDBResult, error) {
	r, err := db.Verify(ctx, m)
	if err != nil {
		return nil, err
	}
	res := &SumDBResult{Files: r.Lookups + r.Tiles, Proved: r.Proved, Left: r.Left}
	for _, d := range r.Damage[:min(len(r.Damage), foundMax)] {
		res.Findings = append(res.Findings, copyDamaged(db.Name(), d))
	}
	if r.Err != nil {
		res.Findings = append(res.Findings, Untrusted(r.Err, modCache))
	}
	finding.Sort(res.Findings)
	return res, nil
}

// follows says what follows from a kind of damage. None of it is a sign of an attack: that would need the key.
var follows = map[sumdb.Kind]string{
	sumdb.Malformed:    "a crash or a disk leaves files like that; go fails when it checks a module with it",
	sumdb.BadSignature: "its signature does not fit, so something in it was changed after it was written; go refuses it",
	sumdb.OtherKey:     "GOSUMDB named another database or another key when it was written: nothing is broken, and go refuses it under this one",
	sumdb.NotProved:    "go refuses what it would prove with it, and says that the database is inconsistent",
	sumdb.Suspect:      "of tiles that do not fit together at least one is wrong; which cannot be told",
	sumdb.OtherRecord:  "a file of another name was put in its place; go finds no hash in it",
	sumdb.Unreadable:   "go fails where it needs it",
}

// copyDamaged is the finding of one file that cannot be used.
func copyDamaged(name string, d sumdb.Damage) finding.Finding {
	fix := finding.Fix{ID: "move-aside", Title: "move the file aside: go asks for it again when it needs it", Undo: "move it back"}
	if d.Kind == sumdb.Unreadable {
		fix.Title = "make it readable, or move it aside: go asks for it again when it needs it"
	}
	detail := fmt.Sprintf("%s: %s", name, d.Why)
	if next := follows[d.Kind]; next != "" {
		detail += "; " + next
	}
	return more("sumdb-cache-damaged", finding.Target{Path: d.File}, detail, fix)
}

// Bounds of the evidence that a finding carries: what was said is 170 bytes for a tree head, 500 for a record.
const (
	saidMax  = 8
	saidText = 4 << 10
	saidRaw  = 48 // bytes of what is no text; its hash stands for the rest
)

// Untrusted is the finding of a checksum database that contradicts itself or answers what it has not signed, with what
// it said as its witnesses, raw and bounded: signed tree heads and records word by word, tiles as their hash. Its target
// is the local copy of the database below modCache, so that it is one finding whoever was looked up first. No fix is
// named: a person has to find out who lies, the database or somebody between it and this machine.
func Untrusted(e *sumdb.Error, modCache string) finding.Finding {
	detail := e.Kind.Error()
	if e.Err != nil {
		detail = fmt.Sprint(e.Err)
	}
	if e.Module.Path != "" {
		detail = e.Module.String() + ": " + detail
	}
	if len(detail) > saidText {
		detail = detail[:saidText] + "..."
	}
	detail += "; no record of " + e.Database + " was believed in this run, cached or not: keep what it said, and ask it by another way"
	at := finding.Target{Path: filepath.Join(modCache, "cache", "download", "sumdb", filepath.FromSlash(e.Database))}
	f := more("sumdb-untrusted", at, detail)
	said := slices.Clone(e.Evidence)
	slices.SortStableFunc(said, func(a, b sumdb.Evidence) int { return rank(a) - rank(b) })
	for _, s := range said[:min(len(said), saidMax)] {
		f.Witnesses = append(f.Witnesses, finding.Witness{Name: "sumdb", Says: saidBy(s.Data), From: s.Name})
	}
	return f
}

// rank puts what a person can read before tiles, which are hashes only.
func rank(e sumdb.Evidence) int {
	if readable(e.Data) {
		return 0
	}
	return 1
}

// readable reports whether data is text.
func readable(data []byte) bool { return utf8.Valid(data) && !bytes.ContainsRune(data, 0) }

// saidBy is what was said as a text.
func saidBy(data []byte) string {
	switch {
	case !readable(data):
		sum := sha256.Sum256(data)
		return fmt.Sprintf("%d bytes that are no text, sha256 %x, beginning with %s", len(data), sum, hex.EncodeToString(data[:min(len(data), saidRaw)]))
	case len(data) > saidText:
		return string(bytes.ToValidUTF8(data[:saidText], nil)) + fmt.Sprintf("... (%d bytes)", len(data))
	}
	return string(data)
}
