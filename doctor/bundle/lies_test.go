package bundle

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/cachetest"
	"godoctor/scan/sum"
)

const db = "sumdb/" + cachetest.SumDBName + "/"

// hostileLies are bundles in which everything fits together, because he who forged them computed all hashes anew; what he
// lacks is the key.
func hostileLies(base *forgery) (out []hostile) {
	t := base.t
	add := func(what, names string, f *forgery) { out = append(out, hostile{what, f.archive(), names}) }
	evil := gamma1
	evil.Files = map[string]string{"g.go": "package gamma\n\nconst G = 666\n"}
	data, err := evil.Zip()
	check(t, err)
	f := base.clone().put(someZip, data)
	f.module("example.com/gamma").Zip = zipHash(t, "example.com/gamma", "v1.1.0", data)
	add("another zip with its h1", "example.com/gamma@v1.1.0", f)
	hash := f.module("example.com/gamma").Zip
	true1 := base.module("example.com/gamma").Zip
	look := db + "lookup/example.com/gamma@v1.1.0"
	g := f.clone().put(look, []byte(strings.Replace(string(f.data[look]), true1, hash, 1)))
	add("another zip, h1 and record", "example.com/gamma@v1.1.0", g)
	add("no record, and said so", "example.com/gamma@v1.1.0", unrecorded(f.clone(), "example.com/gamma"))
	add("a true zip without its record", "example.com/gamma@v1.1.0", unrecorded(base.clone(), "example.com/gamma"))
	mod := []byte("module example.com/gamma\n\nrequire example.com/evil v1.0.0\n")
	f = base.clone().put(someMod, mod)
	f.module("example.com/gamma").Mod = sum.Mod(mod)
	add("another go.mod file with its h1", "example.com/gamma@v1.1.0", f)
	add("another go.mod file without", someMod, base.clone().put(someMod, mod))
	add("another zip without its h1", someZip, base.clone().put(someZip, data))
	add("the zip of another module", someZip, base.clone().put(someZip, base.data["example.com/!beta/@v/v0.1.0-!r!c1.zip"]))
	f = base.clone()
	a, b := f.module("example.com/gamma"), f.module("example.com/Beta")
	a.Zip, b.Zip = b.Zip, a.Zip
	add("hashes of two modules swapped", "v0.1.0-!r!c1.zip", f)
	other := db + "lookup/example.com/!beta@v0.1.0-!r!c1"
	f = base.clone()
	one, two := f.data[look], f.data[other]
	add("records of two modules swapped", "example.com/", f.put(look, two).put(other, one))
	for _, info := range []string{"", "null", "{}", `{"Version":"v1.0.0"}`, "<html>", strings.Repeat("[", 100000)} {
		add("another .info: "+info[:min(len(info), 10)], someInfo, base.clone().put(someInfo, []byte(info)))
	}
	add("another list", "example.com/gamma/@v/list", base.clone().put("example.com/gamma/@v/list", []byte("v1.1.0\nv9.9.9\n")))
	add("another @latest", "example.com/gamma/@latest", base.clone().put("example.com/gamma/@latest", []byte(`{"Version":"v9.9.9"}`)))
	add("another head", db+"latest", base.clone().put(db+"latest", []byte("go.sum database tree\n1\nx\n")))
	add("supported with a content", db+"supported", base.clone().put(db+"supported", []byte("x")))
	return append(out, lyingSums(base, look)...)
}

// unrecorded takes the record of a module away.
func unrecorded(f *forgery, path string) *forgery {
	x := f.module(path)
	x.Recorded = false
	name, err := lookupOf(x.ID(), cachetest.SumDBName)
	check(f.t, err)
	return f.drop(name)
}

// lyingSums are heads, records and tiles of somebody without the key, and older ones.
func lyingSums(base *forgery, look string) (out []hostile) {
	add := func(what, names string, f *forgery) { out = append(out, hostile{what, f.archive(), names}) }
	note := base.m.SumDB.Head
	for i, change := range []func(string) string{
		func(s string) string { return "" },
		func(s string) string { return strings.Replace(s, "\n", "\n9", 1) }, // more records
		func(s string) string { return s[:len(s)-3] + "AA\n" },              // another signature
		func(s string) string { return strings.Replace(s, "— ", "- ", 1) },
		func(s string) string { return strings.SplitAfter(s, "\n\n")[0] }, // no signature
		func(s string) string { return s + s },
	} {
		text := string(base.data[look])
		f := base.clone().put(look, []byte(strings.Replace(text, note, change(note), 1)))
		add(fmt.Sprintf("head %d of a record", i), "example.com/gamma@v1.1.0", f)
	}
	for i, text := range []string{"", "0", "x\n", "-1" + string(base.data[look]), "99" + string(base.data[look]), string(base.data[look])[:40]} {
		add(fmt.Sprintf("record %d", i), "example.com/gamma@v1.1.0", base.clone().put(look, []byte(text)))
	}
	for name, data := range base.data {
		tile, err := tlog.ParseTilePath(strings.TrimPrefix(name, db))
		if err != nil {
			continue
		}
		add("a tile of zeros", "example.com/", base.clone().put(name, make([]byte, len(data))))
		add("a short tile", "example.com/", base.clone().put(name, data[:len(data)-1]))
		add("an empty tile", "example.com/", base.clone().put(name, nil))
		if tile.L == 0 {
			add("no tile", "example.com/", base.clone().drop(name))
		}
	}
	f := base.clone()
	f.m.SumDB.Key = "sum.golang.org+033de0ae"
	return append(out, hostile{"the key of another database", f.archive(), "nobody stands"})
}

// hostileZips are zips that unpack to more than they should, are nested in themselves, or say two things. The h1 in the
// manifest is that of the true one: nobody has one of these signed.
func hostileZips(base *forgery) (out []hostile) {
	t := base.t
	prefix := "example.com/gamma@v1.1.0/"
	made := func(fill func(w *zip.Writer)) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		fill(w)
		check(t, w.Close())
		return b.Bytes()
	}
	file := func(w *zip.Writer, name string, r io.Reader) {
		f, err := w.Create(name)
		check(t, err)
		_, err = io.Copy(f, r)
		check(t, err)
	}
	bomb := made(func(w *zip.Writer) { file(w, prefix+"bomb", io.LimitReader(zeroReader{}, 64<<20)) })
	lying := bytes.Clone(bomb) // says that it has ten bytes
	i := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	copy(lying[i+24:], []byte{10, 0, 0, 0})
	huge := bytes.Clone(bomb)
	copy(huge[i+24:], []byte{0xf0, 0xff, 0xff, 0xff})
	many := made(func(w *zip.Writer) {
		for n := range 70_000 {
			file(w, fmt.Sprintf("%sf%d", prefix, n), strings.NewReader(""))
		}
	})
	true1 := base.data[someZip]
	for _, z := range []struct {
		what string
		zip  []byte
	}{
		{"a bomb", bomb}, {"a bomb that says it is small", lying}, {"one that says it is huge", huge}, {"70,000 files", many},
		{"no zip", []byte("PK\x03\x04")}, {"empty", nil}, {"cut", true1[:len(true1)/2]},
		{"slip", made(func(w *zip.Writer) { file(w, prefix+"../../evil", strings.NewReader("x")) })},
		{"absolute", made(func(w *zip.Writer) { file(w, "/etc/evil", strings.NewReader("x")) })},
		{"twice", made(func(w *zip.Writer) {
			file(w, prefix+"g.go", strings.NewReader("x"))
			file(w, prefix+"g.go", strings.NewReader("y"))
		})},
		{"case twins", made(func(w *zip.Writer) {
			file(w, prefix+"g.go", strings.NewReader("x"))
			file(w, prefix+"G.go", strings.NewReader("y"))
		})},
		{"overlapping", overlapping(made(func(w *zip.Writer) {
			file(w, prefix+"a", strings.NewReader(strings.Repeat("x", 5000)))
			file(w, prefix+"b", strings.NewReader(strings.Repeat("y", 5000)))
		}))},
	} {
		out = append(out, hostile{"zip: " + z.what, base.clone().put(someZip, z.zip).archive(), someZip})
	}
	return out
}

// overlapping has both entries of the directory of a zip point to the first file.
func overlapping(z []byte) []byte {
	z = bytes.Clone(z)
	i := bytes.LastIndex(z, []byte("PK\x01\x02"))
	copy(z[i+42:], []byte{0, 0, 0, 0})
	return z
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// hostileManifests are manifests that nobody has written as they should be.
func hostileManifests(base *forgery) (out []hostile) {
	text, err := base.m.Encode()
	check(base.t, err)
	with := func(what, names string, text []byte) {
		f := base.clone()
		f.text = append([]byte{}, text...)
		out = append(out, hostile{"manifest: " + what, f.archive(), names})
	}
	with("empty", "manifest", nil)
	with("no JSON", "manifest", []byte("<html>"))
	with("null", "schema", []byte("null\n"))
	with("white space", "manifest", append([]byte(" "), text...))
	with("something behind it", "manifest", append(slices.Clone(text), "{}"...))
	with("a key twice", "twice", bytes.Replace(text, []byte(`"since": "",`), []byte(`"since": "",`+"\n"+` "since": "",`), 1))
	with("a key in upper case", "written", bytes.Replace(text, []byte(`"since"`), []byte(`"Since"`), 1))
	with("deep", "manifest", []byte(strings.Repeat(`{"modules":[`, 20000)))
	with("17 MiB", "too large", make([]byte, 17<<20))
	with("another schema", "godoctor/bundle/v9", bytes.Replace(text, []byte("bundle/v1"), []byte("bundle/v9"), 1))
	add := func(what, names string, f *forgery) {
		out = append(out, hostile{"manifest: " + what, f.archive(), names})
	}
	add("an unknown key", "not known", base.clone().raw(func(m map[string]any) { m["evil"] = true }))
	add("sizes as text", "manifest", base.clone().raw(func(m map[string]any) { m["files"].([]any)[0].(map[string]any)["size"] = "1" }))
	change := func(what, names string, do func(m *Manifest)) {
		f := base.clone()
		do(&f.m)
		add(what, names, f)
	}
	change("no modules", "modules", func(m *Manifest) { m.Modules = nil })
	change("modules of none", "belongs to no version", func(m *Manifest) { m.Modules = []Module{} })
	change("in another order", "place", func(m *Manifest) { slices.Reverse(m.Modules) })
	change("files in another order", "place", func(m *Manifest) { slices.Reverse(m.Files) })
	change("a module twice", "twice", func(m *Manifest) { m.Modules = append(m.Modules, m.Modules[len(m.Modules)-1]) })
	change("a version that is none", "canonical", func(m *Manifest) { m.Modules[1].Version = "v1" })
	change("a path that is none", "manifest", func(m *Manifest) { m.Modules[1].Path = "../evil" })
	change("a hash that is none", "h1", func(m *Manifest) { m.Modules[1].Zip = "h2:x" })
	change("a database with a name that is none", "checksum database", func(m *Manifest) { m.SumDB.Name = "../../evil" })
	change("no database", "checksum database", func(m *Manifest) { m.SumDB = nil })
	change("a module without its files", "not in it", func(m *Manifest) {
		m.Modules = append(m.Modules, Module{Path: "example.com/z", Version: "v1.0.0", Mod: m.Modules[0].Mod})
	})
	change("since that is none", "since", func(m *Manifest) { m.Since = "../evil" })
	change("a zip of which nobody speaks", "belongs to no version", func(m *Manifest) { m.Modules[1].Zip = "" })
	f := base.clone()
	f.header = func(name string, size int64) []byte {
		if name == ManifestName {
			return rawHeader(name, 1<<30, '0')
		}
		return nil
	}
	add("a gigabyte", "too large", f)
	f = base.clone()
	for i := range MaxFiles + 1 {
		f.m.Files = append(f.m.Files, File{Name: fmt.Sprint(i)})
	}
	return append(out, hostile{"manifest: 200,000 files", f.archive(), "too large"})
}
