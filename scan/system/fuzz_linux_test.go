package system

import (
	"path/filepath"
	"strings"
	"testing"
)

// FuzzTables: of what the kernel tells of mounts that one is taken whose point is above the path and nearest to it, in what the
// kernel escapes nothing but what it escapes is changed, and a lock is held by a process or by nobody.
func FuzzTables(f *testing.F) {
	f.Add("22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n30 22 0:5 / /home/a\\040b ro,noexec - tmpfs tmpfs ro,size=1k\n", "/home/a b/go")
	f.Add("1: FLOCK  ADVISORY  WRITE 812 00:19:1234 0 EOF\n2: -> POSIX ADVISORY READ 1 08:01:7 0 9\n3: POSIX ADVISORY READ -1 08:01:7 0 EOF\n", "/")
	f.Add("1 1 1 / /a - x\n2 1 1 / /a/ ro - y\n3 1 1 / relative ro - z\n4: a b c d e:f:18446744073709551616 0 0\n", "/a/b")
	f.Add("\\\\040\\777\\08", "/x/../y")
	f.Fuzz(func(t *testing.T, table, path string) {
		if path = filepath.Clean("/" + path); strings.ContainsRune(path, 0) {
			return
		}
		if m, ok := mountOf(table, path); ok {
			rel, err := filepath.Rel(m.Point, path)
			if err != nil || rel == ".." || strings.HasPrefix(rel, "../") || m.Type == "" || strings.ContainsAny(m.Type, " \n") {
				t.Fatalf("%q lies in %+v", path, m)
			}
			if (m.ReadOnly && !strings.Contains(table, "ro")) || (m.NoExec && !strings.Contains(table, "noexec")) {
				t.Fatalf("%+v", m)
			}
		}
		plain := unescape(path)
		if !strings.Contains(path, `\`) && plain != path || len(plain) > len(path) || unescape(strings.ReplaceAll(path, `\`, `\134`)) != path {
			t.Fatalf("%q becomes %q", path, plain)
		}
		for inode, list := range parseLocks(table) {
			for _, l := range list {
				if l.pid < 0 || l.kind == "" || l.kind == "->" || strings.Count(table, "\n")+1 < len(list) {
					t.Fatalf("%d: %+v", inode, l)
				}
			}
		}
	})
}
