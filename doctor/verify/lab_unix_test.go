//go:build unix

package verify

import (
	"net"
	"os"
	"path/filepath"
)

func init() {
	in := func(l *lab, name string) string {
		must(l.t, os.Chmod(l.file("dir"), 0o777))
		return l.file("dir") + "/" + name
	}
	oddCases = append(oddCases,
		sickness{name: "a fifo in the directory", damage: func(l *lab) { must(l.t, l.FIFO(in(l, "fifo"))) },
			want: "odd-entry", liars: "", files: "fifo odd", mend: again("dir")},
		sickness{name: "a fifo in the place of a file", damage: func(l *lab) {
			must(l.t, os.Remove(in(l, "sick.go")))
			must(l.t, l.FIFO(in(l, "sick.go")))
		}, want: "odd-entry", liars: "dir", files: "sick.go odd", mend: again("dir")},
		sickness{name: "a socket in the directory", damage: func(l *lab) {
			short, err := os.MkdirTemp("", "s") // the path of a socket has 100 bytes at most
			must(l.t, err)
			defer os.RemoveAll(short)
			link := filepath.Join(short, "d")
			must(l.t, os.Symlink(filepath.Dir(in(l, "s")), link))
			ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(link, "s"), Net: "unix"})
			must(l.t, err)
			ln.SetUnlinkOnClose(false)
			must(l.t, ln.Close())
		}, want: "odd-entry", files: "s odd", mend: again("dir")},
		sickness{name: "a fifo in the place of the zip", damage: func(l *lab) {
			l.remove(l.file("zip"))
			must(l.t, l.FIFO(l.file("zip")))
		}, want: "odd-entry", where: "v1.2.0.zip", mend: again("zip")},
		sickness{name: "a fifo in the place of .mod", damage: func(l *lab) {
			l.remove(l.file("mod"))
			must(l.t, l.FIFO(l.file("mod")))
		}, want: "odd-entry", where: "v1.2.0.mod", mend: again("mod"), online: true},
	)
}
