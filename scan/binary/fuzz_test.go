package binary

import (
	"bytes"
	"debug/buildinfo"
	"io"
	"testing"
)

// counting counts what is read.
type counting struct {
	r io.ReaderAt
	n int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

// FuzzProgram: of a file that somebody made to hurt no more is read than the limit, some problem is told unless it has build
// info, which then is that of debug/buildinfo, and its parts are within what a header can say.
func FuzzProgram(f *testing.F) {
	self := []byte("\x7fELF")
	f.Add(append(elfHead(3, 64), make([]byte, 300)...))
	f.Add(elfHead(0, 4096))
	f.Add(peHead(7))
	f.Add(peHead(1 << 31))
	f.Add(machoHead(7))
	f.Add(append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x02"), make([]byte, 100)...))
	f.Add([]byte("#!/usr/bin/env bash\nexec asdf exec go \"$@\"\n"))
	f.Add(append(self, "\xff Go build ID: \"a/b\"\xff \xff Go buildinf:\x08\x02"...))
	f.Add(append(append(elfHead(0, 0), "\xff Go buildinf:\x08\x02"...), make([]byte, 64)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &counting{r: bytes.NewReader(data)}
		b := Binary{Path: "/x", Name: "x"}
		b.describe(c, int64(len(data)), platform{"linux", "amd64"})
		if most := int64(3*readMax + headSize); c.n > most {
			t.Fatalf("%d bytes are read", c.n)
		}
		if len(b.Problem) > 1<<10 {
			t.Fatalf("the problem has %d bytes", len(b.Problem))
		}
		if b.Problem == "" && b.GoVersion == "" {
			t.Fatalf("neither build info nor a problem: %+v", b)
		}
		head := data[:min(len(data), headSize)]
		if absurd(head) == "" && b.GoVersion != "" {
			if info, err := buildinfo.Read(bytes.NewReader(data)); err != nil || info.GoVersion != b.GoVersion {
				t.Fatalf("built by %q, and debug/buildinfo says %+v, %v", b.GoVersion, info, err)
			}
		}
		parts, _ := formatOf(head).parts(c, head)
		if len(parts) > sectionsMax {
			t.Fatalf("%d parts", len(parts))
		}
		for _, p := range parts {
			if p.off < 0 || p.size <= 0 || p.off+p.size < 0 {
				t.Fatalf("%+v", p)
			}
		}
		if id := buildID(head); len(id) >= 1<<10 || !bytes.Contains(head, []byte(id)) {
			t.Fatalf("the build ID is %q", id)
		}
	})
}
