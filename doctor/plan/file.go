package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"godoctor/doctor/usage"
)

// The limits of a plan file. A plan of a whole module cache has some thousand items, one of a build cache 256 with all
// names in them.
const (
	fileMax  = 64 << 20 // bytes
	itemsMax = 1_000_000
	bytesMax = 1 << 60 // that all items take together
)

const schema = "godoctor/v1"

// document is a plan as JSON: the shape of everything that godoctor says.
type document struct {
	Schema  string    `json:"schema"`
	Command string    `json:"command"`
	Plan    *filePlan `json:"plan"`
}

type filePlan struct {
	ID       string         `json:"id"`
	Made     time.Time      `json:"made"`
	ModCache string         `json:"modcache"`
	GoCache  string         `json:"gocache"`
	Policies list[string]   `json:"policies"`
	Items    fileItems      `json:"items"`
	Now      int64          `json:"bytes_now"`
	Later    int64          `json:"bytes_later"`
	Kept     counts         `json:"kept"`
	Stays    list[fileKept] `json:"kept_details"`
	Versions int            `json:"versions"`
	Total    int64          `json:"total_disk_bytes"`
}

type fileItem struct {
	Module   string       `json:"module"`
	Version  string       `json:"version"`
	Part     Part         `json:"part"`
	Name     string       `json:"name,omitempty"`
	Names    list[string] `json:"names,omitempty"`
	Root     string       `json:"root,omitempty"`
	Path     string       `json:"path"`
	PathB64  []byte       `json:"path_b64,omitempty"` // where it is not UTF-8
	Bytes    int64        `json:"bytes"`
	Disk     int64        `json:"disk_bytes"`
	Tier     usage.Tier   `json:"tier"`
	Rule     string       `json:"rule"`
	Why      string       `json:"why"`
	Hash     string       `json:"hash,omitempty"`
	Fetch    int64        `json:"fetch_bytes"`
	Changed  *time.Time   `json:"changed,omitempty"`
	Dir      Stamp        `json:"dir_stamp"`
	ZipFile  Stamp        `json:"zip_stamp"`
	Proved   bool         `json:"proved"`
	Modified bool         `json:"modified"`
	Insisted bool         `json:"insisted"`
}

type fileKept struct {
	Reason string       `json:"reason"`
	Items  int          `json:"items"`
	Disk   int64        `json:"disk_bytes"`
	First  list[string] `json:"first"`
}

// counts are for others to read: kept_details say the same.
type counts map[string]int

// UnmarshalJSON implements json.Unmarshaler. It takes nothing.
func (*counts) UnmarshalJSON([]byte) error { return nil }

// A list is read only if it is not longer than a plan can be: an array of millions of empty elements takes many times its
// text.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	if bytes.Count(data, []byte{','}) >= itemsMax {
		return errMany
	}
	return json.Unmarshal(data, (*[]T)(l))
}

var errMany = fmt.Errorf("more than %d elements", itemsMax)

// fileItems are items, each judged as it is read: the first that cannot be one ends it.
type fileItems []Item

// MarshalJSON implements json.Marshaler.
func (l fileItems) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('[')
	for i := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(encodeItem(&l[i])); err != nil {
			return nil, err
		}
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *fileItems) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('[') {
		return errors.Join(errors.New("its items are no array"), err)
	}
	for dec.More() {
		if len(*l) >= itemsMax {
			return errMany
		}
		var f fileItem
		err := dec.Decode(&f)
		if err != nil {
			return err
		}
		it, err := f.item()
		if err != nil {
			return fmt.Errorf("item %d: %w", len(*l)+1, err)
		}
		*l = append(*l, it)
	}
	return nil
}

// Encode writes the plan as JSON. What a file is and where it lies is for the caller to say. Places that are not UTF-8
// cannot be read back, and so are left to a new plan.
func (p *Plan) Encode(w io.Writer) error {
	f := &filePlan{ID: p.ID, Made: p.Made.UTC(), ModCache: p.ModCache, GoCache: p.GoCache, Policies: append(list[string]{}, p.Policies...),
		Items: p.Items, Now: p.Now(), Later: p.Later(), Kept: make(counts),
		Stays: make(list[fileKept], 0, len(p.Kept)), Versions: p.Versions, Total: p.Total}
	for _, k := range p.Kept {
		f.Kept[k.Reason] += k.Items
		f.Stays = append(f.Stays, fileKept{k.Reason, k.Items, k.Disk, append(list[string]{}, k.First...)})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(document{schema, "plan", f})
}

func encodeItem(it *Item) fileItem {
	f := fileItem{Module: it.Module, Version: it.Version, Part: it.Part, Name: it.Name, Names: it.Names, Root: it.Root, Path: it.Path,
		Bytes: it.Bytes, Disk: it.Disk, Tier: it.Tier, Rule: it.Rule, Why: it.Why, Hash: it.Hash, Fetch: it.Fetch,
		Dir: it.Dir, ZipFile: it.ZipFile, Proved: it.Proved, Modified: it.Modified, Insisted: it.Insisted}
	if !it.Changed.IsZero() {
		t := it.Changed.UTC()
		f.Changed = &t
	}
	if !utf8.ValidString(it.Path) {
		f.PathB64 = []byte(it.Path)
	}
	return f
}

// Decode reads a plan that Encode wrote, or anybody else did: every name in it is judged again, and what was proved when
// it was saved is not any more. The paths in it are ignored. The plan has to pass [Recheck] before it can be applied.
func Decode(r io.Reader) (*Plan, error) {
	data, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, err
	}
	if len(data) > fileMax {
		return nil, fmt.Errorf("a plan has at most %d MiB", fileMax>>20)
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("not a plan: %w", err)
	}
	switch {
	case doc.Schema != schema:
		return nil, fmt.Errorf("schema %q: this version of godoctor reads %q", doc.Schema, schema)
	case doc.Command != "plan" || doc.Plan == nil:
		return nil, fmt.Errorf("no plan in it, but what godoctor %q says", doc.Command)
	}
	return doc.Plan.plan()
}

var planID = regexp.MustCompile(`^[0-9]{8}-[0-9]{6}$`)

// plan checks all and gives the plan.
func (f *filePlan) plan() (*Plan, error) {
	if !planID.MatchString(f.ID) {
		return nil, fmt.Errorf("%q is not the name of a plan", f.ID)
	}
	for _, root := range []string{f.ModCache, f.GoCache} {
		if root != "" && (!filepath.IsAbs(root) || filepath.Clean(root) != root) {
			return nil, fmt.Errorf("%q is not the root of a cache", root)
		}
	}
	if f.Versions < 0 || f.Total < 0 {
		return nil, errors.New("a size is negative")
	}
	p := &Plan{ID: f.ID, Made: f.Made, ModCache: f.ModCache, GoCache: f.GoCache, Policies: f.Policies, Versions: f.Versions,
		Total: f.Total, Items: make([]Item, 0, len(f.Items)), loaded: true}
	seen := make(map[itemKey]bool, len(f.Items))
	var sum int64
	for i := range f.Items {
		it := f.Items[i]
		at, err := it.place(p.ModCache, p.GoCache)
		it.Path = it.path(at)
		if err == nil && seen[it.key()] {
			err = fmt.Errorf("%q is there twice", it.Label())
		}
		if sum += it.Disk; err == nil && sum > bytesMax {
			err = errors.New("the items are too large")
		}
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		seen[it.key()] = true
		p.Items = append(p.Items, it)
	}
	for _, k := range f.Stays {
		if k.Items < 0 || k.Disk < 0 || k.Disk > bytesMax || len(k.First) > firstMax {
			return nil, fmt.Errorf("kept %q: not a count", k.Reason)
		}
		p.Kept = append(p.Kept, Kept{k.Reason, k.Items, k.Disk, k.First})
	}
	return p, nil
}

// item checks one item, but for where it lies.
func (f *fileItem) item() (Item, error) {
	it := Item{Module: f.Module, Version: f.Version, Part: f.Part, Name: f.Name, Names: f.Names, Root: f.Root,
		Bytes: f.Bytes, Disk: f.Disk, Tier: f.Tier, Rule: f.Rule, Why: f.Why, Fetch: f.Fetch,
		Dir: f.Dir, ZipFile: f.ZipFile, Insisted: f.Insisted}
	if f.Changed != nil {
		it.Changed = *f.Changed
	}
	if !slices.Contains(parts, it.Part) {
		return it, fmt.Errorf("part %q: this version of godoctor knows no such thing", it.Part)
	}
	if !slices.Contains(rules, it.Rule) {
		return it, fmt.Errorf("rule %q: this version of godoctor knows no such policy", it.Rule)
	}
	if _, ok := cheap[it.Tier]; !ok {
		return it, fmt.Errorf("tier %q: nothing of it is removed", it.Tier)
	}
	if it.Bytes < 0 || it.Disk < 0 || it.Fetch < 0 || it.Bytes > bytesMax || it.Disk > bytesMax || it.Fetch > bytesMax {
		return it, errors.New("its size is none")
	}
	if it.Insisted && !it.Part.OfVersion() {
		return it, errors.New("only module versions can be insisted on")
	}
	return it, it.check()
}

// itemKey is what an item removes, of which a plan has it once: of a module version one part, of entries one list.
type itemKey struct{ kind, a, b string }

func (it *Item) key() itemKey {
	switch {
	case it.Part.OfVersion():
		return itemKey{"version", it.Module, it.Version}
	case hasRoot(it.Part):
		return itemKey{"root", it.Root, ""}
	}
	return itemKey{string(it.Part), it.Name, ""}
}
