package goenv

import (
	"fmt"
	"path/filepath"
	"strings"
)

// resolveC resolves the C compilers, their flags and pkg-config. go prints the flags after it has split them
// into words and put them together again (envcmd.ExtraEnvVarsCostly).
func (r *resolver) resolveC() {
	cc, cxx := compilers(r.value("GOOS"))
	r.plain("CC", cc, OriginDefault)
	r.plain("CXX", cxx, OriginDefault)
	r.resolveGccgo()
	for _, key := range []string{"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS"} {
		def := "-O2 -g"
		if key == "CGO_CPPFLAGS" {
			def = ""
		}
		s := r.plain(key, def, OriginDefault)
		if words, err := splitQuoted(s.Value); err == nil {
			s.Value = joinQuoted(words)
		}
		r.set(s)
	}
	s := r.plain("PKG_CONFIG", "pkg-config", OriginDefault)
	if words, err := splitQuoted(s.Value); err == nil && len(words) > 0 {
		s.Value = words[0]
	}
	r.set(s)
}

// resolveGccgo resolves GCCGO, which go prints as the path of the program where there is one.
func (r *resolver) resolveGccgo() {
	s := r.plain("GCCGO", "gccgo", OriginDefault)
	if file, _ := r.lookPath(s.Value); file != "" {
		if s.Origin == OriginDefault {
			s.Origin, s.File = OriginDerived, file
		}
		s.Value = file
		r.set(s)
	}
}

const blanks = " \t\n\r"

// splitQuoted splits at blanks. A word that begins with a quote ends at the next quote of that kind; inside
// a word quotes mean nothing, and nothing is escaped (cmd/internal/quoted).
func splitQuoted(s string) ([]string, error) {
	var words []string
	for {
		s = strings.TrimLeft(s, blanks)
		if s == "" {
			return words, nil
		}
		if q := s[0]; q == '"' || q == '\'' {
			word, rest, ok := strings.Cut(s[1:], string(q))
			if !ok {
				return nil, fmt.Errorf("unterminated %c string", q)
			}
			words, s = append(words, word), rest
			continue
		}
		end := strings.IndexAny(s, blanks)
		if end < 0 {
			end = len(s)
		}
		words, s = append(words, s[:end]), s[end:]
	}
}

// joinQuoted puts words together so that splitQuoted takes them apart again. Where one of them has both
// kinds of quotes, that cannot be, and go joins them with blanks.
func joinQuoted(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		single, double := strings.Contains(w, "'"), strings.Contains(w, `"`)
		switch {
		case single && double:
			return strings.Join(words, " ")
		case single:
			quoted[i] = `"` + w + `"`
		case double || strings.ContainsAny(w, blanks):
			quoted[i] = "'" + w + "'"
		default:
			quoted[i] = w
		}
	}
	return strings.Join(quoted, " ")
}

// programPath returns the program in the value of CC, CXX or FC, and whether go accepts it there: an absolute
// path or a bare name.
func (r *resolver) programPath(value string) (program string, ok bool) {
	words, err := splitQuoted(value)
	if err != nil || len(words) == 0 {
		return "", err == nil
	}
	return words[0], isAbs(r.goos, words[0]) || words[0] == filepath.Base(words[0])
}
