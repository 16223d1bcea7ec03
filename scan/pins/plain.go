package pins

import (
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
)

// toolVersions reads .tool-versions of asdf and mise: "golang 1.22.3", several versions are alternatives in this order.
func (r *reader) toolVersions(path string, data []byte) {
	lines(data, func(n int, line string) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != "golang" && f[0] != "go" {
			return
		}
		v, least := meant(f[1])
		r.add(Pin{File: path, Line: n, Kind: ToolVersions, Text: f[1], Version: v, AtLeast: least})
	})
}

// goVersion reads .go-version of goenv, asdf and others: the first word that is no comment.
func (r *reader) goVersion(path string, data []byte) {
	done := false
	lines(data, func(n int, line string) {
		line = strings.TrimSpace(line)
		if done || line == "" || line[0] == '#' {
			return
		}
		done = true
		v, least := meant(line)
		r.add(Pin{File: path, Line: n, Kind: GoVersion, Text: line, Version: v, AtLeast: least})
	})
}

// miseFile is what mise.toml says of tools: go = "1.22", go = ["1.22", "1.23"], go = {version = "1.22"}.
type miseFile struct {
	Tools map[string]any `toml:"tools"`
}

var miseLine = regexp.MustCompile(`^\s*("?)(go|golang)"?\s*=`)

// tomlMax is more than any mise.toml has, in bytes. The parser calls itself for each bracket, so that a mebibyte of them takes
// half a gigabyte of stack, which is more than a goroutine may have on 32 bits.
const tomlMax = 64 << 10

func (r *reader) mise(path string, data []byte) {
	if len(data) > tomlMax {
		return
	}
	var f miseFile
	if _, err := toml.Decode(string(data), &f); err != nil {
		return
	}
	at := 0 // the parser does not tell lines
	lines(data, func(n int, line string) {
		if at == 0 && (miseLine.MatchString(line) || strings.HasPrefix(line, "[tools.go")) {
			at = n
		}
	})
	for _, name := range []string{"go", "golang"} {
		for _, text := range miseVersions(f.Tools[name]) {
			v, least := meant(text)
			r.add(Pin{File: path, Line: at, Kind: Mise, Text: text, Version: v, AtLeast: least})
		}
	}
}

func miseVersions(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, miseVersions(x)...)
		}
		return out
	case map[string]any:
		return miseVersions(v["version"])
	}
	return nil
}

var (
	fromLine = regexp.MustCompile(`(?i)^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)`)
	argLine  = regexp.MustCompile(`(?i)^\s*ARG\s+([A-Za-z_][A-Za-z0-9_]*)=["']?([^"'\s]+)`)
	envLine  = regexp.MustCompile(`(?i)^\s*ENV\s+GOTOOLCHAIN[ =]["']?([^"'\s]+)`)
	variable = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}?`)
)

// docker reads the FROM lines of a Dockerfile, with its ARG defaults put in.
func (r *reader) docker(path string, data []byte) {
	args, last := make(map[string]string), -1
	lines(data, func(n int, line string) {
		if m := argLine.FindStringSubmatch(line); m != nil {
			args[m[1]] = m[2]
		}
		if m := envLine.FindStringSubmatch(line); m != nil && last >= 0 {
			r.out[last].Local = m[1] == "local"
		}
		m := fromLine.FindStringSubmatch(line)
		if m == nil {
			return
		}
		last = -1
		if p, ok := image(m[1], args); ok {
			p.File, p.Line, p.Kind = path, n, Image
			if r.add(p); len(r.out) < pinsMax {
				last = len(r.out) - 1
			}
		}
	})
}

// image reads the name of a container image: golang:1.22-alpine, docker.io/library/golang:1.22@sha256:..., cimg/go:1.22.
// ok is false where it is no image of Go.
func image(text string, args map[string]string) (p Pin, ok bool) {
	name := variable.ReplaceAllStringFunc(text, func(s string) string {
		m := variable.FindStringSubmatch(s)
		if v, ok := args[m[1]]; ok {
			return v
		}
		return m[2]
	})
	name, _, _ = strings.Cut(name, "@")
	slash := strings.LastIndex(name, "/")
	repo, tag, _ := strings.Cut(name[slash+1:], ":")
	official := repo == "golang"
	if !official && repo != "go-toolset" && !(repo == "go" && strings.Contains(name, "cimg/")) {
		return Pin{}, false
	}
	tag, _, _ = strings.Cut(tag, "-")
	p = Pin{Text: text, Local: official} // its Dockerfiles say ENV GOTOOLCHAIN=local since 1.21
	p.Version, _ = meant(tag)
	return p, true
}
