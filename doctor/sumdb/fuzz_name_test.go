package sumdb

import (
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/sum"
)

// FuzzNames: the name of a lookup file that is read stands for one module version, whose file it is; an h1 hash has one
// spelling; and a tile is right only in its one size.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"example.com/!m@v1.0.0", "example.com/m@v1.0.0-!r!c1", "example.com/M@v1.0.0", "a.b@v1@v2", "@", "example.com/m", "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", "tile/8/0/x001/000.p/7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if m, err := unescape(name); err == nil {
			path, err1 := module.EscapePath(m.Path)
			version, err2 := module.EscapeVersion(m.Version)
			if err1 != nil || err2 != nil || path+"@"+version != name && strings.Contains(name, "@") {
				t.Errorf("%q is %v, whose file is %s@%s", name, m, path, version)
			}
		}
		if sum.IsH1(name) && (len(name) != 47 || sum.IsH1(name+"\n") || sum.IsH1(" "+name)) {
			t.Errorf("%q is an h1 hash", name)
		}
		if tile, err := tlog.ParseTilePath(name); err == nil && tile.H == tileHeight && tile.L >= 0 {
			if checkTile(tile, make([]byte, tile.W*tlog.HashSize)) != nil || checkTile(tile, make([]byte, tile.W*tlog.HashSize+1)) == nil || tile.W > tileWidth {
				t.Errorf("%q is judged wrongly", name)
			}
		}
		firstLine(name)
	})
}
