package remedy

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// FuzzHeld: whatever the manifest of an entry of the quarantine says, what it is put back as lies below the module cache, and
// is a version there or a file of the local copy of a checksum database.
func FuzzHeld(f *testing.F) {
	for _, m := range []manifest{
		{Schema: "godoctor/v1", Run: "20261126-214501", Made: time.Unix(1795000000, 0), Module: "example.com/A", Version: "v1.0.0", Part: plan.Version, DirMode: 0o755},
		{Schema: "godoctor/v1", Part: asidePart, Module: asideRoot + "sum.example.com/tile/8/0/000"},
		{Schema: "godoctor/v1", Part: asidePart, Module: asideRoot + "../../../x"},
		{Schema: "godoctor/v1", Part: plan.Version, Module: "../x", Version: "v1.0.0"},
		{Schema: "godoctor/v2"},
	} {
		b, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeManifest(b)
		if err != nil {
			return
		}
		list := []string{m.Module}
		if m.Part != asidePart {
			n, err := plan.Places(module.Version{Path: m.Module, Version: m.Version})
			if err != nil || !m.Part.OfVersion() {
				t.Fatalf("%+v is believed: %v", m, err)
			}
			list = []string{n.Dir, n.Zip, n.Ziphash, n.Mod, n.Info, n.Lock, n.Partial}
		} else if !strings.HasPrefix(m.Module, asideRoot) {
			t.Fatalf("%q is believed", m.Module)
		}
		for _, name := range list {
			if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || strings.ContainsAny(name, "\\\x00") {
				t.Fatalf("%+v would lie at %q", m, name)
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := decodeManifest(again); err != nil || n.Module != m.Module || n.Part != m.Part || !n.Made.Equal(m.Made) {
			t.Fatalf("%+v becomes %+v, %v", m, n, err)
		}
	})
}

// FuzzSumEdits: lines of a text are changed, removed and added, and taken back: it is the text that it was, but for a line
// end that its last line lacked. Each edit is two bytes: which line, and what becomes of it.
func FuzzSumEdits(f *testing.F) {
	f.Add([]byte("a v1 h1:x\nb v1 h1:y\r\n\nc v1 h1:z\n"), []byte{0, 0, 1, 1, 3, 0, 0, 2})
	f.Add([]byte("a\na\na"), []byte{0, 0, 1, 0, 2, 0, 0, 2})
	f.Add([]byte("new 2\na\n"), []byte{0, 2, 1, 3})
	f.Add([]byte(""), []byte{0, 2})
	f.Fuzz(func(t *testing.T, text, ops []byte) {
		lines := strings.Split(string(bytes.TrimSuffix(text, []byte("\n"))), "\n")
		var edits []finding.Edit
		var kept []state.LineEdit
		taken := map[int]bool{}
		for ; len(ops) > 1 && len(edits) < 20; ops = ops[2:] {
			i := int(ops[0]) % len(lines)
			e := finding.Edit{Line: i + 1, Old: lines[i]}
			switch ops[1] % 3 {
			case 1:
				e.New = "new " + string('0'+ops[1]%8)
			case 2:
				e = finding.Edit{New: "new " + string('0'+ops[1]%8)}
			}
			if e.Line > 0 && (taken[i] || e.Old == "") {
				continue
			}
			taken[i] = taken[i] || e.Line > 0
			edits = append(edits, e)
			kept = append(kept, state.LineEdit{Line: e.Line, Old: e.Old, New: e.New})
		}
		after, err := edited(text, edits)
		if err != nil {
			t.Fatalf("%q, %+v: %v", text, edits, err)
		}
		back, err := unedited(after, kept)
		if err != nil {
			t.Fatalf("%q, %+v: %q: %v", text, edits, after, err)
		}
		if !bytes.Equal(back, text) && !bytes.Equal(back, append(bytes.Clone(text), '\n')) {
			t.Fatalf("%q, %+v: %q, and back: %q", text, edits, after, back)
		}
	})
}

// FuzzUnedit: a history that says anything brings nothing down, and takes back all of it or nothing: what it gives is made of
// lines that were there or that it names.
func FuzzUnedit(f *testing.F) {
	f.Add([]byte("a\nb\n"), []byte(`[{"line":1,"old":"x","new":"a"},{"line":3,"old":"y","new":""}]`))
	f.Add([]byte("a"), []byte(`[{"line":-1,"old":"x","new":"a"},{"line":0,"old":"","new":"a"},{"line":9223372036854775807}]`))
	f.Fuzz(func(t *testing.T, text, history []byte) {
		var edits []state.LineEdit
		if json.Unmarshal(history, &edits) != nil {
			return
		}
		back, err := unedited(text, edits)
		if err != nil {
			if back != nil {
				t.Fatalf("an error and %q", back)
			}
			return
		}
		allowed := map[string]bool{"": true}
		for _, s := range strings.Split(string(text), "\n") {
			allowed[s] = true
		}
		for _, e := range edits {
			for _, s := range strings.Split(e.Old, "\n") {
				allowed[s] = true
			}
		}
		for _, s := range strings.Split(string(back), "\n") {
			if !allowed[s] {
				t.Fatalf("%q, %+v: the line %q of %q is of nobody", text, edits, s, back)
			}
		}
	})
}

// FuzzWaits: a name that was left in place for undo is told apart from what is to be deleted and from what go makes, whatever stands
// behind it, and leads to the version that it is of.
func FuzzWaits(f *testing.F) {
	const run = "20261126-214501-001"
	for _, s := range []string{".godoctor-keep-" + run + "-1", ".tmp-godoctor-keep-" + run + "-1", ".tmp-godoctor-20261126-214501-1", ".godoctor-keep-", "/b@v1.0.0.godoctor-keep-20200101-000000-1", ".godoctor-keep-20261126-214501-1\n"} {
		for _, before := range []string{"zip", "ziphash", "mod", "", "lock"} {
			f.Add(before + s)
		}
	}
	f.Fuzz(func(t *testing.T, rest string) {
		file, dir := keptBy(run)
		kind, keptAsFile := file(rest)
		_, keptAsDir := dir(rest)
		_, oursAsFile := oursFile(rest)
		_, oursAsDir := oursDir(rest)
		if (keptAsFile || keptAsDir) && (oursAsFile || oursAsDir) || keptAsFile && keptAsDir {
			t.Fatalf("%q waits for undo and is to be deleted", rest)
		}
		if (keptAsFile || keptAsDir) && (strings.HasSuffix(rest, ".tmp") || strings.HasPrefix(rest, ".tmp-")) {
			t.Fatalf("go sweeps %q away", rest)
		}
		for _, rel := range []string{"example.com/m@v1.0.0" + rest, "cache/download/example.com/m/@v/v1.0.0." + rest} {
			h, ok := heldHere(rel)
			isFile := strings.HasPrefix(rel, "cache")
			if ok && h.Version != "v1.0.0" && strings.HasPrefix(h.Version, "v1.0.0") {
				continue // what stands behind it belongs to the version
			}
			if ours := h.Run == run; ours && ok != (keptAsFile && isFile || keptAsDir && !isFile) {
				t.Fatalf("%q waits: %v; of kind %q %v, %v", rel, ok, kind, keptAsFile, keptAsDir)
			}
			if _, scrap := scrapOf(rel); ok && (scrap || h.Module != "example.com/m" || h.Version != "v1.0.0" || h.Made.IsZero()) {
				t.Fatalf("%q is %+v, and to be deleted: %v", rel, h, scrap)
			}
		}
	})
}
