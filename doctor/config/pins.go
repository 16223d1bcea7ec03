package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/natefinch/atomic"
	"github.com/rogpeppe/go-internal/lockedfile"

	"godoctor/scan/regular"
)

// pinHeader begins the file of pins.
const pinHeader = `# Module versions that godoctor keeps whatever happens: path@version, or a module path for all its versions.
# godoctor writes this file when a pin is set or taken off; what stands in config.toml it never changes.
`

// SetPin sets or takes off a pin in pins.toml, and reports whether that changed anything. The file is replaced
// atomically, under a lock that other godoctors wait for. A file that cannot be parsed, or says more than pins, is left
// alone, and the error says so: it may protect something that would be lost.
func (d Dir) SetPin(p Pin, on bool) (changed bool, err error) {
	if d == "" {
		return false, errors.New("there is no configuration directory to keep pins in: set XDG_CONFIG_HOME or HOME")
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return false, err
	}
	unlock, err := lockedfile.MutexAt(d.PinFile() + ".lock").Lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	list, err := d.pins()
	if err != nil {
		return false, err
	}
	name := p.String()
	i, found := slices.BinarySearch(list, name)
	switch {
	case found == on:
		return false, nil
	case on:
		list = slices.Insert(list, i, name)
	default:
		list = slices.Delete(list, i, i+1)
	}
	return true, d.writePins(list)
}

// pins reads pins.toml, sorted. A file that could not be written again without losing something is an error.
func (d Dir) pins() ([]string, error) {
	data, err := regular.ReadFile(d.PinFile(), fileMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var t struct{ Pins []string }
	meta, err := toml.Decode(string(data), &t)
	if err != nil {
		return nil, fmt.Errorf("%q is left as it is, because it cannot be parsed: %w; mend it or remove it", d.PinFile(), err)
	}
	for _, key := range meta.Keys() {
		if key[0] != "pins" {
			return nil, fmt.Errorf("%q is left as it is, because it says %q too, which would be lost: move that to %q", d.PinFile(), key[0], d.File())
		}
	}
	slices.Sort(t.Pins)
	return slices.Compact(t.Pins), nil
}

func (d Dir) writePins(list []string) error {
	var b strings.Builder
	b.WriteString(pinHeader + "pins = [\n")
	for _, p := range list {
		b.WriteString("\t\"")
		for _, r := range p {
			switch {
			case r == '"' || r == '\\':
				b.WriteString(`\` + string(r))
			case r < ' ' || r == 0x7f: // TOML knows fewer escapes than Go
				fmt.Fprintf(&b, `\u%04x`, r)
			default:
				b.WriteRune(r)
			}
		}
		b.WriteString("\",\n")
	}
	b.WriteString("]\n")
	return atomic.WriteFile(d.PinFile(), bytes.NewReader([]byte(b.String())))
}
