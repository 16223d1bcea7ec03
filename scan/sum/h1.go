package sum

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
)

// Mod gives the h1 of the text of a go.mod file, as in the /go.mod lines of go.sum.
func Mod(data []byte) string {
	s := newSummary("")
	s.line(sha256.Sum256(data), "go.mod")
	return s.h1()
}

// H1 gives the hash of files whose names begin, in the hash, with prefix: "path@version/". The files may have any
// order, which is left as it is. The error is ErrNewline or ErrDuplicate.
func H1(prefix string, files []File) (string, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	s := newSummary(prefix)
	for i, f := range files {
		if strings.Contains(f.Name, "\n") {
			return "", ErrNewline
		}
		if i > 0 && f.Name == files[i-1].Name {
			return "", ErrDuplicate
		}
		s.line(f.Sum, f.Name)
	}
	return s.h1(), nil
}

// A summary is the text whose hash is the h1: a line for each file, in the order of their names.
type summary struct {
	hash   hash.Hash
	prefix string
	buf    []byte
}

func newSummary(prefix string) *summary { return &summary{hash: sha256.New(), prefix: prefix} }

func (s *summary) line(sum [sha256.Size]byte, name string) {
	s.buf = hex.AppendEncode(s.buf[:0], sum[:])
	s.buf = append(s.buf, "  "...)
	s.buf = append(s.buf, s.prefix...)
	s.buf = append(s.buf, name...)
	s.buf = append(s.buf, '\n')
	s.hash.Write(s.buf)
}

func (s *summary) h1() string { return "h1:" + base64.StdEncoding.EncodeToString(s.hash.Sum(nil)) }

// IsH1 reports whether a text is an h1 hash in its one spelling: "h1:" and 44 characters.
func IsH1(s string) bool {
	b64, ok := strings.CutPrefix(s, "h1:")
	hash, err := base64.StdEncoding.Strict().DecodeString(b64)
	return ok && err == nil && len(hash) == sha256.Size && base64.StdEncoding.EncodeToString(hash) == b64
}
