package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/regular"
)

// A Place is a directory that paths of findings are relative to, so that two checkouts and two homes are the same to a
// baseline.
type Place struct {
	Name    string `json:"name"` // project, home, modcache, gocache
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
}

// NewPlaces makes places of names and directories, in turn; those without a directory are left out.
func NewPlaces(pairs ...string) []Place {
	var out []Place
	for i := 0; i+1 < len(pairs); i += 2 {
		if dir := pairs[i+1]; filepath.IsAbs(dir) {
			dir = filepath.Clean(dir)
			out = append(out, Place{pairs[i], dir, path64(dir)})
		}
	}
	return out
}

// A Baseline is what was found by an earlier run, here or elsewhere: findings in it are known.
type Baseline struct {
	File     string
	Findings []Finding
	places   []Place
}

// The bounds of a baseline.
const (
	baselineMax      = 64 << 20
	baselineFindings = 200_000
)

// ReadBaseline reads a document that check or verify printed with --json. The error says what is wrong with it and how to
// make one.
func ReadBaseline(file string) (*Baseline, error) {
	data, err := regular.ReadFile(file, baselineMax)
	if err != nil {
		return nil, fmt.Errorf("the baseline cannot be read: %w", err)
	}
	bad := func(why string) error {
		return fmt.Errorf("%q is no baseline: %s; want what 'godoctor check --json' prints", file, why)
	}
	var d struct {
		Schema   string     `json:"schema"`
		Command  string     `json:"command"`
		Findings *[]Finding `json:"findings"`
		Places   []Place    `json:"places"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&d); err != nil {
		return nil, bad(jsonTrouble(err))
	}
	switch {
	case dec.More():
		return nil, bad("it is more than one JSON document")
	case d.Schema != Schema:
		return nil, bad(fmt.Sprintf("its schema is %.40q, not %q", d.Schema, Schema))
	case d.Command != "check" && d.Command != "verify":
		return nil, bad(fmt.Sprintf("it is of the command %.40q", d.Command))
	case d.Findings == nil:
		return nil, bad("it has no findings, not even an empty list of them")
	case len(*d.Findings) > baselineFindings:
		return nil, bad(fmt.Sprintf("it has more than %d findings", baselineFindings))
	}
	for i := range *d.Findings {
		if (*d.Findings)[i].Check == "" {
			return nil, bad(fmt.Sprintf("its finding %d names no check", i+1))
		}
	}
	return &Baseline{File: file, Findings: *d.Findings, places: d.Places}, nil
}

// jsonTrouble is an error of package json in words that do not quote the file.
func jsonTrouble(err error) string {
	if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
		return fmt.Sprintf("it is not JSON, at byte %d", e.Offset)
	}
	if e := (*json.UnmarshalTypeError)(nil); errors.As(err, &e) {
		return fmt.Sprintf("its %.60q is of another kind", e.Field)
	}
	return "it is not JSON, or cut off"
}

// Mark marks the findings of a document that the baseline knows: the same check about the same module version and the
// same file and path, relative to the same place; the line does not count. Of several that are alike as many are known as
// the baseline has. It returns how many those are, and fills in Gone: what the baseline has and the document has not,
// of the checks that ran.
func (b *Baseline) Mark(d *Document, ran func(check string) bool) (known int) {
	left := make(map[string][]int)
	for i := range b.Findings {
		k := key(&b.Findings[i], b.places)
		left[k] = append(left[k], i)
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		k := key(f, d.Places)
		if n := len(left[k]); n > 0 {
			left[k], f.Baseline = left[k][1:], true
			known++
		}
	}
	for i := range d.Ignored { // what somebody lives with is not gone
		if k := key(&d.Ignored[i].Finding, d.Places); len(left[k]) > 0 {
			left[k] = left[k][1:]
		}
	}
	var gone []int
	for _, list := range left {
		gone = append(gone, list...)
	}
	slices.Sort(gone)
	d.Gone = []Finding{}
	for _, i := range gone {
		if ran(b.Findings[i].Check) {
			d.Gone = append(d.Gone, b.Findings[i])
		}
	}
	return known
}

// key is what a finding is known by in a baseline.
func key(f *Finding, places []Place) string {
	t := &f.Target
	return strings.Join([]string{f.Check, t.Module, t.Version, placed(raw(t.Path, t.PathB64), places), placed(raw(t.File, t.FileB64), places)}, "\x00")
}

// raw is a path of a document.
func raw(path Path, b64 Path64) string {
	if b, err := base64.StdEncoding.DecodeString(b64); err == nil && b64 != "" {
		return string(b)
	}
	return path
}

// placed is a path relative to the innermost place that it lies in, with the name of that, and slashes. It looks at names
// only, and takes paths of other systems for what they are: a baseline may come from there.
func placed(name string, places []Place) string {
	if name == "" {
		return ""
	}
	name = strings.ReplaceAll(name, `\`, "/")
	best, out := -1, name
	for _, p := range places {
		dir := strings.TrimRight(strings.ReplaceAll(raw(p.Path, p.PathB64), `\`, "/"), "/")
		rest, ok := strings.CutPrefix(name, dir)
		if ok && len(dir) > best && dir != "" && (rest == "" || rest[0] == '/') {
			best, out = len(dir), "<"+p.Name+">"+rest
		}
	}
	return out
}
