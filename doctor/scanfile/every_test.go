package scanfile

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/binary"
	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/tree"
)

// A filler puts something into every field, each time something else.
type filler struct{ n int }

// given are values of types that cannot have just any.
var given = map[reflect.Type]any{
	reflect.TypeFor[usage.State]():      usage.Listed,
	reflect.TypeFor[usage.Tier]():       usage.Hold,
	reflect.TypeFor[usage.HashSource](): usage.HashInDB,
	reflect.TypeFor[usage.Use]():        usage.Use{Project: 1, How: usage.OnBranch},
	reflect.TypeFor[int32]():            int32(1),
	reflect.TypeFor[project.Kind]():     project.Modfile,
	reflect.TypeFor[tree.Kind]():        tree.Socket,
	reflect.TypeFor[gocache.Age]():      gocache.AgeOld,
	reflect.TypeFor[finding.Severity](): finding.Note,
	reflect.TypeFor[modcache.Parts]():   modcache.HasZip | modcache.HasPartial | modcache.HasInfo,
	reflect.TypeFor[error]():            errors.New("made up"),
	reflect.TypeFor[*scan.Index]():      (*scan.Index)(nil),
	reflect.TypeFor[*goenv.Env]():       (*goenv.Env)(nil),
	reflect.TypeFor[[][]int32]():        [][]int32{{1}, {0, 1}},
	reflect.TypeFor[float64]():          1.5,
}

func (f *filler) fill(v reflect.Value, deep int) {
	f.n++
	if g, ok := given[v.Type()]; ok {
		v.Set(reflect.ValueOf(g))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("s%06d", f.n))
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint32:
		if v.CanInt() {
			v.SetInt(int64(f.n))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		n := 2
		if deep > 20 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), deep+1)
		}
	case reflect.Pointer:
		if deep < 20 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), deep+1)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2024, 1, 2, 3, 4, 5, f.n, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.fill(v.Field(i), deep+1)
			}
		}
	default:
		if v.Kind() != reflect.Uint8 && v.Kind() != reflect.Interface {
			panic(v.Type().String())
		}
	}
}

// every is a file with something in every field of every type.
func every() *File {
	f := &filler{n: 100_000}
	out := &File{Inventory: new(scan.Inventory), Usage: new(usage.Result), Checked: new(Checked)}
	f.fill(reflect.ValueOf(out).Elem(), 0)
	inv, use := out.Inventory, out.Usage
	inv.Finished = inv.Started.Add(time.Hour)
	var env goenv.Record
	f.fill(reflect.ValueOf(&env).Elem(), 5)
	inv.Env = env.Env()
	for i := range inv.ModCache.Stores {
		inv.ModCache.Stores[i].Store = modcache.Store(i)
	}
	for i := range inv.Binaries.Binaries {
		p := &inv.Binaries.Binaries[i]
		p.Package, p.Module, p.Version = "example.com/p/cmd", "example.com/p", "v1.2.3"
		p.Settings[0] = binary.Setting{Key: "-ldflags", Value: "-s"} // so that there is a reason too
		p.Again()
	}
	for i := range inv.BuildCache.Stores {
		inv.BuildCache.Stores[i].Store = gocache.Store(i)
	}
	for i, p := range inv.Projects.Projects {
		for j := range p.Main.Replace {
			p.Main.Replace[j].New.Version = "v1.0.0" // else it is a directory of this system
		}
		for j := range p.Replace {
			p.Replace[j].New = p.Vendor.Modules[0].Version
			p.Replace[j].New.Version = ""
			p.Replace[j].New.Path = "/" + p.Replace[j].New.Path
		}
		use.Projects[i].Project = p
		for j := range use.Projects[i].Raised {
			use.Projects[i].Raised[j].To = "v2"
		}
	}
	return out
}

// TestEvery: every field of everything that a scan says is in the file, or named among those that are not. Who adds one
// hears of it here.
func TestEvery(t *testing.T) {
	f := every()
	graphs := &modgraph.Record{}
	if err := f.Usage.Restore(f.Inventory, graphs, f.Inventory.Finished); err != nil {
		t.Fatal(err)
	}
	b := encoded(t, f, Options{})
	g := decoded(t, b)
	same(t, "Inventory", reflect.ValueOf(f.Inventory), reflect.ValueOf(g.Inventory))
	same(t, "Usage", reflect.ValueOf(f.Usage), reflect.ValueOf(g.Usage))
	same(t, "Checked", reflect.ValueOf(f.Checked), reflect.ValueOf(g.Checked))
	same(t, "Env", reflect.ValueOf(f.Inventory.Env.Record()), reflect.ValueOf(g.Inventory.Env.Record()))
	if g.Program != f.Program || g.Host.Name != f.Host.Name || g.Host.Home != f.Host.Home {
		t.Errorf("%+v, want %+v", g.Host, f.Host)
	}
	if again := encoded(t, g, Options{}); !bytes.Equal(b, again) {
		t.Errorf("decoded and encoded it becomes other bytes: %s", firstDifference(b, again))
	}
}
