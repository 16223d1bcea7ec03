package bundle

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"godoctor/doctor/sumdb"
	"godoctor/scan/cachetest"
	"godoctor/scan/sum"
)

// A hostile is an archive that is not to be believed, and what the refusal has to name.
type hostile struct {
	what  string
	bytes []byte
	names string // in the refusal
}

// TestHostile refuses every archive of a list, by name, writes nothing, and needs little memory.
func TestHostile(t *testing.T) {
	l := newLab(t)
	in := l.making("base")
	_, err := Make(t.Context(), in)
	check(t, err)
	base := forge(t, in.Target)
	var all []hostile
	for _, make := range []func(*forgery) []hostile{hostileNames, hostileMembers, hostileSizes, hostileBytes, hostileLies, hostileZips, hostileManifests, hostileCuts} {
		all = append(all, make(base)...)
	}
	if len(all) < 200 {
		t.Errorf("only %d archives are made", len(all))
	}
	dir := filepath.Join(l.m.Root, "hostile")
	check(t, os.Mkdir(dir, 0o777))
	write(t, filepath.Join(dir, "000"), base.archive())
	for i, h := range all {
		write(t, filepath.Join(dir, fmt.Sprintf("%03d", i+1)), h.bytes)
	}
	before := listing(t, l.m.Root)
	said, memory := refusals(t, dir)
	if after := listing(t, l.m.Root); after != before {
		t.Errorf("something was written:\n%s\nbefore:\n%s", after, before)
	}
	if len(said) != len(all)+1 || said[0] != "" {
		t.Fatalf("%d of %d were looked at, and of the one that nobody changed it says %q", len(said), len(all)+1, said[0])
	}
	for i, h := range all {
		switch err := said[i+1]; {
		case err == "":
			t.Errorf("%d, %s: it is believed", i, h.what)
		case !strings.Contains(err, h.names):
			t.Errorf("%d, %s: %s does not name %q", i, h.what, err, h.names)
		}
	}
	if memory > 256<<20 {
		t.Errorf("it took %d MiB of memory", memory>>20)
	}
	t.Logf("%d archives, %d MiB", len(all), memory>>20)
}

// TestMain is the program that refuses archives, where it is started as that: its memory is that of a reader alone.
func TestMain(m *testing.M) {
	if dir := os.Getenv("GODOCTOR_TEST_BUNDLES"); dir != "" {
		list, _ := os.ReadDir(dir)
		var out answers
		for _, e := range list {
			text := ""
			if err := refusal(filepath.Join(dir, e.Name())); err != nil {
				text = err.Error()
			}
			out.Said = append(out.Said, text)
		}
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		out.Memory = stats.Sys // it never falls
		json.NewEncoder(os.Stdout).Encode(out)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// answers are what it says.
type answers struct {
	Said   []string
	Memory uint64
}

// refusals starts the program that refuses all archives of a directory, and gives what it says of each, and the memory that
// it took at most, in bytes.
func refusals(t *testing.T, dir string) (said []string, memory uint64) {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "GODOCTOR_TEST_BUNDLES="+dir)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	check(t, err)
	var out answers
	check(t, json.Unmarshal(text, &out))
	return out.Said, out.Memory
}

func write(t testing.TB, file string, data []byte) string {
	t.Helper()
	check(t, os.WriteFile(file, data, 0o666))
	return file
}

// refusal is why a bundle is not believed; nil if it is.
func refusal(path string) error {
	b, err := Open(path)
	if err != nil {
		return err
	}
	defer b.Close()
	db, err := sumdb.Open(sumdb.Settings{GOSUMDB: cachetest.SumDBKey()}, "", filepath.Join(filepath.Dir(path), "nowhere"), nil, sumdb.Options{Files: b.SumFile})
	if err != nil {
		return err
	}
	r, err := b.Check(context.Background(), Witness{DB: db, Key: db.Key()}, nil)
	if err != nil {
		return err
	}
	if !r.OK() {
		return r.First()
	}
	for i := range r.Modules {
		if m := &r.Modules[i]; m.Proof == ByNobody {
			return fmt.Errorf("%s: nobody stands for it", m.ID())
		}
	}
	return nil
}

// listing is every name below a directory, and when it was changed.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	check(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		fmt.Fprintln(&b, name, fi.ModTime(), fi.Size())
		return err
	}))
	return b.String()
}

// someZip, someMod and someInfo are files of the base.
const (
	someZip  = "example.com/gamma/@v/v1.1.0.zip"
	someMod  = "example.com/gamma/@v/v1.1.0.mod"
	someInfo = "example.com/gamma/@v/v1.1.0.info"
)

var badNames = []string{
	"../evil", "../../etc/passwd", "example.com/gamma/@v/../../../evil", "example.com/../evil/@v/v1.0.0.mod", "/etc/passwd", "//evil", "./evil",
	`C:\evil`, `C:/evil`, `example.com\gamma\@v\v1.0.0.mod`, "CON", "nul.mod", "example.com/con/@v/v1.0.0.mod", "example.com/aux.go/@v/v1.0.0.zip",
	"example.com/gamma./@v/v1.0.0.mod", "example.com/gamma /@v/v1.0.0.mod", "example.com/GAMMA/@v/v1.1.0.mod", "EXAMPLE.com/gamma/@v/v1.1.0.zip",
	"example.com/g\u00e4mma/@v/v1.0.0.mod", "example.com/ga\u0308mma/@v/v1.0.0.mod", "example.com/" + strings.Repeat("m", 300) + "/@v/v1.0.0.mod",
	"example.com/" + strings.Repeat("m/", 600) + "m/@v/v1.0.0.mod", "example.com/gamma/@v/v1.1.0.exe", "example.com/gamma/@v/v1.1.0", "example.com/gamma/@v/latest.mod",
	"example.com/gamma/@v/v1.1.0+x.zip", "example.com/gamma/@v/v1.mod", "example.com/gamma/v1.1.0.zip", "example.com/gamma@v1.1.0/g.go", "sumdb/../../evil",
	"sumdb/" + cachetest.SumDBName + "/tile/8/0/../x", "sumdb/" + cachetest.SumDBName + "/tile/8/0/1", "sumdb/" + cachetest.SumDBName + "/tile/9/0/000", "sumdb/" + cachetest.SumDBName + "/tile/8/data/000",
	"sumdb/" + cachetest.SumDBName + "/lookup/example.com/gamma", "sumdb/" + cachetest.SumDBName + "/evil", "sumdb/evil.example.com/latest", "godoctor/evil", ".git/config", "index.html",
	"example.com/gamma/@v/v1.1.0.mod/", "example.com/gamma/@v/list/x", "example.com/\x1b[31m/@v/v1.0.0.mod", "example.com/ga\nmma/@v/v1.0.0.mod", "example.com/\xff/@v/v1.0.0.mod",
}

// hostileNames are names that no bundle has, in manifest and archive, and in the archive alone.
func hostileNames(base *forgery) (out []hostile) {
	for _, name := range badNames {
		short := name[:min(len(name), 20)]
		if strings.ContainsAny(short, "\\\x1b\n\u00e4\u0308") || !utf8.ValidString(short) {
			short = ""
		}
		out = append(out, hostile{"name in both: " + name, base.clone().rename(someMod, name).archive(), short})
		f := base.clone()
		f.header = func(have string, size int64) []byte {
			if have == someMod {
				return rawHeader(name, size, tar.TypeReg)
			}
			return nil
		}
		out = append(out, hostile{"name in the archive: " + name, f.archive(), someMod})
	}
	return out
}

// hostileMembers are members of another kind, and such as are there twice.
func hostileMembers(base *forgery) (out []hostile) {
	for _, kind := range []byte{tar.TypeLink, tar.TypeSymlink, tar.TypeDir, tar.TypeFifo, tar.TypeChar, tar.TypeBlock, tar.TypeGNUSparse, tar.TypeCont, 'Z'} {
		for _, name := range []string{someZip, someInfo, "sumdb/" + cachetest.SumDBName + "/latest"} {
			f := base.clone()
			f.header = func(have string, size int64) []byte {
				if have != name {
					return nil
				}
				h := rawHeader(name, size, kind)
				copy(h[157:], "../../../../etc/passwd")
				return h
			}
			out = append(out, hostile{fmt.Sprintf("a %q in place of %s", kind, name), f.archive(), name})
		}
	}
	for _, h := range []tar.Header{
		{Typeflag: tar.TypeReg, Name: someZip, PAXRecords: map[string]string{"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}, Format: tar.FormatPAX},
	} {
		if b := sparse(h.Name); b != nil {
			f := base.clone()
			f.header = func(have string, size int64) []byte {
				if have == h.Name {
					return b
				}
				return nil
			}
			out = append(out, hostile{"a sparse file by PAX", f.archive(), h.Name})
		}
	}
	for _, h := range []tar.Header{{Typeflag: tar.TypeReg, Name: someZip, Uid: 1}, {Typeflag: tar.TypeReg, Name: someZip, Uname: "root"}, {Typeflag: tar.TypeReg, Name: someZip, Format: tar.FormatGNU}} {
		f := base.clone()
		f.header = func(have string, size int64) []byte {
			if have != someZip {
				return nil
			}
			h.Size = size
			return otherHeader(base.t, h)
		}
		out = append(out, hostile{"another header", f.archive(), someZip})
	}
	for _, name := range []string{someZip, ManifestName, "../evil", "evil"} {
		f := base.clone()
		f.tail = append(rawHeader(name, 4, tar.TypeReg), make([]byte, 3*blockSize)...)
		out = append(out, hostile{"behind the end: " + name, f.archive(), "behind the last file"})
		f = base.clone()
		f.m.Files = append(f.m.Files, File{name, 4, hexSum([]byte("evil"))})
		f.data[name] = []byte("evil")
		out = append(out, hostile{"twice in the manifest: " + name, f.archive(), name})
	}
	return out
}

// sparse is a PAX header of a sparse file: 1 TiB of holes.
func sparse(name string) []byte {
	records := "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n" + fmt.Sprintf("%d GNU.sparse.name=%s\n", len(name)+20, name) + "35 GNU.sparse.realsize=1099511627776\n"
	b := append(rawHeader("PaxHeaders.0/x", int64(len(records)), tar.TypeXHeader), records...)
	b = append(b, make([]byte, padding(int64(len(records))))...)
	return append(b, rawHeader(name, 512, tar.TypeReg)...)
}

// hostileSizes are sizes that lie.
func hostileSizes(base *forgery) (out []hostile) {
	for _, name := range []string{someZip, someMod, someInfo} {
		for _, d := range []int64{-1, 1, 512, 1 << 20, 1 << 40} {
			f := base.clone()
			for i := range f.m.Files {
				if f.m.Files[i].Name == name {
					f.m.Files[i].Size += d
				}
			}
			next := name
			if d == 512 { // one block more: what does not fit is the one behind it
				next = "it is not the member"
			}
			out = append(out, hostile{fmt.Sprintf("manifest: %s%+d", name, d), f.archive(), next})
			f = base.clone()
			f.header = func(have string, size int64) []byte {
				if have == name {
					return rawHeader(name, size+d, tar.TypeReg)
				}
				return nil
			}
			out = append(out, hostile{fmt.Sprintf("archive: %s%+d", name, d), f.archive(), name})
		}
	}
	f := base.clone()
	for i := range f.m.Files {
		if f.m.Files[i].Name == someZip {
			f.m.Files[i].Size = -5
		}
	}
	f.header = func(have string, size int64) []byte {
		if have == someZip {
			return rawHeader(have, 0, tar.TypeReg)
		}
		return nil
	}
	return append(out, hostile{"less than nothing", f.archive(), someZip})
}

// hostileBytes has one byte changed in each file, and one digit of each SHA-256.
func hostileBytes(base *forgery) (out []hostile) {
	for i := range base.m.Files {
		name := base.m.Files[i].Name
		if n := len(base.data[name]); n > 0 {
			f := base.clone()
			f.data[name] = bytes.Clone(f.data[name])
			f.data[name][n/2] ^= 1
			out = append(out, hostile{"a bit of " + name, f.archive(), name})
		}
		f := base.clone()
		f.m.Files[i].SHA256 = hexSum([]byte(name))
		out = append(out, hostile{"the SHA-256 of " + name, f.archive(), name})
	}
	return out
}

// hostileCuts end too early, or go on.
func hostileCuts(base *forgery) (out []hostile) {
	whole := len(base.archive())
	for i := 1; i < 20; i++ {
		f := base.clone()
		f.cut = whole * i / 20
		out = append(out, hostile{fmt.Sprintf("cut at %d of 20", i), f.archive(), ": "})
	}
	for _, n := range []int{whole - 1, whole - 512, whole - 1024, 1, 511} {
		f := base.clone()
		f.cut = n
		out = append(out, hostile{fmt.Sprintf("cut at %d", n), f.archive(), ": "})
	}
	f := base.clone()
	f.tail = make([]byte, 1<<20)
	return append(out, hostile{"a megabyte of zeros behind it", f.archive(), "behind the last file"},
		hostile{"empty", []byte{}, "tar archive"}, hostile{"a zip", base.data[someZip], "tar archive"}, hostile{"zeros", make([]byte, 4096), "tar archive"})
}

// zipOf is a zip and its hash, of anything.
func zipHash(t testing.TB, path, version string, zip []byte) string {
	t.Helper()
	r := sum.One(t.Context(), sum.Job{Path: path, Version: version, ZipAt: bytes.NewReader(zip), ZipLen: int64(len(zip))}, sum.Options{})
	return r.Zip.H1
}
