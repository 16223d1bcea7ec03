package scan

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"godoctor/scan/cachetest"
)

// store finds a store by name.
func store(inv *Inventory, name string) Store {
	for _, s := range inv.Stores {
		if s.Name == name {
			return s
		}
	}
	return Store{}
}

// What lies outside the caches is found, measured, and counted once.
func TestOthers(t *testing.T) {
	m := shared
	sdk := filepath.Join(m.Home, "sdk", "go1.24.2")
	for _, f := range []string{"VERSION", "bin/go", "pkg/tool/linux_amd64/compile", "src/runtime/runtime.go", ".unpacked-success", "go1.24.2.linux-amd64.tar.gz"} {
		name := filepath.Join(sdk, f)
		must(t, os.MkdirAll(filepath.Dir(name), 0o755))
		must(t, os.WriteFile(name, []byte("go1.24.2\n"), 0o755))
	}
	gopls := filepath.Join(m.Home, ".cache", "gopls", "abc")
	must(t, os.MkdirAll(gopls, 0o755))
	must(t, os.WriteFile(filepath.Join(gopls, "f"), make([]byte, 9000), 0o644))
	defer os.RemoveAll(filepath.Dir(sdk))
	defer os.RemoveAll(filepath.Dir(gopls))

	inv := Run(context.Background(), options(m, Exact))
	var found bool
	for _, tc := range inv.Toolchains.Toolchains {
		if tc.Root == sdk {
			found = true
			bytes, files := plainSum(t, sdk)
			if tc.Size.Bytes != bytes || tc.Size.Files != files || tc.Version != "go1.24.2" {
				t.Errorf("%s is %+v, want %d bytes in %d files", tc.Version, tc.Size, bytes, files)
			}
		}
	}
	if !found {
		t.Error("the toolchain in ~/sdk was not found")
	}
	if s := store(inv, "related"); s.Size.Bytes < 9000 || s.Items == 0 || !s.Exact {
		t.Errorf("related: %+v", s)
	}
	var sum int64
	for _, tc := range inv.Toolchains.Toolchains {
		if !below(tc.Root, m.GOMODCACHE) {
			sum += tc.Size.Bytes
		}
	}
	if s := store(inv, "sdks"); s.Size.Bytes != sum {
		t.Errorf("sdks take %d bytes, their toolchains %d: the archive in one of them is counted twice", s.Size.Bytes, sum)
	}
	downloaded := 0
	for _, tc := range inv.Toolchains.Toolchains {
		if below(tc.Root, m.GOMODCACHE) && tc.SizeKnown && tc.Size.Bytes > 0 {
			downloaded++
		}
	}
	if downloaded != 3 {
		t.Errorf("%d downloaded toolchains have a size, want 3", downloaded)
	}

	opt := options(m, Fast)
	opt.Index = inv.Index
	if fast := Run(context.Background(), opt); store(fast, "sdks").Size != store(inv, "sdks").Size || store(fast, "sdks").Exact {
		t.Errorf("a fast scan says %+v, the index %+v", store(fast, "sdks"), store(inv, "sdks"))
	}
	opt.ModCache = m.GOMODCACHE
	if one := Run(context.Background(), opt); one.Toolchains != nil || store(one, "sdks").Items != 0 {
		t.Error("who names a cache is shown more than that cache")
	}
}

// A machine with nothing on it is nothing to complain of.
func TestEmptyMachine(t *testing.T) {
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	must(t, err)
	inv := Run(context.Background(), Options{Environ: []string{"HOME=" + m.Home, "PATH="}, Dir: m.Home})
	if inv.Unread != 0 || !inv.Done {
		t.Errorf("unreadable: %v", inv.Unreadable)
	}
}
