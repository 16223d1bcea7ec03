package verify

import (
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// go.env holds the defaults of the go command since Go 1.21: three settings with comments. Distributions, images and
// installers edit them. Which texts the official one may have been is tried out: the hash says which it was.

// Limits of what is read and tried.
const (
	envMax      = 64 << 10
	envTextsMax = 64
)

// envKeys are the settings of the official text in its order.
var envKeys = []string{"GOPROXY", "GOSUMDB", "GOTOOLCHAIN"}

// otherEnvs are the go.env files of all toolchains: those of other releases have the same text.
func (t *toolchains) otherEnvs() []string {
	if t.read {
		return t.envs
	}
	t.read = true
	for _, s := range t.list {
		if s.Archive || len(t.envs) >= envTextsMax/2 {
			continue
		}
		data, err := regular.ReadFile(filepath.Join(s.Path, "go.env"), envMax)
		if err == nil && !slices.Contains(t.envs, string(data)) {
			t.envs = append(t.envs, string(data))
		}
	}
	return t.envs
}

// envTexts are the texts that may have been there before somebody edited go.env: those of other toolchains, and its
// own, with each setting as it is, as others have it, and as its comment says.
func envTexts(own string, others []string) []string {
	texts := slices.Clone(others)
	values := map[string][]string{"GOSUMDB": {"sum.golang.org"}, "GOTOOLCHAIN": {"auto"}}
	for _, text := range append([]string{own}, others...) {
		for _, key := range envKeys {
			if v, ok := setting(text, key); ok {
				values[key] = append(values[key], v)
			}
		}
		if url := mirror(text); url != "" {
			values["GOPROXY"] = append(values["GOPROXY"], url+",direct")
		}
	}
	for key, list := range values {
		slices.Sort(list)
		values[key] = slices.Compact(list)
	}
	if own = strings.ReplaceAll(own, "\r\n", "\n"); own == "" {
		return texts
	}
	for _, proxy := range values["GOPROXY"] {
		for _, db := range values["GOSUMDB"] {
			for _, toolchain := range values["GOTOOLCHAIN"] {
				if len(texts) < envTextsMax {
					texts = append(texts, withSettings(own, []string{proxy, db, toolchain}))
				}
			}
		}
	}
	return texts
}

// setting is the value of a setting in a go.env text.
func setting(text, key string) (string, bool) {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			return v, true
		}
	}
	return "", false
}

// mirror is the address of which the comment above GOPROXY says "See https://... for details."; "" if there is none.
// That above GOTOOLCHAIN names a document.
func mirror(text string) string {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) > 2 && f[0] == "#" && f[1] == "See" && strings.Contains(f[2], "://") && strings.Count(f[2], "/") == 2 {
			return f[2]
		}
	}
	return ""
}

// withSettings gives a go.env text with other values of envKeys, and without other settings. A setting that is not there
// gets its place: behind the first paragraph of comments that no setting follows.
func withSettings(text string, values []string) string {
	var out []string
	used := make([]bool, len(envKeys))
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		key, _, isSetting := strings.Cut(strings.TrimSpace(line), "=")
		i := slices.Index(envKeys, strings.TrimSpace(key))
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "#"), !isSetting:
			out = append(out, line)
		case i >= 0 && !used[i]:
			used[i] = true
			out = append(out, envKeys[i]+"="+values[i])
		}
	}
	for i, key := range envKeys {
		if !used[i] {
			out = slices.Insert(out, placeOf(out, i), key+"="+values[i])
		}
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

// placeOf is the line where a missing setting belongs: before the next one, behind the one before it, or at the end.
func placeOf(lines []string, i int) int {
	at := func(key string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, key+"=") })
	}
	switch i {
	case 0: // GOPROXY stands right above GOSUMDB
		if n := at(envKeys[1]); n >= 0 {
			return n
		}
	case 1:
		if n := at(envKeys[0]); n >= 0 {
			return n + 1
		}
	}
	return len(lines)
}

// editedEnv says in which settings a text differs from the official one.
func editedEnv(own, official string) []string {
	var list []string
	for _, key := range envKeys {
		mine, ok := setting(own, key)
		theirs, _ := setting(official, key)
		switch {
		case !ok:
			list = append(list, key+" is not set")
		case mine != theirs:
			list = append(list, key+"="+mine)
		}
	}
	for line := range strings.Lines(own) {
		line = strings.TrimSpace(line)
		if key, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") && !slices.Contains(envKeys, strings.TrimSpace(key)) {
			list = append(list, line)
		}
	}
	if len(list) == 0 {
		list = append(list, "only comments or line ends differ")
	}
	return list
}
