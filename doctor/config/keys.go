package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"godoctor/scan/goenv"
)

// A Kind is what a setting holds.
type Kind int

const (
	Text Kind = iota // durations and sizes too
	Bool
	Int
	List // of texts
)

// A Key is a setting that is a flag of a command too. Who has the flags makes the keys; this package knows none of them.
type Key struct {
	Table string // the command, its words joined by dots, like bundle.create; "": of all commands
	Name  string // the flag, with _ for -
	Kind  Kind
	Path  bool // names files or directories: absolute, or below ~

	Choices []string                 // the only values; nil: any
	Check   func(value string) error // says what is wrong with a value; nil: nothing

	Refused string // why it cannot be set in a file; "": it can
	Safe    bool   // a Bool that forbids something: a value that makes no sense is taken for true
	Limit   bool   // bounds what is removed: where it makes no sense, nothing may be removed by its command
	Project bool   // may stand in a project's file
	Skips   bool   // a List of checks: in a project's file each is an Ignore of what the check finds in the project
}

// String is the name with which a Key is called in a file, like check.fail_on.
func (k *Key) String() string {
	if k.Table == "" {
		return k.Name
	}
	return k.Table + "." + k.Name
}

// A Setting is a Key with the value that a file gives it.
type Setting struct {
	Key    string   // as by its String
	Values []string // as its flag takes them; more than one, or none, of a List only
	Origin
	Layer Layer
}

// An Origin is where something stands.
type Origin struct {
	File string // raw
	Line int    // from 1; 0: not known
}

// settings takes what is said of flags. Keys that nobody knows are warnings.
func (r *reader) settings(d *document) {
	unknown := "" // what is in it is not told as well
	for _, k := range d.meta.Keys() {
		name := k.String()
		if unknown != "" && strings.HasPrefix(name, unknown+".") {
			continue
		}
		if r.full() {
			break
		}
		if slices.Contains(keys, k[0]) {
			if inside, ok := keysIn[k[0]]; ok && len(k) > 1 && !slices.Contains(inside, strings.Join(k[1:], ".")) {
				r.unknown(name, strings.Join(k[1:], "."), d.line(k[0]), inside)
			}
			continue
		}
		line := d.line(k...)
		switch known := r.key(k); {
		case known != nil:
			r.setting(known, d.get(k), line)
		case len(r.inTable(name)) > 0 && d.meta.Type(k...) == "Hash":
		case len(r.inTable(name)) > 0:
			r.warn(line, "%s: want a table, [%s], not %s", name, name, typeOf(d.get(k)))
			r.lost(name, line)
			unknown = name
		default:
			unknown = name
			r.unknownSetting(k, line)
		}
	}
}

// key is the Key that a file calls so, or nil.
func (r *reader) key(name []string) *Key {
	table, last := strings.Join(name[:len(name)-1], "."), name[len(name)-1]
	for i := range r.keys {
		if k := &r.keys[i]; k.Table == table && k.Name == last {
			return k
		}
	}
	return nil
}

// inTable are the names in a table, those of tables in it not among them.
func (r *reader) inTable(table string) (names []string) {
	for i := range r.keys {
		switch k := &r.keys[i]; {
		case k.Table == table:
			names = append(names, k.Name)
		case strings.HasPrefix(k.Table, table+"."):
			names = append(names, strings.TrimPrefix(k.Table, table+"."))
		}
	}
	return names
}

// unknownSetting says what may have been meant.
func (r *reader) unknownSetting(key []string, line int) {
	table, name := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
	if len(key) > 1 {
		r.unknown(strings.Join(key, "."), name, line, r.inTable(table))
		r.lost(table, line)
		return
	}
	list := slices.Clone(keys)
	var tables []string
	for i := range r.keys {
		switch k := &r.keys[i]; {
		case k.Table == "":
			list = append(list, k.Name)
		case k.Name == name && k.Refused == "":
			tables = append(tables, "["+k.Table+"]")
		default:
			list = append(list, k.Table)
		}
	}
	if len(tables) > 0 {
		r.warn(line, "the key %q belongs to a command: want it in %s", name, strings.Join(tables[:min(3, len(tables))], " or "))
		return
	}
	r.unknown(name, name, line, list)
}

func (r *reader) unknown(full, name string, line int, list []string) {
	if strings.HasPrefix(full, "auto.") {
		return // told with the table
	}
	hint := ""
	if near := nearestOf(list, name); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	r.warn(line, "has the key %q, which godoctor does not know%s", full, hint)
}

// lost remembers that a table may have had a limit which is not known now.
func (r *reader) lost(table string, line int) {
	for i := range r.keys {
		if k := &r.keys[i]; k.Table == table && k.Limit {
			r.Limits = append(r.Limits, Limit{table, Origin{r.file, line}})
			return
		}
	}
}

// setting takes one value.
func (r *reader) setting(k *Key, v any, line int) {
	switch {
	case r.layer == Pins:
		r.warn(line, "has the key %q, which belongs into config.toml; it counts for nothing", k)
		return
	case r.layer == Project && !k.Project:
		r.foreign(k.String(), line)
		return
	case k.Refused != "":
		r.warn(line, "%s: %s; it counts for nothing", k, k.Refused)
		return
	}
	values, err := k.values(v)
	if err == nil && k.Path {
		before := len(r.Warnings)
		if values = r.paths(k.String(), line, values); len(r.Warnings) > before {
			r.lost(k.Table, line)
			return
		}
	}
	if err != nil && k.Safe {
		r.warn(line, "%s: %v; it is taken for true", k, err)
		values, err = []string{"true"}, nil
	}
	if err != nil {
		r.warn(line, "%s: %v; it counts for nothing", k, err)
		if k.Limit {
			r.lost(k.Table, line)
		}
		return
	}
	if r.layer == Project && k.Skips {
		for _, id := range values {
			r.Ignores = append(r.Ignores, Ignore{Check: id, Reason: "the project skips this check", Within: r.within, File: r.file, Line: line})
		}
		return
	}
	r.Settings = append(r.Settings, Setting{k.String(), values, Origin{r.file, line}, r.layer})
}

// values are the values of a key as its flag takes them.
func (k *Key) values(v any) ([]string, error) {
	var out []string
	ok := false
	switch v := v.(type) {
	case bool:
		out, ok = []string{strconv.FormatBool(v)}, k.Kind == Bool
	case int64:
		out, ok = []string{strconv.FormatInt(v, 10)}, k.Kind == Int
	case string:
		out, ok = []string{v}, k.Kind == Text
	case []any:
		ok = k.Kind == List
		for _, one := range v {
			s, text := one.(string)
			out, ok = append(out, s), ok && text
		}
	}
	if !ok {
		want := map[Kind]string{Text: `a string, in "quotes"`, Bool: "true or false", Int: "a number", List: `an array of strings, ["..."]`}
		return nil, fmt.Errorf("want %s, not %s", want[k.Kind], typeOf(v))
	}
	for _, s := range out {
		if err := k.Wrong(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Wrong says what is wrong with a value as a flag takes it; nil: nothing.
func (k *Key) Wrong(value string) error {
	if k.Choices != nil && !slices.Contains(k.Choices, value) {
		want := "want " + strings.Join(k.Choices, ", ")
		if len(k.Choices) > 8 {
			want = fmt.Sprintf("it is none of the %d that there are", len(k.Choices))
		}
		if near := nearestOf(k.Choices, value); near != "" {
			want += fmt.Sprintf(" (did you mean %q?)", near)
		}
		return fmt.Errorf("%q: %s", value, want)
	}
	if k.Check != nil {
		return k.Check(value)
	}
	return nil
}

// typeOf is what TOML calls a value.
func typeOf(v any) string {
	switch v.(type) {
	case bool:
		return "a boolean"
	case int64:
		return "a number"
	case float64:
		return "a fraction"
	case string:
		return "a string"
	case []any:
		return "an array"
	case map[string]any, []map[string]any:
		return "a table"
	}
	return "a time"
}

// nearestOf is the one of a list that a misspelt word was meant for, or empty.
func nearestOf(list []string, name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	best, least := "", 64
	if len(name) > least {
		return "" // no typing mistake, and the distance costs the product of the lengths
	}
	for _, k := range list {
		far := goenv.Distance(name, k)
		if len(name) > 2 && len(k) > 2 && (strings.Contains(k, name) || strings.Contains(name, k)) {
			far = min(far, 1)
		}
		if far <= max(1, len(k)/3) && far < least {
			best, least = k, far
		}
	}
	return best
}

// paths makes paths absolute, and warns of those that cannot be.
func (r *reader) paths(key string, line int, list []string) []string {
	var out []string
	for _, p := range list {
		switch {
		case (p == "~" || strings.HasPrefix(p, "~/")) && r.home != "":
			p = filepath.Join(r.home, p[1:])
		case filepath.IsAbs(p):
			p = filepath.Clean(p)
		default:
			r.warn(line, "%s: %q is not an absolute path, nor one that begins with ~/", key, p)
			continue
		}
		out = append(out, p)
	}
	return out
}
