package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/natefinch/atomic"
)

// Limits of what is kept of one lie.
const (
	evidenceMax  = 1 << 20 // bytes of one piece
	evidenceMany = 32
)

// A Piece is one piece of evidence, as it came.
type Piece struct {
	Name string // what was asked for, or the file; raw
	Data []byte
}

// SaveEvidence keeps what a checksum database said that cannot be true, each piece as it came in a file of its own, and
// gives the directory. The same pieces twice are the same directory. It is never overwritten and never removed.
func (h Home) SaveEvidence(what string, list []Piece, now time.Time) (dir string, err error) {
	if h == "" || len(list) == 0 {
		return "", nil
	}
	list = list[:min(len(list), evidenceMany)]
	sum := sha256.New()
	for _, p := range list {
		fmt.Fprintf(sum, "%d %s %d\n", len(p.Name), p.Name, len(p.Data))
		sum.Write(p.Data)
	}
	dir = filepath.Join(string(h), "evidence", hex.EncodeToString(sum.Sum(nil))[:16])
	if _, err := os.Stat(filepath.Join(dir, "README")); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	var index bytes.Buffer
	fmt.Fprintf(&index, "%q\nkept %s\n\n", what, now.UTC().Format(time.RFC3339))
	for i, p := range list {
		name := fmt.Sprintf("%02d", i+1)
		fmt.Fprintf(&index, "%s is %q, %d bytes\n", name, p.Name, len(p.Data))
		if err := atomic.WriteFile(filepath.Join(dir, name), bytes.NewReader(p.Data[:min(len(p.Data), evidenceMax)])); err != nil {
			return "", err
		}
	}
	return dir, atomic.WriteFile(filepath.Join(dir, "README"), &index) // last: with it the directory is whole
}
