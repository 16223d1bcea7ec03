package cachetest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A BuildKind says what a build cache entry is the output of.
type BuildKind int

const (
	KindPackage    BuildKind = iota // the compiled archive of a package
	KindMain                        // the same of package main: the header says so
	KindIndex                       // the module index of an extracted directory
	KindSources                     // the list of the files that were compiled
	KindTestLog                     // what a cached test opened and read
	KindTestOutput                  // what a cached test printed
	KindVet                         // facts that vet exports of a package
	KindEmpty                       // no output, for example a compiler that said nothing
	KindExecutable                  // a program that go run or go tool built, in a directory of its own
)

// A BuildEntry describes one entry of the build cache. Two entries that differ in nothing are the
// same entry.
type BuildEntry struct {
	Kind      BuildKind
	Package   string // import path; of an executable, its last element names the file
	GoVersion string // "go1.26.8"
	GOOS      string // default linux
	GOARCH    string // default amd64
	Dir       string // KindIndex: the extracted directory as GOMODCACHE spells it
	Size      int    // bytes of output; less than the header of the kind means the header alone
	Seed      uint64 // tells entries apart that are alike otherwise: another set of flags, an edit
	Output    []byte // takes the place of the generated output

	Made time.Time // the time inside the action file; zero means Used
	Used time.Time // modification time of both files; zero leaves the present
}

// BuildEntry writes the pair of files of one entry. Where the output is there already, another
// action had the same one; it keeps the later of the two times, as after a use.
func (m *Machine) BuildEntry(e BuildEntry) error {
	out, data := e.output()
	made := e.Made
	for _, t := range []time.Time{e.Used, m.now, Released} {
		if made.IsZero() {
			made = t
		}
	}
	id := e.ActionID()
	action := fmt.Sprintf("v1 %x %x %20d %20d\n", id, out, len(data), made.UnixNano())
	if err := m.write(m.entry(id, "a"), []byte(action), 0o666, e.Used); err != nil {
		return err
	}
	file := m.entry(out, "d")
	if e.Kind == KindExecutable {
		if err := m.write(filepath.Join(file, e.base()), data, 0o777, e.Used); err != nil {
			return err
		}
		return m.touch(file, e.Used)
	}
	if info, err := os.Lstat(file); err == nil && info.ModTime().After(e.Used) {
		return nil
	}
	return m.write(file, data, 0o666, e.Used)
}

// ActionFile returns the -a file of e.
func (m *Machine) ActionFile(e BuildEntry) string { return m.entry(e.ActionID(), "a") }

// OutputFile returns the -d file of e; for an executable it is a directory.
func (m *Machine) OutputFile(e BuildEntry) string {
	out, _ := e.output()
	return m.entry(out, "d")
}

func (m *Machine) entry(id [32]byte, key string) string {
	return filepath.Join(m.GOCACHE, fmt.Sprintf("%02x", id[0]), fmt.Sprintf("%x-%s", id, key))
}

// ActionID returns the name of the action file. For a module index it is the true one, which a
// program can work out from the Go version and the directory; the others are as good as random.
func (e BuildEntry) ActionID() [32]byte {
	if e.Kind == KindIndex {
		salt, _, _ := strings.Cut(e.GoVersion, " X:")
		return sha256.Sum256([]byte(salt + "module index " + e.GoVersion + " go index v2 " + e.Dir + "\n"))
	}
	return e.hash("action")
}

// hash mixes what tells entries apart.
func (e BuildEntry) hash(what string) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "cachetest %s %d %q %q %q %q %q %d %d %x",
		what, e.Kind, e.Package, e.GoVersion, e.goos(), e.goarch(), e.Dir, e.Size, e.Seed, e.Output))
}

func (e BuildEntry) base() string {
	name := e.Package[strings.LastIndexByte(e.Package, '/')+1:]
	if name == "" {
		name = "main"
	}
	if e.goos() == "windows" {
		name += ".exe"
	}
	return name
}

func (e BuildEntry) goos() string   { return orElse(e.GOOS, "linux") }
func (e BuildEntry) goarch() string { return orElse(e.GOARCH, "amd64") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// output returns the data of e and its hash, which is the name of its file.
func (e BuildEntry) output() (id [32]byte, data []byte) {
	data = e.Output
	if data == nil {
		data = e.generate()
	}
	return sha256.Sum256(data), data
}

// noise returns n incompressible bytes that depend on e alone.
func (e BuildEntry) noise(n int) []byte {
	b := make([]byte, max(n, 0))
	rand.NewChaCha8(e.hash("noise")).Read(b)
	return b
}

// BuildCacheFiles writes what the go command keeps beside the entries: README, the 256 directories,
// trim.txt with the time of the last trim, and, unless expired is zero, testexpire.txt with the time
// of the last `go clean -testcache`.
func (m *Machine) BuildCacheFiles(trimmed, expired time.Time) error {
	for i := range 256 {
		if err := os.MkdirAll(filepath.Join(m.GOCACHE, fmt.Sprintf("%02x", i)), 0o777); err != nil {
			return err
		}
	}
	if err := m.write(filepath.Join(m.GOCACHE, "README"), []byte(cacheREADME), 0o666, time.Time{}); err != nil {
		return err
	}
	trim := strconv.FormatInt(trimmed.Unix(), 10)
	if err := m.write(filepath.Join(m.GOCACHE, "trim.txt"), []byte(trim), 0o666, trimmed); err != nil {
		return err
	}
	if expired.IsZero() {
		return nil
	}
	expire := strconv.FormatInt(expired.UnixNano(), 10) + "\n"
	return m.write(filepath.Join(m.GOCACHE, "testexpire.txt"), []byte(expire), 0o666, expired)
}

const cacheREADME = "This directory holds cached build artifacts from the Go build system.\n" +
	"Run \"go clean -cache\" if the directory is getting too large.\n" +
	"Run \"go clean -fuzzcache\" to delete the fuzz cache.\n" +
	"See go.dev to learn more about Go.\n"

// FuzzCorpus writes the inputs that fuzzing a function of a package has found.
func (m *Machine) FuzzCorpus(pkg, function string, t time.Time, inputs ...[]byte) error {
	for _, input := range inputs {
		text := fmt.Appendf(nil, "go test fuzz v1\n[]byte(%q)\n", input)
		sum := sha256.Sum256(text)
		name := fmt.Sprintf("%016x", binary.BigEndian.Uint64(sum[:]))
		file := filepath.Join(m.GOCACHE, "fuzz", filepath.FromSlash(pkg), function, name)
		if err := m.write(file, text, 0o666, t); err != nil {
			return err
		}
	}
	return nil
}
