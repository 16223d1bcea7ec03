package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"godoctor/doctor/usage"
)

// abs makes a path absolute on this system.
func abs(elem ...string) string {
	path, err := filepath.Abs(filepath.Join(append([]string{string(filepath.Separator)}, elem...)...))
	if err != nil {
		panic(err)
	}
	return path
}

const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// sample has an item of every part.
func sample() *Plan {
	p := &Plan{ID: "20261126-214501", Made: now.UTC().Round(0), ModCache: abs("m", "mod"), GoCache: abs("m", "build"),
		Policies: []string{"orphans", "build"}, Versions: 7, Total: 1 << 30,
		Kept: []Kept{{Reason: keptInUse, Items: 3, Disk: 4096, First: []string{"example.com/a@v1.0.0"}}}}
	add := func(it Item) {
		it.Bytes, it.Disk, it.Rule, it.Why, it.Changed = 100, 4096, ruleOrphans, "in words", now.UTC().Round(0)
		if it.Tier == "" {
			it.Tier = usage.Network
		}
		it.Dir = Stamp{Inode: 1<<63 + 1, Mtime: 1<<62 + 1}
		p.Items = append(p.Items, it)
	}
	add(Item{Module: "example.com/Upper", Version: "v1.0.0", Part: Version, Fetch: 9, ZipFile: Stamp{3, 4, 5}, Insisted: true})
	add(Item{Module: "example.com/a", Version: "v0.0.0-20200101000000-0123456789ab", Part: Forget})
	add(Item{Module: "example.com/a/v2", Version: "v2.0.0", Part: Sources, Tier: usage.Free})
	add(Item{Module: "example.com/b", Version: "v3.0.0+incompatible", Part: Zip})
	add(Item{Part: SDK, Name: "go1.22.1", Root: abs("home", "sdk", "go1.22.1")})
	add(Item{Part: VCS, Name: hash})
	add(Item{Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.zip12.tmp", Tier: usage.Free})
	add(Item{Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.partial", Tier: usage.Free})
	add(Item{Part: Leftover, Name: "example.com/!upper@v1.0.0.tmp-godoctor-20261126-1", Tier: usage.Free})
	add(Item{Part: Entry, Name: "01", Names: []string{hash + "-a", hash + "-d"}, Tier: usage.Rebuild})
	add(Item{Part: Test, Name: "01", Names: []string{hash + "-d"}, Tier: usage.Rebuild})
	add(Item{Part: Fuzz, Name: "example.com/p/FuzzX", Tier: usage.Hold})
	add(Item{Part: Archive, Name: "linux_amd64_race", Root: abs("home", "pkg", "linux_amd64_race"), Tier: usage.Rebuild})
	add(Item{Part: Related, Name: "gopls", Root: abs("home", "gopls"), Tier: usage.Rebuild})
	add(Item{Part: Abandoned, Name: abs("old", "mod"), Root: abs("old", "mod"), Tier: usage.Hold})
	for i := range p.Items {
		at, err := p.Items[i].place(p.ModCache, p.GoCache)
		if err != nil {
			panic(fmt.Sprint(p.Items[i], err))
		}
		if p.Items[i].Path = at.thing; p.Items[i].Part == Zip {
			p.Items[i].Path = at.zip
		}
	}
	return p
}

func encode(t testing.TB, p *Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, p.Encode(&b))
	return b.Bytes()
}

// A plan comes back as it was, but for what was proved, and is not applied before it was rechecked.
func TestFile(t *testing.T) {
	p := sample()
	data := encode(t, p)
	q, err := Decode(bytes.NewReader(data))
	must(t, err)
	if q.loaded = false; !reflect.DeepEqual(p, q) {
		t.Errorf("got\n%+v\nwant\n%+v", q, p)
	}
	q.loaded = true
	if again := encode(t, q); !bytes.Equal(again, data) {
		t.Errorf("%s\nand then\n%s", data, again)
	}
	ops := &recorder{}
	if r := Apply(t.Context(), q, ops, Options{}); r.Err != ErrLoaded || !r.Stopped || len(ops.batches) > 0 {
		t.Errorf("%+v", r)
	}
	p.Items[0].Proved, p.Items[0].Hash, p.Items[2].Modified = true, "h1:x", true
	q, err = Decode(bytes.NewReader(encode(t, p)))
	must(t, err)
	if q.Items[0].Proved || q.Items[0].Hash != "" || q.Items[2].Modified {
		t.Error("a proof of another run")
	}
}

// The JSON is that of the contract.
func TestFileContract(t *testing.T) {
	var doc map[string]any
	must(t, json.Unmarshal(encode(t, sample()), &doc))
	plan, ok := doc["plan"].(map[string]any)
	if !ok || doc["schema"] != "godoctor/v1" || doc["command"] != "plan" {
		t.Fatalf("%v", doc)
	}
	for _, key := range []string{"id", "items", "bytes_now", "bytes_later", "kept"} {
		if _, ok := plan[key]; !ok {
			t.Errorf("no %s", key)
		}
	}
	item := plan["items"].([]any)[0].(map[string]any)
	for _, key := range []string{"module", "version", "part", "path", "bytes", "disk_bytes", "tier", "rule"} {
		if _, ok := item[key]; !ok {
			t.Errorf("no %s", key)
		}
	}
	if plan["kept"].(map[string]any)[keptInUse] != 3.0 {
		t.Errorf("%v", plan["kept"])
	}
}

// Whatever a file names that the go command cannot have made, the whole plan is refused.
func TestFileHostile(t *testing.T) {
	long := strings.Repeat("a", 300)
	for _, it := range []Item{
		{}, {Part: "everything"}, {Part: "entry "}, {Part: Version}, {Part: Version, Name: "x"},
		{Module: "../../etc", Version: "v1.0.0", Part: Version}, {Module: "example.com/../../etc", Version: "v1.0.0", Part: Version},
		{Module: "/etc", Version: "v1.0.0", Part: Version}, {Module: "example.com//a", Version: "v1.0.0", Part: Version},
		{Module: "example.com/a", Version: "..", Part: Version}, {Module: "example.com/a", Version: "v1.0.0/../../../x", Part: Version},
		{Module: "example.com/a", Version: "latest", Part: Version}, {Module: "example.com/a", Version: "v1.0", Part: Version},
		{Module: "example.com/a", Version: "", Part: Version}, {Module: "", Version: "v1.0.0", Part: Version},
		{Module: "example.com/!a", Version: "v1.0.0", Part: Version}, {Module: "Example.com/a\x00", Version: "v1.0.0", Part: Version},
		{Module: "example.com/a ", Version: "v1.0.0", Part: Version}, {Module: "example.com/a@v1", Version: "v1.0.0", Part: Version},
		{Module: "example.com/a", Version: "v1.0.0", Part: Version, Names: []string{"x"}}, {Module: "example.com/a", Version: "v1.0.0", Part: Version, Root: abs("x")},
		{Module: "example.com/con", Version: "v1.0.0", Part: Version}, {Module: "a\\b.com/x", Version: "v1.0.0", Part: Version},
		{Module: fipsPath, Version: "v1.0.0", Part: Version}, {Module: toolchainPath, Version: "v0.0.1-go1.22.1.linux-amd64", Part: Sources},
		{Part: SDK, Name: "go1.22.1"}, {Part: SDK, Name: "gotip", Root: abs("home", "sdk", "gotip")}, {Part: SDK, Name: "go1.22.1", Root: abs("usr", "local", "go")},
		{Part: SDK, Name: "go1.22.1", Root: "sdk/go1.22.1"}, {Part: SDK, Name: "..", Root: abs("home", "sdk", "..")},
		{Part: SDK, Name: "go1.22.1", Root: abs("home", "sdk") + string(filepath.Separator) + "x" + string(filepath.Separator) + ".." + string(filepath.Separator) + "go1.22.1"},
		{Part: VCS, Name: strings.ToUpper(hash)}, {Part: VCS, Name: hash[:63]}, {Part: VCS, Name: hash + "0"}, {Part: VCS, Name: "../" + hash[:61]},
		{Part: VCS, Name: hash + "/.."}, {Part: VCS, Name: hash[:63] + "g"}, {Part: VCS, Name: hash + "\x00"}, {Part: VCS, Name: ""},
		{Part: Leftover, Name: ""}, {Part: Leftover, Name: "."}, {Part: Leftover, Name: "cache"}, {Part: Leftover, Name: "../x.tmp"},
		{Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.zip"}, {Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.lock"},
		{Part: Leftover, Name: "cache/download/example.com/a/@v/.tmp"}, {Part: Leftover, Name: "cache/download/example.com/a/@v/../../x.zip1.tmp"},
		{Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.zip1.tmp/"}, {Part: Leftover, Name: "/cache/download/example.com/a/@v/v1.0.0.partial"},
		{Part: Leftover, Name: "cache/download/example.com/A/@v/v1.0.0.partial"}, {Part: Leftover, Name: "cache/download/example.com/a/@v/v1.0.0.zip1.tmp\x00"},
		{Part: Leftover, Name: "example.com/a@v1.0.0"}, {Part: Leftover, Name: "example.com/a@v1.0.0.tmp-"}, {Part: Leftover, Name: "example.com/a@v1.0.0.tmp-1/x"},
		{Part: Leftover, Name: "example.com/a@v1.0.0.tmp-../x"}, {Part: Leftover, Name: "example.com/" + long + "@v1.0.0.tmp-1"},
		{Part: Leftover, Name: "cache/download/sumdb/@v/list1.tmp"}, {Part: Leftover, Name: "cache\\download\\example.com\\a\\@v\\v1.0.0.partial"},
		{Part: Entry, Name: "01"}, {Part: Entry, Name: "01", Names: []string{}}, {Part: Entry, Name: "0A", Names: []string{hash + "-a"}},
		{Part: Entry, Name: "02", Names: []string{hash + "-a"}}, {Part: Entry, Name: "..", Names: []string{hash + "-a"}}, {Part: Entry, Name: "01", Names: []string{"trim.txt"}},
		{Part: Entry, Name: "01", Names: []string{hash + "-a", hash + "-a"}}, {Part: Entry, Name: "01", Names: []string{hash + "-d", hash + "-a"}},
		{Part: Entry, Name: "01", Names: []string{hash + "-x"}}, {Part: Entry, Name: "01", Names: []string{hash}}, {Part: Entry, Name: "01", Names: []string{hash + "-a/.."}},
		{Part: Entry, Name: "01", Names: []string{strings.ToUpper(hash) + "-a"}}, {Part: Entry, Name: "01/", Names: []string{hash + "-a"}}, {Part: Test, Name: "01", Names: []string{"../" + hash[3:] + "-a"}},
		{Part: Entry, Name: "01\n", Names: []string{hash + "-a"}}, {Part: Entry, Name: "01", Names: []string{hash + "-a"}, Root: abs("x")},
		{Part: Fuzz, Name: "FuzzX"}, {Part: Fuzz, Name: "example.com/p"}, {Part: Fuzz, Name: "example.com/../p/FuzzX"}, {Part: Fuzz, Name: "/example.com/FuzzX"},
		{Part: Fuzz, Name: "example.com/p/FuzzX/.."}, {Part: Fuzz, Name: "example.com/p/Fuzzx"}, {Part: Fuzz, Name: "example.com/p/FuzzX\x00"}, {Part: Fuzz, Name: long + "/FuzzX"},
		{Part: Archive, Name: "mod", Root: abs("home", "pkg", "mod")}, {Part: Archive, Name: "linux_amd64", Root: abs("home", "src")}, {Part: Archive, Name: "linux_amd64"},
		{Part: Related, Name: "telemetry", Root: abs("home", "telemetry")}, {Part: Related, Name: "sumdb", Root: abs("x")}, {Part: Related, Name: "modcache", Root: abs("x")},
		{Part: Related, Name: "gopath-src", Root: abs("x")}, {Part: Related, Name: "gopls", Root: abs()}, {Part: Related, Name: "gopls", Root: "gopls"}, {Part: Related, Name: "gopls"},
		{Part: Abandoned, Name: abs(), Root: abs()}, {Part: Abandoned, Name: abs("a"), Root: abs("b")}, {Part: Abandoned, Name: abs("a") + "\x00", Root: abs("a") + "\x00"},
	} {
		it.Tier, it.Rule = usage.Network, ruleOrphans
		p := sample()
		p.Items = []Item{it}
		if q, err := Decode(bytes.NewReader(encode(t, p))); err == nil {
			t.Errorf("%+v is accepted as %+v", it, q.Items)
		}
		if at, err := it.place(p.ModCache, p.GoCache); err == nil && it.Part != "everything" {
			t.Errorf("%+v lies at %+v", it, at)
		}
	}
}

// Other things in a file that make no sense.
func TestFileRefused(t *testing.T) {
	for name, change := range map[string]func(p *Plan){
		"twice":          func(p *Plan) { p.Items = append(p.Items, p.Items[0]) },
		"there twice":    func(p *Plan) { it := p.Items[0]; it.Part = Sources; p.Items = append(p.Items, it) },
		"tier":           func(p *Plan) { p.Items[0].Tier = usage.Keep },
		"tier \"\"":      func(p *Plan) { p.Items[0].Tier = "" },
		"rule":           func(p *Plan) { p.Items[0].Rule = "rm -rf" },
		"size":           func(p *Plan) { p.Items[0].Disk = -1 },
		"too large":      func(p *Plan) { p.Items[0].Disk, p.Items[1].Disk = bytesMax, bytesMax },
		"insisted":       func(p *Plan) { p.Items[4].Insisted = true },
		"root of a":      func(p *Plan) { p.ModCache = "mod" },
		"root of":        func(p *Plan) { p.GoCache = abs("x") + string(filepath.Separator) + ".." },
		"no such root":   func(p *Plan) { p.ModCache = "" },
		"the name of":    func(p *Plan) { p.ID = "../../x" },
		"is not the nam": func(p *Plan) { p.ID = "20261126-214501\n" },
		"negative":       func(p *Plan) { p.Versions = -1 },
		"not a count":    func(p *Plan) { p.Kept[0].Items = -1 },
	} {
		p := sample()
		change(p)
		if _, err := Decode(bytes.NewReader(encode(t, p))); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := string(encode(t, sample()))
	for _, text := range []string{"", "{}", "null", "[]", good[:len(good)/2], good + "x", strings.Replace(good, "godoctor/v1", "godoctor/v2", 1),
		strings.Replace(good, `"command":"plan"`, `"command":"verify"`, 1), `{"schema":"godoctor/v1","command":"plan"}`,
		strings.Replace(good, `"items":[`, `"items":{"x":[`, 1)} {
		if _, err := Decode(strings.NewReader(text)); err == nil {
			t.Errorf("accepted: %.60s", text)
		}
	}
	if _, err := Decode(strings.NewReader(`{"schema":"godoctor/v1","command":"plan","later":1,"plan":{"id":"20261126-214501","items":[],"more":{}}}`)); err != nil {
		t.Errorf("a field of a later version: %v", err)
	}
}

// A file that is too large, or has too many items, costs no more than reading it.
func TestFileLimits(t *testing.T) {
	if _, err := Decode(endless{}); err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Error(err)
	}
	head := `{"schema":"godoctor/v1","command":"plan","plan":{"id":"20261126-214501","items":[`
	for _, elem := range []string{"{}", "null", "0", "[]"} { // the first is wrong, and the others are not looked at
		if _, err := Decode(strings.NewReader(head + strings.Repeat(elem+",", 3_000_000) + elem + "]}}")); err == nil {
			t.Errorf("%s is an item", elem)
		}
	}
	entry := head + `{"part":"entry","name":"01","tier":"rebuild","rule":"build","names":[`
	if _, err := Decode(strings.NewReader(entry + strings.Repeat(`"",`, itemsMax) + `""]}]}}`)); err == nil || !strings.Contains(err.Error(), "more than 1000000") {
		t.Error(err)
	}
}

// endless is a file without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// What is accepted is written as it was read, and everything in it lies below the roots or is absolute and clean.
func FuzzDecode(f *testing.F) {
	f.Add(encode(f, sample()))
	f.Add([]byte(`{"schema":"godoctor/v1","command":"plan","plan":{"id":"20261126-214501","modcache":"/m","items":[{"part":"vcs","name":"../x","tier":"free","rule":"vcs"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		for i := range p.Items {
			it := &p.Items[i]
			at, err := it.place(p.ModCache, p.GoCache)
			if err != nil {
				t.Fatal(err)
			}
			root := map[bool]string{true: p.ModCache, false: p.GoCache}[it.Part.InModCache()]
			for _, path := range []string{at.thing, at.zip} {
				switch rel, err := filepath.Rel(root, path); {
				case path == "":
				case hasRoot(it.Part) && filepath.Clean(path) == path && filepath.IsAbs(path):
				case hasRoot(it.Part) || err != nil || !filepath.IsLocal(rel) || rel == ".":
					t.Fatalf("%+v lies at %q", it, path)
				}
			}
		}
		if p.Now() < 0 || p.Later() < 0 {
			t.Fatal("negative")
		}
		p.Weigh()
		q, err := Decode(bytes.NewReader(encode(t, p)))
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Items) != len(p.Items) {
			t.Fatalf("%d items, then %d", len(p.Items), len(q.Items))
		}
	})
}

// Counts and sizes are taken up to their limits, and not beyond.
func TestFileCounts(t *testing.T) {
	five := []string{"a", "b", "c", "d", "e"}
	for _, k := range []Kept{{}, {Items: 1, Disk: bytesMax, First: five}} {
		p := sample()
		p.Kept = []Kept{k}
		if _, err := Decode(bytes.NewReader(encode(t, p))); err != nil {
			t.Errorf("%+v: %v", k, err)
		}
	}
	for _, k := range []Kept{{Items: -1}, {Disk: -1}, {Disk: bytesMax + 1}, {First: append(five, "f")}} {
		p := sample()
		p.Kept = []Kept{k}
		if _, err := Decode(bytes.NewReader(encode(t, p))); err == nil {
			t.Errorf("%+v is taken", k)
		}
	}
	sizes := func(change func(it *Item)) error {
		p := sample()
		p.Items = p.Items[:1]
		change(&p.Items[0])
		_, err := Decode(bytes.NewReader(encode(t, p)))
		return err
	}
	for i, at := range []func(it *Item) *int64{func(it *Item) *int64 { return &it.Bytes }, func(it *Item) *int64 { return &it.Disk }, func(it *Item) *int64 { return &it.Fetch }} {
		for n, good := range map[int64]bool{0: true, bytesMax: true, -1: false, bytesMax + 1: false} {
			if err := sizes(func(it *Item) { *at(it) = n }); (err == nil) != good {
				t.Errorf("%d: %d: %v", i, n, err)
			}
		}
	}
	for _, n := range []int64{0, 1} {
		p := sample()
		p.Versions, p.Total = int(n), n
		if _, err := Decode(bytes.NewReader(encode(t, p))); err != nil {
			t.Error(err)
		}
	}
	p := sample()
	p.Total = -1
	if _, err := Decode(bytes.NewReader(encode(t, p))); err == nil {
		t.Error("a cache of less than nothing")
	}
}

// Text is written as it is read: & is no \u0026.
func TestFileText(t *testing.T) {
	p := sample()
	p.Items[0].Why, p.Kept[0].Reason = "this & <that>", "here & <there>"
	for _, text := range []string{p.Items[0].Why, p.Kept[0].Reason} {
		if !bytes.Contains(encode(t, p), []byte(text)) {
			t.Errorf("%q is not in it", text)
		}
	}
}
