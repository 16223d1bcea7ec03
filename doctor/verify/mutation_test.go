package verify

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	xzip "golang.org/x/mod/zip"

	"godoctor/doctor/config"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

// A mutant is one machine whose version is judged again after each change of a byte. Only that version is: the
// inventory is of the time before, and so are the go.sum files, unless they are what changes.
type mutant struct {
	*lab
	inv   *scan.Inventory
	use   *usage.Result
	index int // of the version
	rand  *rand.Rand
}

func newMutant(t *testing.T) *mutant {
	m := &mutant{lab: newLab(t), rand: rand.New(rand.NewPCG(1, 2))}
	m.inv, m.use = m.look()
	m.index = slices.IndexFunc(m.inv.ModCache.Versions, func(v modcache.Version) bool { return v.Path == m.mod.Path })
	if got := m.judge(); len(got) > 0 {
		t.Fatalf("%+v", got)
	}
	return m
}

// judge verifies the one version.
func (m *mutant) judge() []finding.Finding {
	return Run(m.t.Context(), m.inv, Options{Picked: []int{m.index}, Usage: m.use, Workers: 1}, nil).Findings
}

// checks are the names of what is found of the version.
func (m *mutant) checks() string { return checksOf(&Result{Findings: m.judge()}) }

// each changes each byte of a file in turn, and puts it back: all its bits where all says so, else one of them.
func (m *mutant) each(file string, offsets []int, do func(at int, was, is byte)) {
	m.t.Helper()
	os.Chmod(filepath.Dir(file), 0o777)
	must(m.t, os.Chmod(file, 0o666))
	data, err := os.ReadFile(file)
	must(m.t, err)
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	must(m.t, err)
	defer f.Close()
	for _, at := range offsets {
		is := data[at] ^ 1<<m.rand.IntN(8)
		_, err := f.WriteAt([]byte{is}, int64(at))
		must(m.t, err)
		do(at, data[at], is)
		_, err = f.WriteAt([]byte{data[at]}, int64(at))
		must(m.t, err)
	}
	m.reread()
	if got := m.checks(); got != "" {
		m.t.Fatalf("after %s was put back: %q", file, got)
	}
}

// upTo are all offsets of a file of a size, or about most of them.
func upTo(size, most int) []int {
	var list []int
	for at := 0; at < size; at += max(1, size/most) {
		list = append(list, at)
	}
	return list
}

func sizeOf(t *testing.T, file string) int {
	t.Helper()
	fi, err := os.Stat(file)
	must(t, err)
	return int(fi.Size())
}

// A flipped bit in any byte of a zip is found, or the zip is one that go accepts and unpacks to the same files.
func TestMutatedZip(t *testing.T) {
	m := newMutant(t)
	file := m.file("zip")
	want := unpacked(t, m.mod, file)
	found, harmless := 0, 0
	m.each(file, upTo(sizeOf(t, file), 4000), func(at int, was, is byte) {
		list := m.judge()
		switch {
		case len(list) == 1 && (list[0].Check == "zip-damaged" || list[0].Check == "zip-mismatch"):
			found++
		case len(list) == 0:
			harmless++
			if got := unpacked(t, m.mod, file); got == nil || !equalFiles(got, want) {
				t.Errorf("byte %d, %#x for %#x: nothing is found, and go unpacks something else", at, is, was)
			}
		default:
			t.Errorf("byte %d, %#x for %#x: %+v", at, is, was, list)
		}
	})
	t.Logf("%d bytes: %d found, %d that go does not look at", found+harmless, found, harmless)
	if found < harmless || harmless == 0 {
		t.Errorf("%d found, %d harmless", found, harmless)
	}
}

// Each bit of what stands before and behind the data: of the first local header, the directory and the end.
func TestMutatedZipHeaders(t *testing.T) {
	m := newMutant(t)
	file := m.file("zip")
	data, err := os.ReadFile(file)
	must(t, err)
	want := unpacked(t, m.mod, file)
	directory := bytes.Index(data, []byte("PK\x01\x02"))
	offsets := append(upTo(30, 30), directory, directory+4, directory+8, directory+10, directory+16, directory+20, directory+24,
		directory+28, directory+42, directory+50, len(data)-22, len(data)-14, len(data)-12, len(data)-10, len(data)-6, len(data)-2)
	for _, at := range offsets {
		for bit := range 8 {
			changed := slices.Clone(data)
			changed[at] ^= 1 << bit
			m.write(file, string(changed))
			got := m.checks()
			if got == "" && !equalFiles(unpacked(t, m.mod, file), want) || got != "" && got != "zip-damaged" && got != "zip-mismatch" {
				t.Errorf("byte %d, bit %d: %q", at, bit, got)
			}
		}
	}
}

// unpacked gives the files of a module zip that x/mod accepts, as go does; nil for another.
func unpacked(t *testing.T, mod cachetest.Module, file string) map[string]string {
	t.Helper()
	if _, err := xzip.CheckZip(mod.ID(), file); err != nil {
		return nil
	}
	r, err := zip.OpenReader(file)
	if err != nil {
		return nil
	}
	defer r.Close()
	out := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			return nil
		}
		data, err := io.ReadAll(in)
		in.Close()
		if err != nil {
			return nil
		}
		out[f.Name] = string(data)
	}
	return out
}

func equalFiles(a, b map[string]string) bool {
	if a == nil || len(a) != len(b) {
		return false
	}
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			return false
		}
	}
	return true
}

// Every byte of the small files, and some of each file of the directory.
func TestMutatedParts(t *testing.T) {
	m := newMutant(t)
	h, err := m.mod.Sum()
	must(t, err)
	m.each(m.file("ziphash"), upTo(len(h), len(h)), func(at int, was, is byte) {
		want := "ziphash-wrong"
		text := h[:at] + string(rune(is)) + h[at+1:]
		if is == 0 || is < 0x80 && len(strings.TrimSpace(text)) < len(h) {
			want = "" // go takes that for no hash, and makes it anew
		}
		if got := m.checks(); got != want {
			t.Errorf(".ziphash, byte %d, %#x for %#x: %q, want %q", at, is, was, got, want)
		}
	})
	m.each(m.file("mod"), upTo(len(m.mod.Mod()), 100), func(at int, was, is byte) {
		if got := m.checks(); got != "mod-mismatch" {
			t.Errorf(".mod, byte %d, %#x for %#x: %q", at, is, was, got)
		}
	})
	for name, text := range m.mod.Files {
		m.each(filepath.Join(m.file("dir"), filepath.FromSlash(name)), upTo(len(text), 60), func(at int, was, is byte) {
			if got := m.checks(); got != "sources-modified" {
				t.Errorf("%s, byte %d, %#x for %#x: %q", name, at, is, was, got)
			}
		})
	}
}

// A flipped bit in any byte of a go.sum line: a hash that is another contradicts the cache, and the checksum database
// says that the line is wrong; a name or version that is another leaves a line that lacks, or is nobody's business;
// what is no line any more is malformed. Never is it the module that is called damaged.
func TestMutatedGoSum(t *testing.T) {
	m := newMutant(t)
	db := m.notary()
	file := filepath.Join(m.project, "go.sum")
	data, err := os.ReadFile(file)
	must(t, err)
	seen := map[string]int{}
	for _, i := range []int{0, 1} {
		line := m.sumLine(i)
		start, hash := bytes.Index(data, []byte(line)), strings.Index(line, "h1:")
		m.each(file, sequence(start, start+len(line)), func(at int, was, is byte) {
			m.reread()
			got, withDB := m.checks(), checksOf(Run(t.Context(), m.inv, Options{Picked: []int{m.index}, Usage: m.use, DB: db}, nil))
			seen[got+"/"+withDB]++
			inHash := at-start >= hash+len("h1:") && at-start < len(line)-1
			text := line[:at-start] + string([]byte{is}) + line[at-start+1:]
			whole := len(strings.Fields(text)) == 3 && !strings.ContainsAny(text[:len(text)-1], "\n") && text[len(text)-1] == '\n'
			switch {
			case inHash && whole && withDB != "gosum-wrong",
				inHash && whole && i == 0 && got != "gosum-unsettled",
				inHash && whole && i == 1 && got != "gosum-unsettled":
				t.Errorf("line %d, byte %d, %#x for %#x: %q, with the database %q", i+1, at-start, is, was, got, withDB)
			case !inHash && was != '\n' && got == "" && withDB == "" && strings.Contains(text, m.mod.Path+" "+m.mod.Version+" ") && strings.Contains(text, "h1:"):
				t.Errorf("line %d, byte %d, %#x for %#x: nothing", i+1, at-start, is, was)
			}
			for check := range strings.FieldsSeq(withDB) {
				if !strings.HasPrefix(check, "gosum-") {
					t.Errorf("line %d, byte %d, %#x for %#x: %q with the database", i+1, at-start, is, was, withDB)
				}
			}
		})
	}
	t.Logf("%v", seen)
	for _, check := range []string{"gosum-wrong", "gosum-unsettled", "gosum-malformed"} {
		if !slices.ContainsFunc(keysOf(seen), func(s string) bool { return strings.Contains(s, check) }) {
			t.Errorf("%s never: %v", check, seen)
		}
	}
}

func keysOf(m map[string]int) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	return list
}

func sequence(from, to int) (list []int) {
	for at := from; at < to; at++ {
		list = append(list, at)
	}
	return list
}

// reread reads the go.sum files again.
func (m *mutant) reread() {
	m.t.Helper()
	inv := *m.inv
	inv.Projects = project.Find(m.t.Context(), project.Input{Roots: []string{m.Home}})
	m.use = usage.Look(m.t.Context(), &usage.Input{Inventory: &inv, Config: config.Default(), Now: time.Now()})
}
