package binary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestExamine looks at real programs, of this system and of another one, and asks go for their build IDs.
func TestExamine(t *testing.T) {
	p := build(t)
	w := newWorld(t)
	formats := map[string]string{"windows": "PE", "darwin": "Mach-O"}
	of := func(goos string) string {
		if f, ok := formats[goos]; ok {
			return f
		}
		return "ELF"
	}
	for name, c := range map[string]struct {
		data []byte
		goos string
	}{"native": {p.devel, runtime.GOOS}, "cross": {p.cross, other}} {
		path := w.write(name, c.data)
		f, err := Examine(t.Context(), path)
		must(t, err)
		sum := sha256.Sum256(c.data)
		if f.Format != of(c.goos) || f.SHA256 != hex.EncodeToString(sum[:]) || f.Size.Bytes != int64(len(c.data)) || f.Machine == "" || f.GOOS != c.goos {
			t.Errorf("%s: %+v", name, f)
		}
		out, err := exec.Command("go", "tool", "buildid", path).Output()
		must(t, err)
		if want := strings.TrimSpace(string(out)); f.BuildID != want || want == "" {
			t.Errorf("%s: build ID %q, go says %q", name, f.BuildID, want)
		}
		text := slices.IndexFunc(f.Sections, func(s Section) bool { return strings.HasSuffix(s.Name, "text") })
		if len(f.Sections) < 4 || text < 0 || f.Sections[text].Size == 0 || len(f.Sections[text].SHA256) != 64 {
			t.Errorf("%s: sections %+v", name, f.Sections)
		}
	}
	e, err := elf.NewFile(bytes.NewReader(p.devel))
	if err != nil {
		return // another format here
	}
	f, err := Examine(t.Context(), w.bin("native"))
	must(t, err)
	data, err := e.Section(".text").Data()
	must(t, err)
	sum := sha256.Sum256(data)
	if i := slices.IndexFunc(f.Sections, func(s Section) bool { return s.Name == ".text" }); f.Sections[i].SHA256 != hex.EncodeToString(sum[:]) {
		t.Error("the hash of .text is another one")
	}
}

// TestExamineHostile: headers that lie cost nothing but an answer, and what is no program is said to be none.
func TestExamineHostile(t *testing.T) {
	p := build(t)
	w := newWorld(t)
	for i := range 48 {
		data := bytes.Clone(p.devel[:min(len(p.devel), 64<<10)])
		for j := range 8 {
			data[16+(i*8+j)%1024] = 0xff
		}
		f, err := Examine(t.Context(), w.write("lies", data))
		must(t, err)
		var total int64
		for _, s := range f.Sections {
			total += s.Size
		}
		if total > shareMax*int64(len(data)) {
			t.Errorf("%d: %d bytes were hashed of %d", i, total, len(data))
		}
	}
	f, err := Examine(t.Context(), w.write("text", []byte("hello")))
	must(t, err)
	if f.Format != "unknown" || f.Sections != nil || f.Problem == "" || Recognised([]byte("hello, world and more")) {
		t.Errorf("%+v", f)
	}
	if _, err := Examine(t.Context(), w.bin("nothing")); err == nil {
		t.Error("there is no such file")
	}
	if err := os.Mkdir(w.bin("dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Examine(t.Context(), w.bin("dir")); err == nil {
		t.Error("a directory is no program")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Examine(ctx, w.write("devel", p.devel)); err == nil {
		t.Error("the context does not end it")
	}
}
