package snapshot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"godoctor/scan/binary"
	"godoctor/scan/regular"
)

// fileMax bounds a text that is read: a build list of ten thousand modules takes 3 MiB.
const fileMax = 32 << 20

// ReadFile makes a snapshot of a file: what godoctor snapshot wrote, a program, or what go env, go env -json or go version
// -m printed somewhere. The context ends the reading of a large program.
func ReadFile(ctx context.Context, path string) (*Snapshot, error) {
	f, err := regular.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", path, reason(err))
	}
	head := make([]byte, 16)
	n, _ := f.ReadAt(head, 0)
	f.Close()
	if binary.Recognised(head[:n]) {
		return readProgram(ctx, path)
	}
	b, err := regular.ReadFile(path, fileMax)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", path, reason(err))
	}
	return Read(filepath.Base(path), b)
}

// reason is an error without the path, which the message names already.
func reason(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// Read makes a snapshot of a text that is no program; name says for people where it is from.
func Read(name string, b []byte) (*Snapshot, error) {
	b = bytes.TrimSpace(utf8Of(b))
	var s *Snapshot
	var err error
	switch {
	case len(b) == 0:
		err = errors.New("it is empty")
	case b[0] == '{':
		s, err = readJSON(b)
	default:
		s, err = readText(string(b))
	}
	if err != nil {
		return nil, fmt.Errorf("%q is neither a program nor a snapshot, nor what 'go env -json' or 'go version -m FILE' prints: %w", name, err)
	}
	s.Name = name
	gohome := ""
	if x, ok := s.Setting("GOENV"); ok && s.Kind == GoEnv { // a snapshot was cleaned where the home directory was known
		gohome = homeOf(x.Value)
	}
	newCleaner(gohome).clean(s)
	return s.sort(), nil
}

// utf8Of undoes what Windows PowerShell does to a text that it redirects: UTF-16 with a mark before it.
func utf8Of(b []byte) []byte {
	little := bytes.HasPrefix(b, []byte{0xff, 0xfe})
	if !little && !bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		x, y := uint16(b[i]), uint16(b[i+1])
		if little {
			x, y = y, x
		}
		units = append(units, x<<8|y)
	}
	var out []byte
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

func readJSON(b []byte) (*Snapshot, error) {
	var doc struct {
		Schema   string    `json:"schema"`
		Snapshot *Snapshot `json:"snapshot"`
	}
	err := json.Unmarshal(b, &doc)
	switch {
	case doc.Schema != "" && err != nil:
		return nil, err
	case doc.Schema != "" && !strings.HasPrefix(doc.Schema, "godoctor/v1"):
		return nil, fmt.Errorf("its schema is %q, and this godoctor reads godoctor/v1", doc.Schema)
	case doc.Snapshot != nil:
		return doc.Snapshot, doc.Snapshot.whole()
	case doc.Schema != "":
		return nil, errors.New("it is an answer of another command of godoctor: 'godoctor snapshot' writes what is compared")
	}
	values := make(map[string]json.RawMessage)
	if err := json.Unmarshal(b, &values); err != nil {
		return nil, err
	}
	s := &Snapshot{Kind: GoEnv}
	for key, raw := range values {
		var value string
		if json.Unmarshal(raw, &value) == nil {
			s.env(key, value)
		}
	}
	return s.goEnv()
}

// whole says what keeps a snapshot that came from outside from being one.
func (s *Snapshot) whole() error {
	switch built := s.Program != nil; s.Kind {
	case Machine, GoEnv:
		if built {
			return fmt.Errorf("it is of the kind %q, and a program is in it", s.Kind)
		}
	case Program, Version:
		if !built {
			return fmt.Errorf("it is of the kind %q, and no program is in it", s.Kind)
		}
	default:
		return fmt.Errorf("no godoctor knows snapshots of the kind %.40q", s.Kind)
	}
	return nil
}

// env takes a setting of go env.
func (s *Snapshot) env(key, value string) {
	switch key {
	case "GOGCCFLAGS": // a directory of the run is in it
	case "GOFLAGS":
		s.flags(value)
		fallthrough
	default:
		s.Settings = append(s.Settings, Setting{Key: key, Value: value})
	}
}

// goEnv completes what go env says.
func (s *Snapshot) goEnv() (*Snapshot, error) {
	goos, ok := s.Setting("GOHOSTOS")
	arch, _ := s.Setting("GOHOSTARCH")
	if !ok || goos.Value == "" {
		return nil, errors.New("no GOHOSTOS is in it: give all of 'go env -json'")
	}
	s.Host = goos.Value + "/" + arch.Value
	if v, ok := s.Setting("GOVERSION"); ok {
		s.Go = v.Value
	}
	return s, nil
}

// homeOf is the home directory that the place of the GOENV file tells (os.UserConfigDir).
func homeOf(goenv string) string {
	for _, below := range []string{"/.config/go/env", "/Library/Application Support/go/env", `\AppData\Roaming\go\env`} {
		if home, ok := strings.CutSuffix(goenv, below); ok {
			return home
		}
	}
	return ""
}

// readText reads go env, as a shell or cmd.exe would have it, or go version -m.
func readText(text string) (*Snapshot, error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if strings.Contains(text, "\tpath\t") || strings.Contains(text, "\tmod\t") {
		return readVersion(lines)
	}
	s := &Snapshot{Kind: GoEnv}
	for _, l := range lines {
		key, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(l), "set "), "=")
		if ok && key != "" && strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
			if n := len(value); n >= 2 && (value[0] == '\'' || value[0] == '"') && value[n-1] == value[0] {
				value = strings.ReplaceAll(value[1:n-1], `'"'"'`, "'")
			}
			s.env(key, value)
		}
	}
	return s.goEnv()
}
